"""Every verdict on record is given again, to the last word and number. Says nothing about its truth: tests/reject does, and the second checker."""

from __future__ import annotations

import pytest

from tests.kernel_only.record import recorded, told

ROWS = recorded()


@pytest.mark.parametrize("part", range(16))
def test_verdicts_are_those_on_record(part: int) -> None:
    for row in ROWS[part::16]:
        assert told(row["data"].encode("latin-1")) == {"verdict": row["verdict"], "fact": row["fact"]}


def test_there_is_one_of_every_status_and_rule() -> None:
    assert {row["verdict"][0] for row in ROWS} == {"verified", "rejected", "malformed", "too large"}
