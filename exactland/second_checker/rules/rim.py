"""Rule 3.3: a minimum inside a box whose faces are all higher."""

from flint import arb, ctx, fmpq

from exactland.second_checker.arithmetic.ball import (
    ball,
    balls,
    finite,
    lower,
    square,
    upper,
)
from exactland.second_checker.arithmetic.exact import Vector, norm_squared
from exactland.second_checker.facts import Fact, Minimum, Step
from exactland.second_checker.meter import metered
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import Refused, require


def rim(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.3."""
    center, radii = step["center"], step["radii"]
    require(all(r > 0 for r in radii), "the radii must be positive")
    low = [c - r for c, r in zip(center, radii, strict=True)]
    high = [c + r for c, r in zip(center, radii, strict=True)]
    with ctx.workprec(step["precision"] + 64):
        top = upper(Network(problem).value(balls(center)))
        cover = _Cover(problem, step["cover"])
        for k in range(problem.parameters):
            for end in (low[k], high[k]):
                face = [*low[:k], end, *low[k + 1 :]], [*high[:k], end, *high[k + 1 :]]
                require(cover.bound(*face) > top, "E is not shown larger on a face")
        least = cover.bound(low, high)
        require(cover.next >= len(cover.marks), "the cover goes on")
        distance = upper(arb(norm_squared(radii)).sqrt())
    return Minimum(1, center, distance, least)


class _Cover:
    """Reads the list of rule 3.3, and bounds E from below as it says."""

    def __init__(self, problem: Problem, marks: list[int]) -> None:
        self.problem, self.marks, self.next = problem, marks, 0
        self.plain, self.spanning = Network(problem), Network(problem, span=True)

    def _take(self) -> int:
        """The next count; those missing at the end are 0."""
        self.next += 1
        return self.marks[self.next - 1] if self.next <= len(self.marks) else 0

    def bound(self, low: Vector, high: Vector) -> fmpq:
        """A lower bound of E on the box, by the next cover."""
        size, least = self.problem.parameters, None
        waiting = [(low, high)]
        while waiting:
            low, high = waiting.pop()
            require(self.next < len(self.marks), "the cover ends too early")
            mark = self._take()
            if mark < size:
                cut = metered(
                    low[mark] + (high[mark] - low[mark]) * self._take() / 1000
                )
                waiting.append(([*low[:mark], cut, *low[mark + 1 :]], high))
                waiting.append((low, [*high[:mark], cut, *high[mark + 1 :]]))
                continue
            require(mark in (size + 1, size + 2), "no such mark")
            found = self._plane(low, high, mark - size)
            least = found if least is None or found < least else least
        if least is None:
            raise Refused("no bound")
        return least

    def _plane(self, low: Vector, high: Vector, order: int) -> fmpq:
        size = self.problem.parameters
        p = [
            metered(a + (b - a) * self._take() / 1000)
            for a, b in zip(low, high, strict=True)
        ]
        at = balls(p)
        over = [
            ball(min(a, b, c), max(a, b, c))
            for a, b, c in zip(low, high, p, strict=True)
        ]
        ends = [
            (arb(min(a, b) - c), arb(max(a, b) - c))
            for a, b, c in zip(low, high, p, strict=True)
        ]
        away = [a.union(b) for a, b in ends]
        total = self.plain.value(at)
        second = self.spanning.combined(over, self.plain.factors(at), order)
        if order == 1:
            for k in range(size):
                total = total + _least(second[k, 0], ends[k])
            return lower(total)
        first = self.plain.gradient(at)
        for k in range(size):
            rest = sum((second[k, m] * away[m] for m in range(size) if m != k), arb(0))
            total = total + _least(first[k, 0] + rest / 2, ends[k])
            d = square(away[k])
            total = total + _least(second[k, k], (d.lower(), d.upper())) / 2
        return lower(total)


def _least(t: arb, ends: tuple[arb, arb]) -> arb:
    """The least product of a number of t and one between these ends."""
    finite(t)
    products = [u * v for u in (t.lower(), t.upper()) for v in ends]
    result = products[0]
    for x in products[1:]:
        result = result.min(x)
    return finite(result)
