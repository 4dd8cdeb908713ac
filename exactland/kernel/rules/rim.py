"""Basins by their rim: rule 3.3."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import isqrt
from typing import NamedTuple, TypeVar

from ..arithmetic.ball import Ball, box, hull
from ..arithmetic.numbers import dot
from ..facts import Facts, Minimum, Vector
from ..meter import charge, cost_of_rational
from ..network.evaluation import differentiate, slopes_over
from ..network.layout import Problem
from ..refusals import require
from .linear import difference

T = TypeVar("T")

# places of cuts and planes are thousandths of a side
PARTS = 1000


class RimStep(NamedTuple):
    """Rule 3.3. The cover is a list of marks and places: see `least`."""

    center: Vector
    radii: Vector
    cover: list[int]
    precision: int

    def fact(self, problem: Problem, _earlier: Facts) -> Minimum:
        """Rule 3.3: on all faces of the box |theta_k - center_k| <= radii_k E is above
        that at the center. So its minimisers over the box are off the faces: a basin.

        The cover is read once: for coordinate 0 that of the lower face and that of the
        upper one, for coordinate 1, and so on; then that of the whole box.
        """
        center, radii, cover, precision = self
        require(all(r > 0 for r in radii), "a radius is not positive")
        loss = differentiate(problem, box(center, precision), 0).value.upper()
        marks = iter(cover)
        low = [c - r for c, r in zip(center, radii)]
        high = [c + r for c, r in zip(center, radii)]
        for k, ends in enumerate(zip(low, high)):
            for end in ends:
                face = (_with(low, k, end), _with(high, k, end))
                require(
                    least(problem, *face, marks, precision) > loss,
                    f"on a face of coordinate {k} the loss is not shown to be above"
                    " that at the center",
                )
        bound = least(problem, low, high, marks, precision)
        require(next(marks, None) is None, "the cover goes on after the box is covered")
        # the Euclidean norm of the radii, rounded up
        square = sum(r * r for r in radii) * 4**precision
        distance = Fraction(isqrt(int(square)) + 1, 2**precision)
        return Minimum(center, distance, bound, loss, "basin")


def _with(values: list[T], k: int, value: T) -> list[T]:
    return [*values[:k], value, *values[k + 1 :]]


def least(
    problem: Problem, low: Vector, high: Vector, marks: Iterator[int], precision: int
) -> Fraction:
    """A lower bound of E on the box from low to high: the least of those on parts that
    together contain it. (Where a cut lies beyond the box, its first part does.)

    A mark k < P: a cut along coordinate k, where, and the covers of both parts;
    P + order: a plane, and where. A place that is missing at the end is 0.
    """
    count = len(low)
    mark = next(marks, -1)
    require(
        0 <= mark <= count + 2 and mark != count,
        "the cover ends before the box is covered, or has an unknown mark",
    )
    if mark > count:
        place = [next(marks, 0) for _ in low]
        return plane_bound(problem, low, high, mark - count, place, precision)
    share = next(marks, 0)
    middle = low[mark] + (high[mark] - low[mark]) * share / PARTS
    return min(
        least(problem, low, _with(high, mark, middle), marks, precision),
        least(problem, _with(low, mark, middle), high, marks, precision),
    )


def plane_bound(
    problem: Problem,
    low: Vector,
    high: Vector,
    order: int,
    place: list[int],
    precision: int,
) -> Fraction:
    """A lower bound of E on a box, by the plane of this order (1 or 2) through a place:
    l is convex, so with g_i the gradient of l at f_i(p)

        E(theta) >= E(p) + h(theta) - h(p), h = sum_i g_i . f_i,

    and that is at least a bound plus sum_k t_k (theta_k - p_k), t_k in balls: every
    least product is one of ends. Enclosures are over the least box with the place p,
    which may lie beside it.
    """
    places = zip(low, high, place)
    p = [a + (b - a) * share / PARTS for a, b, share in places]
    for number in p:
        charge(cost_of_rational(number))
    at = box(p, precision)
    over = hull(box(low, precision), box(high, precision), at)
    enclosed = by_slopes if order == 1 else by_taylor
    bound, slopes = enclosed(problem, at, over)
    for t, c, *ends in zip(slopes, p, low, high):
        products = product((t.lower(), t.upper()), ends)
        bound += min(slope * (end - c) for slope, end in products)
        charge(cost_of_rational(bound))
    return bound


def by_slopes(
    problem: Problem, at: list[Ball], over: list[Ball]
) -> tuple[Fraction, list[Ball]]:
    """Rule 3.3, order 1: h(theta) - h(p) = sum_k t_k (theta_k - p_k), each t_k in the
    ball of dh/dtheta_k over the box.

    Also across kinks: s(z) - s(z') is the mean of s' between them times z - z', and the
    mean is in the span of s' on all pieces, which `slopes_over` encloses.
    """
    found = slopes_over(problem, over, at, 1)
    return found.value.lower(), found.gradient


def by_taylor(
    problem: Problem, at: list[Ball], over: list[Ball]
) -> tuple[Fraction, list[Ball]]:
    """Rule 3.3, order 2: with d = theta - p and some symmetric H in the balls of the
    Hessian of h over the box (Taylor along the segment; s'' only almost everywhere),

        h(theta) - h(p) = sum_k t_k d_k + sum_k H_kk d_k^2 / 2,
        t_k = dE/dtheta_k(p) + sum_(l != k) H_kl d_l / 2.

    No kink: the jump of a slope is missing in s'', and `slopes_over` refuses it.
    """
    here = differentiate(problem, at, 1)
    hessian = slopes_over(problem, over, at, 2).hessian
    d = difference(over, at)
    zero = Ball(0, 0, at[0].p)
    bound = here.value.lower()
    slopes = []
    for k, (slope, row) in enumerate(zip(here.gradient, hessian)):
        slopes.append(slope + dot(row, _with(d, k, zero)) / 2)
        bound += (row[k] * d[k].square()).lower() / 2
    return bound, slopes
