"""Kernel and calculus against the symbolic encoding, on random networks of depth 1 to 3, at points
and over boxes.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from exactland.errors import InputError
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.network.evaluation import differentiate, slopes_over
from exactland.kernel.refusals import Undefined
from exactland.model.activations import NAMED
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError as BallUndefined
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from exactland.numerics.symbolic import Encoding, encode
from tests import strategies as own
from tests.examples import HEAVY
from tests.wire import in_kernel

BITS = 128
TOLERANCE = Fraction(1, 10**25)
COMPARISONS = {
    sympy.StrictLessThan: operator.lt,
    sympy.LessThan: operator.le,
    sympy.StrictGreaterThan: operator.gt,
    sympy.GreaterThan: operator.ge,
}
CONNECTIVES = {
    sympy.true.func: lambda: True,
    sympy.false.func: lambda: False,
    sympy.And: lambda *parts: all(parts),
    sympy.Or: lambda *parts: any(parts),
    sympy.Not: lambda part: not part,
    sympy.ITE: lambda here, then, otherwise: then if here else otherwise,
}


def symbolic_values(
    encoding: Encoding, theta: Vector
) -> tuple[Fraction, list[Fraction], list[list[Fraction]]]:
    """The loss, the gradient and the Hessian at theta, by mpmath: with twice as many digits until
    two results agree, for then nothing has cancelled.
    """
    formulas, count, digits = [encoding.loss, *encoding.gradient, *encoding.hessian], len(theta), 80
    found, before = _at_digits(encoding.theta, formulas, theta, digits), None
    while before is None or not _agree(before, found):
        digits *= 2
        before, found = found, _at_digits(encoding.theta, formulas, theta, digits)
    value, gradient, flat = found[0], found[1 : count + 1], found[count + 1 :]
    return value, gradient, [flat[i * count : (i + 1) * count] for i in range(count)]


def _agree(a: list[Fraction], b: list[Fraction]) -> bool:
    return all(abs(x - y) <= TOLERANCE**2 * (1 + abs(y)) for x, y in zip(a, b))


def _at_digits(
    symbols: Sequence[sympy.Symbol], formulas: Sequence[sympy.Expr], theta: Vector, digits: int
) -> list[Fraction]:
    with mpmath.workdps(digits):
        known = {s: mpmath.mpf(t.numerator) / t.denominator for s, t in zip(symbols, theta)}
        return [Fraction(mpmath.nstr(_value(formula, known), 60)) for formula in formulas]


def _value(formula: sympy.Expr, known: dict[sympy.Expr, mpmath.mpf]) -> mpmath.mpf:
    """What a formula is worth, by recursion; every part that recurs, as most do, once."""
    if formula not in known:
        known[formula] = _calculated(formula, known)
    return known[formula]


def _calculated(formula: sympy.Expr, known: dict[sympy.Expr, mpmath.mpf]) -> mpmath.mpf:
    if formula.is_Rational:
        return mpmath.mpf(int(formula.p)) / int(formula.q)
    if formula.is_NumberSymbol:
        return {sympy.pi: +mpmath.pi, sympy.E: +mpmath.e}[formula]
    if formula.is_Piecewise:
        return _value(next(part for part, here in formula.args if _holds(here, known)), known)
    if formula.is_Pow and formula.exp.is_Integer:
        return _value(formula.base, known) ** int(formula.exp)
    parts = [_value(part, known) for part in formula.args]
    if formula.is_Add:
        return mpmath.fsum(parts)
    if formula.is_Mul:
        return mpmath.fprod(parts)
    if formula.is_Pow:
        return mpmath.power(*parts)
    return getattr(mpmath, type(formula).__name__)(*parts)


def _holds(condition: sympy.Basic, known: dict[sympy.Expr, mpmath.mpf]) -> bool:
    """Whether the condition of a piece is true: a comparison, or several in words."""
    if type(condition) in COMPARISONS:
        left, right = (_value(side, known) for side in condition.args)
        return bool(COMPARISONS[type(condition)](left, right))
    return CONNECTIVES[condition.func](*(_holds(part, known) for part in condition.args))


def kernel_enclosures(
    problem: Problem, theta: Vector, radius: Fraction
) -> list[tuple[Fraction, Fraction]]:
    reach = Ball.exact(radius, BITS).magnitude()
    balls = [Ball(b.m, b.r + reach, BITS) for b in (Ball.exact(t, BITS) for t in theta)]
    at = differentiate(in_kernel(problem), balls, 2)
    return [
        (b.lower(), b.upper())
        for b in (at.value, *at.gradient, *(h for row in at.hessian for h in row))
    ]


def ball_enclosures(
    problem: Problem, theta: Vector, radius: Fraction
) -> list[tuple[Fraction, Fraction]]:
    with precision(BITS):
        at = enclose(problem, box(theta, radius))
        return [
            (from_midpoint(b.lower()), from_midpoint(b.upper()))
            for b in (at.loss, *at.gradient, *at.hessian.entries())
        ]


def contains_all(enclosures: list[tuple[Fraction, Fraction]], truth: list[Fraction]) -> bool:
    return all(
        low - TOLERANCE <= value <= high + TOLERANCE
        for (low, high), value in zip(enclosures, truth)
    )


@pytest.mark.slow
@HEAVY
@given(data=st.data(), problem=own.problems(own.smooth_activations(), most=7, samples=2))
def test_enclosures_contain_the_symbolic_values(data: st.DataObject, problem: Problem) -> None:
    theta = data.draw(own.parameters(problem))
    value, gradient, hessian = symbolic_values(encode(problem), theta)
    truth = [value, *gradient, *(h for row in hessian for h in row)]
    assume(max(map(abs, truth)) < 10**12)
    for enclosures in (
        kernel_enclosures(problem, theta, Fraction(0)),
        ball_enclosures(problem, theta, Fraction(0)),
    ):
        assert contains_all(enclosures, truth)
        assert all(high - low <= 10**15 * TOLERANCE for low, high in enclosures)


@pytest.mark.slow
@HEAVY
@given(
    data=st.data(),
    problem=own.problems(
        st.sampled_from([NAMED[name] for name in ("softsign", "elu", "selu")]), most=6, samples=2
    ),
)
def test_enclosures_away_from_breakpoints_contain_the_symbolic_values(
    data: st.DataObject, problem: Problem
) -> None:
    theta = data.draw(own.parameters(problem))
    try:
        enclosures = kernel_enclosures(problem, theta, Fraction(0))
    except Undefined:
        with pytest.raises(BallUndefined):
            ball_enclosures(problem, theta, Fraction(0))
        reject()
    value, gradient, hessian = symbolic_values(encode(problem), theta)
    truth = [value, *gradient, *(h for row in hessian for h in row)]
    assert contains_all(enclosures, truth)
    assert contains_all(ball_enclosures(problem, theta, Fraction(0)), truth)


@HEAVY
@given(data=st.data(), problem=own.problems(own.smooth_activations(), most=9))
def test_boxes_contain_the_values_at_their_points(data: st.DataObject, problem: Problem) -> None:
    theta = data.draw(own.parameters(problem))
    radius = data.draw(st.sampled_from([Fraction(1, 1000), Fraction(1, 50), Fraction(1, 4)]))
    corner = tuple(
        t + radius * data.draw(st.sampled_from([-1, 0, 1, Fraction(1, 3)])) for t in theta
    )
    points = ball_enclosures(problem, corner, Fraction(0))
    truth = [(low + high) / 2 for low, high in points]
    slack = max(high - low for low, high in points)
    assume(slack < TOLERANCE)
    for enclosures in (kernel_enclosures, ball_enclosures):
        with suppress(Undefined, BallUndefined):  # over a box a divisor may not be kept from zero
            assert contains_all(enclosures(problem, theta, radius), truth)


@given(data=st.data(), problem=own.problems(own.polynomials(), most=8, exact=True))
def test_exact_derivatives_lie_in_the_balls(data: st.DataObject, problem: Problem) -> None:
    theta = data.draw(own.parameters(problem))
    at = differentiate(in_kernel(problem), list(theta), 2)
    exact = [at.value, *at.gradient, *(h for row in at.hessian for h in row)]
    assert all(isinstance(v, Fraction) for v in exact)
    for enclosures in (
        kernel_enclosures(problem, theta, Fraction(0)),
        ball_enclosures(problem, theta, Fraction(0)),
    ):
        assert all(low <= value <= high for (low, high), value in zip(enclosures, exact))


@given(data=st.data(), problem=own.problems(own.smooth_activations(), most=9))
def test_the_linearised_loss_has_the_slopes_of_the_loss_at_its_point(
    data: st.DataObject, problem: Problem
) -> None:
    at = [Ball.exact(t, BITS) for t in data.draw(own.parameters(problem))]
    with suppress(Undefined):
        slopes = slopes_over(in_kernel(problem), at, at, 1)
        found = differentiate(in_kernel(problem), at, 1)
        ends = [[(g.lower(), g.upper()) for g in gradient] for _, gradient, _ in (slopes, found)]
        assert ends[0] == ends[1]
        assert slopes.value.lower() == found.value.lower()


@given(data=st.data(), problem=own.problems(own.piecewise_linear(), most=9, exact=True))
def test_piecewise_linear_losses_agree_everywhere(data: st.DataObject, problem: Problem) -> None:
    theta = data.draw(own.parameters(problem))
    exact = differentiate(in_kernel(problem), list(theta), 0).value
    with precision(BITS):
        ball = enclose(problem, box(theta, Fraction(0)), 0).loss
        assert from_midpoint(ball.lower()) <= exact <= from_midpoint(ball.upper())
    kernel = differentiate(in_kernel(problem), [Ball.exact(t, BITS) for t in theta], 0).value
    assert kernel.lower() <= exact <= kernel.upper()


def test_an_order_that_power_series_do_not_reach_is_refused() -> None:
    """python-flint cuts series off at ten terms, without a word: the derivatives beyond would come
    back as exact zeros.
    """
    from flint import arb

    from exactland.numerics.enclosures.activation_balls import derivatives

    for x in (arb(1), arb(1, 0.25)):
        found = derivatives(NAMED["exp"], x, 7)
        assert all(value.overlaps(arb(1).exp()) and value > 1 for value in found)
        with pytest.raises(InputError, match="order: 8 is more than 7"):
            derivatives(NAMED["exp"], x, 8)
