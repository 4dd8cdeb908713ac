"""Evidence for a basin by its rim: rule 3.3 (docs/theorems), for any continuous activation.

A box around a point on whose faces the loss is above the loss at the point, and a subdivision of
the faces and of the box fine enough to show it. On every part the loss is bounded from below by a
plane that touches it at one point, or would if the network were linear there; a good point is the
minimum of a quadratic model. Bounds are the kernel's own, so that what is enough here is enough
there, and all arithmetic is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from exactland.certificates.kinds import Minimum
from exactland.certificates.steps import Rim
from exactland.model.activations import Expression
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.kernel_bridge import LossBounds, Sides, UndefinedError
from exactland.provers.evidence import Evidence

BITS = 64  # the kernel's precision
MOST = 20_000  # planes for one box
DEEPEST = 100  # halvings of one part
SWEEPS = 24
THIN = 10  # thousandths of a part on either side of a kink


class _LowerError(Exception):
    """A point of the rim is not above the center."""


class _TooManyError(Exception):
    """There are too many parts."""


@dataclass(frozen=True)
class Uncovered:
    """No cover was found.

    `share` is what part of the faces was covered when the planes came to an end; None when no cover
    exists, or it cannot be known.
    """

    share: float | None


def rim_evidence(
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
    progress: Progress = no_progress,
) -> Evidence | Uncovered:
    """The same, with more to say of a failure; `progress` is called for every part."""
    sides = [c - r for c, r in zip(center, radii)], [c + r for c, r in zip(center, radii)]
    search = _Search(problem, most, progress)
    try:
        high = search.bounds.upper(center)
        for face in _faces(sides):
            search.cover(face, high)
        low = search.cover(sides, above)
    except (_LowerError, UndefinedError):
        return Uncovered(None)
    except _TooManyError:
        return Uncovered(float(search.covered) / (2 * problem.parameters))
    step = Rim(tuple(center), tuple(radii), tuple(search.marks), BITS)
    reach = Fraction(isqrt(int(sum(r * r for r in radii) * 4**BITS)) + 1, 2**BITS)
    return Evidence(step, tuple(center), reach, low, BITS, Minimum.BASIN)


def covered_above(
    problem: Problem, step: Rim, witness: Sequence[Fraction], most: int = MOST
) -> Evidence | None:
    """The same basin, its box cut finely enough to see that the loss is everywhere above half-way
    from the loss of the witness to that of the center; None when it is not, or when that takes too
    many planes.
    """
    bounds = LossBounds(problem, BITS)
    try:
        low, high = bounds.upper(witness), bounds.upper(step.center)
    except UndefinedError:
        return None
    if not low < high:
        return None
    return rim_evidence(problem, step.center, step.radii, (low + high) / 2, most)


def _faces(sides: Sides) -> Iterator[Sides]:
    for k in range(len(sides[0])):
        for end in sides:
            low, high = ([*side[:k], end[k], *side[k + 1 :]] for side in sides)
            yield low, high


class _Search:
    """The marks found so far for the boxes covered so far."""

    def __init__(self, problem: Problem, most: int, progress: Progress) -> None:
        self.bounds, self.kinks = LossBounds(problem, BITS), _Kinks(problem)
        self.most, self.progress = most, progress
        self.marks: list[int] = []
        self.planes = 0
        self.covered = Fraction(0)  # boxes, and parts of a box

    def cover(
        self, sides: Sides, above: Fraction | None, depth: int = 0, part: Fraction = Fraction(1)
    ) -> Fraction:
        """Cut the box until the loss is above a number on every part; a lower bound of the loss on
        the box (any, if there is no number).
        """
        self.planes += 1
        self.progress("covering a rim", self.planes, self.most)
        if self.planes > self.most or depth > DEEPEST:
            raise _TooManyError
        place = self.touching(sides)
        for order in (2, 1):
            try:
                low = self.bounds.by_plane(sides, place, order)
            except UndefinedError:  # of order 2 across a kink
                continue
            if above is None or low > above:
                self.marks += [len(place) + order, *place]
                self.covered += part
                return low
        point = [a + (b - a) * k / 1000 for a, b, k in zip(*sides, place)]
        assert above is not None
        if self.bounds.upper(point) <= above:
            raise _LowerError
        k, share = self.cut(sides, point)
        self.marks += [k, share]
        left = Fraction(share, 1000)
        middle = sides[0][k] + (sides[1][k] - sides[0][k]) * left
        upper, lower = ([*side[:k], middle, *side[k + 1 :]] for side in (sides[1], sides[0]))
        first = self.cover((sides[0], upper), above, depth + 1, part * left)
        return min(first, self.cover((lower, sides[1]), above, depth + 1, part * (1 - left)))

    def touching(self, sides: Sides) -> list[int]:
        """Where in the box, in thousandths, a quadratic model of the loss is least."""
        middle = [(a + b) / 2 for a, b in zip(*sides)]
        half = [float(b - a) / 2 for a, b in zip(*sides)]
        slopes, bends = self.bounds.model(middle)
        gradient = [g * r for g, r in zip(slopes, half)]
        hessian = []
        for row, r in zip(bends, half):
            hessian.append([h * r * s for h, s in zip(row, half)])
        return [round(500 * (1 + step)) for step in _least_quadratic(gradient, hessian)]

    def cut(self, sides: Sides, point: list[Fraction]) -> tuple[int, int]:
        """The coordinate along which slopes are known least, times the length, and where to cut:
        next to a kink that is not in a thin part yet, or half-way.
        """
        radii = self.bounds.slope_radii(sides, point)
        k = max(range(len(point)), key=lambda k: radii[k] * (sides[1][k] - sides[0][k]))
        start, length = float(sides[0][k]), float(sides[1][k] - sides[0][k])
        if not length:
            return k, 500
        middle = [float(a + b) / 2 for a, b in zip(*sides)]
        cuts = []
        for kink in self.kinks.along(middle, k):
            share = round(1000 * (kink - start) / length)
            cuts += [end for end in (share - THIN, share + THIN) if THIN < end < 1000 - THIN]
        return k, min(cuts, key=lambda share: abs(share - 500), default=500)


class _Kinks:
    """Where the units of the first layer have a sample on a kink."""

    def __init__(self, problem: Problem) -> None:
        layer = problem.network.hidden[0]
        s = layer.activation
        self.kinks = [] if isinstance(s, Expression) else [float(b) for b in s.pieces.rough(1)]
        weights, biases = problem.network.split(range(problem.parameters))[0]
        self.places: dict[int, list[int]] = {}  # of a parameter: those of its unit
        for unit, row in enumerate(weights):
            of_unit = [*row, *biases[unit : unit + 1]]
            self.places.update(dict.fromkeys(of_unit, of_unit))
        self.rows = [[*map(float, x), *[1.0] * layer.bias] for x in problem.x]

    def along(self, theta: list[float], k: int) -> list[float]:
        """The values of parameter k, the others as given, for which a sample is on a kink."""
        places = self.places.get(k, [])
        found: list[float] = []
        for row in self.rows if places else []:
            rate = row[places.index(k)]
            z = sum(theta[p] * v for p, v in zip(places, row))
            found += [theta[k] + (kink - z) / rate for kink in self.kinks if rate]
        return found


def _least_quadratic(gradient: list[float], hessian: list[list[float]]) -> list[float]:
    """About where g.d + d.H.d / 2 is least over |d_k| <= 1: one coordinate after the other."""
    d = [0.0] * len(gradient)
    for _ in range(SWEEPS):
        for k, row in enumerate(hessian):
            slope = gradient[k] + sum(h * e for h, e in zip(row, d)) - row[k] * d[k]
            ends = -1.0 if slope > 0 else 1.0 if slope < 0 else d[k]
            d[k] = min(1.0, max(-1.0, -slope / row[k])) if row[k] > 0 else ends
    return d
