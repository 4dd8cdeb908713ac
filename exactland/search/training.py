"""Multi-start training in float64. Finds candidates; proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.floats import Array, FloatProblem, float_problem

EVERY = 50  # evaluations of the gradient between two reports, fewer where one is much work
WORK = 10**6  # samples times parameters


@dataclass(frozen=True)
class Trained:
    """A float point where training stopped, with its loss."""

    loss: float
    theta: tuple[float, ...]


def descend(
    floats: FloatProblem, start: Sequence[float], progress: Progress = no_progress
) -> Trained | None:
    """Where quasi-Newton descent from `start` stops; None when it leaves the floats.

    `progress` is called once for every `EVERY` evaluations of the gradient, or more often where
    these are much work, with a total of 0.
    """
    from scipy.optimize import minimize  # half the time that starting takes

    evaluations = count()
    every = max(1, min(EVERY, WORK // (len(floats.x) * len(start))))

    def objective(theta: Array) -> tuple[float, Array]:
        if next(evaluations) % every == every - 1:
            progress("descending", 0, 0)
        value, gradient = floats.loss_and_gradient(theta)
        return (
            (value, gradient)
            if np.isfinite(value) and np.all(np.isfinite(gradient))
            else (np.inf, np.zeros_like(theta))
        )

    with np.errstate(all="ignore"):
        result = minimize(
            objective,
            np.array(start),
            jac=True,
            method="BFGS" if len(start) <= 200 else "L-BFGS-B",
            options={"gtol": 1e-9, "maxiter": 3000},
        )
    if not np.isfinite(result.fun) or not np.all(np.isfinite(result.x)):
        return None
    return Trained(float(result.fun), tuple(map(float, result.x)))


def train(
    problem: Problem, starts: int, seed: int, progress: Progress = no_progress
) -> list[Trained]:
    """Where descent stopped from `starts` random starting points, sorted by loss.

    Deterministic given seed, library versions and machine.

    Starting weights are normal, at a scale between 0.3 and 10 drawn anew for each start. `progress`
    is called after every training, and also during long ones. Raises ResourceLimitError above 1000
    parameters.
    """
    floats = float_problem(problem)
    generator = np.random.default_rng(seed)
    found = []
    for done in range(starts):
        scale = 10 ** generator.uniform(-0.5, 1.0)
        start = generator.normal(size=problem.parameters) * scale
        trained = descend(floats, list(map(float, start)), progress)
        found += [trained] if trained else []
        progress("training", done + 1, starts)
    return sorted(found, key=lambda t: t.loss)
