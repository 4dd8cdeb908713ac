"""The benchmark of the strategies measures what it says."""

from __future__ import annotations

import pytest

from tests.benchmarks.strategies import rates


def test_rates_are_ratios_to_the_baseline() -> None:
    baseline, *others = rates(40)
    assert baseline.ratio == 1
    assert len(others) == 6
    for r in others:
        assert r.examples > 20
        assert r.ratio == pytest.approx(r.a_second / baseline.a_second)
