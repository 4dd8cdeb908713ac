"""What must hold of wide networks, of lines, paths and planted basins: functions that raise
AssertionError, with the reason, where it does not.

They believe neither the provers nor the kernel: losses are recalculated exactly (or in Arb balls)
from the problem alone, ranks over the rationals, and every certificate is checked again from its
bytes. Properties of the wide theorem raise InputError for a problem that it does not speak of,
naming the hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq_mat

from exactland import checking
from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import INFIMUM, at, near
from exactland.certificates.steps import (
    ConstantLine,
    ExactMinimum,
    Path,
    SpanningFeatures,
    Step,
    StrictMinimum,
)
from exactland.constructions import witness
from exactland.engine import minima, paths, points, widths
from exactland.engine.outcomes import Certified, Inconclusive, Outcome, Refuted
from exactland.errors import InputError, ResourceLimitError
from exactland.model.activations import PiecewiseLinear, evaluate_exactly
from exactland.model.network import Layer
from exactland.model.numbers import Vector, decimal_text
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_fmpq
from exactland.provers.hypotheses import failing_hypotheses
from exactland.provers.near_point import critical_point_near
from exactland.provers.proposals import Obstacle
from exactland.provers.reasons import Reason
from exactland.provers.recorded import MinimumFrom
from exactland.provers.spanning import spanning_step

BAD = StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
BITS = 300  # at which losses that are not rational are compared
ON_A_SEGMENT = 50  # points
# 50 of them, near and far
ALONG_A_LINE = [
    Fraction(sign * k, 7) * Fraction(10) ** e
    for e in (-6, -2, 0, 2, 6)
    for k in (1, 3, 5, 8, 11)
    for sign in (1, -1)
]


def expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


# Recalculated from the problem alone


def exact_features(problem: Problem, theta: Sequence[Fraction]) -> list[list[Vector]]:
    """What enters each layer at theta, one row for every sample, 1 last for a bias; exact
    activations only.
    """
    entering: list[list[Vector]] = []
    rows = [tuple(x) for x in problem.x]
    layers = problem.network.split(theta)
    for (weights, biases), hidden in zip(layers, (*problem.network.hidden, None)):
        ones = (Fraction(1),) if biases else ()
        entering.append([(*row, *ones) for row in rows])
        units = [(*unit, *biases[k : k + 1]) for k, unit in enumerate(weights)]
        z = [
            tuple(sum((w * a for w, a in zip(unit, row)), Fraction(0)) for unit in units)
            for row in entering[-1]
        ]
        rows = (
            z
            if hidden is None
            else [tuple(evaluate_exactly(hidden.activation, v) for v in row) for row in z]
        )
    return [*entering, rows]


def exact_loss(problem: Problem, theta: Sequence[Fraction]) -> Fraction:
    """Half the squared error at theta, by plain rational arithmetic; exact activations only."""
    outputs = exact_features(problem, theta)[-1]
    return (
        sum(
            ((f - v) ** 2 for row, y in zip(outputs, problem.y) for f, v in zip(row, y)),
            Fraction(0),
        )
        / 2
    )


Loss = Fraction | arb


def loss_at(problem: Problem, theta: Sequence[Fraction]) -> Loss:
    """The loss at theta: a rational for exact problems, else a ball at the working precision."""
    return (
        exact_loss(problem, theta)
        if problem.is_exact
        else enclose(problem, box(theta, Fraction(0)), 0).loss
    )


def same(a: Loss, b: Loss) -> bool:
    """Equal rationals, or balls that may be equal."""
    return bool(a.overlaps(b)) if isinstance(a, arb) and isinstance(b, arb) else a == b


def not_above(a: Loss, b: Loss) -> bool:
    """The same for at most."""
    return (
        bool(a < b or a.overlaps(b))
        if isinstance(a, arb) and isinstance(b, arb)
        else Fraction(a) <= Fraction(b)  # type: ignore[arg-type]
    )


def shown(loss: Loss) -> str:
    return loss.str(8) if isinstance(loss, arb) else decimal_text(loss, 8)


def point_of(problem: Problem) -> Vector:
    if problem.point is None:
        raise InputError("point", "the problem names no parameters")
    return problem.point


def require_wide(problem: Problem) -> None:
    """Raises InputError naming every hypothesis of the wide theorem that fails."""
    failing = failing_hypotheses(problem)
    if failing:
        raise InputError(
            "the wide theorem does not speak of this network", "; ".join(map(str, failing))
        )


def checked_again(outcome: Outcome) -> None:
    """The kernel accepts the certificate's bytes, and says the same."""
    if isinstance(outcome, Inconclusive):
        return
    verdict = checking.check(outcome.certificate.to_bytes())
    expect(
        verdict.status == "verified" and verdict == outcome.verdict,
        f"the kernel, asked again: {verdict.status}, {verdict.says}",
    )


