"""The wide theorems (docs/theorems/wide-theorem.md and wide-layer.md), and what rescaled units say
of the whole loss.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.certificates.kinds import Claim, StatementKind
from exactland.certificates.statements import of_the_loss
from exactland.certificates.steps import IndependentInputs, RescaledUnit, WideLayer, WideTheorem
from exactland.model.problem import Problem
from exactland.provers.dry_run import accepts
from exactland.provers.hypotheses import (
    discontinuity,
    failing_hypotheses,
    too_narrow,
    widest,
)
from exactland.provers.minima import Found
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason

RECIPE = {"recipe": "wide theorem"}
LAYER = {"recipe": "a wide hidden layer"}
INPUTS = {"recipe": "independent inputs"}
HOMOGENEOUS = {"recipe": "positively homogeneous units"}
NO_BAD, NONE = StatementKind.NO_SUB_OPTIMAL_BASIN, StatementKind.NO_BASIN
NOT_PLAIN = (
    "the kernel takes an activation for continuous on the whole line only where it has no"
    " logarithm, root, quotient or negative power but of numbers, for which it is defined"
)
AGAINST = {Claim.BAD_BASIN: NO_BAD, Claim.STRICT_MINIMUM: NONE, Claim.BASIN: NONE}


def propose(question: Question) -> Found:
    """The claim about the whole loss, by the widths alone, or by units that can be rescaled."""
    problem, kind = question.problem, StatementKind(question.claim)
    yield from _of_the_loss(question, kind)
    if kind is NONE:
        depth, width = widest(problem)
    else:
        depth, width = len(problem.network.hidden), too_narrow(problem)
    if width is not None:
        needed = {"units": _units_needed(problem, kind, depth), "layer": depth}
        yield Obstacle(Reason.TOO_NARROW, {"what": width.words}, Advice.MORE_UNITS, needed)
        return
    # wide enough, and not seen to be continuous
    failing = [hypothesis.words for hypothesis in failing_hypotheses(problem, question.claim)]
    for words in failing or [NOT_PLAIN]:
        yield Obstacle(Reason.TOO_NARROW, {"what": words})


def _units_needed(problem: Problem, kind: StatementKind, depth: int) -> int:
    """How many units a hidden layer, 1 the first, has to have for the theorem."""
    _, _, bias = problem.network.shapes()[depth]
    samples = len(set(problem.x)) if kind is NONE else problem.samples
    return samples - bias


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
    layer = wide_layer(problem)
    if layer is not None and accepts(problem, WideLayer(layer, ())):
        yield Proposal(said, (WideLayer(layer, ()),), LAYER)
    if accepts(problem, IndependentInputs()):
        yield Proposal(said, (IndependentInputs(),), INPUTS)
    rescaled = RescaledUnit((Fraction(0),) * problem.parameters)
    if accepts(problem, rescaled):
        yield Proposal(said, (rescaled,), HOMOGENEOUS)


def wide_layer(problem: Problem) -> int | None:
    """The first hidden layer, 0 the first, that is as wide as there are different inputs, its
    activation and all before continuous on the whole line (rule 4.6).
    """
    depth, missing = widest(problem)
    below = problem.network.hidden[:depth]
    if missing is not None or any(discontinuity(layer.activation) for layer in below):
        return None
    return depth - 1
