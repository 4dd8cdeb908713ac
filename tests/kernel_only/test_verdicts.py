"""Every verdict and result on record is given again, to the last word and number. Says nothing about their truth: tests/reject and tests/kernel do."""

from __future__ import annotations

import json

import pytest

from tests.kernel_only import parts
from tests.kernel_only.record import PARTS, recorded, told

ROWS = recorded()


def test_parts_do_what_is_on_record() -> None:
    on_record = json.loads(PARTS.read_text(encoding="utf-8"))
    results = parts.told()
    assert list(results) == list(on_record)
    assert [name for name, result in results.items() if result != on_record[name]] == []


@pytest.mark.parametrize("part", range(16))
def test_verdicts_are_those_on_record(part: int) -> None:
    for row in ROWS[part::16]:
        assert told(row["data"].encode("latin-1")) == {"verdict": row["verdict"], "fact": row["fact"]}


def test_there_is_one_of_every_status_and_rule() -> None:
    assert {row["verdict"][0] for row in ROWS} == {"verified", "rejected", "malformed", "too large"}
