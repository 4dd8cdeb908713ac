"""Strict local minima: rules 3.1, 3.1b; and that a minimum is not global: rule 3.2."""

from fractions import Fraction
from typing import NamedTuple, cast

from ..arithmetic import ZERO, Exact, box, metered, sum_of
from ..facts import Minimum, Vector
from ..network import Problem, differentiate
from ..refusals import require, require_at_most
from .linear import pivots, require_at_least, squared_length


class StrictMinimumStep(NamedTuple):
    """Rule 3.1."""

    center: Vector
    radius: Fraction
    lambda_: Fraction
    gamma: Fraction
    precision: int

    def fact(self, problem: Problem) -> Minimum:
        """Rule 3.1: Hess E >= lambda I on the box, |grad E(center)| <= gamma, and gamma
        < lambda radius keeps the minimum of E over the Euclidean ball off its sphere.

        (i), E is C^2 near the box: its derivatives over the box are not refused.
        """
        center, radius, lambda_, gamma, precision = self
        require(
            radius > 0 and 0 <= gamma < lambda_ * radius,  # so lambda > 0
            "radius or lambda is not positive, or gamma is negative or not below lambda"
            " times radius",
        )
        point = differentiate(problem, box(center, precision), 1)
        require_at_most(
            squared_length(point.gradient),
            gamma**2,
            "the gradient is not shown to be at most gamma",
        )
        over = box(center, precision, radius)
        require_at_least(differentiate(problem, over, 2).hessian, lambda_)
        return Minimum(
            center,
            gamma / lambda_,
            point.value.lower() - gamma**2 / (2 * lambda_),
            point.value.upper(),
            "strict-minimum",
            lambda_,
            radius,
        )


class ExactMinimumStep(NamedTuple):
    """Rule 3.1b."""

    center: Vector

    def fact(self, problem: Problem) -> Minimum:
        """Rule 3.1b: grad E = 0 exactly and Hess E positive definite at the center."""
        at = differentiate(problem, self.center, 2)
        require(not any(at.gradient), "the gradient is not exactly zero")
        # rational: functions that are not have been refused their exact derivatives
        loss = cast(Fraction, at.value)
        curvature = _least_eigenvalue(at.hessian)
        return Minimum(self.center, ZERO, loss, loss, "strict-minimum", curvature)


def _least_eigenvalue(hessian: list[list[Exact]]) -> Fraction:
    """A lower bound, det H ((P-1) / trace H)^(P-1): the other eigenvalues have a
    geometric mean of at most their arithmetic mean, which is below trace H / (P-1).
    """
    others = len(hessian) - 1
    # rational, as the pivots are
    trace = cast(Fraction, sum_of([row[k] for k, row in enumerate(hessian)]))
    bound = Fraction(1)
    for factor in [*pivots(hessian), *[others / trace] * others]:
        bound = metered(bound * factor)
    return bound


class SubOptimalStep(NamedTuple):
    """Rule 3.2. The minimum was proved by an earlier step."""

    minimum: Minimum
    witness: Vector
    gap: Fraction
    precision: int

    def fact(self, problem: Problem) -> Minimum:
        """Rule 3.2: E(witness) + gap is at most what the minimum's loss is at least."""
        minimum = self.minimum
        at = box(self.witness, self.precision)
        loss = differentiate(problem, at, 0).value.upper()
        require(self.gap > 0, "the gap is not positive")
        require_at_most(
            loss + self.gap,
            minimum.low,
            "the witness is not shown to be lower than the minimum by the gap",
        )
        return minimum._replace(gap=self.gap, witness_loss=loss)
