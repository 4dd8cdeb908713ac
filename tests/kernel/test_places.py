"""The kernel's elementary functions at the places where they could fail, against Arb: a value is
inside, or there is none in the whole range.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction

import pytest
from flint import arb

from exactland.kernel.arithmetic import elementary
from exactland.kernel.arithmetic import elementary as kernel_elementary
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.arithmetic.elementary import MAX_EXPONENT, pi
from exactland.kernel.refusals import TooLarge, Undefined
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb
from tests.kernel_only.parts import FUNCTIONS, PRECISIONS, balls

F = Fraction
TRUTH: dict[str, Callable[[arb], arb]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "atan": lambda x: x.atan(),
    "erf": lambda x: x.erf(),
    "softplus": lambda x: x.exp().log1p() if x < 0 else x + (-x).exp().log1p(),
    "sigmoid": lambda x: (1 + (-x).exp()) ** -1 if x > 0 else x.exp() / (1 + x.exp()),
}
POSITIVE, BITS = ("log", "sqrt"), 4000


def inside(x: Ball) -> list[Fraction]:
    """Its ends, its middle, and zero, where sin and cos turn and softplus and sigmoid change their
    formula.
    """
    return [
        q
        for q in (x.lower(), Fraction(x.m, 1 << x.p), x.upper(), Fraction(0))
        if x.lower() <= q <= x.upper()
    ]


def contains(y: Ball, truth: arb) -> bool:
    """At 4000 bits nothing that is outside by a unit of the last place is missed."""
    assert truth.is_finite()
    return not (truth > to_arb(y.upper()) or truth < to_arb(y.lower()))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_are_inside_or_refused_for_the_stated_reason(name: str) -> None:
    counted = 0
    for x in balls(name):
        try:
            y = elementary.FUNCTIONS[name](x)
        except Undefined:
            assert name in POSITIVE
            assert x.lower() <= 0
            continue
        except TooLarge:
            assert (name == "exp" and x.upper() > MAX_EXPONENT) or (
                name in ("sin", "cos") and x.magnitude() >> x.p > 1 << MAX_EXPONENT - 1
            )
            continue
        assert name not in POSITIVE or x.lower() > 0
        counted += 1
        with precision(BITS):
            for q in inside(x):
                assert contains(y, TRUTH[name](to_arb(q))), (name, x.m, x.r, x.p, q)
    assert counted > 80


@pytest.mark.parametrize("name", FUNCTIONS)
def test_points_are_narrow(name: str) -> None:
    """At a point the enclosure is at most a few units of its last place wide, or of its size for
    large values.
    """
    for x in balls(name):
        if x.r:
            continue
        try:
            y = elementary.FUNCTIONS[name](x)
        except (Undefined, TooLarge):
            continue
        assert y.r <= 4 + (abs(y.m) >> x.p), (name, x.m, x.p)


def test_pi_is_inside() -> None:
    with precision(BITS):
        assert all(contains(pi(p), arb.pi()) and pi(p).r <= 4 for p in PRECISIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_enclosure_is_empty(name: str) -> None:
    for x in balls(name):
        with suppress(Undefined, TooLarge):
            assert elementary.FUNCTIONS[name](x).r >= 0


@pytest.mark.parametrize("p", PRECISIONS)
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in (*POSITIVE, "exp")])
def test_almost_the_whole_line(name: str, p: int) -> None:
    """The widest balls there are: the whole range of the function is inside, and not much more."""
    everything = Ball(0, 1 << p + MAX_EXPONENT - 2, p)
    y = elementary.FUNCTIONS[name](everything)
    low, high = {
        "atan": (F(-11, 7), F(11, 7)),
        "sigmoid": (F(0), F(1)),
        "softplus": (F(0), everything.upper()),
    }.get(name, (F(-1), F(1)))
    slack = F(4, 1 << p)
    assert low - slack <= y.lower()
    assert y.upper() <= high + slack
    with precision(BITS):
        for q in inside(everything):
            assert contains(y, TRUTH[name](to_arb(q)))


def test_a_ball_is_never_infinite() -> None:
    for m, r in ((1 << 5000, 0), (-1 << 5000, 0), (0, 1 << 5000)):
        with pytest.raises(TooLarge):
            Ball(m, r, 64)
    with pytest.raises(TooLarge):
        Ball.exact(F(1 << 5000), 64)
    with pytest.raises(TooLarge):
        kernel_elementary.exp(Ball(1 << 64 + 12, 0, 64))
