"""A basin inside a box whose faces are all higher: rule 3.3."""

from collections.abc import Sequence

from flint import arb, fmpq

from ..arithmetic.ball import (
    ZERO,
    ball,
    balls,
    finite,
    lower,
    precision,
    square,
    upper,
)
from ..arithmetic.exact import Vector, norm_squared
from ..facts import BASIN, Fact, Minimum
from ..meter import metered
from ..network.evaluation import BallNetwork
from ..network.layout import Problem
from ..reading.step import Rim
from ..refusals import require

THOUSANDTHS = 1000  # counts of a cover say where, in thousandths of a box's width
Ends = tuple[arb, arb]


def rim(problem: Problem, step: Rim, facts: Sequence[Fact]) -> Fact:
    """Rule 3.3: the minimisers over the box are inside, as every face is above E at the
    center.
    """
    require(all(r > 0 for r in step.radii), "the radii must be positive")
    pairs = list(zip(step.center, step.radii, strict=True))
    low = [c - r for c, r in pairs]
    high = [c + r for c, r in pairs]
    with precision(step.precision):
        top = upper(BallNetwork(problem).value(balls(step.center)))
        cover = _Cover(problem, step.cover)
        for k in range(problem.parameters):
            for end in (low[k], high[k]):
                face = cover.bound(_with(low, k, end), _with(high, k, end))
                require(face > top, "E is not shown larger on a face")
        least = cover.bound(low, high)
        # what is left over would be a cover of something else
        require(cover.is_read(), "the cover goes on")
        distance = upper(arb(norm_squared(step.radii)).sqrt())
    return Minimum(BASIN, step.center, distance, least)


def _with(point: Vector, k: int, value: fmpq) -> Vector:
    """The point with another coordinate k."""
    return [*point[:k], value, *point[k + 1 :]]


class _Cover:
    """Reads the counts of rule 3.3, and bounds E from below as they say."""

    def __init__(self, problem: Problem, marks: list[int]) -> None:
        self.size = problem.parameters
        self.marks = marks
        self.next = 0
        self.plain = BallNetwork(problem)
        self.spanning = BallNetwork(problem, span=True)

    def is_read(self) -> bool:
        """Whether no count is left."""
        return self.next >= len(self.marks)

    def _take(self) -> int:
        """The next count; those missing at the end are 0."""
        mark = 0 if self.is_read() else self.marks[self.next]
        self.next += 1
        return mark

    def _take_between(self, low: fmpq, high: fmpq) -> fmpq:
        """The place between two ends that the next count says, or one beyond."""
        return metered(low + (high - low) * self._take() / THOUSANDTHS)

    def bound(self, low: Vector, high: Vector) -> fmpq:
        """A lower bound of E on the box, by the next cover."""
        waiting = [(low, high)]
        bounds = []
        while waiting:
            low, high = waiting.pop()
            require(not self.is_read(), "the cover ends too early")
            mark = self._take()
            if mark < self.size:
                cut = self._take_between(low[mark], high[mark])
                waiting.append((_with(low, mark, cut), high))
                waiting.append((low, _with(high, mark, cut)))
                continue
            order = mark - self.size
            require(order in (1, 2), "no such mark")
            bounds.append(self._plane(low, high, order))
        return min(bounds)

    def _plane(self, low: Vector, high: Vector, order: int) -> fmpq:
        """The bound by the plane of this order through the next point p: E is at least
        E(p) plus the change of sum_i g_i . f_i, as losses are convex in the outputs.
        """
        p = list(map(self._take_between, low, high))
        theta = []
        away = []
        for a, b, c in zip(low, high, p, strict=True):
            least = min(a, b)
            greatest = max(a, b)
            theta.append(ball(min(least, c), max(greatest, c)))
            away.append((arb(least - c), arb(greatest - c)))
        point = balls(p)
        factors = self.plain.factors(point)
        derivative = self.spanning.combined(theta, factors, order)
        total = self.plain.value(point)
        if order == 1:
            for k, ends in enumerate(away):
                total = total + _least_product(derivative[k, 0], ends)
            return lower(total)
        gradient = self.plain.gradient(point)
        moves = [least.union(greatest) for least, greatest in away]
        for k, ends in enumerate(away):
            others = [m for m in range(self.size) if m != k]
            mixed = sum((derivative[k, m] * moves[m] for m in others), ZERO)
            total = total + _least_product(gradient[k, 0] + mixed / 2, ends)
            squares = square(moves[k])
            own = (squares.lower(), squares.upper())
            total = total + _least_product(derivative[k, k], own) / 2
        return lower(total)


def _least_product(t: arb, ends: Ends) -> arb:
    """The least product of a number of t and one between these ends."""
    finite(t)
    low = t.lower()
    high = t.upper()
    first, last = ends
    of_low = (low * first).min(low * last)
    of_high = (high * first).min(high * last)
    return finite(of_low.min(of_high))