# Wide networks


def decided(problem: Problem) -> Outcome:
    """P1: the parameters of a wide network lie in no basin, or in no sub-optimal one, and a
    certificate says so; the wide theorem has one for the whole loss.

    With exact activations every point is decided, and for the right reason: in no basin where the
    features entering some layer are dependent, by their rank over the rationals. With others, a
    point that is not decided is returned as inconclusive.
    """
    require_wide(problem)
    whole = widths.wide_theorem(problem)
    expect(isinstance(whole, Certified), f"the wide theorem was not certified: {whole}")
    checked_again(whole)
    theta = point_of(problem)
    outcome = _or_the_limit(points.classify_exactly, problem, theta)
    checked_again(outcome)
    if isinstance(outcome, Inconclusive):
        expect(not problem.is_exact, f"an exact point is not decided: {outcome.reason}")
        return outcome
    kind = outcome.verdict.kind
    expect(
        kind in ("in-no-basin", "in-no-sub-optimal-basin") or not problem.is_exact,
        f"decided as {kind}",
    )
    if problem.is_exact:
        entering = exact_features(problem, theta)[:-1]
        deficient = [k for k, rows in enumerate(entering) if _rank(rows) < len(rows[0])]
        idle = any(
            not any(row[k] for row in out)
            for (_, _), (out, _) in _pairs(problem, theta)
            for k in range(len(out[0]))
        )
        expect(
            kind == "in-no-basin" or not deficient,
            f"{kind}, but what enters layer {deficient[:1]} has dependent columns",
        )
        expect(
            kind != "in-no-basin" or deficient or idle,
            "in no basin, but no layer has dependent features or idle units",
        )
        first = outcome.certificate.steps[0]
        if isinstance(first, SpanningFeatures):
            known = first.identities
            expect(
                _rank(entering[-1]) == problem.samples - len(known),
                "the last features do not have the rank that the certificate speaks of",
            )
    return outcome


def _or_the_limit(decide: Callable[..., Outcome], *arguments: object) -> Outcome:
    """What is decided; above a cap, nothing."""
    try:
        return decide(*arguments)
    except (ResourceLimitError, UndefinedError) as error:
        return Inconclusive((Obstacle(Reason.OVER_THE_CAP, {"says": str(error)}),))


def _rank(rows: Sequence[Vector]) -> int:
    return int(fmpq_mat(len(rows), len(rows[0]), [to_fmpq(v) for row in rows for v in row]).rank())


def _pairs(problem: Problem, theta: Vector) -> Iterator[tuple[Any, Any]]:
    layers = problem.network.split(theta)
    return zip(layers, layers[1:])


def escapes(problem: Problem) -> Outcome:
    """P1, P5: a certified path leads from the parameters down, to the infimum, and the loss at 50
    points of every segment is never above its start.

    Always for one hidden layer with exact activations; for others the path may be missing (returned
    as inconclusive, also above the kernel's caps).
    """
    require_wide(problem)
    theta, complete = point_of(problem), problem.is_exact and len(problem.network.hidden) == 1
    outcome = _or_the_limit(paths.escape, problem, theta)
    checked_again(outcome)
    if isinstance(outcome, Inconclusive):
        expect(not complete, f"no path: {outcome.reason}")
        return outcome
    expect(
        not complete or outcome.certificate.statement.end == INFIMUM,
        "the path does not lead to the infimum",
    )
    path = path_points(outcome)
    expect(path[0] == theta, "the path starts somewhere else")
    never_rises(problem, path)
    return outcome


def path_points(outcome: Certified | Refuted) -> list[Vector]:
    """The points of a certified path; the start alone where it has no segments."""
    for step in outcome.certificate.steps:
        if isinstance(step, Path):
            return list(step.points)
    start = outcome.certificate.statement.center
    assert start is not None
    return [start]


