"""Fully connected networks: layers, and the order and names of their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exactland.errors import InputError
from exactland.model.activations import Activation, named


@dataclass(frozen=True)
class Layer:
    """A hidden layer: `units` units z -> activation(z) of affine (bias) or linear functions of the
    previous layer.

    The activation may be given by its name. Raises InputError for a name that is none.

    >>> from exactland import Layer, named
    >>> Layer(2, "tanh", bias=True) == Layer(2, named("tanh"), bias=True)
    True
    """

    units: int
    activation: Activation
    bias: bool

    if TYPE_CHECKING:

        def __init__(self, units: int, activation: Activation | str, bias: bool) -> None: ...

    def __post_init__(self) -> None:
        if isinstance(self.activation, str):
            object.__setattr__(self, "activation", named(self.activation))


@dataclass(frozen=True)
class Network:
    """Fully connected: `inputs` numbers, the hidden layers, then a linear output layer.

    >>> from exactland import Layer, Network
    >>> Network(1, (Layer(2, "tanh", bias=True),)).shapes()
    [(2, 1, True), (1, 2, False)]
    """

    inputs: int
    hidden: tuple[Layer, ...]
    outputs: int = 1
    output_bias: bool = False

    def __post_init__(self) -> None:
        for place, count in (
            ("inputs", self.inputs),
            *((f"hidden[{k}].units", h.units) for k, h in enumerate(self.hidden)),
            ("outputs", self.outputs),
        ):
            if count < 1:
                raise InputError(f"network.{place}", f"{count} is not at least 1")
        if not self.hidden:
            raise InputError("network.hidden", "at least one hidden layer is needed")

    def shapes(self) -> list[tuple[int, int, bool]]:
        """(units, inputs, bias) of every layer, the output layer last."""
        widths = [self.inputs, *(h.units for h in self.hidden)]
        ends = [*((h.units, h.bias) for h in self.hidden), (self.outputs, self.output_bias)]
        return [(units, width, bias) for width, (units, bias) in zip(widths, ends)]

    @property
    def parameters(self) -> int:
        """P, the length of theta."""
        return sum(units * (width + bias) for units, width, bias in self.shapes())

    def parameter_names(self) -> list[str]:
        """Names in the order of theta: w1[j,k] for layer 1, ..., biases b1[j]; v[j,k] and c[j] for
        the output layer (indices from 1).
        """
        names: list[str] = []
        shapes = self.shapes()
        for depth, (units, width, bias) in enumerate(shapes, 1):
            w, b = ("v", "c") if depth == len(shapes) else (f"w{depth}", f"b{depth}")
            names += [f"{w}[{j},{k}]" for j in range(1, units + 1) for k in range(1, width + 1)]
            names += [f"{b}[{j}]" for j in range(1, units + 1)] if bias else []
        return names

    def split(self, theta: Sequence[Any]) -> list[tuple[list[list[Any]], list[Any]]]:
        """(weights, biases) of every layer: units rows of inputs entries, and units biases or
        none.
        """
        layers, at = [], 0
        for units, width, bias in self.shapes():
            weights = [list(theta[at + j * width : at + (j + 1) * width]) for j in range(units)]
            at += units * width
            layers.append((weights, list(theta[at : at + units]) if bias else []))
            at += units if bias else 0
        return layers

    def join(self, layers: Sequence[tuple[Sequence[Sequence[Any]], Sequence[Any]]]) -> list[Any]:
        """The inverse of `split`."""
        return [
            v for weights, biases in layers for v in (*(w for row in weights for w in row), *biases)
        ]
