"""How far the loss stays low around a point: random walks in float64.

Proposes boxes; proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from exactland.model.losses import loss
from exactland.model.problem import Problem
from exactland.numerics.floats import Array, FloatProblem, evaluate

WALKERS, STEPS = 64, 240
LEVELS = 10  # each a quarter of the one before
MARGIN = 1.2  # boxes are larger than what the walks have seen


def losses(floats: FloatProblem, thetas: Array) -> Array:
    """E at every row of thetas (B, P); infinite where it is not a number."""
    problem: Problem = floats.problem
    features, at = np.broadcast_to(floats.x, (len(thetas), *floats.x.shape)), 0
    with np.errstate(all="ignore"):
        for depth, (units, width, bias) in enumerate(problem.network.shapes()):
            end = at + units * width
            features = features @ thetas[:, at:end].reshape(-1, units, width).transpose(0, 2, 1)
            if bias:
                features = features + thetas[:, None, end : end + units]
            at = end + units * bias
            if depth < len(problem.network.hidden):
                features = evaluate(problem.network.hidden[depth].activation, features)[0]
        outputs = [features[:, :, k] for k in range(features.shape[2])]
        value = np.sum(
            loss(problem.loss).derivatives(outputs, list(floats.y.T), evaluate)[0]
            + np.zeros_like(outputs[0]),
            axis=1,
        )
    return np.where(np.isfinite(value), value, np.inf)


def extents(floats: FloatProblem, center: Sequence[float], within: float) -> Iterator[list[float]]:
    """Radii (P of them) of boxes around the center that should hold a connected part of the points
    with loss at most a level, for lower and lower levels; only of levels at which no walk came near
    the sphere of radius `within`.
    """
    c = np.array(center)
    base = float(losses(floats, c[None])[0])
    ends = losses(
        floats, np.concatenate([c + within * sign * np.eye(len(c)) / 2 for sign in (-1, 1)])
    )
    rises = [rise for rise in ends - base if 0 < rise < np.inf]
    level = min(rises) if rises else 0.0
    scale = np.full(len(c), within / 4)
    for _ in range(LEVELS if level else 0):
        walked = _walk(floats, c, scale, base + level, within)
        reached = np.max(np.abs(walked - c), axis=0)
        level /= 4
        if np.max(np.linalg.norm(walked - c, axis=1)) < 0.9 * within and np.all(reached > 0):
            scale = reached
            yield [float(MARGIN * r) for r in reached]


def _walk(floats: FloatProblem, c: Array, scale: Array, level: float, within: float) -> Array:
    """All points that the walkers accepted."""
    generator = np.random.default_rng(0)
    at, size, seen = np.repeat(c[None], WALKERS, axis=0), np.ones((WALKERS, 1)), [c[None]]
    for _ in range(STEPS):
        ahead = at + size * scale * generator.normal(size=at.shape)
        low = (losses(floats, ahead) <= level) & (np.linalg.norm(ahead - c, axis=1) <= within)
        at = np.where(low[:, None], ahead, at)
        size = np.where(low[:, None], np.minimum(1.5 * size, 1.0), np.maximum(0.7 * size, 1e-6))
        seen.append(at[low])
    return np.concatenate(seen)
