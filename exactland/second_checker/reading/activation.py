"""Activations as files write them (docs/reference/format.md, section 2)."""

from itertools import pairwise
from typing import Any

from ..network.activations import (
    NAMED,
    Expression,
    Named,
    PiecewiseLinear,
    Polynomial,
    Written,
)
from ..network.jets import FUNCTIONS
from ..network.trees import Tree, X, apply, constant, power
from ..refusals import Malformed
from .values import (
    each,
    entries,
    entries_of_length,
    integer,
    keys,
    rational,
    rationals,
    word,
)

MOST_COEFFICIENTS = 65
MOST_BREAKPOINTS = 64
MOST_NODES = 1000
DEEPEST = 40
LARGEST_POWER = 64
DIGITS_OF_A_POWER = 2


class _TreeReader:
    """Reads one expression, and counts its nodes."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.nodes = 0

    def read(self, value: Any, level: int) -> Tree:
        """An expression inside of `level - 1` operators."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Malformed(self.place, "expression too long")
        if type(value) is str:
            return X if value == "x" else constant(rational(value, self.place))
        if level > DEEPEST:
            raise Malformed(self.place, "expression too deep")
        head = entries(value, self.place, least=2)[0]
        if type(head) is not str:
            raise Malformed(self.place, "not an operation")
        if head == "^":
            return self._power(value, level)
        self._check_operands(head, value)
        parts = [self.read(part, level + 1) for part in value[1:]]
        return apply(head, *parts)

    def _power(self, value: list[Any], level: int) -> Tree:
        entries_of_length(value, 3, self.place)
        exponent = integer(value[2], self.place, DIGITS_OF_A_POWER)
        if abs(exponent) > LARGEST_POWER:
            raise Malformed(self.place, "power beyond 64")
        return power(self.read(value[1], level + 1), exponent)

    def _check_operands(self, head: str, value: list[Any]) -> None:
        """Sums and products have two operands or more, quotients two, functions one."""
        if head in ("+", "*"):
            entries(value, self.place, least=3)
        elif head == "/":
            entries_of_length(value, 3, self.place)
        else:
            word(head, FUNCTIONS, self.place)
            entries_of_length(value, 2, self.place)


def _polynomial(value: Any, place: str) -> Polynomial:
    coefficients = entries(value, place, least=1)
    if len(coefficients) > MOST_COEFFICIENTS:
        raise Malformed(place, "wrong length")
    return Polynomial(each(rational, coefficients, place))


def _piecewise_linear(value: Any, place: str) -> PiecewiseLinear:
    keys(value, "breakpoints slopes value_at_0", place)
    where = place + ".breakpoints"
    breakpoints = entries(value["breakpoints"], where, least=1)
    if len(breakpoints) > MOST_BREAKPOINTS:
        raise Malformed(where, "wrong length")
    points = each(rational, breakpoints, where)
    slopes = rationals(value["slopes"], len(points) + 1, place + ".slopes")
    if not all(a < b for a, b in pairwise(points)):
        raise Malformed(place, "breakpoints must increase")
    at_0 = rational(value["value_at_0"], place + ".value_at_0")
    return PiecewiseLinear(points, slopes, at_0)


def read_activation(value: Any, place: str) -> Written:
    """A name, or an object with one key."""
    if type(value) is str:
        return Named(word(value, NAMED, place))
    if type(value) is not dict or len(value) != 1:
        raise Malformed(place, "not an activation")
    if "polynomial" in value:
        return _polynomial(value["polynomial"], place)
    if "piecewise-linear" in value:
        return _piecewise_linear(value["piecewise-linear"], place)
    if "expression" in value:
        return Expression(_TreeReader(place).read(value["expression"], level=1))
    raise Malformed(place, "not an activation")
