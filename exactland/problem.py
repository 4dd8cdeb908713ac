"""Network, data and loss: what a statement is about. Exact numbers; nothing here knows how anything is proved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq_mat

from exactland.activations import Activation, Pieces, PiecewiseLinear, specification
from exactland.errors import InputError
from exactland.exact import rational_text, to_fmpq
from exactland.losses import loss

Vector = tuple[Fraction, ...]
FORMAT = "exactland-problem/1"


@dataclass(frozen=True)
class Layer:
    """A hidden layer: `units` units z -> activation(z) of affine (bias) or linear functions of the previous layer."""

    units: int
    activation: Activation
    bias: bool


@dataclass(frozen=True)
class Network:
    """Fully connected: `inputs` numbers, the hidden layers, then a linear output layer."""

    inputs: int
    hidden: tuple[Layer, ...]
    outputs: int = 1
    output_bias: bool = False

    def __post_init__(self) -> None:
        for place, count in (("inputs", self.inputs), *((f"hidden[{k}].units", h.units) for k, h in enumerate(self.hidden)), ("outputs", self.outputs)):
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
        """Names in the order of theta: w1[j,k] for layer 1, ..., biases b1[j]; v[j,k] and c[j] for the output layer (indices from 1)."""
        names: list[str] = []
        shapes = self.shapes()
        for depth, (units, width, bias) in enumerate(shapes, 1):
            w, b = ("v", "c") if depth == len(shapes) else (f"w{depth}", f"b{depth}")
            names += [f"{w}[{j},{k}]" for j in range(1, units + 1) for k in range(1, width + 1)]
            names += [f"{b}[{j}]" for j in range(1, units + 1)] if bias else []
        return names

    def split(self, theta: Sequence[Any]) -> list[tuple[list[list[Any]], list[Any]]]:
        """(weights, biases) of every layer: units rows of inputs entries, and units biases or none."""
        layers, at = [], 0
        for units, width, bias in self.shapes():
            weights = [list(theta[at + j * width : at + (j + 1) * width]) for j in range(units)]
            at += units * width
            layers.append((weights, list(theta[at : at + units]) if bias else []))
            at += units if bias else 0
        return layers

    def join(self, layers: Sequence[tuple[Sequence[Sequence[Any]], Sequence[Any]]]) -> list[Any]:
        """The inverse of `split`."""
        return [v for weights, biases in layers for v in (*(w for row in weights for w in row), *biases)]


@dataclass(frozen=True, repr=False)
class Problem:
    """A network, N samples x (N rows of `inputs`) with targets y (N rows of `outputs`), and a loss; E is the sum of the loss over the samples.

    Its `repr` is a problem file, ready to be pasted.
    """

    network: Network
    x: tuple[Vector, ...]
    y: tuple[Vector, ...]
    loss: str = "half-squared-error"
    point: Vector | None = field(default=None, compare=False)  # the parameters a statement is about, if the problem names some

    def __post_init__(self) -> None:
        its_loss = loss(self.loss)
        if not self.x:
            raise InputError("data.x", "no samples")
        if len(self.x) != len(self.y):
            raise InputError("data.y", f"{len(self.y)} rows for {len(self.x)} samples")
        for name, rows, width in (("x", self.x, self.network.inputs), ("y", self.y, self.network.outputs)):
            for i, row in enumerate(rows):
                if len(row) != width:
                    raise InputError(f"data.{name}[{i}]", f"{len(row)} numbers where the network has {width}")
        for i, row in enumerate(self.y):
            if not its_loss.accepts(row):
                shown = ", ".join(map(rational_text, row[:8]))
                raise InputError(f"data.y[{i}]", f"({shown}) are not targets of the loss {self.loss} (it takes {its_loss.targets})")
        if self.point is not None:
            self.check_point(self.point, "point")

    def __repr__(self) -> str:
        point = {"point": [rational_text(v) for v in self.point]} if self.point is not None else {}
        try:
            entries = {**self.specification(), **point}.items()
        except InputError as error:
            return f"<a problem that no file can hold: {error}>"
        return "{\n" + ",\n".join(f"  {json.dumps(key)}: {json.dumps(entry)}" for key, entry in entries) + "\n}"

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """The same for the pretty printers of Hypothesis and IPython."""
        printer.text(repr(self))

    def check_point(self, theta: Sequence[Fraction], place: str) -> None:
        if len(theta) != self.parameters:
            names = f": {', '.join(self.network.parameter_names())}" if self.parameters <= 20 else ""
            raise InputError(place, f"{len(theta)} numbers where the network has {self.parameters} parameters{names}")

    @property
    def parameters(self) -> int:
        return self.network.parameters

    @property
    def samples(self) -> int:
        return len(self.x)

    @cached_property
    def inputs_matrix(self) -> fmpq_mat:
        """x as an exact N x inputs matrix."""
        return fmpq_mat(self.samples, self.network.inputs, [to_fmpq(v) for row in self.x for v in row])

    @property
    def is_exact(self) -> bool:
        """Whether all activations, and the loss, map rationals to rationals."""
        return loss(self.loss).is_exact and all(h.activation.is_exact for h in self.network.hidden)

    @property
    def is_piecewise_linear(self) -> bool:
        return all(isinstance(h.activation, PiecewiseLinear) for h in self.network.hidden)

    @property
    def is_kinked(self) -> bool:
        """Whether an activation is not twice continuously differentiable somewhere."""
        found = [h.activation.pieces if isinstance(h.activation, PiecewiseLinear) else h.activation for h in self.network.hidden]
        return any(isinstance(s, Pieces) and bool(s.rough()) for s in found)

    def specification(self) -> dict[str, Any]:
        """Its canonical JSON form, every number a string, without the point."""
        hidden = [{"units": str(h.units), "activation": specification(h.activation), "bias": h.bias} for h in self.network.hidden]
        outputs = {"outputs": str(self.network.outputs), "output_bias": self.network.output_bias}
        rows = {name: [[rational_text(v) for v in row] for row in rows] for name, rows in (("x", self.x), ("y", self.y))}
        network = {"inputs": str(self.network.inputs), "hidden": hidden, **outputs}
        return {"format": FORMAT, "network": network, "loss": self.loss, "data": rows}
