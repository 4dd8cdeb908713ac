"""What Arb calls infinite, or no number, gets no derivatives."""

from __future__ import annotations

import pytest
from flint import arb

from exactland.model.activations import NAMED
from exactland.numerics.enclosures import activation_balls

NOT_FINITE = [arb("nan"), arb("inf"), arb("-inf"), arb(0, arb("inf"))]


@pytest.mark.parametrize("x", NOT_FINITE, ids=str)
def test_what_is_not_finite_is_refused(x: arb) -> None:
    for activation in NAMED.values():
        with pytest.raises(activation_balls.UndefinedError):
            activation_balls.derivatives(activation, x, 1)
