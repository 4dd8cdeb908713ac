"""Basins by their rim: rule 3.3."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import isqrt
from typing import NamedTuple, TypeVar

from ..arithmetic import Ball, box, dot, hull, metered
from ..facts import Minimum, Vector
from ..network import Problem, differentiate, slopes_over
from ..refusals import require, require_below
from .linear import difference

T = TypeVar("T")

# places of cuts and planes are thousandths of a side
PARTS = 1000


class Plane(NamedTuple):
    """A box that is bounded at once, by a plane of this order through a point: where
    that is, in thousandths of every side.
    """

    order: int
    shares: list[int]


class Cut(NamedTuple):
    """A box that is cut in two along a coordinate, and the covers of both parts."""

    coordinate: int
    share: int
    first: "Cover"
    second: "Cover"


Cover = Plane | Cut


class RimStep(NamedTuple):
    """Rule 3.3. The cover is a list of marks and places: see `parsed`."""

    center: Vector
    radii: Vector
    cover: list[int]
    precision: int

    def fact(self, problem: Problem) -> Minimum:
        """Rule 3.3: on all faces of the box |theta_k - center_k| <= radii_k E is above
        that at the center. So its minimisers over the box are off the faces: a basin.

        The cover is read once: for coordinate 0 that of the lower face and that of the
        upper one, for coordinate 1, and so on; then that of the whole box.
        """
        center, radii, cover, precision = self
        require(all(r > 0 for r in radii), "a radius is not positive")
        loss = differentiate(problem, box(center, precision), 0).value.upper()
        marks = iter(cover)
        count = len(center)
        faces = [(parsed(marks, count), parsed(marks, count)) for _ in center]
        whole = parsed(marks, count)
        require(next(marks, None) is None, "the cover goes on after the box is covered")
        low = [c - r for c, r in zip(center, radii)]
        high = [c + r for c, r in zip(center, radii)]
        for k, covers in enumerate(faces):
            for end, face in zip((low[k], high[k]), covers):
                sides = (_with(low, k, end), _with(high, k, end))
                require_below(
                    loss,
                    least(problem, *sides, face, precision),
                    f"on a face of coordinate {k} the loss is not shown to be above"
                    " that at the center",
                )
        bound = least(problem, low, high, whole, precision)
        # the Euclidean norm of the radii, rounded up
        square = sum(r * r for r in radii) * 4**precision
        distance = Fraction(isqrt(int(square)) + 1, 2**precision)
        return Minimum(center, distance, bound, loss, "basin")


def _with(values: list[T], k: int, value: T) -> list[T]:
    return [*values[:k], value, *values[k + 1 :]]


def parsed(marks: Iterator[int], count: int) -> Cover:
    """The next cover of a box with so many coordinates.

    A mark k < P: a cut along coordinate k, where, and the covers of both parts;
    P + order: a plane, and where. A place that is missing at the end is 0.
    """
    mark = next(marks, -1)
    require(
        0 <= mark <= count + 2 and mark != count,
        "the cover ends before the box is covered, or has an unknown mark",
    )
    if mark > count:
        return Plane(mark - count, [next(marks, 0) for _ in range(count)])
    share = next(marks, 0)
    first = parsed(marks, count)
    return Cut(mark, share, first, parsed(marks, count))


def least(
    problem: Problem, low: Vector, high: Vector, cover: Cover, precision: int
) -> Fraction:
    """A lower bound of E on the box from low to high: the least of those on parts that
    together contain it. Where a cut lies beyond the box, its first part contains it,
    and what is found of the second, which has no point, only makes the bound worse.
    """
    if isinstance(cover, Plane):
        return plane_bound(problem, low, high, cover, precision)
    k = cover.coordinate
    middle = low[k] + (high[k] - low[k]) * cover.share / PARTS
    return min(
        least(problem, low, _with(high, k, middle), cover.first, precision),
        least(problem, _with(low, k, middle), high, cover.second, precision),
    )


def plane_bound(
    problem: Problem, low: Vector, high: Vector, plane: Plane, precision: int
) -> Fraction:
    """A lower bound of E on a box, by a plane through a point p: l is convex, so with
    g_i the gradient of l at f_i(p)

        E(theta) >= E(p) + h(theta) - h(p), h = sum_i g_i . f_i,

    and that is at least b + sum_k t_k (theta_k - p_k), t_k in balls: every least
    product is one of ends. Order 1: b is E(p), t_k a slope of h over the box. Order 2:
    see `by_taylor`. Enclosures are over the least box with p, which may lie beside it.
    """
    p = []
    for a, b, share in zip(low, high, plane.shares):
        p.append(metered(a + (b - a) * share / PARTS))
    at = box(p, precision)
    over = hull(box(low, precision), box(high, precision), at)
    if plane.order == 1:
        # h(theta) - h(p) = sum_k t_k (theta_k - p_k), each t_k in the ball of
        # dh/dtheta_k over the box. Also across kinks: s(z) - s(z') is the mean of s'
        # between them times z - z', and the mean is in the span of s' on all pieces.
        found = slopes_over(problem, over, at, 1)
        bound = found.value.lower()
        slopes = found.gradient
    else:
        bound, slopes = by_taylor(problem, at, over)
    for t, c, *ends in zip(slopes, p, low, high):
        products = product((t.lower(), t.upper()), ends)
        bound = metered(bound + min(slope * (end - c) for slope, end in products))
    return bound


def by_taylor(
    problem: Problem, at: list[Ball], over: list[Ball]
) -> tuple[Fraction, list[Ball]]:
    """Rule 3.3, order 2: b, which is E(p) and the squares below, and all t_k. With d =
    theta - p and some symmetric H in the balls of the Hessian of h over the box (Taylor
    along the segment; s'' only almost everywhere),

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
