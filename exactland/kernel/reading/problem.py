"""Problems and their activations as files write them."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

from ..arithmetic import elementary, sum_of
from ..facts import Vector
from ..network import Activation, Layer, Pieces, Problem
from ..network.activations import (
    NAMES,
    Tree,
    piecewise_linear,
    polynomial,
    tanh,
)
from ..refusals import Malformed
from .values import (
    Fields,
    count,
    each,
    entries,
    flag,
    integer,
    one_of,
    rational,
    record,
)

FUNCTIONS = (*elementary.FUNCTIONS, "tanh")
# By how many operands they take; more than two, sums and products.
OPERATORS = {0: (), 1: FUNCTIONS, 2: ("^", "/", "+", "*")}

MAX_COEFFICIENTS = 65
MAX_BREAKPOINTS = 64
MAX_LEVELS = 40
MAX_NODES = 1000
power = integer(-64, 64)


def read_activation(value: Any, place: str) -> Activation:
    """A name, a polynomial, a piecewise linear function, or an expression."""
    if isinstance(value, str):
        return NAMES[one_of(*NAMES)(value, place)]
    if not isinstance(value, dict) or len(value) != 1:
        raise Malformed(f"{place}: expected a name, or an object with one key")
    ((kind, body),) = value.items()
    if kind == "polynomial":
        return _read_polynomial(body, place)
    if kind == "piecewise-linear":
        return _read_piecewise_linear(Fields(body, place))
    if kind != "expression":
        raise Malformed(f"{place}: unknown kind of activation {kind[:40]!a}")
    tree, nodes = read_tree(body, place, MAX_LEVELS)
    if nodes > MAX_NODES:
        raise Malformed(f"{place}: an expression of more than 1000 nodes")
    return tree


def _read_polynomial(value: Any, place: str) -> Tree:
    coefficients = each(rational)(value, place)
    if len(coefficients) > MAX_COEFFICIENTS:
        raise Malformed(f"{place}: more than 65 coefficients")
    return polynomial(coefficients)


def _read_piecewise_linear(fields: Fields) -> Pieces:
    """One more slope than breakpoints, which increase: the pieces are in order."""
    fields.are("breakpoints", "slopes", "value_at_0")
    breakpoints = fields.read("breakpoints", each(rational))
    value_at_0 = fields.read("value_at_0", rational)
    increasing = all(a < b for a, b in zip(breakpoints, breakpoints[1:]))
    if not increasing or len(breakpoints) > MAX_BREAKPOINTS:
        place = f"{fields.place}.breakpoints"
        raise Malformed(f"{place}: not increasing, or more than 64")
    slopes = fields.read("slopes", each(rational, len(breakpoints) + 1))
    return piecewise_linear(breakpoints, slopes, value_at_0)


def read_tree(value: Any, place: str, levels: int) -> tuple[Tree, int]:
    """An expression of at most so many levels, and how many nodes it has."""
    if value == "x":
        return "x", 1
    if isinstance(value, str):
        return rational(value, place), 1
    if levels == 0:
        raise Malformed(f"{place}: an expression of more than 40 levels")
    operator, *parts = entries(value, place)
    if operator not in OPERATORS.get(len(parts), ("+", "*")):
        operands = f"with {len(parts)} operands"
        shown = f"{str(operator)[:20]!a}"
        raise Malformed(f"{place}: not an operator of the grammar {operands}: {shown}")
    if operator == "^":
        base, nodes = read_tree(parts[0], place, levels - 1)
        return ("^", base, power(parts[1], place)), nodes + 1
    inside = [read_tree(part, place, levels - 1) for part in parts]
    trees = [tree for tree, _ in inside]
    total = 1 + sum(nodes for _, nodes in inside)
    if operator == "tanh":
        return tanh(*trees), total
    if operator == "*" and trees[0] == trees[1]:  # a square is not negative
        trees[:2] = [("^", trees[0], 2)]
    return (operator, *trees), total


def _shares(y: Vector) -> bool:
    """Not negative, and of not more than one whole."""
    # rational, as targets are
    total = cast(Fraction, sum_of(y))
    return all(v.numerator >= 0 for v in y) and total <= 1


# The losses, and whether a row of targets makes sense to each.
TARGETS: Mapping[str, Callable[[Vector], bool]] = MappingProxyType(
    {
        "half-squared-error": lambda y: True,
        "logistic": lambda y: y in ([-1], [1]),
        "softmax-cross-entropy": lambda y: len(y) > 1 and _shares(y) and sum_of(y) == 1,
        "multinomial-logistic": _shares,
    }
)


def read_problem(value: Any, place: str) -> Problem:
    """Network, loss and data."""
    fields = FIELDS(value, place)
    network = fields.network
    loss = fields.loss
    data = fields.data
    data.are("x", "y")
    x = data.read("x", each(each(rational, network.inputs)))
    y = data.read("y", each(each(rational, network.outputs), len(x)))
    for k, row in enumerate(y):
        if not TARGETS[loss](row):
            raise Malformed(f"{data.place}.y[{k}]: not targets of the loss {loss}")
    last = Layer(network.outputs, None, network.output_bias)
    return Problem(network.inputs, (*network.hidden, last), loss, x, y)


LAYER = record(Layer, units=count, activation=read_activation, bias=flag)
NETWORK = record(
    SimpleNamespace, inputs=count, hidden=each(LAYER), outputs=count, output_bias=flag
)
FIELDS = record(
    SimpleNamespace,
    format=one_of("exactland-problem/1"),
    network=NETWORK,
    loss=one_of(*TARGETS),
    data=Fields,
)
