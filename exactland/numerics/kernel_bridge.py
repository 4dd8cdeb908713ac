"""The one module through which untrusted code uses the kernel's own arithmetic.

What is enough here is enough there: formal numbers, bounds of the loss on boxes, and dry runs of
steps. Nothing found through it is a verdict: a verdict comes from `exactland.kernel.check` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import copy_context
from fractions import Fraction
from typing import Any, TypeVar

from exactland.kernel import Fact
from exactland.kernel import meter as kernel_meter
from exactland.kernel import refusals as kernel_refusals
from exactland.kernel.arithmetic import ball as kernel_ball
from exactland.kernel.arithmetic import elementary as kernel_elementary
from exactland.kernel.arithmetic import formal as kernel_formal
from exactland.kernel.network import activations as kernel_activations
from exactland.kernel.network import evaluation as kernel_evaluation
from exactland.kernel.network import layout as kernel_layout
from exactland.kernel.network import losses as kernel_losses
from exactland.kernel.reading import certificate as kernel_certificate
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.reading import values as kernel_values
from exactland.kernel.rules import rim as kernel_rim
from exactland.model.numbers import Vector
from exactland.model.problem import Problem

Exact = Any  # Fraction | kernel_formal.Formal
UndefinedError = kernel_refusals.Undefined
T = TypeVar("T")
Sides = tuple[list[Fraction], list[Fraction]]  # lower and upper ends of a box
_NOT_PROVED = (kernel_refusals.Rejected, kernel_refusals.Undefined, kernel_refusals.TooLarge)


def dry_run(problem: Problem, spelled: Sequence[Mapping[str, Any]]) -> Fact | None:
    """What steps, as files spell them, prove in the kernel's rules; None where one is not accepted.

    Of several, what the last one proves. Not claimed: that a certificate with these steps is
    verified; the statement is no part of it.
    """
    return _metered(_last_fact, _kernel_problem(problem), spelled)


def _last_fact(own: kernel_layout.Problem, spelled: Sequence[Mapping[str, Any]]) -> Fact | None:
    known = kernel_certificate.readers(own.parameters)
    facts: list[Fact] = []
    try:
        for position, step in enumerate(spelled):
            fields = kernel_values.Fields(dict(step), f"steps[{position}]")
            read = kernel_certificate.read_step(fields, known, position)
            facts.append(read.step(facts).fact(own))
    except _NOT_PROVED:
        return None
    return facts[-1]


def formal_features(
    problem: Problem, theta: Sequence[Fraction], depth: int
) -> list[list[Exact]] | None:
    """What enters layer `depth` (0: the first; the last: the output layer), a row for every sample.

    1 comes last, for the layer's bias; beyond the last layer stand the outputs. Exact numbers; None
    when out of reach.
    """
    try:
        return _metered(kernel_evaluation.features, _kernel_problem(problem), list(theta), depth)
    except (kernel_refusals.Undefined, kernel_refusals.TooLarge):
        return None


def formal_layers(problem: Problem, theta: Sequence[Fraction]) -> Iterator[list[list[Exact]]]:
    """What enters every layer, from the first one on, and the outputs: each from the one before.

    Rows as those of `formal_features`. Ends before what is out of reach.
    """
    own, left = _kernel_problem(problem), list(theta)
    yield [[*row, *[Fraction(1)] * own.layers[0].bias] for row in own.x]
    for layer in own.layers:
        try:
            rows = _metered(kernel_evaluation.features, own, left, 1)
        except (kernel_refusals.Undefined, kernel_refusals.TooLarge):
            return
        yield rows
        left = left[layer.units * (own.inputs + layer.bias) :]
        own = own._replace(
            inputs=layer.units,
            layers=own.layers[1:],
            x=[row[: layer.units] for row in rows],
        )


def features_of_any_unit(problem: Problem) -> list[list[Exact]] | None:
    """What enters the output layer, with one last hidden unit all whose parameters are unknowns.

    The parameters before it are unknowns too: what holds of these rows holds of every network of
    this architecture. None when out of reach.
    """
    own = _kernel_problem(problem)
    *before, last, outputs = own.layers
    one = own._replace(layers=(*before, last._replace(units=1), outputs))
    unknowns = [kernel_formal.atom(f"w{k}") for k in range(one.parameters)]
    try:
        return _metered(kernel_evaluation.features, one, unknowns, len(own.layers) - 1)
    except (kernel_refusals.Undefined, kernel_refusals.TooLarge):
        return None


def loss_slopes(problem: Problem, theta: Vector) -> list[list[Exact]] | None:
    """dl/df at every sample (N x outputs) as exact numbers; None when out of reach."""
    outputs = formal_features(problem, theta, len(problem.network.hidden) + 1)
    if outputs is None:
        return None
    slopes = kernel_losses.SLOPES[problem.loss]
    return [slopes(f, list(y)) for f, y in zip(outputs, problem.y)]


def exact_text(x: Exact) -> str:
    """The one spelling of an exact number: two are formally equal if these are."""
    return kernel_formal.text(x)


def exact_terms(x: Exact) -> Mapping[tuple[str, ...], Fraction]:
    """Products of unknowns, and their coefficients."""
    return x.terms if isinstance(x, kernel_formal.Formal) else {(): x}


def is_defined_everywhere(problem: Problem) -> bool:
    """Whether the kernel sees that every activation is defined on the whole line."""
    return all(
        kernel_activations.total(layer.activation) for layer in _kernel_problem(problem).layers
    )


def exponential(q: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """The kernel's lower and upper bound of e^q, for self-tests."""
    value = kernel_elementary.exp(kernel_ball.Ball.exact(q, bits))
    return value.lower(), value.upper()


