"""The wide theorem (docs/theorems/wide-theorem.md), and what rescaled units say of the whole
loss.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.certificates.kinds import Claim, StatementKind
from exactland.certificates.statements import of_the_loss
from exactland.certificates.steps import RescaledUnit, WideTheorem
from exactland.provers.dry_run import accepts
from exactland.provers.hypotheses import too_narrow
from exactland.provers.minima import Found
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason

RECIPE = {"recipe": "wide theorem"}
HOMOGENEOUS = {"recipe": "positively homogeneous units"}
NO_BAD, NONE = StatementKind.NO_SUB_OPTIMAL_BASIN, StatementKind.NO_BASIN
AGAINST = {Claim.BAD_BASIN: NO_BAD, Claim.STRICT_MINIMUM: NONE, Claim.BASIN: NONE}


def propose(question: Question) -> Found:
    """The claim about the whole loss, by the widths alone, or by units that can be rescaled."""
    problem, kind = question.problem, StatementKind(question.claim)
    yield from _of_the_loss(question, kind)
    wider = kind is NONE
    width = too_narrow(problem, wider=wider)
    if width is not None:
        units = problem.samples + wider - problem.network.output_bias
        needed = {"units": units, "layer": len(problem.network.hidden)}
        yield Obstacle(Reason.TOO_NARROW, {"what": width.words}, Advice.MORE_UNITS, needed)


def propose_against(question: Question) -> Found:
    """What excludes the claim whatever the parameters: that there are no (bad) basins at all."""
    kind = AGAINST.get(question.claim)
    if kind is not None:
        yield from _of_the_loss(question, kind)


def _of_the_loss(question: Question, kind: StatementKind) -> Found:
    problem, said = question.problem, of_the_loss(kind)
    question.tick("comparing widths")
    if too_narrow(problem, wider=kind is NONE) is None:
        yield Proposal(said, (WideTheorem(),), RECIPE)
    rescaled = RescaledUnit((Fraction(0),) * problem.parameters)
    if accepts(problem, rescaled):
        yield Proposal(said, (rescaled,), HOMOGENEOUS)
