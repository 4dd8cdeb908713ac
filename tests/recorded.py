"""What the engine makes of numbers that are known, for tests and benchmarks."""

from __future__ import annotations

from exactland.certificates.kinds import Claim
from exactland.engine.minima import certify_recorded
from exactland.engine.outcomes import Outcome
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.provers.evidence import Evidence
from exactland.provers.minima import Asked, Found, minimum_by
from exactland.provers.question import Ball, Question
from exactland.provers.recorded import MinimumFrom


def minimum_from(problem: Problem, start: Vector, witness: Vector | None) -> Outcome:
    """The minimum that Newton's iteration reaches from a start."""
    return certify_recorded(problem, MinimumFrom(start, witness, {}))


def minimum_shown_by(
    problem: Problem,
    evidence: Evidence,
    claim: Claim,
    witness: Vector | None = None,
    where: Ball | None = None,
) -> Outcome:
    """The claim about the minimum that there is evidence of."""

    def propose(question: Question, /) -> Found:
        yield from minimum_by(Asked(problem, claim, witness, where, {}), evidence)

    return certify_recorded(problem, propose, claim, where)
