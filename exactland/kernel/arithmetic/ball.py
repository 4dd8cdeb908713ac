"""Fixed-point balls: real intervals with outward rounding, on Python integers.

`Ball(m, r, p)` is the set of all reals within r / 2^p of m / 2^p. Sums are exact;
products, quotients and conversions round the midpoint down and enlarge the radius, so a
result always contains every value the operands allow (docs/theorems/derivatives.md,
over a box). Nothing here is floating point. Two balls meet only at equal precision p;
an int operand is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import final

from ..meter import SHORT, charge, cost_of_product
from ..refusals import TooLarge, Undefined

# No number may grow past 2^MAX_BITS.
MAX_BITS = 1 << 12

# Making a short ball costs so much, and a term of an inner product costs 1.
COST_OF_A_BALL = 4
# Balls beyond 2^LONG_BITS pay for their memory: a unit for so many bits.
LONG_BITS = 1 << 9
BITS_PER_UNIT = 4


@final
class Ball:
    """The reals within r / 2^p of m / 2^p."""

    __slots__ = ("m", "p", "r")

    def __init__(self, m: int, r: int, p: int) -> None:
        size = p + m.bit_length() + r.bit_length()
        charge(COST_OF_A_BALL if size < SHORT else _cost_of_long(m, r, p))
        self.m = m
        self.r = r
        self.p = p

    @staticmethod
    def exact(q: Fraction | int, p: int) -> Ball:
        """The smallest ball around the rational q: radius zero when q is a multiple of
        2^-p.
        """
        m, rest = divmod(q.numerator << p, q.denominator)
        return Ball(m, 1 if rest else 0, p)

    @staticmethod
    def between(low: int, high: int, p: int) -> Ball:
        """Contains [low / 2^p, high / 2^p]: the middle rounds down, so the radius that
        reaches the upper end reaches the lower one.
        """
        m = (low + high) >> 1
        return Ball(m, high - m, p)

    def lower(self) -> Fraction:
        """The least number in it."""
        return Fraction(self.m - self.r, 1 << self.p)

    def upper(self) -> Fraction:
        """The largest number in it."""
        return Fraction(self.m + self.r, 1 << self.p)

    def magnitude(self) -> int:
        """The largest |x|, in units of 2^-p."""
        return abs(self.m) + self.r

    def _operand(self, other: Ball | int) -> tuple[int, int]:
        """Midpoint and radius of the other one. Midpoints in different units would be
        added as if they were equal.
        """
        if isinstance(other, int):
            return other << self.p, 0
        if other.p != self.p:
            raise ValueError("balls of different precision")
        return other.m, other.r

    def __add__(self, other: Ball | int) -> Ball:
        m, r = self._operand(other)
        return Ball(self.m + m, self.r + r, self.p)

    __radd__ = __add__

    def __neg__(self) -> Ball:
        return Ball(-self.m, self.r, self.p)

    def __sub__(self, other: Ball | int) -> Ball:
        m, r = self._operand(other)
        return Ball(self.m - m, self.r + r, self.p)

    def __mul__(self, other: Ball | int) -> Ball:
        """|x y - mx my| <= |mx| ry + rx (|my| + ry)."""
        if isinstance(other, int):
            return Ball(self.m * other, self.r * abs(other), self.p)
        m, r = self._operand(other)
        spread = abs(self.m) * r + self.r * (abs(m) + r)
        return _rounded(self.m * m, spread, self.p, self.p)

    def square(self) -> Ball:
        """x^2, with no negative number in it."""
        least = max(0, abs(self.m) - self.r)
        most = self.magnitude()
        low = least * least >> self.p
        high = -(-most * most >> self.p)
        return Ball.between(low, high, self.p)

    def __truediv__(self, other: Ball | int) -> Ball:
        """With x = mx + a, y = my + b: |x/y - mx/my| <= (|a| + |mx/my| |b|) / (|my| -
        |b|). The midpoint rounds down by less than one unit: one more in the radius,
        and one more than |m| to bound |mx/my|.
        """
        m, r = self._operand(other)
        least = abs(m) - r
        if least <= 0:
            raise Undefined("division by a range that contains zero")
        quotient = (self.m << self.p) // m
        spread = (self.r << self.p) + (abs(quotient) + 1) * r
        return Ball(quotient, -(-spread // least) + 1, self.p)

    def at(self, p: int) -> Ball:
        """The same number at another precision."""
        finer = p - self.p
        if finer >= 0:
            return Ball(self.m << finer, self.r << finer, p)
        return _rounded(self.m, self.r, -finer, p)


def _cost_of_long(m: int, r: int, p: int) -> int:
    """Of a ball that is not short, unless a number is too large.

    A product of x and y has about as many bits as both less p, so that the square of
    its size bounds how long it took.
    """
    most = p + MAX_BITS
    if m.bit_length() > most or r.bit_length() > most:
        raise TooLarge("a number grew past 2^4096")
    length = m.bit_length() + r.bit_length()
    cost = COST_OF_A_BALL * cost_of_product(p + length)
    if length > 2 * (p + LONG_BITS):
        cost += length // BITS_PER_UNIT
    return cost


def _rounded(m: int, r: int, shift: int, p: int) -> Ball:
    """m and r divided by 2^shift: the midpoint rounds down by less than one unit, which
    the radius, rounded up, gains.
    """
    middle = m >> shift
    radius = -(-r >> shift)
    if middle << shift != m:
        radius += 1
    return Ball(middle, radius, p)


def inner_product(xs: Sequence[Ball], ys: Sequence[Ball]) -> Ball:
    """The inner product of two non-empty lists of one length and one precision, rounded
    once.
    """
    p = xs[0].p
    middle = 0
    spread = 0
    lengths = 0
    for x, y in zip(xs, ys):
        a = x.m
        b = y.m
        product = a * b
        middle += product
        lengths += product.bit_length()
        spread += abs(a) * y.r + x.r * (abs(b) + y.r)
    size = lengths // len(xs) + spread.bit_length()
    charge(len(xs) * cost_of_product(size))
    return _rounded(middle, spread, p, p)


def box(
    center: Sequence[Fraction], precision: int, radius: Fraction = Fraction(0)
) -> list[Ball]:
    """Balls that contain all numbers within the radius of those of the center."""
    reach = Ball.exact(radius, precision).magnitude()
    balls = [Ball.exact(c, precision) for c in center]
    return [Ball(ball.m, ball.r + reach, precision) for ball in balls]


def hull(*boxes: Sequence[Ball]) -> list[Ball]:
    """Balls around the given ones, coordinate by coordinate."""
    around = []
    for balls in zip(*boxes):
        low = min(ball.m - ball.r for ball in balls)
        high = max(ball.m + ball.r for ball in balls)
        around.append(Ball.between(low, high, balls[0].p))
    return around
