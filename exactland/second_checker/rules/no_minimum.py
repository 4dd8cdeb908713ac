"""Boxes without local minima: rule 3.5."""

from flint import arb, arb_mat, ctx

from exactland.second_checker.arithmetic.ball import box, finite
from exactland.second_checker.facts import Box, Fact, Step
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import require


def no_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.5."""
    center, radius = step["center"], step["radius"]
    require(radius >= 0, "the radius must not be negative")
    with ctx.workprec(step["precision"] + 64):
        net, theta = Network(problem), box(center, radius)
        direction = arb_mat([[arb(v)] for v in step["direction"]])
        if step["order"] == "first":
            slope = (net.gradient(theta).transpose() * direction)[0, 0]
            require(finite(slope) > 0 or slope < 0, "the slope has no strict sign")
        else:
            curve = (direction.transpose() * net.hessian(theta) * direction)[0, 0]
            require(finite(curve) < 0, "the curvature is not negative")
    return Box(center, radius)
