"""The two kinds of numbers that one formula may be computed with: balls, and exact
numbers.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from ..meter import charge, cost_of_rational
from ..refusals import Undefined
from .ball import Ball, inner_product
from .formal import ZERO
from .formal import Exact as Exact

Number = TypeVar("Number", Ball, Exact)
T = TypeVar("T", Ball, Fraction, Exact)


def constant(q: Fraction, like: Number) -> Number:
    """The rational q as a number of the same kind (and, for balls, the same
    precision).
    """
    if isinstance(like, Ball):
        return Ball.exact(q, like.p)
    return q


def metered(value: T) -> T:
    """The value, its cost taken from the budget of the file. Only rationals cost:
    formal numbers pay for their terms when these are made, balls have a fixed length.
    """
    if type(value) is Fraction:
        charge(cost_of_rational(value))
    return value


def square(x: Number) -> Number:
    """x^2; of a ball, with no negative number in it."""
    if isinstance(x, Ball):
        return x.square()
    return x * x


def dot(xs: Sequence[Number], ys: Sequence[Number]) -> Number:
    """The inner product of two non-empty lists, both of balls (rounded once) or both of
    exact numbers.
    """
    if len(xs) != len(ys):
        raise Undefined("inner product of lists of different lengths")
    if isinstance(xs[0], Ball):
        return inner_product(xs, ys)
    total: Exact = ZERO
    for x, y in zip(xs, ys):
        total = metered(total + metered(x * y))
    return total


def sum_of(values: Sequence[Exact]) -> Exact:
    """The sum of exact numbers, which is paid for; 0 of none."""
    total: Exact = ZERO
    for value in values:
        total = metered(total + value)
    return total
