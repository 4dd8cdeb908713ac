"""The layers of a network, and where theta has their parameters."""

from itertools import islice
from typing import NamedTuple, TypeVar

from ..facts import Matrix
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
    x: Matrix
    y: Matrix

    @property
    def widths(self) -> list[int]:
        """How many numbers enter each layer, and how many leave the last."""
        return [self.inputs, *(layer.units for layer in self.layers)]

    @property
    def parameters(self) -> int:
        """How many there are, biases included."""
        layers = zip(self.layers, self.widths)
        return sum((width + layer.bias) * layer.units for layer, width in layers)


def split(
    problem: Problem,
    theta: list[Parameter],
) -> list[list[list[Parameter]]]:
    """For every layer and unit its incoming weights, and its bias if it has one
    (docs/reference/format.md, section 2: the weights of all units of a layer, then
    their biases).
    """
    layers = []
    entries = iter(theta)
    for layer, width in zip(problem.layers, problem.widths):
        units = [list(islice(entries, width)) for _ in range(layer.units)]
        if layer.bias:
            for unit in units:
                unit.append(next(entries))
        layers.append(units)
    return layers
