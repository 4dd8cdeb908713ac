"""Balls: hulls, squares, outward bounds."""

from collections.abc import Iterable

from flint import arb, fmpq, fmpz

from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.refusals import Refused, TooLarge

LARGE = fmpz(1) << 4096


TINY = fmpq(1, fmpz(1) << 16384)


def finite(x: arb) -> arb:
    """x, if it is a finite ball of reasonable size."""
    if not x.is_finite():
        raise Refused("not finite")
    if not x.abs_upper() < arb(LARGE):
        raise TooLarge("a number above 2^4096")
    return x


def hull(items: Iterable[arb]) -> arb:
    """A ball that contains all of these."""
    result: arb | None = None
    for x in items:
        result = x if result is None else result.union(x)
    assert result is not None
    return result


def square(x: arb) -> arb:
    """x^2, never negative but for rounding."""
    a, b = x.abs_lower(), x.abs_upper()
    return hull((a * a, b * b))


def narrower(x: arb, y: arb) -> arb:
    """The intersection of two enclosures of the same number."""
    if not y.is_finite():
        return x
    try:
        both = x.intersection(y)
    except ValueError:
        return x
    return both if both.is_finite() else x


def ball(low: fmpq, high: fmpq) -> arb:
    return hull((arb(low), arb(high)))


def _exact(x: arb, up: bool) -> fmpq:
    """The value of a ball of radius 0; of extremely small ones a bound from above or
    below.
    """
    mantissa, exponent = x.man_exp()
    if exponent < -32768:  # 2^exponent may be too small to be written down
        if not abs(x) < arb(TINY):
            raise TooLarge("a number with a mantissa of extreme length")
        return TINY if up else -TINY
    if exponent >= 0:
        return fmpq(mantissa << int(exponent), 1)
    return fmpq(mantissa, fmpz(1) << int(-exponent))


def lower(x: arb) -> fmpq:
    """An exact number that is at most every number of the ball."""
    finite(x)
    return _exact(x.mid(), False) - _exact(x.rad(), True)


def upper(x: arb) -> fmpq:
    """An exact number that is at least every number of the ball."""
    finite(x)
    return _exact(x.mid(), True) + _exact(x.rad(), True)


def balls(theta: Vector) -> list[arb]:
    return [arb(t) for t in theta]


def box(center: Vector, radius: fmpq) -> list[arb]:
    return [ball(c - radius, c + radius) for c in center]
