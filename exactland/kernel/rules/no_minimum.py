"""Boxes without local minima: rule 3.5."""

from fractions import Fraction
from typing import NamedTuple

from ..arithmetic import ZERO, box, dot
from ..facts import NoMinimumBox, Vector
from ..network import Problem, differentiate
from ..refusals import require, require_below
from .linear import applied


class NoMinimumStep(NamedTuple):
    """Rule 3.5. The order is first or second."""

    center: Vector
    radius: Fraction
    direction: Vector
    order: str
    precision: int

    def fact(self, problem: Problem) -> NoMinimumBox:
        """Rule 3.5: <grad E, u> has one strict sign on the box, or u^T Hess E u < 0 on
        it: along u, E falls on one side of every point of the box.

        Kinks have no derivative there: their slopes on two sides might hide a minimum.
        """
        center, radius, direction, order, precision = self
        require(radius >= 0, "the radius is negative")
        over = box(center, precision, radius)
        along = box(direction, precision)
        if order == "first":
            slope = dot(differentiate(problem, over, 1).gradient, along)
            highest = min(slope.upper(), -slope.lower())
        else:
            hessian = differentiate(problem, over, 2).hessian
            highest = dot(along, applied(hessian, along)).upper()
        require_below(
            highest,
            ZERO,
            f"the {order} derivative along the direction has no strict sign on the box",
        )
        return NoMinimumBox(center, radius, direction, order)
