"""From a problem, with or without a point, to an outcome: the path search -> evidence ->
certificate -> kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice, product
from math import isqrt
from typing import Any

import numpy as np

from exactland.certificates.certificate import certificate, statement
from exactland.engine.assemble import Ball, assemble
from exactland.engine.outcomes import Certified, Inconclusive, Outcome, Refuted, submit
from exactland.errors import InputError
from exactland.model.numbers import Vector, decimal_text, exact_from_float
from exactland.model.problem import Problem
from exactland.numerics.enclosures import Undefined, box, enclose
from exactland.numerics.precision import precision
from exactland.provers import wide_theorem as theorem
from exactland.provers.basin_boxes import ROUNDS, Rounds, basin
from exactland.provers.degenerate_hessian import describe, flat_directions, hessian_kernel
from exactland.provers.evidence import Evidence
from exactland.provers.no_minimum import no_minimum
from exactland.provers.potentials import local_minimum
from exactland.provers.rank import decide, in_no_basin
from exactland.provers.strict_minimum import exact_minimum, strict_minimum
from exactland.provers.wide_theorem import wide_theorem
from exactland.search.linear_pieces import settle
from exactland.search.newton import polish
from exactland.search.training import Progress, Trained, descend, float_problem, no_progress, train

CLAIMS = ("strongest", "bad-basin", "strict-minimum", "basin", "local-minimum", *theorem.CLAIMS)
STARTS, SEED = 32, 0
FLAT_LOSSES = {
    "softmax-cross-entropy": (
        "the loss multinomial-logistic: softmax has no strict minimum, equal changes of all outputs"
        " do not change it"
    )
}
EXCLUDES = {  # which claims about a minimum exactly at a point a statement about the point excludes
    "in-no-basin": ("bad-basin", "strict-minimum", "basin"),
    "in-no-sub-optimal-basin": ("bad-basin",),
    "global-minimum": ("bad-basin",),
    "no-local-minimum": ("strongest", "bad-basin", "strict-minimum", "basin", "local-minimum"),
}
BOXES = 3  # of the points where training stopped, at most so many are tried for a basin at kinks
SHRINKS = 4  # times the box is halved before giving up on the kernel


def certify(
    problem: Problem,
    point: Sequence[Fraction] | None = None,
    *,
    within: Fraction | None = None,
    claim: str = "strongest",
    starts: int = STARTS,
    seed: int = SEED,
    progress: Progress = no_progress,
) -> Outcome:
    """Certify a minimum of the problem's loss (strict, a basin, or local), and that it is not
    global when a better point is found: all of `exactland certify`.

    With `point` (P numbers, or `problem.point`) the claim is about a minimum within Euclidean
    distance `within` of it (default 1e-3 (1 + |point|); 0 for piecewise-linear networks). Without,
    `starts` trainings are tried and the worst minimum that can be certified is reported. `claim` is
    "bad-basin", "strict-minimum", "basin", "local-minimum" or "strongest", the strongest of these
    that can be proved; or, about the whole loss, "no-sub-optimal-basin" or "no-basin" (the wide
    theorem). Where second derivatives decide nothing (kinks, flat directions): with a point, a
    basin by its rim is looked for up to eight parameters (within the default distance even for
    piecewise-linear networks), and a local minimum exactly at the point, with one hidden layer;
    without, if no bad strict minimum was found, points where training of one piecewise-linear layer
    stopped are made exact for this. `progress(done, total)` is called after every training, and for
    every plane where a rim is looked for.

    Returns `Certified` when the kernel accepted a certificate of the claim; `Refuted` when it
    accepted one of what excludes it: that no local minimum lies in the ball, that the network is so
    wide that there is no such basin at all, or (with `within` 0) that the point lies in none; else
    `Inconclusive`. Not claimed: that an inconclusive point is no minimum, or that a certified one
    is the only one. Raises InputError for wrong arguments, ResourceLimit above the stated caps.
    Rules 3.1 to 3.5, 4.1 to 4.3 of proofs/THEOREMS.md.

    >>> from exactland import Certified, certify, check
    >>> from exactland.constructions import sine
    >>> problem, point = sine(samples=2, units=1)
    >>> outcome = certify(problem, point, starts=8)
    >>> isinstance(outcome, Certified), outcome.verdict.kind
    (True, 'sub-optimal-strict-minimum')
    >>> check(outcome.certificate.to_bytes()).says[:62]
    'the loss has a strict local minimum that is not global (a bad '
    """
    if claim not in CLAIMS:
        raise InputError("claim", f"{claim[:40]!a} is not known (known: {', '.join(CLAIMS)})")
    if starts < 1 or seed < 0:
        raise InputError("starts" if starts < 1 else "seed", f"{min(starts, seed)} is too small")
    if claim in theorem.CLAIMS:
        if point is not None or within is not None:
            raise InputError(
                "point" if point is not None else "within",
                f"the claim {claim} is about all parameters",
            )
        return wide_theorem(problem, claim)
    theta = problem.point if point is None else tuple(point)
    float_problem(problem)  # refuses sizes that are too large, before anything is done
    if theta is None:
        if within is not None:
            raise InputError("within", "needs a point")
        excluded = _excluded(problem, claim)
        return (
            _certify_found(
                problem, claim, train(problem, starts, seed, progress), starts, seed, progress
            )
            if excluded is None
            else excluded
        )
    radius = _checked(problem, theta, within)
    excluded = _excluded(problem, claim)
    if claim == "bad-basin" and excluded is not None:
        return excluded
    outcome = _certify_near(
        problem,
        Ball(theta, radius),
        claim,
        starts,
        seed,
        progress,
        around=_nearby(theta) if within is None else radius,
    )
    if not isinstance(outcome, Inconclusive):
        return outcome
    there = decide(problem, theta)
    if isinstance(there, Certified) and not radius and claim in EXCLUDES[there.verdict.kind or ""]:
        return Refuted(there.certificate, there.verdict)
    if (
        excluded is not None
        or not isinstance(there, Certified)
        or there.verdict.kind != "in-no-basin"
    ):
        return outcome if excluded is None else excluded
    reason = (
        f"{outcome.reason}; {there.verdict.says} (rule {there.certificate.steps[0]['rule']}), so"
        " they are no strict minimum and in no bad basin"
    )
    return replace(
        outcome,
        reason=reason,
        would_help=(
            "`classify`, which certifies that of exactly this point; other points nearby are"
            " another matter"
        ),
    )


def _checked(problem: Problem, theta: Sequence[Fraction], within: Fraction | None) -> Fraction:
    """The radius of the ball around theta that a claim is about. Raises InputError."""
    problem.check_point(theta, "point")
    try:
        with precision(128):
            enclose(problem, box(theta, Fraction(0)), 0)
    except Undefined as error:
        raise InputError("point", str(error)) from None
    radius = _default_radius(problem, theta) if within is None else within
    if radius < 0:
        raise InputError("within", f"{radius} is negative")
    return radius


def _excluded(problem: Problem, claim: str) -> Refuted | None:
    """The wide theorem, where it excludes what is claimed: bad basins, or all basins and with them
    strict minima.
    """
    by = {
        "bad-basin": "no-sub-optimal-basin",
        "strict-minimum": "no-basin",
        "basin": "no-basin",
    }.get(claim)
    outcome = wide_theorem(problem, by) if by else None
    return Refuted(outcome.certificate, outcome.verdict) if isinstance(outcome, Certified) else None


def classify(
    problem: Problem,
    point: Sequence[Fraction] | None = None,
    *,
    within: Fraction | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """What a point is: all that `exactland classify` does.

    `Certified`: a strict local minimum, or a basin, lies within `within` of `point` (or
    `problem.point`; default 1e-3 (1 + |point|)); or, `outcome.verdict.kind` says which, exactly the
    point is a local minimum, lies in no basin, or in no sub-optimal one, or is global (rules 3.1 to
    3.4b, 4.1, 4.3, 3.7). `Refuted`: no local minimum lies (or is exactly) there;
    `outcome.verdict.fact` has the direction along which the loss has a slope or curves down. Else
    `Inconclusive`, with the numerical kernel of the Hessian. Not claimed: that a strict local
    minimum is not global (see `certify`). `progress(done, total)` is called for every plane where a
    rim is looked for. Raises InputError for wrong arguments or no point, ResourceLimit.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, classify, named
    >>> one = Fraction(1)
    >>> network = Network(1, (Layer(1, named("tanh"), bias=False),))
    >>> problem = Problem(network, ((one,), (2 * one,)), ((one,), (one,)))
    >>> at_zero = classify(problem, (Fraction(0), Fraction(0)))
    >>> type(at_zero).__name__, at_zero.verdict.fact.order, at_zero.verdict.kind
    ('Refuted', 'second', 'no-local-minimum')
    """
    theta = problem.point if point is None else tuple(point)
    if theta is None:
        raise InputError("point", "classifying needs a point")
    float_problem(problem)
    ball = Ball(theta, _checked(problem, theta, within))
    outcome = _certify_near(
        problem,
        ball,
        "strongest",
        0,
        SEED,
        progress,
        around=_nearby(theta) if within is None else ball.radius,
    )
    there = decide(problem, theta) if isinstance(outcome, Inconclusive) else outcome
    if isinstance(there, Certified) and there.verdict.kind == "no-local-minimum":
        return Refuted(there.certificate, there.verdict)
    return outcome if isinstance(there, Inconclusive) else there


def certify_start(
    problem: Problem,
    start: Sequence[Fraction],
    witness: Sequence[Fraction] | None,
    provenance: dict[str, Any],
) -> Outcome:
    """The strongest claim about the minimum that Newton's iteration reaches from a recorded start,
    with a recorded witness if there is one.

    Nothing in the certificate comes from floats or chance: the same bytes everywhere.
    """
    theta = minimum_near(problem, start, None)
    if theta is None:
        return Inconclusive(
            "Newton's iteration does not settle from this start", "a start closer to a minimum"
        )
    return prove_minimum(
        problem, theta, tuple(witness) if witness else None, "strongest", None, provenance
    )


def _certify_found(
    problem: Problem, claim: str, found: list[Trained], starts: int, seed: int, progress: Progress
) -> Outcome:
    """The worst of the minima training found that can be certified, with the best as witness;
    failing that the best itself.

    Each as a strict minimum, or else, made exact where that can be done, by the rules for kinks and
    flat minima.
    """
    if not found:
        raise InputError(
            "problem", "the loss is not defined, or not finite, at any of the starts tried"
        )
    provenance = {
        "recipe": "multi-start training, Newton polishing",
        "starts": str(starts),
        "seed": str(seed),
    }
    best, reasons, boxes = found[0], [], BOXES if problem.is_kinked else 0

    def strict(trained: Trained, better: list[Trained]) -> Certified | str | None:
        start = _exact(trained.theta)
        theta = minimum_near(problem, start, _default_radius(problem, start) * 100)
        if theta is None:
            return None
        outcome = prove_minimum(
            problem, theta, _witness(problem, best) if better else None, claim, None, provenance
        )
        return outcome if isinstance(outcome, Certified) else outcome.reason

    def rough(trained: Trained, better: list[Trained]) -> Certified | str | None:
        nonlocal boxes
        settled = settle(problem, trained.theta)
        if claim == "strict-minimum" or (settled is None and not boxes):
            return None
        center, rounds, boxes = (
            settled or _exact(trained.theta),
            ROUNDS[:1] if boxes else (),
            max(0, boxes - 1),
        )
        around = min(Fraction(1), 100 * _nearby(center))
        return _prove_rough(
            problem, center, None, claim, around, provenance, lambda: better, progress, rounds
        )

    ranked = _worst_first(found)
    worse = [t for t in ranked if t.loss > best.loss + 1e-9 * (1 + abs(best.loss))]
    others = ranked[len(worse) :] if claim != "bad-basin" else []
    for group, better in ((worse, [best]), (others, [])):
        for prove, trained in product((strict, rough), group):
            outcome = prove(trained, better)
            if isinstance(outcome, Certified):
                return outcome
            reasons += [outcome] if outcome else []
    reasons = reasons or [describe(problem, _exact(best.theta))]
    return Inconclusive(
        f"none of the points where {starts} trainings stopped could be certified (lowest loss seen"
        f" {best.loss:.6g}); at one of them {reasons[-1]}",
        FLAT_LOSSES.get(problem.loss, "more starts, another seed, or a point to start from")
        + "; a network whose last hidden layer is as wide as the number of samples has no bad"
        " basin",
    )


def _certify_near(
    problem: Problem,
    ball: Ball,
    claim: str,
    starts: int,
    seed: int,
    progress: Progress,
    around: Fraction,
) -> Outcome:
    """Certified, refuted or inconclusive about a minimum in the ball; about a basin, within
    `around` of its center.
    """
    theta = minimum_near(problem, ball.center, ball.radius)
    reason = (
        flat_directions(problem, ball.center)
        or f"no critical point was found within {decimal_text(ball.radius)} of the point"
    )
    would_help = "another point, or a larger --within"
    if theta is not None:
        witness = None
        evidence = list(islice(_evidence(problem, theta), 1))
        if claim in ("strongest", "bad-basin") and evidence:
            found = train(problem, starts, seed, progress)
            witness = _witness(problem, found[0]) if found else None
        provenance = {
            "recipe": "given point, Newton polishing",
            "starts": str(starts),
            "seed": str(seed),
        }
        outcome = prove_minimum(problem, theta, witness, claim, ball, provenance, evidence)
        if isinstance(outcome, Certified) or (evidence and evidence[0].step["rule"] == "3.1"):
            return outcome  # a strict minimum is there: nothing to refute
        reason, would_help = outcome.reason, outcome.would_help
    refuted = _refute(problem, ball)
    if refuted is not None:
        return refuted
    if claim != "strict-minimum":
        provenance = {"recipe": "given point", "starts": str(starts), "seed": str(seed)}
        rough = _prove_rough(
            problem,
            ball.center,
            ball,
            claim,
            around,
            provenance,
            lambda: train(problem, starts, seed, progress),
            progress,
        )
        if isinstance(rough, Certified):
            return rough
        reason = f"{reason}; {rough}"
    radius = ball.radius / 10
    while radius * 10**9 > ball.radius and _refute(problem, Ball(ball.center, radius)) is None:
        radius /= 10
    smaller = radius * 10**9 > ball.radius
    return Inconclusive(
        f"{reason}; neither slope nor curvature keeps a strict sign on the whole box around the"
        " point",
        (
            f"--within {decimal_text(radius, 3)}: that close to the point there is no local minimum"
            if smaller
            else would_help
        ),
        hessian_kernel(problem, ball.center if theta is None else theta),
    )


def _prove_rough(
    problem: Problem,
    center: Vector,
    ball: Ball | None,
    claim: str,
    around: Fraction,
    provenance: dict[str, Any],
    search: Callable[[], list[Trained]],
    progress: Progress,
    rounds: Rounds = ROUNDS,
) -> Certified | str:
    """Without second derivatives: a local minimum exactly at the center by its unit potentials
    (3.4, 3.4b), or a basin within `around` by its rim (3.3).
    """
    local = local_minimum(problem, center) if claim in ("strongest", "local-minimum") else None
    free = in_no_basin(problem, center) if local is not None or claim != "local-minimum" else None
    evidence = None if free else basin(problem, center, around, progress, rounds)
    evidence = (
        local if evidence is None or (local is not None and claim == "local-minimum") else evidence
    )
    if evidence is None:
        shown = (
            "a line or curve of equal loss leads through it without end"
            if free
            else "no box around it was found on whose rim the loss is higher"
        )
        return f"its unit potentials do not show a local minimum, and {shown}"
    found = search() if claim in ("strongest", "bad-basin") else []
    where = ball and Ball(
        ball.center, max(ball.radius, around if evidence.what == "basin" else evidence.distance)
    )
    return assemble(
        problem,
        evidence,
        _witness(problem, found[0]) if found else None,
        claim,
        where,
        provenance,
        free,
    )


def minimum_near(
    problem: Problem, start: Sequence[Fraction], within: Fraction | None
) -> Vector | None:
    """The start itself when it is critical as far as balls can see; else where Newton's iteration,
    then descent and Newton's, lead; or None.
    """
    if exact_minimum(problem, start) is not None or within == 0:
        return tuple(start)
    theta = polish(problem, start, within)
    if theta is None and within is not None:
        try:
            stopped = descend(float_problem(problem), [float(t) for t in start])
        except OverflowError:
            return None
        theta = polish(problem, _exact(stopped.theta), within) if stopped else None
    inside = (
        theta is None
        or within is None
        or sum((t - s) ** 2 for t, s in zip(theta, start)) <= within**2
    )
    return theta if inside else None


def _evidence(problem: Problem, theta: Vector) -> Iterator[Evidence]:
    """Rule 3.1b if theta is exact, then rule 3.1 on smaller and smaller boxes."""
    exact = exact_minimum(problem, theta)
    if exact is not None:
        yield exact
    for shrink in range(SHRINKS):
        strict = strict_minimum(problem, theta, shrink)
        if strict is None:
            return
        yield strict


def prove_minimum(
    problem: Problem,
    theta: Vector,
    witness: Vector | None,
    claim: str,
    ball: Ball | None,
    provenance: dict[str, Any],
    known: Sequence[Evidence] = (),
) -> Certified | Inconclusive:
    """The first evidence for a minimum at theta that the kernel accepts; `known` is what is known
    of it already.
    """
    refusal = None
    for strict in chain(known, islice(_evidence(problem, theta), len(known), None)):
        outcome = assemble(problem, strict, witness, claim, ball, provenance)
        if isinstance(outcome, Certified):
            return outcome
        refusal = outcome
    flat = flat_directions(problem, theta)
    would_help = (
        "a point with a non-singular Hessian, or a rule for flat minima"
        if flat or not refusal
        else "more starts, or --claim strict-minimum"
    )
    return Inconclusive(
        flat or refusal or describe(problem, theta),
        would_help,
        hessian_kernel(problem, theta) if flat else (),
    )


def _refute(problem: Problem, ball: Ball) -> Refuted | None:
    step = no_minimum(problem, ball.center, ball.radius)
    if step is None:
        return None
    outcome = submit(
        certificate(
            problem,
            statement("no-local-minimum", ball.center, ball.radius),
            [step],
            {"recipe": "given point"},
        )
    )
    return Refuted(outcome.certificate, outcome.verdict) if isinstance(outcome, Certified) else None


def _witness(problem: Problem, trained: Trained) -> Vector:
    """The trained point in few decimals, as long as that costs little of what was gained."""
    floats = float_problem(problem)
    for digits in range(4, 17):
        short = tuple(Fraction(f"{t:.{digits}g}") for t in trained.theta)
        if (
            floats.loss_and_gradient(np.array([float(t) for t in short]))[0]
            <= trained.loss + 1e-3 * abs(trained.loss) + 1e-9
        ):
            return short
    return _exact(trained.theta)


def _worst_first(found: list[Trained]) -> list[Trained]:
    """One point per loss (to nine digits), largest loss first."""
    return [
        t
        for k, t in reversed(list(enumerate(found)))
        if k == 0 or t.loss - found[k - 1].loss > 1e-9 * (1 + abs(t.loss))
    ]


def _exact(theta: Sequence[float]) -> Vector:
    return tuple(exact_from_float(t) for t in theta)


def _default_radius(problem: Problem, theta: Sequence[Fraction]) -> Fraction:
    """That of `_nearby`; 0 for piecewise-linear networks, whose points are judged as they stand."""
    return Fraction(0) if problem.is_piecewise_linear else _nearby(theta)


def _nearby(theta: Sequence[Fraction]) -> Fraction:
    """1e-3 (1 + |theta|), rounded up to a millionth."""
    norm = isqrt(int(sum(t * t for t in theta) * 10**6)) + 1
    return Fraction(1000 + norm, 10**6)
