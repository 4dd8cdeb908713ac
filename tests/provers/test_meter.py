"""Budgets: what is counted, when work stops, and that nothing found so far is lost."""

from __future__ import annotations

import pytest

from exactland.provers.meter import Budget, Meter, OutOfBudgetError


def test_steps_are_counted_and_end() -> None:
    meter = Meter(Budget(steps=3))
    for _ in range(3):
        meter.tick("working")
    with pytest.raises(OutOfBudgetError, match="^3 steps$") as error:
        meter.tick("working")
    assert error.value.option == "--steps"
    assert meter.steps == 3


def test_seconds_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("exactland.provers.meter.time.monotonic", lambda: now[0])
    meter = Meter(Budget(seconds=2))
    meter.tick("working")
    now[0] = 101.9
    meter.tick("working")
    now[0] = 102.0
    with pytest.raises(OutOfBudgetError, match="^2 seconds$") as error:
        meter.tick("working")
    assert error.value.option == "--time"


def test_without_a_limit_nothing_ends_and_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    meter = Meter(Budget(), lambda what, done, total: told.append((what, done, total)))
    for k in range(5):
        meter.tick("training", k, 5)
    meter.tick("something without a total")
    assert told == [("training", k, 5) for k in range(5)]
    assert meter.steps == 6


def test_checking_counts_nothing() -> None:
    meter = Meter(Budget(steps=1))
    meter.check()
    meter.check()
    meter.tick("working")
    with pytest.raises(OutOfBudgetError, match="^1 step$"):
        meter.check()
