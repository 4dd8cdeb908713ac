"""Every verdict and result on record is given again, to the last word and number.

Says nothing about their truth: tests/reject and tests/kernel do.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from exactland.kernel import check, steps
from exactland.kernel.reader import Problem
from tests.kernel_only import parts
from tests.kernel_only.reach import reaching
from tests.kernel_only.record import recorded, results_on_record, told

ROWS = recorded()
NUMBERS, FEW = range(len(ROWS)), set(reaching())
OTHERS = [k for k in NUMBERS if k not in FEW]
SHARES = [[k for k in NUMBERS if k in FEW], *(OTHERS[share::15] for share in range(15))]


def test_parts_do_what_is_on_record() -> None:
    on_record = results_on_record()
    results = parts.told()
    assert list(results) == list(on_record)
    assert [name for name, result in results.items() if result != on_record[name]] == []


@pytest.mark.parametrize("share", range(16))
def test_verdicts_are_those_on_record(share: int) -> None:
    for row in map(ROWS.__getitem__, SHARES[share]):
        assert told(row["data"].encode("latin-1")) == {
            "verdict": row["verdict"],
            "fact": row["fact"],
        }


def test_there_is_one_of_every_status_and_rule() -> None:
    assert {row["verdict"][0] for row in ROWS} == {"verified", "rejected", "malformed", "too large"}


def test_the_cap_on_work_is_the_sum_over_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row for row in ROWS if row["verdict"][0] == "verified" and row["data"].count('"rule"') > 1
    ]
    asked: list[float] = []
    rules: list[str] = []
    real = steps.work

    def work(problem: Problem, rule: str, values: dict[str, Any]) -> float:
        rules.append(rule)
        asked.append(real(problem, rule, values))
        return asked[-1]

    monkeypatch.setattr(steps, "work", work)
    for row in rows[::20]:
        asked.clear()
        rules.clear()
        data = row["data"].encode("latin-1")
        monkeypatch.setattr(steps, "WORK_CAP", 1e300)
        assert check(data).status == "verified"
        in_all = sum(asked)
        assert rules == [step["rule"] for step in json.loads(data)["evidence"]["steps"]]
        monkeypatch.setattr(steps, "WORK_CAP", in_all)
        assert check(data).status == "verified"
        monkeypatch.setattr(steps, "WORK_CAP", in_all - 0.5)
        assert check(data).status == "too large"