def never_rises(problem: Problem, path: Sequence[Vector], points: int = ON_A_SEGMENT) -> None:
    """P5: exactly (or in balls), at `points` points of every segment, the loss is not above that at
    the path's start.
    """
    with precision(BITS):
        start = loss_at(problem, path[0])
        for n, (p, q) in enumerate(zip(path, path[1:])):
            for k in range(1, points + 1):
                t = Fraction(k, points)
                here = loss_at(problem, [a + t * (b - a) for a, b in zip(p, q)])
                expect(
                    not_above(here, start),
                    f"on segment {n}, at {t} of it, the loss is {shown(here)}, above {shown(start)}"
                    " at the start",
                )


def level(problem: Problem, outcome: Outcome) -> bool:
    """P7: the line of a certificate by rule 4.1 is one of equal loss, at 50 points of it near and
    far; whether the certificate has a line at all.
    """
    if isinstance(outcome, Inconclusive):
        return False
    step = outcome.certificate.steps[0]
    if not isinstance(step, ConstantLine):
        return False
    center, along = step.center, step.witness
    expect(center != along, "no line: its two points are equal")
    with precision(BITS):
        start = loss_at(problem, center)
        for t in ALONG_A_LINE:
            here = loss_at(problem, [a + t * (b - a) for a, b in zip(center, along)])
            expect(
                same(here, start),
                f"at {t} times the line's direction the loss is {shown(here)}, not {shown(start)}",
            )
    return True


def wide_network(problem: Problem) -> None:
    """P1, P7 and P8 together, for a wide network and its parameters: all that should hold of them
    whatever the activation.
    """
    level(problem, decided(problem))
    no_basin_certified(problem)


def basin_near(problem: Problem, start: Vector) -> Outcome:
    """What the prover of basins (rules 3.1 to 3.2) makes of the critical point to which Newton's
    iteration leads, with a better point if one is found.
    """
    return _or_the_limit(_basin_near, problem, start)


def _basin_near(problem: Problem, start: Vector) -> Outcome:
    theta = critical_point_near(problem, start, Fraction(1))
    if theta is None:
        return Inconclusive((Obstacle(Reason.NOT_SETTLED),))
    is_shallow = len(problem.network.hidden) == 1 and problem.loss == "half-squared-error"
    better = witness(problem, theta) if is_shallow else None
    return minima.certify_recorded(problem, MinimumFrom(theta, better, {"recipe": "property test"}))


def no_basin_certified(problem: Problem, starts: Sequence[Vector] = ()) -> None:
    """P2, P8: no prover of basins succeeds at the problem's parameters, at `starts`, or where
    Newton leads from there, nor the first with bounds made up.

    A network as wide as the wide theorem asks has no strict local minimum at all, global or not
    (docs/theorems/wide-theorem.md).
    """
    require_wide(problem)
    for start in (point_of(problem), *starts):
        outcome = basin_near(problem, start)
        expect(
            not isinstance(outcome, Certified),
            f"a strict minimum of a wide network was certified: {outcome}",
        )
        for step in made_up(problem, start) if start == problem.point else ():
            said = near(StatementKind.STRICT_MINIMUM, start, Fraction(1))
            verdict = checking.check(Certificate(problem, said, (step,), {}).to_bytes())
            expect(
                verdict.status != "verified",
                f"the kernel accepted made-up evidence of rule {step.rule} near"
                f" {list(map(str, start))}",
            )


def made_up(problem: Problem, theta: Vector) -> Iterator[Step]:
    """Evidence for a strict minimum at theta with hints that nothing supports."""
    yield StrictMinimum(
        center=theta,
        radius=Fraction(1, 2**10),
        curvature=Fraction(1, 2**20),
        slope=Fraction(1, 2**40),
        precision=64,
    )
    if problem.is_exact:
        yield ExactMinimum(theta)


def spans(problem: Problem) -> None:
    """P3: at these parameters the last features are certified to have rank N (rule 4.3 without
    identities).
    """
    theta = point_of(problem)
    step = spanning_step(problem, theta)
    expect(step is not None, f"no {problem.samples} independent features were found")
    assert step is not None
    said = at(StatementKind.IN_NO_SUB_OPTIMAL_BASIN, theta)
    verdict = checking.check(Certificate(problem, said, (step,), {}).to_bytes())
    expect(verdict.status == "verified", f"the kernel does not accept the rank: {verdict.says}")
    expect(
        len(step.rows) == problem.samples and not step.identities,
        f"rank {len(step.rows)}, {len(step.identities)} identities",
    )


# Planted basins


