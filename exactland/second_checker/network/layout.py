"""The layers of a network, and where theta has their parameters."""

from dataclasses import dataclass
from typing import Any

from exactland.second_checker.arithmetic.exact import Vector


@dataclass(frozen=True)
class Layer:
    units: int
    # ("name", str) | ("polynomial", [...]) | ("linear", breaks, slopes, value) |
    # ("expression", tree)
    activation: Any
    bias: bool


@dataclass(frozen=True)
class Problem:
    inputs: int
    hidden: list[Layer]
    outputs: int
    output_bias: bool
    loss: str
    x: list[Vector]
    y: list[Vector]
    parameters: int

    def shape(self, layer: int) -> tuple[int, int, bool, int]:
        """Units, inputs, bias and first parameter of a layer; the output layer is the
        last.
        """
        start, before = 0, self.inputs
        for h in self.hidden[:layer]:
            start += h.units * (before + h.bias)
            before = h.units
        if layer == len(self.hidden):
            return self.outputs, before, self.output_bias, start
        return self.hidden[layer].units, before, self.hidden[layer].bias, start
