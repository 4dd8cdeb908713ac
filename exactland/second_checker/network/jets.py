"""Truncated power series: the Taylor coefficients s^(k)(x) / k! of expressions, over
balls or at rationals.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import TypeVar

from flint import arb, fmpq

from ..arithmetic import ball, elementary, exact
from ..arithmetic.elementary import range_of_increasing
from ..meter import metered
from ..refusals import Refused, require
from .trees import Algebra

Number = TypeVar("Number", arb, fmpq)
Jet = list[arb]
ExactJet = list[fmpq]

QUARTER = fmpq(1, 4)
HALF = fmpq(1, 2)


def quotient(above: Sequence[Number], below: Sequence[Number]) -> list[Number]:
    """The series q with q * below = above, one coefficient after the other."""
    first = below[0]
    require(first > 0 or first < 0, "division by a range that may contain 0")
    result: list[Number] = []
    for k, coefficient in enumerate(above):
        rest = coefficient
        for i in range(k):
            rest = rest - result[i] * below[k - i]
        result.append(rest / first)
    return result


def product(left: Jet, right: Jet) -> Jet:
    """The product of two series of balls."""
    result = []
    for k in range(len(left)):
        terms = [left[i] * right[k - i] for i in range(k + 1)]
        result.append(sum(terms, ball.ZERO))
    return result


def squared(base: Jet) -> Jet:
    """The square: of equal factors, what is enclosed more tightly than a product."""
    result = []
    for k in range(len(base)):
        total = ball.square(base[k // 2]) if k % 2 == 0 else ball.ZERO
        for i in range((k + 1) // 2):
            total = total + 2 * base[i] * base[k - i]
        result.append(total)
    return result


def fixed(value: fmpq, length: int) -> Jet:
    """The series of a constant."""
    return [arb(value), *[ball.ZERO] * (length - 1)]


def scaled(factor: int, series: Jet) -> Jet:
    """An integer multiple."""
    return [factor * coefficient for coefficient in series]


def _next(slope: Jet, u: Jet, k: int) -> arb:
    """Coefficient k of y, y' = slope u', from those of slope below k."""
    total = ball.ZERO
    for i in range(k):
        rate = (k - i) * u[k - i]
        total = total + slope[i] * rate
    return total / k


def _solved(first: arb, slope_of: Callable[[Jet], Jet], u: Jet) -> Jet:
    """y with y_0 = first and y' = g(y) u', the series of g from the coefficients of y
    known so far.
    """
    y = [first]
    for k in range(1, len(u)):
        y.append(_next(slope_of(y), u, k))
    return y


def _integrated(first: arb, slope: Jet, u: Jet) -> Jet:
    """y with y_0 = first and y' = slope u'."""
    others = [_next(slope, u, k) for k in range(1, len(u))]
    return [first, *others]


def _exp(u: Jet) -> Jet:
    """y' = y u'."""
    return _solved(elementary.exp(u[0]), list, u)


def _sigmoid_slope(y: Jet) -> Jet:
    """y (1 - y) = 1/4 - (y - 1/2)^2, where y occurs once."""
    shifted = [y[0] - arb(HALF), *y[1:]]
    slope = [-coefficient for coefficient in squared(shifted)]
    return [slope[0] + arb(QUARTER), *slope[1:]]


def _sigmoid(u: Jet) -> Jet:
    """y' = y (1 - y) u'."""
    return _solved(elementary.sigmoid(u[0]), _sigmoid_slope, u)


def _tanh(u: Jet) -> Jet:
    """2 sigmoid(2u) - 1."""
    y = scaled(2, _sigmoid(scaled(2, u)))
    direct = range_of_increasing(arb.tanh, u[0])
    return [ball.narrower(direct, y[0] - 1), *y[1:]]


def _softplus(u: Jet) -> Jet:
    """y' = sigmoid(u) u'."""
    return _integrated(elementary.softplus(u[0]), _sigmoid(u), u)


def _log(u: Jet) -> Jet:
    """y' = u' / u."""
    require(u[0] > 0, "log of a range that is not positive")
    slope = quotient(fixed(exact.ONE, len(u)), u)
    return _integrated(range_of_increasing(arb.log, u[0]), slope, u)


def _sqrt_slope(y: Jet) -> Jet:
    """1 / (2y)."""
    return quotient(fixed(exact.ONE, len(y)), scaled(2, y))


def _sqrt(u: Jet) -> Jet:
    """y' = u' / (2y)."""
    require(u[0] > 0, "sqrt of a range that is not positive")
    return _solved(range_of_increasing(arb.sqrt, u[0]), _sqrt_slope, u)


def _atan(u: Jet) -> Jet:
    """y' = u' / (1 + u^2)."""
    square, *others = squared(u)
    slope = quotient(fixed(exact.ONE, len(u)), [1 + square, *others])
    return _integrated(range_of_increasing(arb.atan, u[0]), slope, u)


def _erf(u: Jet) -> Jet:
    """y' = 2 / sqrt(pi) e^(-u^2) u'."""
    scale = 2 / arb.pi().sqrt()
    slope = [scale * coefficient for coefficient in _exp(scaled(-1, squared(u)))]
    return _integrated(range_of_increasing(arb.erf, u[0]), slope, u)


def _sin_and_cos(u: Jet) -> tuple[Jet, Jet]:
    """sin' = cos u', cos' = -sin u'."""
    sine = [elementary.sin(u[0])]
    cosine = [elementary.cos(u[0])]
    for k in range(1, len(u)):
        sine.append(_next(cosine, u, k))
        cosine.append(-_next(sine, u, k))
    return sine, cosine


def _sin(u: Jet) -> Jet:
    return _sin_and_cos(u)[0]


def _cos(u: Jet) -> Jet:
    return _sin_and_cos(u)[1]


FUNCTIONS = MappingProxyType(
    {
        "exp": _exp,
        "log": _log,
        "sqrt": _sqrt,
        "sin": _sin,
        "cos": _cos,
        "atan": _atan,
        "tanh": _tanh,
        "erf": _erf,
        "softplus": _softplus,
        "sigmoid": _sigmoid,
    }
)


class _Series(Algebra[list[Number]]):
    """Series of one length."""

    def __init__(self, length: int) -> None:
        self.length = length

    def add(self, left: list[Number], right: list[Number]) -> list[Number]:
        return [a + b for a, b in zip(left, right, strict=True)]

    def divide(self, above: list[Number], below: list[Number]) -> list[Number]:
        return quotient(above, below)


class BallSeries(_Series[arb]):
    """Series over balls."""

    def constant(self, value: fmpq) -> Jet:
        return fixed(value, self.length)

    def multiply(self, left: Jet, right: Jet) -> Jet:
        return product(left, right)

    def square(self, base: Jet) -> Jet:
        return squared(base)

    def function(self, name: str, argument: Jet, /) -> Jet:
        return [ball.finite(c) for c in FUNCTIONS[name](argument)]


class ExactSeries(_Series[fmpq]):
    """Series of rationals: of rational functions alone."""

    def constant(self, value: fmpq) -> ExactJet:
        return [value, *[exact.ZERO] * (self.length - 1)]

    def multiply(self, left: ExactJet, right: ExactJet) -> ExactJet:
        result = []
        for k in range(self.length):
            terms = [left[i] * right[k - i] for i in range(k + 1)]
            result.append(metered(sum(terms, exact.ZERO)))
        return result

    def square(self, base: ExactJet) -> ExactJet:
        return self.multiply(base, base)

    def function(self, _name: str, _argument: ExactJet, /) -> ExactJet:
        """Refused, whatever the argument: its values are no rationals."""
        raise Refused("not a rational function")
