"""Evidence for a basin: rule 3.3 (proofs/THEOREMS.md), for any continuous activation, smooth or
not.

A box around a point on whose faces the loss is above the loss at the point, and a subdivision of
the faces and of the box fine enough to show it. On every part the loss is bounded from below by a
plane that touches it at one point, or would if the network were linear there; a good point is the
minimum of a quadratic model. Bounds are the kernel's own, so that what is enough here is enough
there, and all arithmetic is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from exactland.certificates.certificate import in_kernel, numbers
from exactland.kernel import reader
from exactland.kernel.activation import SMOOTH, Pieces
from exactland.kernel.ball import Undefined
from exactland.kernel.network import differentiate, split
from exactland.kernel.reader import number
from exactland.kernel.rules import box, hull, lipschitz, plane
from exactland.model.problem import Problem
from exactland.provers.evidence import Evidence

BITS = 64  # the kernel's precision
MOST = 20_000  # planes for one box
DEEPEST = 100  # halvings of one part
SWEEPS = 24
THIN = 10  # thousandths of a part on either side of a kink
SCALE = float(1 << BITS)
Box = tuple[list[Fraction], list[Fraction]]  # lower and upper ends


class _Lower(Exception):
    """A point of the rim is not above the center."""


class _TooMany(Exception):
    """There are too many parts."""


@dataclass(frozen=True)
class Uncovered:
    """No cover was found.

    `share` is what part of the faces was covered when the planes came to an end; None when no cover
    exists, or it cannot be known.
    """

    share: float | None


def rim(
    problem: Problem,
    center: Sequence[Fraction],
    radii: Sequence[Fraction],
    above: Fraction | None = None,
    most: int = MOST,
) -> Evidence | None:
    """Rule 3.3 for the box |theta_k - center_k| <= radii_k (P positive numbers each); None when a
    point of a face is not above the center, when the loss is not everywhere above `above` (if
    given), or when that takes more than `most` planes.
    """
    found = cover(problem, center, radii, above, most)
    return found if isinstance(found, Evidence) else None


def cover(
    problem: Problem,
    center: Sequence[Fraction],
    radii: Sequence[Fraction],
    above: Fraction | None,
    most: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Evidence | Uncovered:
    """The same, with more to say of a failure; `progress(planes)` is called for every part."""
    own = in_kernel(problem)
    sides = [c - r for c, r in zip(center, radii)], [c + r for c, r in zip(center, radii)]
    search = _Search(own, most, progress)
    try:
        high = differentiate(own, box(list(center), BITS), 0).value.upper()
        for face in _faces(sides):
            search.cover(face, high)
        low = search.cover(sides, above)
    except (_Lower, Undefined):
        return Uncovered(None)
    except _TooMany:
        return Uncovered(float(search.covered) / (2 * problem.parameters))
    step = {
        "rule": "3.3",
        "center": numbers(center),
        "radii": numbers(radii),
        "cover": list(map(str, search.marks)),
        "precision": str(BITS),
    }
    reach = Fraction(isqrt(int(sum(r * r for r in radii) * 4**BITS)) + 1, 2**BITS)
    return Evidence(step, tuple(center), reach, low, BITS, "basin")


def covered_above(
    problem: Problem, evidence: Evidence, witness: Sequence[Fraction], most: int = MOST
) -> Evidence | None:
    """The same basin, its box cut finely enough to see that the loss is everywhere above half-way
    from the loss of the witness to that of the center; None when it is not, or when that takes too
    many planes.
    """
    own = in_kernel(problem)
    try:
        low, high = (
            differentiate(own, box(list(theta), BITS), 0).value.upper()
            for theta in (witness, evidence.center)
        )
    except Undefined:
        return None
    radii = [number(r, "radii") for r in evidence.step["radii"]]
    return rim(problem, evidence.center, radii, (low + high) / 2, most) if low < high else None


def _faces(sides: Box) -> Iterator[Box]:
    for k in range(len(sides[0])):
        for end in sides:
            low, high = ([*side[:k], end[k], *side[k + 1 :]] for side in sides)
            yield low, high


class _Search:
    """The marks found so far for the boxes covered so far."""

    def __init__(self, problem: reader.Problem, most: int, progress: Callable[[int], None]) -> None:
        self.problem, self.most, self.progress = problem, most, progress
        self.smoothed = problem._replace(layers=tuple(_smoothed(layer) for layer in problem.layers))
        self.kinks = _kinks(problem)
        self.marks: list[int] = []
        self.planes = 0
        self.covered = Fraction(0)  # boxes, and parts of a box

    def cover(
        self, sides: Box, above: Fraction | None, depth: int = 0, part: Fraction = Fraction(1)
    ) -> Fraction:
        """Cut the box until the loss is above a number on every part; a lower bound of the loss on
        the box (any, if there is no number).
        """
        self.planes += 1
        self.progress(self.planes)
        if self.planes > self.most or depth > DEEPEST:
            raise _TooMany
        place = self.touching(sides)
        for order in (2, 1):
            try:
                low = plane(self.problem, list(sides), place, order, BITS)
            except Undefined:  # of order 2 across a kink
                continue
            if above is None or low > above:
                self.marks += [len(place) + order, *place]
                self.covered += part
                return low
        point = [a + (b - a) * k / 1000 for a, b, k in zip(*sides, place)]
        assert above is not None
        if not differentiate(self.problem, box(point, BITS), 0).value.upper() > above:
            raise _Lower
        k, share = self.cut(sides, point)
        self.marks += [k, share]
        left = Fraction(share, 1000)
        middle = sides[0][k] + (sides[1][k] - sides[0][k]) * left
        upper, lower = ([*side[:k], middle, *side[k + 1 :]] for side in (sides[1], sides[0]))
        first = self.cover((sides[0], upper), above, depth + 1, part * left)
        return min(first, self.cover((lower, sides[1]), above, depth + 1, part * (1 - left)))

    def touching(self, sides: Box) -> list[int]:
        """Where in the box, in thousandths, the quadratic model of the loss at its middle is
        least.
        """
        middle, half = (
            [(a + b) / 2 for a, b in zip(*sides)],
            [float(b - a) / 2 for a, b in zip(*sides)],
        )
        at = differentiate(self.smoothed, box(middle, BITS), 2)
        gradient = [g.m / SCALE * r for g, r in zip(at.gradient, half)]
        hessian = [
            [h.m / SCALE * r * s for h, s in zip(row, half)] for row, r in zip(at.hessian, half)
        ]
        return [round(500 * (1 + step)) for step in _least_quadratic(gradient, hessian)]

    def cut(self, sides: Box, point: list[Fraction]) -> tuple[int, int]:
        """The coordinate along which slopes are known least, times the length, and where to cut:
        next to a kink that is not in a thin part yet, or half-way.
        """
        over = hull(box(sides[0], BITS), box(sides[1], BITS))
        slopes = differentiate(lipschitz(self.problem), over, 1, box(point, BITS)).gradient
        k = max(range(len(point)), key=lambda k: slopes[k].r * (sides[1][k] - sides[0][k]))
        middle = [float(a + b) / 2 for a, b in zip(*sides)]
        start, length = float(sides[0][k]), float(sides[1][k] - sides[0][k])
        shares = (
            [round(1000 * (kink - start) / length) for kink in self.kinks(middle, k)]
            if length
            else []
        )
        cuts = [
            share + side
            for share in shares
            for side in (-THIN, THIN)
            if THIN < share + side < 1000 - THIN
        ]
        return k, min(cuts, key=lambda share: abs(share - 500), default=500)


def _kinks(problem: reader.Problem) -> Callable[[list[float], int], list[float]]:
    """At given parameters, the values of parameter k for which a unit of the first layer has a
    sample on a kink.
    """
    layer = problem.layers[0]
    kinks = (
        [
            float(b)
            for b, smooth in zip(layer.activation.breakpoints, layer.activation.smooth)
            if not smooth
        ]
        if isinstance(layer.activation, Pieces)
        else []
    )
    own = {k: places for places in split(problem, range(problem.parameters))[0] for k in places}
    rows = [[*map(float, x), *[1.0] * layer.bias] for x in problem.x]

    def at(theta: list[float], k: int) -> list[float]:
        places = own.get(k, [])
        found = []
        for row in rows if places else []:
            rate = row[places.index(k)]
            z = sum(theta[p] * v for p, v in zip(places, row))
            found += [theta[k] + (kink - z) / rate for kink in kinks if rate]
        return found

    return at


def _smoothed(layer: reader.Layer) -> reader.Layer:
    s = layer.activation
    return (
        layer._replace(activation=s._replace(smooth=(SMOOTH,) * len(s.smooth)))
        if isinstance(s, Pieces)
        else layer
    )


def _least_quadratic(gradient: list[float], hessian: list[list[float]]) -> list[float]:
    """About where g.d + d.H.d / 2 is least over |d_k| <= 1: one coordinate after the other."""
    d = [0.0] * len(gradient)
    for _ in range(SWEEPS):
        for k, row in enumerate(hessian):
            slope = gradient[k] + sum(h * e for h, e in zip(row, d)) - row[k] * d[k]
            ends = -1.0 if slope > 0 else 1.0 if slope < 0 else d[k]
            d[k] = min(1.0, max(-1.0, -slope / row[k])) if row[k] > 0 else ends
    return d
