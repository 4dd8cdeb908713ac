"""A basin near a point, found by looking for a box: rule 3.3 (proofs/THEOREMS.md)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import minimize

from exactland.exact import exact_from_float, round_significant
from exactland.narrow.evidence import Evidence
from exactland.narrow.rim import rim
from exactland.problem import Problem
from exactland.search.extents import extents, losses
from exactland.search.training import Array, FloatProblem, float_problem

MOST_PARAMETERS = 8
BUDGETS = (60, 600, 6000)  # planes for one box; all boxes are tried with the first before any with the next
RADIUS_BITS, CENTER_BITS = 8, 44


def basin(problem: Problem, point: Sequence[Fraction], within: Fraction, budgets: Sequence[int] = BUDGETS) -> Evidence | None:
    """A box within Euclidean distance `within` of the point on whose rim the loss is higher than inside it; None when none was found, or P is above 8.

    The point itself is kept as the center unless a walk downhill finds a lower one nearby. Not claimed: that there is no basin where none was found.
    """
    if problem.parameters > MOST_PARAMETERS or within <= 0:
        return None
    floats = float_problem(problem)
    center, room = _lowest(floats, point, float(within))
    radii = [[round_significant(exact_from_float(r), RADIUS_BITS) for r in found] for found in extents(floats, [float(c) for c in center], room)]
    for most in budgets:
        for found in radii:
            evidence = rim(problem, center, found, most=most)
            if evidence is not None and evidence.distance <= exact_from_float(room):
                return evidence
    return None


def _lowest(floats: FloatProblem, point: Sequence[Fraction], within: float) -> tuple[tuple[Fraction, ...], float]:
    """The point, or a lower one nearby, and how much room in the ball around the point is left there."""
    start = np.array([float(v) for v in point])
    there = float(losses(floats, start[None])[0])

    def objective(theta: Array) -> float:
        return float(losses(floats, theta[None])[0]) if float(np.linalg.norm(theta - start)) < within / 2 else float("inf")

    options: Any = {"xatol": 1e-13, "fatol": 1e-15, "maxiter": 400 * len(start)}
    found = minimize(objective, minimize(objective, start, method="Nelder-Mead", options=options).x, method="Nelder-Mead", options=options)
    best = found.x
    if not found.fun < there - 1e-12 * (1 + abs(there)):
        return tuple(point), within
    return tuple(round_significant(exact_from_float(float(v)), CENTER_BITS) for v in best), within - float(np.linalg.norm(best - start)) * (1 + 1e-9)
