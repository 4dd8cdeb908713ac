"""Last features that span all the network can reach: rule 4.3 (docs/theorems)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.steps import SpanningFeatures
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box
from exactland.numerics.features import ball_features, identities
from exactland.numerics.minors import Minor, invertible_minor, precision_for, with_inverse
from exactland.numerics.precision import raise_precision

CAP = 4096  # bits


def spanning_step(problem: Problem, theta: Vector) -> SpanningFeatures | None:
    """Rule 4.3 at theta: the last features span all that the identities of the network leave."""
    known = identities(problem)
    minor = spanning_minor(problem, theta, len(known))
    return None if minor is None else spanning_by(theta, known, minor)


def spanning_by(theta: Vector, known: Sequence[Vector], minor: Minor) -> SpanningFeatures:
    """The step for a minor that is known."""
    return SpanningFeatures(
        center=theta,
        identities=tuple(known),
        rows=minor.rows,
        columns=minor.columns,
        inverse=minor.inverse,
        precision=precision_for(minor),
    )


def spanning_minor(
    problem: Problem, theta: Vector, missing: int, first: Sequence[int] = ()
) -> Minor | None:
    """An invertible minor of N - missing samples and last features at theta, at the lowest
    precision that shows it.
    """
    needed = problem.samples - missing
    if needed > problem.network.hidden[-1].units + problem.network.output_bias:
        return None

    def attempt(_: int) -> Minor | None:
        try:
            matrix = ball_features(problem, box(theta, Fraction(0)))
        except UndefinedError:
            return None
        rows, columns = invertible_minor(matrix, first)
        return with_inverse(matrix, rows, columns) if len(rows) == needed else None

    return raise_precision(attempt, 128, CAP)
