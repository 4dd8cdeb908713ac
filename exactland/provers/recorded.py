"""Provers with recorded numbers in place of a search: the same proposals everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import near
from exactland.model.numbers import Vector
from exactland.provers.constant_lines import line_through
from exactland.provers.minima import Asked, Found, minimum_by
from exactland.provers.near_point import at_critical_point, critical_point_near
from exactland.provers.no_minimum import no_minimum_step
from exactland.provers.potentials import potential_evidence
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason
from exactland.provers.rim import rim_evidence

Provenance = Mapping[str, Any]


@dataclass(frozen=True)
class MinimumFrom:
    """The minimum that Newton's iteration reaches from a start (rules 3.1, 3.1b), with a
    witness.
    """

    start: Vector
    witness: Vector | None
    provenance: Provenance

    def __call__(self, question: Question, /) -> Found:
        theta = critical_point_near(question.problem, self.start, None, question.tick)
        if theta is None:
            yield Obstacle(Reason.NOT_SETTLED, advice=Advice.CLOSER_START)
            return
        asked = _asked(question, self.witness, self.provenance)
        yield from at_critical_point(asked, theta, progress=question.tick)


@dataclass(frozen=True)
class RimOf:
    """A basin in a box that is known (rule 3.3), with a witness."""

    center: Vector
    radii: Vector
    witness: Vector
    provenance: Provenance

    def __call__(self, question: Question, /) -> Found:
        evidence = rim_evidence(question.problem, self.center, self.radii)
        if evidence is None:
            yield Obstacle(Reason.NO_RIM, advice=Advice.ANOTHER_BOX)
            return
        asked = _asked(question, self.witness, self.provenance)
        yield from minimum_by(asked, evidence)


@dataclass(frozen=True)
class PotentialsAt:
    """A local minimum at a point, or near it with the best output bias (rules 3.4, 3.4b).

    With a witness if there is one, and in no basin where a line through the point shows it.
    """

    theta: Vector
    witness: Vector | None
    provenance: Provenance

    def __call__(self, question: Question, /) -> Found:
        evidence = potential_evidence(question.problem, self.theta)
        if evidence is None:
            yield Obstacle(Reason.NO_POTENTIALS, advice=Advice.ANOTHER_POINT)
            return
        line = None if evidence.distance else line_through(question.problem, self.theta)
        asked = _asked(question, self.witness, self.provenance)
        yield from minimum_by(asked, evidence, line)


@dataclass(frozen=True)
class SlopeAt:
    """No local minimum at a point: a slope or a curvature (rule 3.5)."""

    theta: Vector
    provenance: Provenance

    def __call__(self, question: Question, /) -> Found:
        step = no_minimum_step(question.problem, self.theta, Fraction(0))
        if step is None:
            yield Obstacle(Reason.NO_STRICT_SIGN, advice=Advice.ANOTHER_POINT)
            return
        said = near(StatementKind.NO_LOCAL_MINIMUM, self.theta, Fraction(0))
        yield Proposal(said, (step,), self.provenance)


def _asked(question: Question, witness: Vector | None, provenance: Provenance) -> Asked:
    return Asked(question.problem, question.claim, witness, question.near, provenance)
