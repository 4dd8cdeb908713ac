"""Strict local minima: rules 3.1 and 3.1b; and not global: rule 3.2."""

from collections.abc import Sequence
from dataclasses import replace

from flint import arb, arb_mat, fmpq

from ..arithmetic import exact
from ..arithmetic.ball import (
    ZERO,
    balls,
    box,
    lower,
    precision,
    upper,
)
from ..facts import (
    STRICT_MINIMUM,
    Box,
    Fact,
    Minimum,
    earlier_minimum,
)
from ..network.evaluation import BallNetwork, ExactNetwork
from ..network.layout import Problem
from ..reading.step import (
    ExactMinimum,
    StrictMinimum,
    SubOptimal,
)
from ..refusals import require
from .linear import is_at_least, is_positive_definite


def strict_minimum(
    problem: Problem, step: StrictMinimum, facts: Sequence[Fact]
) -> Fact:
    """Rule 3.1: E is strongly convex on the box, with lambda, and its gradient at the
    center is too small to have no zero in it.
    """
    positive = step.radius > 0 and step.lambda_ > 0 and step.gamma >= 0
    require(positive, "radius and lambda must be positive, gamma not negative")
    # (iv): the critical point is inside, not on the boundary
    inside = step.gamma < step.lambda_ * step.radius
    require(inside, "gamma is not below lambda radius")
    with precision(step.precision):
        network = BallNetwork(problem)
        # (i) and (ii): an enclosure of the Hessian exists only where E is C^2
        hessian = network.hessian(box(step.center, step.radius))
        convex = is_at_least(hessian.tolist(), step.lambda_)
        require(convex, "the Hessian is not bounded by lambda")
        # (iii)
        gradient = network.gradient(balls(step.center))
        small = _norm_squared_above(gradient) <= step.gamma * step.gamma
        require(small, "the gradient at the center is above gamma")
        fall = step.gamma * step.gamma / (2 * step.lambda_)
        low = lower(network.value(balls(step.center)) - arb(fall))
    distance = step.gamma / step.lambda_
    where = Box(step.center, step.radius)
    return Minimum(STRICT_MINIMUM, step.center, distance, low, box=where)


def _norm_squared_above(gradient: arb_mat) -> fmpq:
    """An upper bound of the square of its Euclidean norm."""
    sizes = [arb(upper(abs(entry))) for entry in gradient.entries()]
    return upper(sum((size * size for size in sizes), ZERO))


def exact_minimum(problem: Problem, step: ExactMinimum, facts: Sequence[Fact]) -> Fact:
    """Rule 3.1b: the gradient is 0 and the Hessian positive definite, exactly."""
    network = ExactNetwork(problem)
    gradient, hessian = network.derivatives(step.center)
    critical = all(slope == 0 for slope in gradient.entries())
    require(critical, "the gradient is not 0")
    definite = is_positive_definite(hessian.tolist())
    require(definite, "the Hessian is not positive definite")
    value = network.value(step.center)
    return Minimum(STRICT_MINIMUM, step.center, exact.ZERO, value)


def sub_optimal(problem: Problem, step: SubOptimal, facts: Sequence[Fact]) -> Fact:
    """Rule 3.2: E is lower by the gap at the witness."""
    minimum = earlier_minimum(step.minimum, facts)
    require(step.gap > 0, "the gap must be positive")
    with precision(step.precision):
        high = upper(BallNetwork(problem).value(balls(step.witness)))
    lower_there = high + step.gap <= minimum.low
    require(lower_there, "the witness is not lower by the gap")
    return replace(minimum, gap=step.gap)
