"""Where a Hessian is singular, in words. Numerical, for explanations only; certifies nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactland.model.problem import Problem
from exactland.numerics.enclosures import Undefined, box, enclose
from exactland.numerics.precision import precision

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
        except Undefined:
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


def flat_directions(problem: Problem, theta: Sequence[Fraction]) -> str | None:
    """In which directions the Hessian at theta is singular, numerically, in words; None when it is
    not, or does not exist.
    """
    flat = hessian_kernel(problem, theta)
    if not flat:
        return None
    names = problem.network.parameter_names()
    shown = "; ".join(combination(v, names) for v in flat[:4]) + ("; ..." if len(flat) > 4 else "")
    return (
        f"the Hessian is singular in {len(flat)} direction{'s' if len(flat) > 1 else ''}: {shown}"
    )


def describe(problem: Problem, theta: Sequence[Fraction]) -> str:
    """Why second derivatives do not make theta a strict minimum, as far as floats can tell."""
    at = spectrum(problem, theta)
    if at is None:
        return (
            "the Hessian does not exist there (a kink, or outside an activation's domain), or"
            " numbers are too large to resolve it"
        )
    flat = flat_directions(problem, theta)
    if flat:
        return flat
    if at.values[0] < 0:
        return f"the Hessian has the negative eigenvalue {at.values[0]:.3g}"
    return (
        f"the Hessian looks positive definite (least eigenvalue {at.values[0]:.3g}) but no box was"
        " large enough"
    )


def as_floats(vector: Sequence[Fraction]) -> list[float]:
    """The vector, or where floats have no room for it, a multiple of it."""
    largest = max(map(abs, vector))
    scale = Fraction(1) if Fraction(1, 2**900) < largest < 2**900 else largest
    return [float(v / scale) for v in vector]


def combination(vector: Sequence[float], names: Sequence[str]) -> str:
    """The leading terms of a vector as a sum over parameter names."""
    largest = max(map(abs, vector))
    terms = [(value, name) for value, name in zip(vector, names) if abs(value) > 0.05 * largest]
    sign = -1 if terms[0][0] < 0 else 1
    parts = [
        f"{'-' if sign * value < 0 else '+'}"
        f" {'' if abs(value) == 1 else f'{abs(value):.3g} '}{name}"
        for value, name in terms[:6]
    ]
    return " ".join(parts).removeprefix("+ ") + (" ..." if len(terms) > 6 else "")
