"""Balls of the second checker are finite, or refused."""

from __future__ import annotations

import pytest
from flint import arb

from exactland.second_checker.arithmetic import ball
from exactland.second_checker.refusals import Refused
from tests.numerics.test_not_finite import NOT_FINITE


@pytest.mark.parametrize("x", NOT_FINITE, ids=str)
def test_what_is_not_finite_is_refused(x: arb) -> None:
    with pytest.raises(Refused):
        ball.finite(x)
    assert ball.narrower(arb(1), x) == 1
