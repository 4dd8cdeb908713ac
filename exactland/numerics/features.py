"""What enters the output layer: in balls, and what every network of an architecture satisfies."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from exactland.errors import ResourceLimitError
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures.activation_balls import derivatives_at_all
from exactland.numerics.exact_linear import echelon, rational_kernel
from exactland.numerics.floats import float_problem
from exactland.numerics.kernel_bridge import features_of_any_unit
from exactland.numerics.rounding import to_arb

MAX_ENTRIES = 1 << 16  # samples times units of a layer
MAX_IDENTITIES = 256  # samples among which identities are looked for


def check_size(problem: Problem) -> None:
    """Raises ResourceLimitError for networks too large for ranks in ball arithmetic (samples times
    width above 65536, or more than 1000 parameters).
    """
    float_problem(problem)
    entries = problem.samples * max(layer.units for layer in problem.network.hidden)
    if entries > MAX_ENTRIES:
        raise ResourceLimitError(
            f"{problem.samples} samples and a layer of {entries // problem.samples} units are more"
            f" than {MAX_ENTRIES} features"
        )


def ball_features(problem: Problem, theta: Sequence[arb]) -> list[list[arb]]:
    """What enters the output layer over a box: see `entering`."""
    return entering(problem, theta, len(problem.network.hidden))


def entering(problem: Problem, theta: Sequence[arb], layer: int) -> list[list[arb]]:
    """What enters a layer, 0 the first, over a box, at the working precision: N rows of the units
    of the layer before (the inputs, for the first), and 1 if the layer has a bias.

    Raises UndefinedError where an activation is not defined on a whole range.
    """
    rows = [[to_arb(v) for v in x] for x in problem.x]
    below = problem.network.hidden[:layer]
    for (weights, biases), before in zip(problem.network.split(theta), below):
        ends = biases or [arb(0)] * len(weights)
        z = [
            sum((w * a for w, a in zip(unit, row)), b)
            for row in rows
            for unit, b in zip(weights, ends)
        ]
        values = [of[0] for of in derivatives_at_all(before.activation, z, 0)]
        rows = [values[k : k + before.units] for k in range(0, len(values), before.units)]
    _, _, bias = problem.network.shapes()[layer]
    return [[*row, arb(1)] for row in rows] if bias else rows


def identities(problem: Problem) -> list[Vector]:
    """Independent vectors r with sum_i r_i f(x_i) = 0 for every output f of every network of this
    architecture, in echelon form.

    All that formal numbers show (rule 3.7); the empty list when that is out of reach.
    """
    if problem.samples > MAX_IDENTITIES:
        return []
    rows = features_of_any_unit(problem)
    return [] if rows is None else echelon(rational_kernel(list(zip(*rows))))
