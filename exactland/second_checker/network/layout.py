"""The layers of a network, and where theta has their parameters
(docs/reference/format.md, section 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq

from ..arithmetic.exact import Vector
from .activations import Written


@dataclass(frozen=True)
class Layer:
    """A hidden layer as files write it."""

    units: int
    activation: Written
    bias: bool


@dataclass(frozen=True)
class Shape:
    """The sizes of a layer, and its first parameter: weights of unit 0, of unit 1, ...,
    then the biases.
    """

    units: int
    inputs: int
    bias: bool
    start: int

    @property
    def columns(self) -> int:
        """Of what enters the layer: the inputs, and a 1 if it has biases."""
        return self.inputs + self.bias

    @property
    def end(self) -> int:
        """The first parameter of the next layer."""
        return self.start + self.units * self.columns

    def weights(self, unit: int) -> range:
        """Where the weights of a unit are."""
        first = self.start + unit * self.inputs
        return range(first, first + self.inputs)

    def bias_of(self, unit: int) -> int:
        """Where the bias of a unit is, if the layer has biases."""
        return self.start + self.units * self.inputs + unit

    def places(self, unit: int) -> list[int]:
        """Where all parameters of a unit are, the bias last."""
        if self.bias:
            return [*self.weights(unit), self.bias_of(unit)]
        return list(self.weights(unit))


@dataclass(frozen=True)
class Problem:
    """A network, a loss and data."""

    inputs: int
    hidden: list[Layer]
    outputs: int
    output_bias: bool
    loss: str
    x: list[Vector]
    y: list[Vector]

    @cached_property
    def shapes(self) -> list[Shape]:
        """Of the hidden layers and the output layer."""
        shapes = []
        inputs = self.inputs
        start = 0
        for layer in self.hidden:
            shape = Shape(layer.units, inputs, layer.bias, start)
            shapes.append(shape)
            inputs = layer.units
            start = shape.end
        return [*shapes, Shape(self.outputs, inputs, self.output_bias, start)]

    @property
    def parameters(self) -> int:
        """How many numbers theta has."""
        return self.shapes[-1].end

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.x)

    def data(self) -> Iterator[tuple[list[fmpq], list[fmpq]]]:
        """The samples, each with its targets."""
        return zip(self.x, self.y, strict=True)
