"""Where a Hessian is singular, in words. Numerical, for explanations only; certifies nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactland.model.directions import combination
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.precision import precision
from exactland.provers.proposals import Obstacle
from exactland.provers.reasons import Advice, Reason

RELATIVE_ZERO = 1e-10  # eigenvalues below this fraction of the largest count as zero


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues of Hess E at a point, ascending, and the unit vectors (P each) that belong to
    them; floats.
    """

    values: tuple[float, ...]
    vectors: tuple[tuple[float, ...], ...]

    def flat(self) -> list[tuple[float, ...]]:
        largest = max(map(abs, self.values))
        return [
            v
            for value, v in zip(self.values, self.vectors)
            if abs(value) <= RELATIVE_ZERO * largest
        ]


def spectrum(problem: Problem, theta: Sequence[Fraction]) -> Spectrum | None:
    """The Hessian's eigen-decomposition at theta, or None where it does not exist, or is not
    resolved at 128 bits.
    """
    with precision(128):
        try:
            hessian = enclose(problem, box(theta, Fraction(0))).hessian
        except UndefinedError:
            return None
        matrix = np.array([[float(v.mid()) for v in row] for row in hessian.tolist()])
        errors = np.array([float(v.rad()) for v in hessian.entries()])
    if not np.all(np.isfinite(matrix)) or np.max(errors) > RELATIVE_ZERO * np.max(np.abs(matrix)):
        return None
    values, vectors = np.linalg.eigh(matrix)
    return Spectrum(tuple(map(float, values)), tuple(tuple(map(float, v)) for v in vectors.T))


def hessian_kernel(problem: Problem, theta: Sequence[Fraction]) -> tuple[tuple[float, ...], ...]:
    """Unit vectors along which the Hessian at theta vanishes, numerically; none when it is not
    singular, or does not exist.
    """
    at = spectrum(problem, theta)
    return tuple(at.flat()) if at else ()


def singular_directions(problem: Problem, theta: Sequence[Fraction]) -> Obstacle | None:
    """In which directions the Hessian at theta is singular, numerically; None when it is not, or
    does not exist.
    """
    flat = hessian_kernel(problem, theta)
    if not flat:
        return None
    names = problem.network.parameter_names()
    shown = [combination(v, names) for v in flat[:4]] + (["..."] if len(flat) > 4 else [])
    count = f"{len(flat)} direction{'s' if len(flat) > 1 else ''}"
    facts = {"count": count, "directions": "; ".join(shown)}
    return Obstacle(Reason.SINGULAR_HESSIAN, facts, Advice.REGULAR_POINT, directions=flat)


def no_strict_minimum(problem: Problem, theta: Sequence[Fraction]) -> Obstacle:
    """Why second derivatives do not make theta a strict minimum, as far as floats can tell."""
    singular = singular_directions(problem, theta)
    if singular is not None:
        return singular
    at = spectrum(problem, theta)
    if at is None:
        return Obstacle(Reason.NO_HESSIAN, advice=Advice.REGULAR_POINT)
    least = {"eigenvalue": f"{at.values[0]:.3g}"}
    if at.values[0] < 0:
        return Obstacle(Reason.NEGATIVE_CURVATURE, least, Advice.REGULAR_POINT)
    return Obstacle(Reason.NO_BOX_LARGE_ENOUGH, least, Advice.REGULAR_POINT)
