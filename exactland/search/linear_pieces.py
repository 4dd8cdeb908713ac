"""From where training stopped to an exact critical point of a piecewise-linear network.

Proves nothing: rule 3.4 is asked afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from exactland.model.activations import PiecewiseLinear
from exactland.model.numbers import MAX_INTEGER, Vector, exact_from_float, round_significant
from exactland.model.problem import Problem
from exactland.numerics.exact_linear import least_squares

# of the parameters that the fit leaves free: as few as keep every sample on its piece
BITS = (8, 16, 32, 53)


def settle(problem: Problem, theta: Sequence[float]) -> Vector | None:
    """The exact best fit among the networks near theta (P floats) that keep every sample on its
    linear piece of every unit.

    One hidden layer of piecewise-linear units, one output, half the squared error: there the
    outputs are linear in c, v_j w_j and v_j. None elsewhere, or when the best fit is far away or
    leaves the pieces.
    """
    network = problem.network
    if len(network.hidden) != 1 or network.outputs != 1 or problem.loss != "half-squared-error":
        return None
    s = network.hidden[0].activation
    if not isinstance(s, PiecewiseLinear):
        return None
    exact = [exact_from_float(t) for t in theta]
    wanted = pieces(problem, s, exact)
    for bits in BITS:
        found = _fit(problem, s, [round_significant(t, bits) for t in exact], wanted)
        if found is not None and _is_near(found, exact) and pieces(problem, s, found) == wanted:
            return (
                found
                if all(max(abs(t.numerator), t.denominator) < MAX_INTEGER for t in found)
                else None
            )
    return None


def _is_near(found: Sequence[Fraction], start: Sequence[Fraction]) -> bool:
    return all(10 * abs(a - b) <= 1 + abs(b) for a, b in zip(found, start))


def pieces(problem: Problem, s: PiecewiseLinear, theta: Sequence[Fraction]) -> list[list[int]]:
    """For every unit and sample the number of the linear piece its pre-activation is on (at a
    breakpoint, the one before it).
    """
    weights, biases = problem.network.split(theta)[0]
    rows = [[*row, *biases[j : j + 1]] for j, row in enumerate(weights)]
    return [
        [
            bisect_left(s.breakpoints, sum(a * b for a, b in zip(row, [*x, Fraction(1)])))
            for x in problem.x
        ]
        for row in rows
    ]


def _fit(
    problem: Problem, s: PiecewiseLinear, start: Sequence[Fraction], on: Sequence[Sequence[int]]
) -> Vector | None:
    """Least squares in (u_j = v_j w_j, v_j, c), near those of the start; None when an output weight
    vanishes.
    """
    network = problem.network
    (weights, biases), ((v,), c) = network.split(start)
    incoming = [[*row, *biases[j : j + 1]] for j, row in enumerate(weights)]
    x = [[*row, *[Fraction(1)] * network.hidden[0].bias] for row in problem.x]
    units = [k for k, weight in enumerate(v) if weight]
    unknowns = [[v[k] * w for w in incoming[k]] + [v[k]] for k in units]
    lines = [[s.lines[piece] for piece in on[k]] for k in units]
    matrix = [
        [q for line in lines for q in (*(line[i][0] * a for a in row), line[i][1])]
        + [Fraction(1)] * len(c)
        for i, row in enumerate(x)
    ]
    flat = [q for unknown in unknowns for q in unknown] + list(c)
    left = [y - sum(a * b for a, b in zip(row, flat)) for row, (y,) in zip(matrix, problem.y)]
    if flat:
        flat = [a + b for a, b in zip(flat, least_squares(matrix, left)[0])]
    width = len(x[0])
    for k, at in zip(units, range(0, len(flat), width + 1)):
        *u, weight = flat[at : at + width + 1]
        if not weight:
            return None
        v[k] = weight
        incoming[k] = [q / weight for q in u]
    hidden = (
        [row[: network.inputs] for row in incoming],
        [row[-1] for row in incoming] if biases else [],
    )
    return tuple(network.join([hidden, ([v], flat[len(flat) - len(c) :] if c else [])]))