class LossBounds:
    """Bounds of the loss at points and on boxes, at a number of fractional bits (rule 3.3).

    All methods raise UndefinedError where the loss, or a derivative that is needed, is not defined.
    """

    def __init__(self, problem: Problem, bits: int) -> None:
        self._problem, self._bits = _kernel_problem(problem), bits
        smoothed = tuple(_smoothed(layer) for layer in self._problem.layers)
        self._smoothed = self._problem._replace(layers=smoothed)

    def upper(self, theta: Sequence[Fraction]) -> Fraction:
        """At least the loss at a point."""
        at = kernel_ball.box(list(theta), self._bits)
        return Fraction(kernel_evaluation.differentiate(self._problem, at, 0).value.upper())

    def by_plane(self, sides: Sides, place: list[int], order: int) -> Fraction:
        """At most the loss on a box: by a plane that touches it at a place (in thousandths)."""
        plane = kernel_rim.Plane(order, place)
        return kernel_rim.plane_bound(self._problem, *sides, plane, self._bits)

    def model(self, theta: Sequence[Fraction]) -> tuple[list[float], list[list[float]]]:
        """Gradient and Hessian at a point in floats, kinks taken for smooth: a model, no bound."""
        at = kernel_evaluation.differentiate(
            self._smoothed, kernel_ball.box(list(theta), self._bits), 2
        )
        scale = float(1 << self._bits)
        gradient = [g.m / scale for g in at.gradient]
        hessian = [[h.m / scale for h in row] for row in at.hessian]
        return gradient, hessian

    def slope_radii(self, sides: Sides, point: Sequence[Fraction]) -> list[int]:
        """How uncertain the slopes over a box are (P numbers, in units of 2^-bits)."""
        low, high = (kernel_ball.box(side, self._bits) for side in sides)
        over, at = kernel_ball.hull(low, high), kernel_ball.box(list(point), self._bits)
        found = kernel_evaluation.slopes_over(self._problem, over, at, 1)
        return [slope.r for slope in found.gradient]


def _smoothed(layer: kernel_layout.Layer) -> kernel_layout.Layer:
    s = layer.activation
    if not isinstance(s, kernel_activations.Pieces):
        return layer
    return layer._replace(
        activation=s._replace(smooth=(kernel_activations.SMOOTH,) * len(s.smooth))
    )


def _kernel_problem(problem: Problem) -> kernel_layout.Problem:
    """The kernel's own reading of a problem."""
    return kernel_problem.read_problem(problem.specification(), "problem")


def _metered(function: Callable[..., T], *arguments: Any) -> T:
    """The function with as much to spend as the kernel gives one file."""

    def run() -> T:
        kernel_meter.BUDGET.set(kernel_meter.Budget(kernel_meter.MOST))
        return function(*arguments)

    return copy_context().run(run)
