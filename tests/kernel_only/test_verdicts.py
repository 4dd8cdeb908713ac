"""Every verdict and result on record is given again, to the last word and number.

Says nothing about their truth: tests/reject and tests/kernel do.
"""

from __future__ import annotations

import pytest

from exactland.kernel import check
from exactland.kernel import meter as kernel_meter
from exactland.kernel import verification as kernel_verification
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


def test_the_budget_is_for_all_steps_together(monkeypatch: pytest.MonkeyPatch) -> None:
    budgets: list[kernel_meter.Budget] = []

    class Watched(kernel_meter.Budget):
        def __init__(self, left: float) -> None:
            super().__init__(left)
            budgets.append(self)

    monkeypatch.setattr(kernel_verification, "Budget", Watched)
    rows = [
        row for row in ROWS if row["verdict"][0] == "verified" and row["data"].count('"rule"') > 1
    ]
    for row in rows[::20]:
        data = row["data"].encode("latin-1")
        monkeypatch.setattr(kernel_verification, "MOST", 10**9)
        assert check(data).status == "verified"
        spent = 10**9 - int(budgets[-1].left)
        monkeypatch.setattr(kernel_verification, "MOST", spent)
        assert check(data).status == "verified"
        monkeypatch.setattr(kernel_verification, "MOST", spent - 1)
        assert check(data).status == "too large"
