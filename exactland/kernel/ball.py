"""Fixed-point balls: real intervals with outward rounding, on Python integers.

`Ball(m, r, p)` is the set of all reals within r / 2^p of m / 2^p. Sums are exact;
products, quotients and conversions round the midpoint down and enlarge the radius, so a
result always contains every value the operands allow. Nothing here is floating point.
Two balls meet only at equal precision p; an int operand is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from fractions import Fraction
from functools import reduce
from typing import Any

BUDGET: ContextVar[list[int]] = ContextVar("left of the budget")
# What the exact numbers of one file may cost together (see `spend`). No number may grow
# past 2^MAX_BITS: bounded time and memory whatever a file asks for.
MOST, MAX_BITS = 10**7, 1 << 12


class Undefined(ArithmeticError):
    """An operation left its domain (a divisor containing zero, the logarithm of a
    non-positive number, a kink).
    """


class TooLarge(Exception):
    """Numbers or work above a stated cap."""


def refuse(condition: bool, error: Callable[..., Exception], *what: str) -> None:
    """Raise the error where the condition holds."""
    if condition:
        raise error(": ".join(what))


def bits(q: Fraction) -> int:
    return q.numerator.bit_length() + q.denominator.bit_length()


def spend(value: Number, terms: int = 0) -> Number:
    """The value, its cost taken from the budget of the file: 5 for every term, for a
    rational 1 and the square of its length in 512 bits.
    """
    left = BUDGET.get([MOST])
    left[0] -= 5 * terms + (
        1 + (bits(value) >> 9) ** 2 if isinstance(value, Fraction) else 0
    )
    refuse(
        left[0] < 0,
        TooLarge,
        "rationals that grow too long, or formal numbers of too many terms",
    )
    return value


class Ball:
    __slots__ = ("m", "p", "r")

    def __init__(self, m: int, r: int, p: int) -> None:
        refuse(
            m.bit_length() > p + MAX_BITS or r.bit_length() > p + MAX_BITS,
            TooLarge,
            "a number grew past 2^4096",
        )
        self.m, self.r, self.p = m, r, p

    @staticmethod
    def exact(q: Fraction | int, p: int) -> Ball:
        """The smallest ball around the rational q: radius zero when q is a multiple of
        2^-p.
        """
        m, rest = divmod(q.numerator << p, q.denominator)
        return Ball(m, 1 if rest else 0, p)

    @staticmethod
    # Contains [low / 2^p, high / 2^p].
    def between(low: int, high: int, p: int) -> Ball:
        return Ball(m := (low + high) >> 1, high - m, p)

    def lower(self) -> Fraction:
        return Fraction(self.m - self.r, 1 << self.p)

    def upper(self) -> Fraction:
        return Fraction(self.m + self.r, 1 << self.p)

    # An upper bound of |x| in units of 2^-p.
    def magnitude(self) -> int:
        return abs(self.m) + self.r

    def _coerce(self, other: Ball | int) -> Ball:
        y = Ball(other << self.p, 0, self.p) if isinstance(other, int) else other
        refuse(y.p != self.p, ValueError, "balls of different precision")
        return y

    def __add__(self, other: Ball | int) -> Ball:
        return Ball(self.m + (y := self._coerce(other)).m, self.r + y.r, self.p)

    __radd__ = __add__

    def __neg__(self) -> Ball:
        return Ball(-self.m, self.r, self.p)

    def __sub__(self, other: Ball | int) -> Ball:
        return self + -other

    def __mul__(self, other: Ball | int) -> Ball:
        if isinstance(other, int):
            return Ball(self.m * other, self.r * abs(other), self.p)
        if other is self:  # x^2, never negative
            return Ball.between(
                max(0, abs(self.m) - self.r) ** 2 >> self.p,
                -(-(self.magnitude() ** 2) >> self.p),
                self.p,
            )
        return _rounded(
            self.m * self._coerce(other).m,
            abs(self.m) * other.r + self.r * other.magnitude(),
            self.p,
            self.p,
        )

    def __truediv__(self, other: Ball | int) -> Ball:
        """x / y.

        With x = mx + a, y = my + b: |x/y - mx/my| <= (|a| + |mx/my| |b|) / (|my| -
        |b|).
        """
        if isinstance(other, int) and other:
            return Ball(self.m // other, -(-self.r // abs(other)) + 1, self.p)
        y = self._coerce(other)
        room = abs(y.m) - y.r
        refuse(room <= 0, Undefined, "division by a range that contains zero")
        q = (self.m << self.p) // y.m
        return Ball(
            q, -(-((self.r << self.p) + (abs(q) + 1) * y.r) // room) + 1, self.p
        )

    def at(self, p: int) -> Ball:
        """The same number at another precision."""
        return (
            Ball(self.m << (p - self.p), self.r << (p - self.p), p)
            if p >= self.p
            else _rounded(self.m, self.r, self.p - p, p)
        )


# m and r divided by 2^shift: the midpoint rounds down by less than one unit, the radius
# up.
def _rounded(m: int, r: int, shift: int, p: int) -> Ball:
    return Ball(m >> shift, -(-r >> shift) + (m >> shift << shift != m), p)


Number = Any  # Ball, or Fraction | Formal


def dot(xs: Sequence[Number], ys: Sequence[Number]) -> Number:
    """The inner product of two non-empty lists, both of balls (rounded once) or both of
    exact numbers.
    """
    refuse(len(xs) != len(ys), Undefined, "inner product of lists of different lengths")
    if not isinstance(xs[0], Ball):
        return reduce(
            lambda total, pair: spend(total + spend(pair[0] * pair[1])),
            zip(xs, ys),
            Fraction(0),
        )
    middle = sum([x.m * y.m for x, y in zip(xs, ys)])
    spread = sum([abs(x.m) * y.r + x.r * (abs(y.m) + y.r) for x, y in zip(xs, ys)])
    return _rounded(middle, spread, xs[0].p, xs[0].p)


# Of two enclosures of one number, the narrower.
def tighter(x: Ball, y: Ball) -> Ball:
    return x if x.r <= y.r else y
