"""Balls of the second checker are finite, or refused."""

from __future__ import annotations

import pytest
from flint import arb

from exactland.second_checker import numbers
from tests.numerics.test_not_finite import NOT_FINITE


@pytest.mark.parametrize("x", NOT_FINITE, ids=str)
def test_what_is_not_finite_is_refused(x: arb) -> None:
    with pytest.raises(numbers.Refused):
        numbers.finite(x)
    assert numbers.narrower(arb(1), x) == 1
