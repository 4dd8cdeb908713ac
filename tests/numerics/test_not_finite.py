"""What Arb calls infinite, or no number, gets no derivatives."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from exactland.model import trees
from exactland.model.activations import NAMED, Expression
from exactland.numerics.enclosures import activation_balls
from exactland.numerics.precision import precision

NOT_FINITE = [arb("nan"), arb("inf"), arb("-inf"), arb(0, arb("inf"))]


@pytest.mark.parametrize("x", NOT_FINITE, ids=str)
def test_what_is_not_finite_is_refused(x: arb) -> None:
    for activation in NAMED.values():
        with pytest.raises(activation_balls.UndefinedError):
            activation_balls.derivatives(activation, x, 1)


@pytest.mark.parametrize("outer", ["tanh", "atan", "softplus", "sigmoid", "exp", "erf"])
def test_a_root_that_may_not_exist_is_undefined_inside_any_function(outer: str) -> None:
    """Balls do not see that 1/2 + x^2 is positive on [-1, 1]."""
    root = trees.apply("sqrt", trees.add(Fraction(1, 2), trees.power(trees.X, 2)))
    activation = Expression(trees.apply(outer, root))
    with precision(128), pytest.raises(activation_balls.UndefinedError):
        activation_balls.derivatives(activation, arb(0, 1), 2)


@pytest.mark.parametrize("size", ["1e10", "1e30", "1e300"])
def test_atan_over_numbers_of_all_sizes_has_derivatives(size: str) -> None:
    """No ball contains 1 and 1e60 and not 0: 1 + x^2 cannot be divided by."""
    with precision(64):
        value, slope = activation_balls.derivatives(NAMED["arctan"], arb(0, arb(size)), 1)
        assert value.contains(arb(10).atan())
        assert slope.contains(1)
        assert slope.contains(arb(1) / 101)
