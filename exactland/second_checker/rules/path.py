"""Paths that lead down: rule 4.4."""

from collections.abc import Sequence

from flint import arb, arb_mat, fmpq

from ..arithmetic import exact
from ..arithmetic.ball import (
    ball,
    balls,
    finite,
    lower,
    precision,
    upper,
)
from ..arithmetic.exact import Vector, difference
from ..arithmetic.formal import Formal
from ..facts import About, Box, Fact, Said, earlier
from ..network.activations import Activation
from ..network.evaluation import BallNetwork
from ..network.formal_evaluation import (
    FormalNetwork,
    formal_point,
)
from ..network.layout import Problem
from ..reading.step import Path, StepNumber
from ..refusals import Order, Refused, require
from .constant_line import (
    moving_layer,
    require_idle,
    require_kernel,
)


def path(problem: Problem, step: Path, facts: Sequence[Fact]) -> Fact:
    """Rule 4.4: on no segment E is above its value at the first point plus eta."""
    require(step.eta >= 0, "eta must not be negative")
    segments = len(step.points) - 1
    require(segments == len(step.reasons), "one reason fewer than points")
    with precision(step.precision):
        network = BallNetwork(problem)
        values = [network.value(balls(point)) for point in step.points]
        limit = lower(values[0]) + step.eta
        for i, reason in enumerate(step.reasons):
            segment = _Segment(network, step.points[i], step.points[i + 1])
            segment.check(reason, values[i], values[i + 1], limit)
        low = _end(step, values[-1], facts)
    first = step.points[0]
    kind = "eta-escape" if step.eta > 0 else "escape"
    said = [Said(kind, first, low, step.eta)]
    if step.eta == 0 and low is None:
        said.append(Said("in-no-sub-optimal-basin", first))
    # E falls strictly at once on a segment where it is convex and falls
    no_minimum: Box | None = None
    if step.reasons[:1] == ["convex"]:
        no_minimum = Box(first, exact.ZERO)
    return About(tuple(said), no_minimum=no_minimum)


def _end(step: Path, value: arb, facts: Sequence[Fact]) -> fmpq | None:
    """What E is at most at the end; None if from there a path leads to the infimum."""
    if not isinstance(step.end, StepNumber):
        require(upper(value) <= step.end, "the end is not reached")
        return step.end
    fact = earlier(step.end.step, facts)
    if not isinstance(fact, About) or fact.escape_from is None:
        raise Order("not a step by 3.7 or 4.3")
    same = fact.escape_from == step.points[-1]
    require(same, "the last step is about another point")
    return None


class _Segment:
    """The segment between two points of a path."""

    def __init__(self, network: BallNetwork, start: Vector, end: Vector) -> None:
        self.network = network
        self.problem = network.problem
        self.start = start
        self.end = end
        pairs = zip(start, end, strict=True)
        self.box = [ball(a, b) for a, b in pairs]

    def check(self, reason: str, before: arb, after: arb, limit: fmpq) -> None:
        """E does not rise, or (`small`) not above the limit."""
        if reason == "kernel":
            require_kernel(self.problem, self.start, self.end)
        elif reason == "idle":
            require_idle(self.problem, self.start, self.end)
            self.network.value(self.box)  # E is defined on the whole segment
        elif reason == "convex":
            require(upper(after) < lower(before), "E is not shown to fall")
            self._require_convex()
        elif reason == "slope":
            self._require_slope()
        else:
            high = upper(self.network.value(self.box))
            require(high <= limit, "E is not shown to be small")

    def _require_slope(self) -> None:
        """E falls all along."""
        change = balls(difference(self.end, self.start))
        column = arb_mat([[entry] for entry in change])
        product = self.network.gradient(self.box).transpose() * column
        require(finite(product[0, 0]) < 0, "E is not shown to fall")

    def _require_convex(self) -> None:
        """One layer moves, and from there to the outputs everything is linear along the
        segment: E is convex on it, as losses are in the outputs.
        """
        layer = moving_layer(self.problem, self.start, self.end)
        formal = FormalNetwork(self.problem)
        at_start = formal_point(self.start)
        at_end = formal_point(self.end)
        for x in self.problem.x:
            before = formal.entering(at_start, x, layer)
            after = formal.entering(at_end, x, layer)
            for k in range(layer, len(self.problem.hidden)):
                units = formal.affine(k, at_start, before)
                moved = formal.affine(k, at_end, after)
                for u, v in zip(units, moved, strict=True):
                    _require_one_piece(formal.acts[k], u, v)
                before = formal.activate(k, units)
                after = formal.activate(k, moved)


def _require_one_piece(act: Activation, first: Formal, second: Formal) -> None:
    """No breakpoint lies strictly between two pre-activations."""
    require(act.slopes is not None, "an activation is not piecewise linear")
    start = first.constant()
    end = second.constant()
    if start is None or end is None:
        raise Refused("a pre-activation is not known as a rational")
    low = min(start, end)
    high = max(start, end)
    apart = all(point <= low or point >= high for point in act.breaks)
    require(apart, "a breakpoint is crossed")
