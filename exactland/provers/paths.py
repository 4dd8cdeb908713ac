"""Escape paths (docs/theorems/path.md): from any parameters down, never above the start.

With last features that span less than the network can reach: move the output weights so that the
units that are not needed carry none (along the kernel of the features, or down to a better fit),
move what reaches no output until the span is full, then the output weights to the best fit. Every
segment has its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import chain
from random import Random

from flint import arb

from exactland.certificates.statements import INFIMUM, Statement, path
from exactland.certificates.steps import GlobalMinimum, Path, SegmentReason, Step, StepReference
from exactland.model.layout import live_units, output_rows, with_output_rows
from exactland.model.numbers import Vector, decimal_text
from exactland.model.problem import Problem
from exactland.model.progress import Progress
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.exact_linear import rational_kernel
from exactland.numerics.features import ball_features, identities
from exactland.numerics.kernel_bridge import formal_features
from exactland.numerics.minors import invertible_minor
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb
from exactland.provers.minima import Found
from exactland.provers.outputs import (
    Lower,
    best_outputs,
    better_outputs,
    bound_above,
    exact_best_fit,
    loss_bounds,
    towards_targets,
)
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason
from exactland.provers.spanning import spanning_by, spanning_minor

BITS = 256  # for finding independent columns
TRIES = 200  # random weights for what is idle
FEW = 50  # of them with weights of one size for all samples
LOWEST_TRIES = 15
SMALLER = 60  # halvings of a small step
KERNEL_BITS = (128, 512, 2048)
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Way:
    """Points so far, the reason of every segment, and by how much the loss may have risen above the
    start on the way.
    """

    points: tuple[Vector, ...]
    reasons: tuple[SegmentReason, ...] = ()
    eta: Fraction = Fraction(0)

    @property
    def last(self) -> Vector:
        return self.points[-1]

    def steps_to(self, end: Fraction | StepReference) -> Iterator[Path]:
        """The path as a step, at higher and higher precision."""
        for bits in KERNEL_BITS:
            yield Path(self.points, self.reasons, self.eta, end, bits)

    def to(self, point: Vector, reason: SegmentReason) -> Way:
        return (
            self
            if point == self.last
            else replace(self, points=(*self.points, point), reasons=(*self.reasons, reason))
        )


@dataclass(frozen=True)
class _Goal:
    """What the last features have to span: all but the identities, in so many dimensions."""

    identities: tuple[Vector, ...]
    rank: int
    below: Fraction | None
    eta: Fraction
    tick: Progress


def propose(question: Question) -> Found:
    """Paths from the center of the question, the ones that lead furthest down first."""
    if question.near is None:
        return
    problem, theta, wanted = question.problem, question.near.center, question.path
    recipe = {"recipe": "escape", "seed": str(question.search.seed)}
    known = tuple(identities(problem))
    goal = _Goal(known, problem.samples - len(known), wanted.below, wanted.eta, question.tick)
    if goal.below is None and _may_be_global(problem, theta):
        said = path(theta, INFIMUM)
        yield Proposal(said, (GlobalMinimum(theta),), recipe, is_a_guess=True)
    random = Random(question.search.seed)
    for way in _ways(problem, Way((theta,)), goal, random):
        question.tick("looking for a path")
        if isinstance(way, Obstacle):
            yield way
            continue
        for statement, steps in _endings(problem, way, goal):
            yield Proposal(statement, steps, recipe)
        if goal.below is not None:
            shown = {"below": decimal_text(goal.below)}
            yield Obstacle(Reason.NOT_BELOW, shown, Advice.LARGER_BELOW)
        else:
            yield Obstacle(Reason.NO_PATH, advice=Advice.SEED_OR_ETA)
    width = problem.network.hidden[-1].units + problem.network.output_bias
    if width < goal.rank:
        narrow = f"the last features have width {width}, the outputs {goal.rank} dimensions"
        yield Obstacle(Reason.TOO_NARROW, {"what": narrow}, Advice.WIDER_LAYER)


def _may_be_global(problem: Problem, theta: Sequence[Fraction]) -> bool:
    """Whether no derivative is seen to differ from zero."""
    with precision(BITS):
        try:
            return not any(
                abs(g) > 0 for g in enclose(problem, box(theta, Fraction(0)), 1).gradient
            )
        except UndefinedError:
            return True


def _ways(problem: Problem, start: Way, goal: _Goal, random: Random) -> Iterator[Way | Obstacle]:
    """Paths to features that span what they have to, best first; obstacles where there is none."""
    columns = _independent(problem, start.last)
    if len(columns) == goal.rank:
        yield start
        return
    freed = []
    for way in chain(_freed(problem, start), _downhill(problem, start, random)):
        goal.tick("freeing units", 0, 0)
        freed.append(way)
    if problem.network.hidden[-1].units + problem.network.output_bias < goal.rank:
        for way in (*freed, start):
            lower = _lowest(problem, way, random, goal.tick)
            if lower is not None:
                yield lower
        yield Obstacle(Reason.NO_LOWER_POINT)
        return
    for way in freed:
        is_full = len(_independent(problem, way.last)) == goal.rank
        found = way if is_full else _spanning(problem, way, goal, random)
        if found is not None:
            yield found
            return
    if goal.eta:
        lifted = _lifted(problem, start, goal, random)
        yield lifted if lifted is not None else Obstacle(Reason.NO_SMALL_STEP)
    why = "no weights tried for the idle units raise that"
    if not freed:
        why = "no units could be freed exactly"
    spans = {"rank": len(columns), "needed": goal.rank, "why": why}
    yield Obstacle(Reason.NOT_SPANNING, spans, Advice.SEED_OR_ETA)


def _independent(problem: Problem, theta: Vector, first: Sequence[int] = ()) -> list[int]:
    """Columns of the last features that balls see to be independent, as many as there are."""
    with precision(BITS):
        try:
            return invertible_minor(ball_features(problem, box(theta, Fraction(0))), first)[1]
        except UndefinedError:
            return []


def _bias_column(problem: Problem) -> list[int]:
    return [problem.network.hidden[-1].units] if problem.network.output_bias else []


def _freed(problem: Problem, way: Way) -> Iterator[Way]:
    """The last layer moved so that dependent units carry no weight: along the kernel, where outputs
    do not change, or down to a better fit.
    """
    theta, units = way.last, problem.network.hidden[-1].units
    rows = formal_features(problem, theta, len(problem.network.hidden))
    if rows:
        order = [*_bias_column(problem), *range(units)]  # the column 1 always stays
        kernel = rational_kernel([[row[j] for j in order] for row in rows])
        outputs = output_rows(problem, theta)
        # the last entry of c that is not 0 is 1: that column is a combination of earlier ones
        for c in kernel:
            last = max(k for k, v in enumerate(c) if v)
            for row in outputs:
                by = row[order[last]]
                for k, v in enumerate(c):
                    row[order[k]] -= by * v
        exact = way.to(with_output_rows(problem, theta, outputs), SegmentReason.KERNEL)
        if _idle_count(problem, exact.last):
            yield exact
    columns = _independent(problem, theta, _bias_column(problem))
    lower = better_outputs(problem, theta, columns)
    if lower is not None:
        yield way.to(lower.theta, SegmentReason.CONVEX)


def _downhill(problem: Problem, way: Way, random: Random) -> Iterator[Way]:
    """A short step down a slope, in a direction that is random besides: the loss falls on all of
    it, and the features become generic.
    """
    with precision(BITS):
        try:
            gradient = enclose(problem, box(way.last, Fraction(0)), 1).gradient
        except (UndefinedError, ArithmeticError):
            return
        steepest = reduce(arb.max, (g.abs_upper() for g in gradient))
        if not any(abs(g) > 0 for g in gradient) or not steepest.is_finite():
            return
        direction = [
            Fraction(-round(float((g / steepest).mid()) * 64) + random.randint(-8, 8), 64)
            for g in gradient
        ]
        for halvings in range(SMALLER):
            candidate = tuple(t + d / 2**halvings for t, d in zip(way.last, direction))
            try:
                slopes = enclose(problem, _hull(way.last, candidate), 1).gradient
            except (UndefinedError, ArithmeticError):
                continue
            if sum((g * to_arb(d) for g, d in zip(slopes, direction)), to_arb(Fraction(0))) < 0:
                yield way.to(candidate, SegmentReason.SLOPE)
                return


def _hull(p: Vector, q: Vector) -> list[arb]:
    """The box that two points span."""
    return [to_arb(a).union(to_arb(b)) for a, b in zip(p, q)]


def _idle_count(problem: Problem, theta: Vector) -> int:
    return live_units(problem, theta)[-1].count(False)


def _spanning(problem: Problem, way: Way, goal: _Goal, random: Random) -> Way | None:
    """What reaches no output moved to weights with which the last features span what they have
    to.
    """
    if not _idle_count(problem, way.last):
        return None
    most, best = -1, way.last
    for attempt in range(TRIES):
        goal.tick("weights of idle units", attempt, TRIES)
        candidate = _reweighted(
            problem, best, random, 1 if attempt % 8 == 0 else 0.4, by_sample=attempt > FEW
        )
        rank = len(_independent(problem, candidate))
        if rank == goal.rank and loss_bounds(problem, candidate) is not None:
            return way.to(candidate, SegmentReason.IDLE)
        if rank >= most:
            most, best = rank, candidate
    return None


def _reweighted(
    problem: Problem, theta: Vector, random: Random, share: float = 1, *, by_sample: bool = False
) -> Vector:
    """Random short rationals for all incoming weights and biases of (a share of) the units that
    reach no output.

    `by_sample`: unit by unit of a size that suits one sample and kinks away from 0, instead of one
    size for all samples.
    """
    live = live_units(problem, theta)
    layers = problem.network.split(theta)
    reach = max((abs(v) for row in problem.x for v in row), default=Fraction(1)) or Fraction(1)
    for depth, (weights, biases) in enumerate(layers[:-1]):
        scale = Fraction(2) ** random.randint(-1, 2) / (_power_of_two(reach) if depth == 0 else 1)
        for unit in (
            k for k, lives in enumerate(live[depth]) if not lives and random.random() < share
        ):
            if by_sample:
                size = max(map(abs, random.choice(problem.x))) if depth == 0 else 1
                scale = Fraction(2) ** random.randint(-1, 4) / (
                    _power_of_two(Fraction(size)) if size else 1
                )
            weights[unit] = [Fraction(random.randint(-16, 16), 8) * scale for _ in weights[unit]]
            if biases:
                biases[unit] = (
                    Fraction(random.randint(-16, 16), 8)
                    * scale
                    * (_power_of_two(reach) if depth == 0 else 1)
                )
    return tuple(problem.network.join(layers))


def _power_of_two(q: Fraction) -> Fraction:
    return Fraction(2) ** (q.numerator.bit_length() - q.denominator.bit_length())


def _lowest(problem: Problem, way: Way, random: Random, tick: Progress) -> Way | None:
    """The last layer at nearly its best fit, for the best of some weights of idle units; None when
    that is no improvement.
    """
    best: tuple[Lower, Way] | None = None
    for attempt in range(LOWEST_TRIES):
        tick("looking for a lower point", attempt, LOWEST_TRIES)
        before = (
            way.to(_reweighted(problem, way.last, random), SegmentReason.IDLE)
            if attempt and _idle_count(problem, way.last)
            else way
        )
        lower = better_outputs(problem, before.last)
        if lower is not None and (best is None or lower.loss < best[0].loss):
            best = lower, before
    if best is not None:
        return best[1].to(best[0].theta, SegmentReason.CONVEX)
    return way if way.reasons and way.reasons[-1] in ("convex", SegmentReason.SLOPE) else None


def _lifted(problem: Problem, way: Way, goal: _Goal, random: Random) -> Way | None:
    """All hidden weights moved a little, the loss on the whole box between staying below its start
    plus eta, to features that span enough.
    """
    start = loss_bounds(problem, way.last)
    hidden = sum(units * (width + bias) for units, width, bias in problem.network.shapes()[:-1])
    for attempt in range(SMALLER):
        goal.tick("small steps", attempt, SMALLER)
        size = Fraction(1, 2 ** (2 + attempt))
        step = [
            Fraction(random.randint(-16, 16), 16) * size if k < hidden else Fraction(0)
            for k in range(problem.parameters)
        ]
        candidate = tuple(t + d for t, d in zip(way.last, step))
        with precision(BITS):
            try:
                highest = from_midpoint(
                    enclose(problem, _hull(way.last, candidate), 0).loss.upper()
                )
            except (UndefinedError, ArithmeticError):
                continue
        if (
            start is not None
            and highest < start[0] + goal.eta
            and len(_independent(problem, candidate)) == goal.rank
        ):
            return replace(way.to(candidate, SegmentReason.SMALL), eta=goal.eta)
    return None


def _endings(problem: Problem, way: Way, goal: _Goal) -> Iterator[tuple[Statement, Steps]]:
    """Statements and steps for a way, the strongest first."""
    start = way.points[0]
    minor = spanning_minor(problem, way.last, len(goal.identities), _bias_column(problem))
    columns = minor.columns if minor else _independent(problem, way.last)
    if goal.below is not None:
        low = towards_targets(problem, way.last, goal.below, columns)
        low = low or _below(problem, way.last, goal.below)
        if low is not None:
            there = way.to(low.theta, SegmentReason.CONVEX)
            said = path(start, goal.below, way.eta)
            yield from ((said, (step,)) for step in there.steps_to(goal.below))
    elif minor is not None:
        matrix = formal_features(problem, way.last, len(problem.network.hidden))
        fit = exact_best_fit(problem, matrix, way.last, columns) if matrix else None
        if fit is not None:
            yield from _to_the_infimum(way.to(fit, SegmentReason.CONVEX), GlobalMinimum(fit))
        yield from _to_the_infimum(way, spanning_by(way.last, goal.identities, minor))
    else:
        bound = _lower_than_at_the_start(problem, way)
        if bound is not None:
            yield from ((path(start, bound, way.eta), (step,)) for step in way.steps_to(bound))


def _lower_than_at_the_start(problem: Problem, way: Way) -> Fraction | None:
    """A short number from the loss at the end of a way up, below that at its start: a path to a
    loss that is not lower would say nothing.
    """
    first = loss_bounds(problem, way.points[0])
    last = loss_bounds(problem, way.last)
    if first is None or last is None or not last[1] < first[0]:
        return None
    short = bound_above(last[1])
    return short if short < first[0] else (last[1] + first[0]) / 2


def _to_the_infimum(way: Way, end: Step) -> Iterator[tuple[Statement, Steps]]:
    """A way to a point from which a step leads on to the infimum."""
    said = path(way.points[0], INFIMUM, way.eta)
    if not way.reasons:
        yield said, (end,)
        return
    for step in way.steps_to(StepReference(0)):
        yield said, (end, step)


def _below(problem: Problem, theta: Vector, below: Fraction) -> Lower | None:
    found = best_outputs(problem, theta)
    there = loss_bounds(problem, found) if found is not None else None
    return (
        Lower(found, below)
        if found is not None and there is not None and there[1] <= below
        else None
    )
