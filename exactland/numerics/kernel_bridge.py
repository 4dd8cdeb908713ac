"""The one module through which untrusted code uses the kernel's own arithmetic.

What is enough here is enough there: formal numbers, bounds of the loss on boxes, and dry runs of
steps. Nothing found through it is a verdict: a verdict comes from `exactland.kernel.check` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import copy_context
from fractions import Fraction
from typing import Any, TypeVar

from exactland.kernel import (
    Fact,
    activation,
    ball,
    formal,
    functions,
    network,
    reader,
    rules,
    steps,
)
from exactland.model.numbers import Vector
from exactland.model.problem import Problem

Exact = Any  # Fraction | formal.Formal
UndefinedError = ball.Undefined
T = TypeVar("T")
Sides = tuple[list[Fraction], list[Fraction]]  # lower and upper ends of a box
_NOT_PROVED = (rules.Rejected, ball.Undefined, ball.TooLarge)


def dry_run(problem: Problem, spelled: Sequence[Mapping[str, Any]]) -> Fact | None:
    """What steps, as files spell them, prove in the kernel's rules; None where one is not accepted.

    Of several, what the last one proves. Not claimed: that a certificate with these steps is
    verified; the statement is no part of it.
    """
    return _metered(_last_fact, _kernel_problem(problem), spelled)


def _last_fact(own: reader.Problem, spelled: Sequence[Mapping[str, Any]]) -> Fact | None:
    shapes = steps.shapes(own, steps.end_of_path)
    facts: list[Fact] = []
    try:
        for index, step in enumerate(spelled):
            rule, values = steps.read_step(shapes, dict(step), f"steps[{index}]", index)
            work = steps.work(own, rule, values)
            ball.refuse(work > steps.WORK_CAP, ball.TooLarge, "the step asks for too much work")
            facts.append(steps.RULES[rule](own, *steps.dereference(values, facts)))
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
        return _metered(network.features, _kernel_problem(problem), list(theta), depth)
    except (ball.Undefined, ball.TooLarge):
        return None


def formal_layers(problem: Problem, theta: Sequence[Fraction]) -> Iterator[list[list[Exact]]]:
    """What enters every layer, from the first one on, and the outputs: each from the one before.

    Rows as those of `formal_features`. Ends before what is out of reach.
    """
    own, left = _kernel_problem(problem), list(theta)
    yield [[*row, *[Fraction(1)] * own.layers[0].bias] for row in own.x]
    for layer in own.layers:
        try:
            rows = _metered(network.features, own, left, 1)
        except (ball.Undefined, ball.TooLarge):
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
    unknowns = [formal.atom(f"w{k}") for k in range(one.parameters)]
    try:
        return _metered(network.features, one, unknowns, len(own.layers) - 1)
    except (ball.Undefined, ball.TooLarge):
        return None


def loss_slopes(problem: Problem, theta: Vector) -> list[list[Exact]] | None:
    """dl/df at every sample (N x outputs) as exact numbers; None when out of reach."""
    outputs = formal_features(problem, theta, len(problem.network.hidden) + 1)
    if outputs is None:
        return None
    return [network.slopes(problem.loss, f, list(y)) for f, y in zip(outputs, problem.y)]


def exact_text(x: Exact) -> str:
    """The one spelling of an exact number: two are formally equal if these are."""
    return formal.text(x)


def exact_terms(x: Exact) -> Mapping[tuple[str, ...], Fraction]:
    """Products of unknowns, and their coefficients."""
    return x.terms if isinstance(x, formal.Formal) else {(): x}


def is_defined_everywhere(problem: Problem) -> bool:
    """Whether the kernel sees that every activation is defined on the whole line."""
    return all(activation.total(layer.activation) for layer in _kernel_problem(problem).layers)


def exponential(q: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """The kernel's lower and upper bound of e^q, for self-tests."""
    value = functions.exp(ball.Ball.exact(q, bits))
    return value.lower(), value.upper()


class LossBounds:
    """Bounds of the loss at points and on boxes, at a number of fractional bits (rule 3.3).

    All methods raise UndefinedError where the loss, or a derivative that is needed, is not defined.
    """

    def __init__(self, problem: Problem, bits: int) -> None:
        self._problem, self._bits = _kernel_problem(problem), bits
        smoothed = tuple(_smoothed(layer) for layer in self._problem.layers)
        self._smoothed = self._problem._replace(layers=smoothed)
        self._lipschitz = rules.lipschitz(self._problem)

    def upper(self, theta: Sequence[Fraction]) -> Fraction:
        """At least the loss at a point."""
        at = rules.box(list(theta), self._bits)
        return Fraction(network.differentiate(self._problem, at, 0).value.upper())

    def by_plane(self, sides: Sides, place: list[int], order: int) -> Fraction:
        """At most the loss on a box: by a plane that touches it at a place (in thousandths)."""
        bound = rules.plane(self._problem, list(sides), place, order, self._bits)
        return Fraction(bound)

    def model(self, theta: Sequence[Fraction]) -> tuple[list[float], list[list[float]]]:
        """Gradient and Hessian at a point in floats, kinks taken for smooth: a model, no bound."""
        at = network.differentiate(self._smoothed, rules.box(list(theta), self._bits), 2)
        scale = float(1 << self._bits)
        gradient = [g.m / scale for g in at.gradient]
        hessian = [[h.m / scale for h in row] for row in at.hessian]
        return gradient, hessian

    def slope_radii(self, sides: Sides, point: Sequence[Fraction]) -> list[int]:
        """How uncertain the slopes over a box are (P numbers, in units of 2^-bits)."""
        low, high = (rules.box(side, self._bits) for side in sides)
        over, at = rules.hull(low, high), rules.box(list(point), self._bits)
        slopes = network.differentiate(self._lipschitz, over, 1, at).gradient
        return [slope.r for slope in slopes]


def _smoothed(layer: reader.Layer) -> reader.Layer:
    s = layer.activation
    if not isinstance(s, activation.Pieces):
        return layer
    return layer._replace(activation=s._replace(smooth=(activation.SMOOTH,) * len(s.smooth)))


def _kernel_problem(problem: Problem) -> reader.Problem:
    """The kernel's own reading of a problem."""
    return reader.problem(problem.specification(), "problem")


def _metered(function: Callable[..., T], *arguments: Any) -> T:
    """The function with as many formal terms to spend as the kernel gives one file."""

    def run() -> T:
        ball.BUDGET.set([ball.MOST])
        return function(*arguments)

    return copy_context().run(run)
