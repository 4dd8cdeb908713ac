"""Escape paths (proofs/THEOREMS.md, rule 4.4): from any parameters down, never above the start,
every segment with its reason.

With last features that span less than the network can reach: move the output weights so that the
units that are not needed carry none (along the kernel of the features, or down to a better fit),
move what reaches no output until the span is full, then the output weights to the best fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from random import Random
from typing import Any

from flint import arb

from exactland.certificates.certificate import about, certificate, numbers
from exactland.engine.outcomes import Certified, Inconclusive, refusal, submit
from exactland.errors import InputError, ResourceLimit
from exactland.model.layout import live_units, output_rows, with_output_rows
from exactland.model.numbers import Vector, decimal_text
from exactland.model.problem import Problem
from exactland.numerics.enclosures import Undefined, box, enclose
from exactland.numerics.exact_linear import rational_kernel
from exactland.numerics.features import ball_features, check_size, formal_features, identities
from exactland.numerics.minors import invertible_minor
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb
from exactland.provers.outputs import (
    Lower,
    best_outputs,
    better_outputs,
    bound_above,
    exact_best_fit,
    loss_bounds,
    towards_targets,
)
from exactland.provers.rank import Step, path_step, reach_step, spanning_minor
from exactland.search.training import Progress, no_progress

BITS = 256  # for finding independent columns
TRIES = 200  # random weights for what is idle
FEW = 50  # of them with weights of one size for all samples
LOWEST_TRIES = 15
SMALLER = 60  # halvings of a small step
KERNEL_BITS = (128, 512, 2048)


@dataclass(frozen=True)
class Way:
    """Points so far, the reason of every segment, and by how much the loss may have risen above the
    start on the way.
    """

    points: tuple[Vector, ...]
    reasons: tuple[str, ...] = ()
    eta: Fraction = Fraction(0)

    @property
    def last(self) -> Vector:
        return self.points[-1]

    def to(self, point: Vector, reason: str) -> Way:
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
    below: Fraction | None = None
    progress: Progress = field(default=no_progress, compare=False)


def escape(
    problem: Problem,
    point: Sequence[Fraction] | None = None,
    *,
    below: Fraction | None = None,
    eta: Fraction = Fraction(0),
    seed: int = 0,
    progress: Progress = no_progress,
) -> Certified | Inconclusive:
    """A certified path from `point` (or `problem.point`, or 0) on which the loss is never above its
    start: all that `exactland escape` does.

    It ends where moving the last layer alone brings the loss to its infimum over all parameters
    (statement `escape`, end `infimum`); with `below`, at explicit parameters with at most that
    loss; on a network too narrow for the first, at a lower loss if a path there was found, which is
    no statement about other paths. With `eta` > 0 a small step that may lift the loss by at most
    eta is allowed where nothing else is found (`eta-escape`: no statement about basins). Not
    claimed: that the path is short, or that training takes it. Raises InputError for a point of the
    wrong length or a negative eta, ResourceLimit above the stated caps. Rules 3.7, 4.3, 4.4.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> x, y = tuple((Fraction(k),) for k in (1, 2, 3)), tuple((Fraction(k),) for k in (1, 0, 2))
    >>> outcome = escape(Problem(Network(1, (Layer(3, named("relu"), bias=True),)), x, y))
    >>> outcome.verdict.kind, outcome.certificate.claim["statement"]["end"]
    ('escape', 'infimum')
    """
    check_size(problem)
    theta = (
        point
        if point is not None
        else problem.point
        if problem.point is not None
        else (Fraction(0),) * problem.parameters
    )
    problem.check_point(theta, "point")
    if eta < 0:
        raise InputError("eta", f"{eta} is negative")
    if loss_bounds(problem, theta) is None:
        raise InputError("point", "the loss is not defined there, or too large")
    known = tuple(identities(problem))
    goal = _Goal(known, problem.samples - len(known), below, progress)
    random = Random(seed)
    recipe = {"recipe": "escape", "seed": str(seed)}
    if below is None and _may_be_global(problem, theta):
        outcome = submit(
            certificate(
                problem,
                about("escape", theta, end="infimum"),
                [{"rule": "3.7", "center": numbers(theta)}],
                recipe,
            )
        )
        if isinstance(outcome, Certified):
            return outcome
    reason = limit = ""
    for way in _ways(problem, Way((tuple(theta),)), goal, eta, random):
        if isinstance(way, str):
            reason = reason or way
            continue
        if below is not None:
            reason = (
                "a way was found, but no explicit parameters with a loss of at most"
                f" {decimal_text(below)} at its end"
            )
        for statement, steps in _endings(problem, way, goal):
            outcome = submit(certificate(problem, statement, steps, recipe))
            if isinstance(outcome, Certified):
                return outcome
            limit = outcome.says if outcome.status == "too large" else limit
            reason = f"a path was found, but {refusal(outcome)}"
    if limit:
        raise ResourceLimit(f"the kernel: {limit}")
    width = problem.network.hidden[-1].units + problem.network.output_bias
    narrow = (
        f"; the last features have width {width}, the outputs {goal.rank} dimensions"
        if width < goal.rank
        else ""
    )
    if below is not None and reason.startswith("a way"):
        return Inconclusive(
            reason,
            "a larger --below, or none: without it the path ends where the last layer alone leads"
            " to the infimum",
        )
    return Inconclusive(
        (reason or "no path was found") + narrow,
        (
            "another seed, --eta for a path with a small rise, or `classify`, which decides the"
            " point itself"
            if not narrow
            else "a wider last hidden layer"
        ),
    )


def _may_be_global(problem: Problem, theta: Sequence[Fraction]) -> bool:
    """Whether no derivative is seen to differ from zero."""
    with precision(BITS):
        try:
            return not any(
                abs(g) > 0 for g in enclose(problem, box(theta, Fraction(0)), 1).gradient
            )
        except Undefined:
            return True


def _ways(
    problem: Problem, start: Way, goal: _Goal, eta: Fraction, random: Random
) -> Iterator[Way | str]:
    """Paths to features that span what they have to, best first; words when there is none of a
    kind.
    """
    columns = _independent(problem, start.last)
    if len(columns) == goal.rank:
        yield start
        return
    freed = [*_freed(problem, start), *_downhill(problem, start, random)]
    if problem.network.hidden[-1].units + problem.network.output_bias < goal.rank:
        yield from (
            way
            for way in (_lowest(problem, way, random) for way in (*freed, start))
            if way is not None
        )
        yield (
            "no lower point was found by moving the last layer, idle units and then the last layer,"
            " or down a slope"
        )
        return
    for way in freed:
        found = (
            way
            if len(_independent(problem, way.last)) == goal.rank
            else _spanning(problem, way, goal, random)
        )
        if found is not None:
            yield found
            return
    if eta:
        lifted = _lifted(problem, start, goal, eta, random)
        yield (
            lifted
            if lifted is not None
            else "no small step within eta was found to lead to full features"
        )
    why = (
        "no weights tried for the idle units raise that"
        if freed
        else "no units could be freed exactly"
    )
    yield (
        f"the last features span {len(columns)} of the {goal.rank} dimensions the outputs can have,"
        f" and {why}"
    )


def _independent(problem: Problem, theta: Vector, first: Sequence[int] = ()) -> list[int]:
    """Columns of the last features that balls see to be independent, as many as there are."""
    with precision(BITS):
        try:
            return invertible_minor(ball_features(problem, box(theta, Fraction(0))), first)[1]
        except Undefined:
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
        exact = way.to(with_output_rows(problem, theta, outputs), "kernel")
        if _idle_count(problem, exact.last):
            yield exact
    columns = _independent(problem, theta, _bias_column(problem))
    lower = better_outputs(problem, theta, columns)
    if lower is not None:
        yield way.to(lower.theta, "convex")


def _downhill(problem: Problem, way: Way, random: Random) -> Iterator[Way]:
    """A short step down a slope, in a direction that is random besides: the loss falls on all of
    it, and the features become generic.
    """
    with precision(BITS):
        try:
            gradient = enclose(problem, box(way.last, Fraction(0)), 1).gradient
        except (Undefined, ArithmeticError):
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
            except (Undefined, ArithmeticError):
                continue
            if sum((g * to_arb(d) for g, d in zip(slopes, direction)), to_arb(Fraction(0))) < 0:
                yield way.to(candidate, "slope")
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
        goal.progress(attempt, TRIES)
        candidate = _reweighted(
            problem, best, random, 1 if attempt % 8 == 0 else 0.4, by_sample=attempt > FEW
        )
        rank = len(_independent(problem, candidate))
        if rank == goal.rank and loss_bounds(problem, candidate) is not None:
            return way.to(candidate, "idle")
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


def _lowest(problem: Problem, way: Way, random: Random) -> Way | None:
    """The last layer at nearly its best fit, for the best of some weights of idle units; None when
    that is no improvement.
    """
    best: tuple[Lower, Way] | None = None
    for attempt in range(LOWEST_TRIES):
        before = (
            way.to(_reweighted(problem, way.last, random), "idle")
            if attempt and _idle_count(problem, way.last)
            else way
        )
        lower = better_outputs(problem, before.last)
        if lower is not None and (best is None or lower.loss < best[0].loss):
            best = lower, before
    if best is not None:
        return best[1].to(best[0].theta, "convex")
    return way if way.reasons and way.reasons[-1] in ("convex", "slope") else None


def _lifted(problem: Problem, way: Way, goal: _Goal, eta: Fraction, random: Random) -> Way | None:
    """All hidden weights moved a little, the loss on the whole box between staying below its start
    plus eta, to features that span enough.
    """
    start = loss_bounds(problem, way.last)
    hidden = sum(units * (width + bias) for units, width, bias in problem.network.shapes()[:-1])
    for attempt in range(SMALLER):
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
            except (Undefined, ArithmeticError):
                continue
        if (
            start is not None
            and highest < start[0] + eta
            and len(_independent(problem, candidate)) == goal.rank
        ):
            return replace(way.to(candidate, "small"), eta=eta)
    return None


def _endings(
    problem: Problem, way: Way, goal: _Goal
) -> Iterator[tuple[dict[str, Any], list[Step]]]:
    """Statements and steps for a way, the strongest first."""
    start = way.points[0]
    kind, extra = ("eta-escape", {"eta": numbers([way.eta])[0]}) if way.eta else ("escape", {})
    minor = spanning_minor(problem, way.last, len(goal.identities), _bias_column(problem))
    columns = minor.columns if minor else _independent(problem, way.last)
    if goal.below is not None:
        low = towards_targets(problem, way.last, goal.below, columns) or _below(
            problem, way.last, goal.below
        )
        if low is not None:
            for bits in KERNEL_BITS:
                there = way.to(low.theta, "convex")
                yield (
                    about(kind, start, end=numbers([goal.below])[0], **extra),
                    [path_step(there.points, there.reasons, goal.below, bits, way.eta)],
                )
        return
    if minor is not None:
        matrix = formal_features(problem, way.last, len(problem.network.hidden))
        fit = exact_best_fit(problem, matrix, way.last, columns) if matrix else None
        ends = [(way.to(fit, "convex"), {"rule": "3.7", "center": numbers(fit)})] if fit else []
        for there, end in (*ends, (way, reach_step(way.last, goal.identities, minor))):
            said = about(kind, start, end="infimum", **extra)
            if not there.reasons:
                yield said, [end]
            else:
                for bits in KERNEL_BITS:
                    yield (
                        said,
                        [end, path_step(there.points, there.reasons, {"step": "0"}, bits, way.eta)],
                    )
        return
    last = loss_bounds(problem, way.last)
    if way.reasons and last is not None:
        bound = bound_above(last[1])
        for bits in KERNEL_BITS:
            yield (
                about(kind, start, end=numbers([bound])[0], **extra),
                [path_step(way.points, way.reasons, bound, bits, way.eta)],
            )


def _below(problem: Problem, theta: Vector, below: Fraction) -> Lower | None:
    found = best_outputs(problem, theta)
    there = loss_bounds(problem, found) if found is not None else None
    return (
        Lower(found, below)
        if found is not None and there is not None and there[1] <= below
        else None
    )
