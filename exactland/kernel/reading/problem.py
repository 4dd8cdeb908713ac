"""Problems as files write them."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from ..facts import Vector
from ..network.layout import Layer, Problem
from ..refusals import Malformed, TooLarge
from .activation import read_activation
from .values import Fields, count, each, flag, one_of, rational

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


def _any_numbers(_: Vector) -> bool:
    return True


def _one_sign(y: Vector) -> bool:
    return y in ([-1], [1])


def _no_number_negative(y: Vector) -> bool:
    return all(v.numerator >= 0 for v in y)


def _probabilities(y: Vector) -> bool:
    return len(y) > 1 and _no_number_negative(y) and total_of(y) == 1


def _probabilities_but_one(y: Vector) -> bool:
    return _no_number_negative(y) and total_of(y) <= 1


# The losses, and whether a row of targets makes sense to each.
TARGETS: Mapping[str, Callable[[Vector], bool]] = {
    "half-squared-error": _any_numbers,
    "logistic": _one_sign,
    "softmax-cross-entropy": _probabilities,
    "multinomial-logistic": _probabilities_but_one,
}


def read_problem(value: Any, place: str) -> Problem:
    """Network, loss and data."""
    fields = Fields(value, place)
    fields.are("format", "network", "loss", "data")
    fields.read("format", one_of("exactland-problem/1"))
    network = fields.read("network", Fields)
    network.are("inputs", "hidden", "outputs", "output_bias")
    inputs = network.read("inputs", count)
    hidden = network.read("hidden", each(_read_layer))
    outputs = network.read("outputs", count)
    last = Layer(outputs, None, network.read("output_bias", flag))
    loss = fields.read("loss", one_of(*TARGETS))
    data = fields.read("data", Fields)
    data.are("x", "y")
    x = data.read("x", each(each(rational, inputs)))
    y = data.read("y", each(each(rational, outputs), len(x)))
    for k, row in enumerate(y):
        if not TARGETS[loss](row):
            raise Malformed(f"{data.place}.y[{k}]: not targets of the loss {loss}")
    return Problem(inputs, (*hidden, last), loss, x, y)


def _read_layer(value: Any, place: str) -> Layer:
    layer = Fields(value, place)
    layer.are("units", "activation", "bias")
    units = layer.read("units", count)
    activation = layer.read("activation", read_activation)
    return Layer(units, activation, layer.read("bias", flag))
