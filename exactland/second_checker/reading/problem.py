"""Problems as files write them (docs/reference/format.md, section 2)."""

from typing import Any

from ..arithmetic.exact import ONE, ZERO, Vector
from ..network.layout import Layer, Problem
from ..network.losses import (
    LOGISTIC,
    LOSSES,
    MULTINOMIAL_LOGISTIC,
    SOFTMAX_CROSS_ENTROPY,
)
from ..refusals import Malformed, TooLarge
from .activation import read_activation
from .values import (
    count_from_1,
    entries,
    entries_of_length,
    flag,
    keys,
    rationals,
    word,
)

PLACE = "claim.problem"
BITS_OF_DENOMINATORS = 10**4  # of a row of class probabilities, together


def _check_outputs(loss: str, outputs: int) -> None:
    """How many outputs a loss takes."""
    place = "problem.network.outputs"
    if loss == LOGISTIC and outputs != 1:
        raise Malformed(place, "the logistic loss takes one output")
    if loss == SOFTMAX_CROSS_ENTROPY and outputs < 2:
        raise Malformed(place, "softmax takes at least two outputs")


def _check_probabilities(loss: str, row: Vector, place: str) -> None:
    """A sum of fractions has the product of their denominators below, so those are
    looked at first.
    """
    if any(v < 0 for v in row):
        raise Malformed(place, "targets must not be negative")
    denominators = {int(v.q) for v in row}
    if sum(q.bit_length() for q in denominators) > BITS_OF_DENOMINATORS:
        raise TooLarge("denominators of class probabilities")
    rest = ONE - sum(row, ZERO)  # of class 0, which softmax does not have
    if rest < 0 or (loss == SOFTMAX_CROSS_ENTROPY and rest != 0):
        raise Malformed(place, "targets are no probabilities")


def _check_targets(loss: str, y: list[Vector]) -> None:
    """What a loss takes: elsewhere its formula is no loss, nor is it bounded below."""
    for i, row in enumerate(y):
        place = f"problem.data.y[{i}]"
        if loss == LOGISTIC and row[0] not in (1, -1):
            raise Malformed(place, "targets are -1 or 1")
        if loss in (SOFTMAX_CROSS_ENTROPY, MULTINOMIAL_LOGISTIC):
            _check_probabilities(loss, row, place)


def _layer(value: Any, place: str) -> Layer:
    keys(value, "units activation bias", place)
    units = count_from_1(value["units"], place + ".units")
    activation = read_activation(value["activation"], place + ".activation")
    bias = flag(value["bias"], place + ".bias")
    return Layer(units, activation, bias)


def _rows(values: list[Any], length: int, place: str) -> list[Vector]:
    return [rationals(row, length, f"{place}[{i}]") for i, row in enumerate(values)]


def read_problem(value: Any) -> Problem:
    """The network, the loss and the data."""
    keys(value, "format network loss data", PLACE)
    word(value["format"], ("exactland-problem/1",), PLACE + ".format")
    where = PLACE + ".network"
    network = keys(value["network"], "inputs hidden outputs output_bias", where)
    inputs = count_from_1(network["inputs"], where + ".inputs")
    hidden = []
    for i, layer in enumerate(entries(network["hidden"], where + ".hidden", least=1)):
        hidden.append(_layer(layer, f"{where}.hidden[{i}]"))
    outputs = count_from_1(network["outputs"], where + ".outputs")
    output_bias = flag(network["output_bias"], where + ".output_bias")
    loss = word(value["loss"], LOSSES, PLACE + ".loss")
    where = PLACE + ".data"
    data = keys(value["data"], "x y", where)
    samples = entries(data["x"], where + ".x", least=1)
    x = _rows(samples, inputs, where + ".x")
    targets = entries_of_length(data["y"], len(x), where + ".y")
    y = _rows(targets, outputs, where + ".y")
    _check_outputs(loss, outputs)
    _check_targets(loss, y)
    return Problem(inputs, hidden, outputs, output_bias, loss, x, y)
