"""Features of a network at a point: exactly (as formal numbers, the kernel's own) and in balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from fractions import Fraction
from typing import Any, TypeVar

from flint import arb

from exactland.certificates.certificate import in_kernel
from exactland.errors import ResourceLimit
from exactland.kernel.ball import BUDGET, MOST, Number, TooLarge, Undefined
from exactland.kernel.formal import atom
from exactland.kernel.network import features
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures.activation_balls import derivatives_at_all
from exactland.numerics.exact_linear import echelon, rational_kernel
from exactland.numerics.rounding import to_arb
from exactland.search.training import float_problem

T = TypeVar("T")
MAX_ENTRIES = 1 << 16  # samples times units of a layer
MAX_IDENTITIES = 256  # samples among which identities are looked for


def check_size(problem: Problem) -> None:
    """Raises ResourceLimit for networks too large for ranks in ball arithmetic (samples times width
    above 65536, or more than 1000 parameters).
    """
    float_problem(problem)
    entries = problem.samples * max(layer.units for layer in problem.network.hidden)
    if entries > MAX_ENTRIES:
        raise ResourceLimit(
            f"{problem.samples} samples and a layer of {entries // problem.samples} units are more"
            f" than {MAX_ENTRIES} features"
        )


def formal_features(
    problem: Problem, theta: Sequence[Fraction], depth: int
) -> list[list[Number]] | None:
    """What enters layer `depth` (0: the first; the last: the output layer), a row for every sample,
    1 for the layer's bias; None when out of reach.
    """
    try:
        return bounded(features, in_kernel(problem), list(theta), depth)
    except (Undefined, TooLarge):
        return None


def bounded(function: Callable[..., T], *arguments: Any) -> T:
    """The function with as many formal terms to spend as the kernel gives one file."""

    def run() -> T:
        BUDGET.set([MOST])
        return function(*arguments)

    return copy_context().run(run)


def ball_features(problem: Problem, theta: Sequence[arb]) -> list[list[arb]]:
    """What enters the output layer over a box, at the working precision: N rows of the last hidden
    units, and 1 with an output bias.

    Raises Undefined where an activation is not defined on a whole range.
    """
    rows = [[to_arb(v) for v in x] for x in problem.x]
    for (weights, biases), layer in zip(problem.network.split(theta), problem.network.hidden):
        ends = biases or [arb(0)] * len(weights)
        z = [
            sum((w * a for w, a in zip(unit, row)), b)
            for row in rows
            for unit, b in zip(weights, ends)
        ]
        values = [of[0] for of in derivatives_at_all(layer.activation, z, 0)]
        rows = [values[k : k + layer.units] for k in range(0, len(values), layer.units)]
    return [[*row, arb(1)] for row in rows] if problem.network.output_bias else rows


def identities(problem: Problem) -> list[Vector]:
    """Independent vectors r with sum_i r_i f(x_i) = 0 for every output f of every network of this
    architecture, in echelon form.

    All that formal numbers show (rule 3.7); the empty list when that is out of reach.
    """
    if problem.samples > MAX_IDENTITIES:
        return []
    own = in_kernel(problem)
    one = own._replace(layers=(*own.layers[:-2], own.layers[-2]._replace(units=1), own.layers[-1]))
    try:
        rows = bounded(
            features, one, [atom(f"w{k}") for k in range(one.parameters)], len(own.layers) - 1
        )
    except (Undefined, TooLarge):
        return []
    return echelon(rational_kernel(list(zip(*rows))))
