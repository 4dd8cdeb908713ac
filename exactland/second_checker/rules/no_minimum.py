"""Boxes without local minima: rule 3.5."""

from collections.abc import Sequence

from flint import arb_mat

from ..arithmetic.ball import balls, box, finite, precision
from ..facts import Box, Fact
from ..network.evaluation import BallNetwork
from ..network.layout import Problem
from ..reading.step import NoMinimum
from ..refusals import require


def no_minimum(problem: Problem, step: NoMinimum, facts: Sequence[Fact]) -> Fact:
    """Rule 3.5: along the direction E falls to one side everywhere on the box, or is
    curved downwards.
    """
    require(step.radius >= 0, "the radius must not be negative")
    with precision(step.precision):
        network = BallNetwork(problem)
        theta = box(step.center, step.radius)
        direction = arb_mat([[entry] for entry in balls(step.direction)])
        if step.order == "first":
            product = network.gradient(theta).transpose() * direction
            slope = finite(product[0, 0])
            require(slope > 0 or slope < 0, "the slope has no strict sign")
        else:
            product = direction.transpose() * network.hessian(theta) * direction
            curvature = finite(product[0, 0])
            require(curvature < 0, "the curvature is not negative")
    return Box(step.center, step.radius)