def basin_certified(problem: Problem) -> bool:
    """P2: whether the prover certifies the bad basin planted at the problem's parameters; where it
    does, the wide theorem must not say that there is none.
    """
    outcome = basin_near(problem, point_of(problem))
    checked_again(outcome)
    certified = isinstance(outcome, Certified) and outcome.verdict.kind == BAD
    whole = widths.wide_theorem(problem)
    expect(
        not (certified and isinstance(whole, Certified)),
        "a bad basin, and that there is none, were both certified",
    )
    return certified


def one_more_unit_opens(problem: Problem) -> bool:
    """P4: a basin certified at width N - 1 is left at width N, by a certificate; False where no
    basin was certified.
    """
    bad = basin_near(problem, point_of(problem))
    if not isinstance(bad, Certified) or bad.verdict.kind != BAD:
        return False
    outcome = widths.one_more_unit(bad.certificate)
    checked_again(outcome)
    expect(
        isinstance(outcome, Certified), f"one more unit does not open a certified basin: {outcome}"
    )
    return True


# Symmetries


def verdict_at(problem: Problem) -> str | None:
    """The kind of statement that the rank rule certifies at the problem's parameters; None where it
    is inconclusive.
    """
    outcome = points.classify_exactly(problem, point_of(problem))
    return None if isinstance(outcome, Inconclusive) else outcome.verdict.kind


def same_everywhere(problem: Problem, others: Sequence[Problem]) -> None:
    """P6: the same verdict and the same loss at the parameters of all these problems."""
    before = verdict_at(problem)
    with precision(BITS):
        loss = loss_at(problem, point_of(problem))
        for other in others:
            there = loss_at(other, point_of(other))
            expect(
                same(there, loss),
                f"the loss changes from {shown(loss)} to {shown(there)}: {other!r}",
            )
            after = verdict_at(other)
            expect(after == before, f"the verdict changes from {before} to {after}: {other!r}")


def permuted(problem: Problem, order: Sequence[int], layer: int, units: Sequence[int]) -> Problem:
    """The same with samples in another order (N indices), and the units of a hidden layer too, with
    their weights.
    """
    layers = problem.network.split(point_of(problem))
    (weights, biases), (out, ends) = layers[layer], layers[layer + 1]
    layers[layer] = ([weights[k] for k in units], [biases[k] for k in units] if biases else [])
    layers[layer + 1] = ([[row[k] for k in units] for row in out], ends)
    x, y = (tuple(rows[i] for i in order) for rows in (problem.x, problem.y))
    return replace(problem, x=x, y=y, point=tuple(problem.network.join(layers)))


def rescaled(problem: Problem, factors: Sequence[Fraction]) -> Problem:
    """The same with the weights and biases into every positively homogeneous hidden unit times a
    positive factor, those out of it divided by it.
    """
    layers = problem.network.split(point_of(problem))
    for depth, hidden in enumerate(problem.network.hidden):
        for k in range(hidden.units if is_homogeneous(hidden) else 0):
            a = factors[(k + depth) % len(factors)]
            layers[depth][0][k] = [a * w for w in layers[depth][0][k]]
            layers[depth][1][k : k + 1] = [a * b for b in layers[depth][1][k : k + 1]]
            for row in layers[depth + 1][0]:
                row[k] /= a
    return replace(problem, point=tuple(problem.network.join(layers)))


def is_homogeneous(layer: Layer) -> bool:
    """Whether s(a z) = a s(z) for all a > 0: two half-lines that meet at the origin."""
    s = layer.activation
    return s.name == "identity" or (
        isinstance(s, PiecewiseLinear)
        and s.pieces.rough(1) in ((), (Fraction(0),))
        and s.value_at_0 == 0
    )


def with_idle_unit(problem: Problem, layer: int, weights: Sequence[Fraction]) -> Problem:
    """One more unit in a hidden layer, its incoming weights (and bias) the first of `weights`, its
    outgoing ones 0.
    """
    layers = problem.network.split(point_of(problem))
    (rows, biases), (out, ends) = layers[layer], layers[layer + 1]
    width = len(rows[0])
    layers[layer] = ([*rows, list(weights[:width])], [*biases, weights[width]] if biases else [])
    layers[layer + 1] = ([[*row, Fraction(0)] for row in out], ends)
    hidden = list(problem.network.hidden)
    hidden[layer] = replace(hidden[layer], units=hidden[layer].units + 1)
    return replace(
        problem,
        network=replace(problem.network, hidden=tuple(hidden)),
        point=tuple(problem.network.join(layers)),
    )
