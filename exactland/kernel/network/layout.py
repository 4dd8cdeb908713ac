"""The layers of a network, and where theta has their parameters."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from .activations import Activation

Parameter = TypeVar("Parameter")


class Layer(NamedTuple):
    units: int
    activation: Activation | None  # None for the linear output layer
    bias: bool


class Problem(NamedTuple):
    inputs: int
    layers: tuple[Layer, ...]  # hidden layers, then the linear output layer
    loss: str
    x: list[list[Fraction]]
    y: list[list[Fraction]]

    @property
    def parameters(self) -> int:
        """How many there are, biases included."""
        count = 0
        width = self.inputs
        for layer in self.layers:
            count += (width + layer.bias) * layer.units
            width = layer.units
        return count


def split(
    problem: Problem,
    theta: Sequence[Parameter],
) -> list[list[list[Parameter]]]:
    """For every layer and unit its incoming weights, and its bias if it has one
    (FORMAT.md, section 2: the weights of all units of a layer, then their biases).
    """
    layers = []
    start = 0
    width = problem.inputs
    for layer in problem.layers:
        biases = start + layer.units * width
        units = []
        for j in range(layer.units):
            unit = [*theta[start : start + width]]
            start += width
            if layer.bias:
                unit.append(theta[biases + j])
            units.append(unit)
        layers.append(units)
        start = biases + layer.units * layer.bias
        width = layer.units
    return layers
