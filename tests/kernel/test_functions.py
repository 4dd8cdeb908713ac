"""The kernel's functions and the ball calculus contain the truth, and are tight: random arguments,
3 10^4 a function in profile `ci`, 10^5 in `nightly`.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.arithmetic.elementary import FUNCTIONS as KERNEL
from exactland.kernel.arithmetic.elementary import MAX_EXPONENT
from exactland.kernel.network import activation_values as kernel_activation_values
from exactland.kernel.network import activations as kernel_activations
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.refusals import TooLarge, Undefined
from exactland.model.activations import NAMED, Expression
from exactland.model.trees import X, apply
from exactland.numerics.enclosures import UndefinedError as BallUndefined
from exactland.numerics.enclosures import derivatives as ball_derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb
from tests.closed_forms import (
    ACTIVATIONS,
    BROKEN_AT_0,
    FORMULAS,
    FUNCTIONS,
    POSITIVE,
    sampled_truth,
    working_precision,
)
from tests.examples import HEAVY

TREES = {
    name: kernel_activations.NAMES.get(name) or kernel_problem.read_tree([name, "x"], "tree", 2)[0]
    for name in FORMULAS
}
MODEL = {name: NAMED.get(name) or Expression(apply(name, X)) for name in FORMULAS}
# arguments up to 2^TOP
TOP = {
    "exp": 6,
    "sin": 40,
    "cos": 40,
    "erf": 4,
    "tanh": 7,
    "sigmoid": 20,
    "softplus": 9,
    "mish": 9,
    "gelu": 20,
    "elu": 20,
    "selu": 20,
}
BATCH = 1000
EXAMPLES = min(settings.default.max_examples // 10, 100)  # times BATCH


def argument(random: Random, name: str, bits: int) -> int:
    """An integer n: the argument n / 2^bits, log-uniform over many magnitudes, sometimes at a
    special place.
    """
    magnitude = random.uniform(-bits, TOP.get(name, 60))
    n = max(1, int(2 ** (bits + magnitude)) if magnitude < 900 else 1)
    if random.random() < 0.1:
        n = random.choice(
            [1, 2, 3, 1 << bits, (1 << bits) + 1, (1 << bits) - 1, 5 << (bits - 2), 7 << (bits - 3)]
        )
    if name in POSITIVE:
        return n
    return 0 if random.random() < 0.001 and name not in BROKEN_AT_0 else n * random.choice((-1, 1))


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), bits=st.sampled_from((32, 53, 64, 113)))
def test_values_and_derivatives_contain_the_truth_and_are_narrow(
    name: str, seed: int, bits: int
) -> None:
    """The kernel's functions at points, the kernel's and the calculus's activations with two
    derivatives at points.
    """
    random = Random(seed)
    for _ in range(BATCH):
        n = argument(random, name, bits)
        kernel = (
            [KERNEL[name](Ball(n, 0, bits))]
            if name in KERNEL
            else kernel_activation_values.derivatives(TREES[name], Ball(n, 0, bits), 2)
        )
        with precision(working_precision(name, n >> bits, bits)):
            x = arb(fmpq(n, 1 << bits))
            truth = FORMULAS[name](x)
        with precision(bits):
            balls = ball_derivatives(MODEL[name], x, 2)
        with precision(working_precision(name, n >> bits, bits)):
            for order, (value, ball) in enumerate(zip(truth, balls)):
                slack = (1 + abs(value)) / 2 ** (2 * bits)
                allowed = (1 + abs(value)) / 2 ** (bits - 8)
                assert abs(value - ball.mid()) < ball.rad() + slack, (name, n, bits, order)
                if order < len(kernel):
                    m, r = (arb(fmpq(v, 1 << bits)) for v in (kernel[order].m, kernel[order].r))
                    assert abs(value - m) < r + slack, (name, n, bits, order)
                    assert 2 * r < allowed, (name, n, bits, order)
                if order == 0 or name in ACTIVATIONS:
                    assert 2 * ball.rad() < allowed, (name, n, bits, order)


def small_box(random: Random, name: str, bits: int) -> tuple[int, int]:
    """(n, r): a box well above rounding, small against the scale on which the function changes."""
    n = argument(random, name, bits)
    n = n if abs(n) >> (bits - 20) else n + (1 << (bits - 16))
    scale = min(abs(n), 1 << bits)
    return n, max(1 << (bits - 40), scale >> random.randint(7, 24))


@pytest.mark.parametrize("name", FORMULAS)
@HEAVY
@given(seed=st.integers(0, 2**32))
def test_small_boxes_contain_samples_and_are_at_most_ten_times_as_wide(
    name: str, seed: int
) -> None:
    bits, random = 128, Random(seed)
    s = MODEL[name]
    for _ in range(5):
        n, r = small_box(random, name, bits)
        n = n if abs(n) < 30 << bits else n % (30 << bits) + (1 << bits)
        points = [Fraction(n * 16 + r * k, 16 << bits) for k in range(-16, 17)]
        sampled = [sampled_truth(name, x, bits)[0] for x in points]
        kernel = kernel_activation_values.derivatives(TREES[name], Ball(n, r, bits), 2)
        with precision(bits):
            balls = ball_derivatives(s, _around(Fraction(n, 1 << bits), Fraction(r, 1 << bits)), 2)
            ranges = [(from_midpoint(b.lower()), from_midpoint(b.upper())) for b in balls]
        for order in range(3):
            column = [values[order] for values in sampled]
            tiny = Fraction(2) ** (16 - bits) * (1 + max(map(abs, column)))
            allowed = 10 * (max(column) - min(column)) + tiny
            for low, high in ((kernel[order].lower(), kernel[order].upper()), ranges[order]):
                assert low - tiny <= min(column)
                assert max(column) <= high + tiny
                assert high - low <= allowed, (name, order, n, r)


def _around(center: Fraction, radius: Fraction):
    return to_arb(center) + to_arb(radius) * arb(0, 1)


@HEAVY
@given(
    center=st.fractions(-40, 40, max_denominator=64),
    radius=st.fractions(0, 30, max_denominator=16),
    where=st.fractions(-1, 1, max_denominator=64),
)
@pytest.mark.parametrize("name", FORMULAS)
def test_wide_boxes_contain_the_truth(
    name: str, center: Fraction, radius: Fraction, where: Fraction
) -> None:
    bits = 64
    if name in POSITIVE:
        center = abs(center) + radius + Fraction(1, 8)
    x = center + radius * where
    ball = Ball.exact(center, bits)
    ball = Ball(ball.m, ball.r + Ball.exact(radius, bits).magnitude(), bits)
    values, error = sampled_truth(name, x, bits)
    order = BROKEN_AT_0[name] if name in BROKEN_AT_0 and ball.lower() <= 0 <= ball.upper() else 2
    with precision(bits):
        balls = ball_derivatives(MODEL[name], _around(center, radius), order)
    for enclosure, other, value in zip(
        kernel_activation_values.derivatives(TREES[name], ball, order), balls, values
    ):
        assert enclosure.lower() - error <= value <= enclosure.upper() + error
        assert from_midpoint(other.lower()) - error <= value <= from_midpoint(other.upper()) + error


@pytest.mark.parametrize(("name", "order"), BROKEN_AT_0.items())
def test_a_range_that_touches_a_break_has_no_more_derivatives_than_the_function(
    name: str, order: int
) -> None:
    for low, high in ((0, 0), (0, 5), (-5, 0), (-5, 9)):
        kernel_activation_values.derivatives(TREES[name], Ball.between(low, high, 64), order)
        with pytest.raises(Undefined, match="touches 0"):
            kernel_activation_values.derivatives(
                TREES[name], Ball.between(low, high, 64), order + 1
            )
        ball = to_arb(Fraction(low)).union(to_arb(Fraction(high)))
        ball_derivatives(MODEL[name], ball, order)
        with pytest.raises(BallUndefined, match="touches the"):
            ball_derivatives(MODEL[name], ball, order + 1)
    kernel_activation_values.derivatives(TREES[name], Ball.between(1, 9, 64), 2)
    kernel_activation_values.derivatives(TREES[name], Ball.between(-9, -1, 64), 2)


@pytest.mark.parametrize("name", ["log", "sqrt"])
@pytest.mark.parametrize("ball", [Ball(0, 0, 64), Ball(-5, 0, 64), Ball(1 << 64, 1 << 64, 64)])
def test_outside_the_domain_is_refused(name: str, ball: Ball) -> None:
    with pytest.raises(Undefined):
        KERNEL[name](ball)


def test_huge_arguments_are_refused_not_computed() -> None:
    with pytest.raises(TooLarge):
        KERNEL["exp"](Ball((MAX_EXPONENT + 1) << 64, 0, 64))
    with pytest.raises(TooLarge):
        KERNEL["sin"](Ball(1 << 5000, 0, 64))
    assert KERNEL["exp"](Ball(-(10**6) << 64, 0, 64)).upper() <= Fraction(1, 2**64)
    assert kernel_activation_values.derivatives(TREES["tanh"], Ball(10**6 << 64, 0, 64), 0)[
        0
    ].lower() >= 1 - Fraction(1, 2**62)


def test_every_formula_is_tested() -> None:
    assert set(FUNCTIONS) == {*KERNEL, "tanh"} == set(kernel_problem.FUNCTIONS)
    assert set(NAMED) - set(FORMULAS) == {"identity", "relu", "leaky-relu", "hard-tanh"}, (
        "affine pieces, tested exactly elsewhere"
    )
