"""From evidence for a minimum to proposals: what they state, with a better point if there is
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactland.certificates import statements
from exactland.certificates.kinds import IN_NO_BASIN_TOO, OF_MINIMUM, Claim, Minimum
from exactland.certificates.steps import Rim, Step, SubOptimal
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.provers.evidence import Evidence
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Ball
from exactland.provers.reasons import Advice, Reason
from exactland.provers.rim import covered_above
from exactland.provers.sub_optimal import sub_optimal_step

Found = Iterator[Proposal | Obstacle]
STRONGEST = (Claim.STRONGEST, Claim.ANYTHING)
DECIMALS = 12  # of the center that a statement names


@dataclass(frozen=True)
class Asked:
    """What is asked of a minimum: a claim, a better point to go with it, where it has to lie (None:
    in a small ball around the evidence's center), and where the proposals come from.
    """

    problem: Problem
    claim: Claim
    witness: Vector | None
    where: Ball | None
    provenance: Mapping[str, Any]


def minimum_by(asked: Asked, evidence: Evidence, line: Step | None = None) -> Found:
    """What this evidence can support of the claim; an obstacle where that is nothing.

    `line`: a step that shows that the center lies in no basin; the strongest claim then says both.
    """
    what = wanted(asked.claim, evidence)
    if not evidence.what.implies(what):
        facts = {"shown_by": evidence.step.rule, "what": evidence.what.words}
        yield Obstacle(Reason.SHOWS_LESS, facts)
        return
    lower = None
    if asked.witness is not None and asked.claim in (*STRONGEST, Claim.BAD_BASIN):
        evidence, lower = _with_lower(asked.problem, evidence, asked.witness)
    if asked.claim is Claim.BAD_BASIN and lower is None:
        yield Obstacle(Reason.NO_BETTER_POINT, advice=Advice.MORE_STARTS_OR_CLAIM)
        return
    alone, with_better = OF_MINIMUM[what]
    kind, gap = (alone, None) if lower is None else (with_better, lower.gap)
    better = () if lower is None else (lower,)
    is_flat = evidence.what is Minimum.LOCAL_MINIMUM and not evidence.distance
    if line is not None and is_flat and asked.claim in STRONGEST:
        said = statements.at(IN_NO_BASIN_TOO[kind], evidence.center, gap)
        steps = (evidence.step, line, *better) if better else (line, evidence.step)
        yield Proposal(said, steps, asked.provenance)
        return
    located = asked.where or _location(evidence)
    said = statements.near(kind, located.center, located.radius, gap)
    yield Proposal(said, (evidence.step, *better), asked.provenance)


def wanted(claim: Claim, evidence: Evidence) -> Minimum:
    """How much of a minimum has to be shown for the claim."""
    if claim in STRONGEST:
        return evidence.what
    return Minimum.BASIN if claim is Claim.BAD_BASIN else Minimum(claim)


def _with_lower(
    problem: Problem, evidence: Evidence, witness: Vector
) -> tuple[Evidence, SubOptimal | None]:
    """Rule 3.2; for a basin, after bounding the loss on its box more closely if that is needed."""
    lower = sub_optimal_step(problem, evidence, witness)
    if lower is not None or not isinstance(evidence.step, Rim):
        return evidence, lower
    higher = covered_above(problem, evidence.step, witness)
    if higher is None:
        return evidence, None
    return higher, sub_optimal_step(problem, higher, witness)


def _location(evidence: Evidence) -> Ball:
    """A short center near the evidence's, and a power of ten that surely contains the minimum."""
    if not evidence.distance:
        return Ball(evidence.center, Fraction(0))
    unit = 10**DECIMALS
    center = tuple(Fraction(round(c * unit), unit) for c in evidence.center)
    radius = Fraction(1, unit)
    while radius < evidence.distance or not _reaches(Ball(center, radius), evidence):
        radius *= 10
    return Ball(center, radius)


def _reaches(ball: Ball, evidence: Evidence) -> bool:
    """Whether all points as near to the evidence's center as it says lie in the ball."""
    return Ball(ball.center, ball.radius - evidence.distance).contains(evidence.center)
