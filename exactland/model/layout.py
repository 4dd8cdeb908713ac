"""Points of the parameter space, layer by layer: which units reach the outputs, and how to move
what does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.model.numbers import Vector
from exactland.model.problem import Problem

Layers = list[tuple[list[list[Fraction]], list[Fraction]]]


def live_units(problem: Problem, theta: Sequence[Fraction]) -> list[list[bool]]:
    """For every hidden layer, which units reach an output through weights different from zero."""
    live, above = [], [True] * problem.network.outputs
    for weights, _ in reversed(problem.network.split(theta)):
        above = [
            any(row[k] for row, lives in zip(weights, above) if lives)
            for k in range(len(weights[0]))
        ]
        live.append(above)
    return live[-2::-1]  # the last entry is about the inputs


def output_rows(problem: Problem, theta: Sequence[Fraction]) -> list[list[Fraction]]:
    """For every output its weights, and its bias if it has one."""
    weights, biases = problem.network.split(theta)[-1]
    return [[*row, *biases[k : k + 1]] for k, row in enumerate(weights)]


def with_output_rows(
    problem: Problem, theta: Sequence[Fraction], rows: Sequence[Sequence[Fraction]]
) -> Vector:
    layers = problem.network.split(theta)
    units = problem.network.hidden[-1].units
    layers[-1] = (
        [list(row[:units]) for row in rows],
        [row[-1] for row in rows] if problem.network.output_bias else [],
    )
    return tuple(problem.network.join(layers))


def moved(
    problem: Problem, theta: Sequence[Fraction], layer: int, unit: int, by: Sequence[Fraction]
) -> Vector:
    """theta with this added to the incoming weights (and then the bias) of one unit of a layer (0:
    the first).
    """
    layers = problem.network.split(theta)
    weights, biases = layers[layer]
    width = len(weights[unit])
    weights[unit] = [w + b for w, b in zip(weights[unit], by)]
    if biases:
        biases[unit] += by[width]
    return tuple(problem.network.join(layers))
