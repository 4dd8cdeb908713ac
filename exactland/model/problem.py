"""Network, data and loss: what a statement is about.

Exact numbers; nothing here knows how anything is proved.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exactland.errors import InputError
from exactland.model.activations import Pieces, PiecewiseLinear, specification
from exactland.model.arrays import (
    Row,
    Rows,
    RowsOrNumbers,
    entries,
    row_of_numbers,
    rows_of_numbers,
)
from exactland.model.losses import loss
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, kind_of, rational_text

FORMAT = "exactland-problem/1"


@dataclass(frozen=True, repr=False)
class Problem:
    """A network, N samples x (N rows of `inputs`) with targets y (N rows of `outputs`), and a loss;
    E is the sum of the loss over the samples.

    Its `repr` is a problem file, ready to be pasted.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem
    >>> one, network = Fraction(1), Network(1, (Layer(2, "tanh", bias=True),))
    >>> Problem(network, ((one,), (2 * one,)), ((one,), (one,))).parameters
    6
    """

    network: Network
    x: tuple[Vector, ...]
    y: tuple[Vector, ...]
    loss: str = "half-squared-error"
    # the parameters a statement is about, if the problem names some
    point: Vector | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        its_loss = loss(self.loss)
        if not self.x:
            raise InputError("data.x", "no samples")
        if len(self.x) != len(self.y):
            raise InputError("data.y", f"{len(self.y)} rows for {len(self.x)} samples")
        for name, rows, width in (
            ("x", self.x, self.network.inputs),
            ("y", self.y, self.network.outputs),
        ):
            for i, row in enumerate(rows):
                if len(row) != width:
                    raise InputError(
                        f"data.{name}[{i}]", f"{len(row)} numbers where the network has {width}"
                    )
        for i, row in enumerate(self.y):
            if not its_loss.accepts(row):
                shown = ", ".join(map(rational_text, row[:8]))
                raise InputError(
                    f"data.y[{i}]",
                    f"({shown}) are not targets of the loss {self.loss} (it takes"
                    f" {its_loss.targets})",
                )
        if self.point is not None:
            self.check_point(self.point, "point")

    @classmethod
    def from_arrays(  # noqa: PLR0913  # options, by keyword
        cls,
        x: Rows,
        y: RowsOrNumbers,
        hidden: Sequence[Layer],
        *,
        outputs: int | None = None,
        output_bias: bool = False,
        loss: str = "half-squared-error",
        point: Row | None = None,
    ) -> Problem:
        """The problem with samples x (N rows of one length), targets y and these hidden layers.

        y are N rows of one length, or N numbers where there is one output; `outputs` is the length
        of a row of y, and need not be given. Numbers are ints, Fractions, strings ("7.46" is the
        decimal it says, "1/3" a third) and floats: a float is the dyadic rational it is, so 0.1 is
        not 1/10. Rows are lists, tuples, or arrays of numpy and others who have `.tolist()`.

        Raises InputError, which names the field, for rows of different lengths, what is empty, and
        what is no finite rational number (NaN, booleans, complex numbers, None).

        >>> from exactland import Layer, Problem
        >>> x, y = [[1], ["1/3"]], ["7.46", 0.1]
        >>> problem = Problem.from_arrays(x, y, [Layer(2, "tanh", bias=True)])
        >>> problem.parameters, [str(target) for (target,) in problem.y]
        (6, ['373/50', '3602879701896397/36028797018963968'])
        """
        samples = rows_of_numbers(x, "data.x")
        targets = rows_of_numbers(y, "data.y", or_numbers=True)
        network = Network(
            inputs=len(samples[0]),
            hidden=_layers(hidden),
            outputs=len(targets[0]) if outputs is None else outputs,
            output_bias=output_bias,
        )
        theta = None if point is None else row_of_numbers(point, "point")
        return cls(network, samples, targets, loss, theta)

    def __repr__(self) -> str:
        point = {"point": [rational_text(v) for v in self.point]} if self.point is not None else {}
        try:
            entries = {**self.specification(), **point}.items()
        except InputError as error:
            return f"<a problem that no file can hold: {error}>"
        return (
            "{\n"
            + ",\n".join(f"  {json.dumps(key)}: {json.dumps(entry)}" for key, entry in entries)
            + "\n}"
        )

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """The same for the pretty printers of Hypothesis and IPython."""
        printer.text(repr(self))

    def check_point(self, theta: Sequence[Fraction], place: str) -> None:
        if len(theta) != self.parameters:
            names = (
                f": {', '.join(self.network.parameter_names())}" if self.parameters <= 20 else ""
            )
            raise InputError(
                place,
                f"{len(theta)} numbers where the network has {self.parameters} parameters{names}",
            )

    @property
    def parameters(self) -> int:
        return self.network.parameters

    @property
    def samples(self) -> int:
        return len(self.x)

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
        found = [
            h.activation.pieces if isinstance(h.activation, PiecewiseLinear) else h.activation
            for h in self.network.hidden
        ]
        return any(isinstance(s, Pieces) and bool(s.rough()) for s in found)

    def specification(self) -> dict[str, Any]:
        """Its canonical JSON form, every number a string, without the point."""
        hidden = [
            {"units": str(h.units), "activation": specification(h.activation), "bias": h.bias}
            for h in self.network.hidden
        ]
        outputs = {"outputs": str(self.network.outputs), "output_bias": self.network.output_bias}
        rows = {
            name: [[rational_text(v) for v in row] for row in rows]
            for name, rows in (("x", self.x), ("y", self.y))
        }
        network = {"inputs": str(self.network.inputs), "hidden": hidden, **outputs}
        return {"format": FORMAT, "network": network, "loss": self.loss, "data": rows}


def _layers(layers: Any) -> tuple[Layer, ...]:
    given = entries(layers, "network.hidden", "layers")
    for k, layer in enumerate(given):
        if not isinstance(layer, Layer):
            raise InputError(f"network.hidden[{k}]", f"a Layer is needed, not {kind_of(layer)}")
    return tuple(given)
