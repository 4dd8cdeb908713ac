"""Balls: enclosures of real numbers by Arb, their hulls and squares, and exact bounds
of them.
"""

from collections.abc import Iterable, Sequence

from flint import arb, ctx, fmpq, fmpz
from flint.flint_base.flint_context import PrecisionManager

from ..refusals import Refused, TooLarge
from .exact import Vector

ZERO = arb(0)
ONE = arb(1)
WITHIN_ONE = arb(0, 1)  # all numbers between -1 and 1
LARGE = arb(fmpz(1) << 4096)  # beyond it nothing is calculated with
LEAST_EXPONENT = -32768  # a power of two below it is not written down ...
TINY = fmpq(1, fmpz(1) << 16384)  # ... this bounds what has such an exponent
GUARD_BITS = 64  # beyond the precision that a step asks for
FORMAL_PRECISION = 128  # of steps that ask for none


def precision(bits: int) -> PrecisionManager:
    """Balls are calculated with so many bits, and some more, in a `with` block."""
    return ctx.workprec(bits + GUARD_BITS)


def finite(x: arb) -> arb:
    """x, if it is a finite ball of reasonable size."""
    if not x.is_finite():
        raise Refused("not finite")
    if x.abs_upper() < LARGE:
        return x
    raise TooLarge("a number above 2^4096")


def hull(items: Iterable[arb]) -> arb:
    """A ball that contains all of these, at least one."""
    first, *others = items
    for x in others:
        first = first.union(x)
    return first


def square(x: arb) -> arb:
    """x^2, never negative but for rounding."""
    least = x.abs_lower()
    greatest = x.abs_upper()
    return hull([least * least, greatest * greatest])


def narrower(x: arb, y: arb) -> arb:
    """The intersection of two enclosures of the same number."""
    if not y.is_finite():
        return x
    try:
        both = x.intersection(y)
    except ValueError:
        return x
    return both if both.is_finite() else x


def dot(left: Sequence[arb], right: Sequence[arb]) -> arb:
    """The sum of the products."""
    pairs = zip(left, right, strict=True)
    return sum((a * b for a, b in pairs), ZERO)


def ball(low: fmpq, high: fmpq) -> arb:
    """All numbers between two rationals, given in either order."""
    return hull([arb(low), arb(high)])


def balls(theta: Vector) -> list[arb]:
    """A point."""
    return [arb(t) for t in theta]


def box(center: Vector, radius: fmpq) -> list[arb]:
    """All points with |theta_k - center_k| <= radius."""
    return [ball(c - radius, c + radius) for c in center]


def _value(x: arb, bound: fmpq) -> fmpq:
    """The number that a ball of radius 0 is; of an extremely small one the bound."""
    mantissa, exponent = x.man_exp()
    if exponent < LEAST_EXPONENT:
        if abs(x) < arb(TINY):
            return bound
        raise TooLarge("a number with a mantissa of extreme length")
    if exponent >= 0:
        return fmpq(mantissa << int(exponent), 1)
    return fmpq(mantissa, fmpz(1) << int(-exponent))


def lower(x: arb) -> fmpq:
    """An exact number that is at most every number of the ball."""
    finite(x)
    return _value(x.mid(), -TINY) - _value(x.rad(), TINY)


def upper(x: arb) -> fmpq:
    """An exact number that is at least every number of the ball."""
    finite(x)
    return _value(x.mid(), TINY) + _value(x.rad(), TINY)
