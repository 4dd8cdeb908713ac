"""A question goes down to the provers once, proposals come up once, and each is put to the
kernel.
"""

from __future__ import annotations

from collections.abc import Sequence

from exactland.certificates.kinds import (
    ABOUT_THE_LOSS,
    Claim,
    StatementKind,
    excludes,
    supports,
)
from exactland.certificates.statements import Statement
from exactland.engine.outcomes import Certified, Inconclusive, Outcome, Refuted
from exactland.engine.submission import submit
from exactland.errors import ResourceLimitError
from exactland.kernel import Verdict
from exactland.provers.meter import OutOfBudgetError
from exactland.provers.proposals import NamedProver, Obstacle, Proposal, Prover
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Advice, Reason


def answer(question: Question, provers: Sequence[NamedProver]) -> Outcome:
    """The first proposal the kernel accepts, if it decides the claim; else all that stood in the
    way.

    Provers are asked in order, each until one of its proposals is accepted or it has no more. When
    the budget is spent, what was met so far is said. Raises ResourceLimitError when nothing stood
    in the way but that proposals were too large for the kernel.
    """
    obstacles: list[Obstacle] = []
    tried: list[str] = []
    try:
        for name, prover in provers:
            tried.append(name)
            outcome = _asked(question, prover, obstacles)
            if outcome is not None:
                return outcome
    except OutOfBudgetError as error:
        option = {"option": error.option}
        spent = {"spent": error.spent}
        obstacles.append(Obstacle(Reason.OUT_OF_BUDGET, spent, Advice.LARGER_BUDGET, option))
    reasons = {obstacle.reason for obstacle in obstacles} - {Reason.NO_RANK}
    if reasons == {Reason.OVER_THE_CAP}:
        over = (found for found in obstacles if found.reason is Reason.OVER_THE_CAP)
        raise ResourceLimitError(next(over).says)
    return Inconclusive(tuple(obstacles), tuple(tried))


def _asked(question: Question, prover: Prover, obstacles: list[Obstacle]) -> Outcome | None:
    """What one prover leads to, if that decides the claim; what stands in the way is added."""
    for found in prover(question):
        if isinstance(found, Obstacle):
            obstacles.append(found)
            continue
        question.meter.check()
        certificate = found.certificate(question.problem)
        verdict = submit(certificate)
        if verdict.status != "verified":
            obstacles += _refusal(found, verdict)
            continue
        if _refutes(question, found.statement):
            return Refuted(certificate, verdict)
        if not _is_where_it_was_asked(question, found.statement):
            obstacles.append(Obstacle(Reason.ELSEWHERE, {"shown_by": found.steps[0].rule}))
            continue
        if supports(found.statement.kind, question.claim):
            return Certified(certificate, verdict)
        obstacles += _aside(found, verdict)
        return None
    return None


def _is_where_it_was_asked(question: Question, said: Statement) -> bool:
    """Whether all that a statement may be about lies as near to the point as was asked."""
    if question.near is None or said.center is None:
        return True
    within = max(question.near.radius, question.around) - (said.distance or 0)
    return within >= 0 and Ball(question.near.center, within).contains(said.center)


def _refutes(question: Question, said: Statement) -> bool:
    """Whether the statement excludes the claim, and speaks of all that the claim is about.

    Where anything may be said of a point, it is enough that it is said of exactly that point.
    """
    if not excludes(said.kind, question.claim):
        return False
    if said.kind in ABOUT_THE_LOSS:
        return True
    ball = question.near
    if ball is None or said.center != ball.center:
        return False
    return question.claim is Claim.ANYTHING or (said.distance or 0) >= ball.radius


def _refusal(proposal: Proposal, verdict: Verdict) -> list[Obstacle]:
    """Why the kernel did not accept a proposal, unless it was a guess."""
    if verdict.status == "too large":
        return [Obstacle(Reason.OVER_THE_CAP, {"says": verdict.says})]
    if proposal.is_a_guess:
        return []
    what = f"rule {verdict.rule}" if verdict.rule else "the certificate"
    return [Obstacle(Reason.NOT_ACCEPTED, {"what": what, "says": verdict.says})]


def _aside(proposal: Proposal, verdict: Verdict) -> list[Obstacle]:
    """What was proved that does not decide the claim, where that is worth saying."""
    if proposal.statement.kind is not StatementKind.IN_NO_BASIN:
        return []
    facts = {"says": verdict.says, "shown_by": proposal.steps[0].rule}
    return [Obstacle(Reason.OTHERWISE_DECIDED, facts, Advice.CLASSIFY)]
