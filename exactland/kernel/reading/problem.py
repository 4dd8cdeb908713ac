"""Problems as files write them."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from types import SimpleNamespace
from typing import Any

from ..facts import Vector
from ..network.layout import Layer, Problem
from ..refusals import Malformed, TooLarge
from .activation import read_activation
from .values import Fields, count, each, flag, one_of, rational, record

# Bits of the different denominators in one row of class probabilities.
MOST_BITS = 10**4


def total_of(y: Vector) -> Fraction:
    """Their sum, refused where its denominator, which divides the product of theirs,
    might be long.
    """
    denominators = {v.denominator for v in y}
    if sum(d.bit_length() for d in denominators) > MOST_BITS:
        raise TooLarge("targets whose sum is too long")
    common = lcm(*denominators)
    return Fraction(sum(v.numerator * (common // v.denominator) for v in y), common)


def _no_number_negative(y: Vector) -> bool:
    return all(v.numerator >= 0 for v in y)


def _probabilities(y: Vector) -> bool:
    return len(y) > 1 and _no_number_negative(y) and total_of(y) == 1


def _probabilities_but_one(y: Vector) -> bool:
    return _no_number_negative(y) and total_of(y) <= 1


# The losses, and whether a row of targets makes sense to each.
TARGETS: Mapping[str, Callable[[Vector], bool]] = {
    "half-squared-error": lambda y: True,
    "logistic": lambda y: y in ([-1], [1]),
    "softmax-cross-entropy": _probabilities,
    "multinomial-logistic": _probabilities_but_one,
}


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
