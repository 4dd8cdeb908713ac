"""A basin near a point, found by looking for a box: rule 3.3 (docs/theorems)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import count as numbers_from
from typing import Any

import numpy as np

from exactland.model.numbers import exact_from_float, round_significant
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.floats import Array, FloatProblem, float_problem
from exactland.provers.evidence import Evidence
from exactland.provers.rim import Uncovered, cover
from exactland.search.box_extents import LEVELS, extents, losses
from exactland.search.training import EVERY

MOST_PARAMETERS = 8
Rounds = Sequence[tuple[int, int]]
# so many boxes, those covered best in the round before, and so many planes for each
ROUNDS: Rounds = ((LEVELS, 60), (3, 600), (1, 4000))
RADIUS_BITS, CENTER_BITS = 8, 44


def basin_evidence(
    problem: Problem,
    point: Sequence[Fraction],
    within: Fraction,
    progress: Progress = no_progress,
    rounds: Rounds = ROUNDS,
) -> Evidence | None:
    """A box within Euclidean distance `within` of the point on whose rim the loss is higher than
    inside it; None when none was found, or P is above 8.

    The point itself is kept as the center unless a walk downhill finds a lower one nearby.
    `progress` counts planes. Not claimed: that there is no basin where none was found.
    """
    if problem.parameters > MOST_PARAMETERS or within <= 0 or not rounds:
        return None
    floats = float_problem(problem)
    center, room = _lowest(floats, point, float(within), progress)
    found = extents(floats, [float(c) for c in center], room)
    boxes = [
        [round_significant(exact_from_float(r), RADIUS_BITS) for r in radii] for radii in found
    ]
    planes = _Planes(progress, sum(count * most for count, most in rounds))
    for count, most in rounds:
        shares = []
        for radii in boxes[:count]:
            outcome = cover(problem, center, radii, None, most, planes.within)
            planes.done += most
            if isinstance(outcome, Evidence) and outcome.distance <= exact_from_float(room):
                return outcome
            if isinstance(outcome, Uncovered) and outcome.share is not None:
                shares.append((outcome.share, radii))
        boxes = [radii for _, radii in sorted(shares, key=lambda pair: -pair[0])]
    return None


class _Planes:
    """How many planes were used up for earlier boxes, of how many there may be for all."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self.done = 0

    def within(self, what: str, done: int, _total: int, /) -> None:
        """The progress of one box, as part of that of all."""
        self._progress(what, self.done + done, self._total)


def _lowest(
    floats: FloatProblem, point: Sequence[Fraction], within: float, progress: Progress
) -> tuple[tuple[Fraction, ...], float]:
    """The point, or a lower one nearby, and how much room in the ball around the point is left
    there.
    """
    from scipy.optimize import minimize  # half the time that starting takes

    evaluations = numbers_from()
    start = np.array([float(v) for v in point])
    there = float(losses(floats, start[None])[0])

    def objective(theta: Array) -> float:
        if next(evaluations) % EVERY == EVERY - 1:
            progress("walking downhill", 0, 0)
        return (
            float(losses(floats, theta[None])[0])
            if float(np.linalg.norm(theta - start)) < within / 2
            else float("inf")
        )

    options: Any = {"xatol": 1e-13, "fatol": 1e-15, "maxiter": 400 * len(start)}
    found = minimize(
        objective,
        minimize(objective, start, method="Nelder-Mead", options=options).x,
        method="Nelder-Mead",
        options=options,
    )
    best = found.x
    if not found.fun < there - 1e-12 * (1 + abs(there)):
        return tuple(point), within
    return tuple(
        round_significant(exact_from_float(float(v)), CENTER_BITS) for v in best
    ), within - float(np.linalg.norm(best - start)) * (1 + 1e-9)
