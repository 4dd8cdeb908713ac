"""What the features at exactly given parameters say: rules 4.1, 4.3, 3.7 and 4.4.

Exact activations (polynomial, rational, piecewise linear) are decided completely where the last
hidden layer is as wide as the number of samples. For the others the reasons are structural (units
that are zero, equal, opposite, dead or idle, more units than samples, dependent inputs) or balls.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import at
from exactland.certificates.steps import GlobalMinimum, Path, RescaledUnit, SegmentReason
from exactland.numerics.features import check_size
from exactland.provers.constant_lines import lines
from exactland.provers.minima import Found
from exactland.provers.outputs import better_outputs
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason
from exactland.provers.spanning import spanning_step

PATH_BITS = (128, 512, 2048)
RECIPE = {"recipe": "rank rule at a point"}


def propose(question: Question) -> Found:
    """What is so of exactly the center, at any layer of any network.

    `in-no-basin`: a line of equal loss leads through it (rule 4.1). `in-no-sub-optimal-basin`: the
    last features span everything the network can reach (rule 4.3). `global-minimum`: the residual
    is orthogonal to all of that (rule 3.7). `no-local-minimum`: a better point differs in the last
    layer alone. In this order; last, whether a unit that can be rescaled makes an unbounded curve
    of equal loss (rule 4.1h, positively homogeneous activations).
    """
    if question.near is None:
        return
    problem, theta = question.problem, question.near.center
    check_size(problem)
    for line in lines(problem, theta, question.tick):
        yield Proposal(at(StatementKind.IN_NO_BASIN, theta), (line,), RECIPE, is_a_guess=True)
    question.tick("looking for independent features")
    spanning = spanning_step(problem, theta)
    if spanning is not None:
        said = at(StatementKind.IN_NO_SUB_OPTIMAL_BASIN, theta)
        yield Proposal(said, (spanning,), RECIPE, is_a_guess=True)
    if problem.loss == "half-squared-error":
        said = at(StatementKind.GLOBAL_MINIMUM, theta)
        yield Proposal(said, (GlobalMinimum(theta),), RECIPE, is_a_guess=True)
    question.tick("looking for a better last layer")
    lower = better_outputs(problem, theta)
    if lower is not None:
        said = at(StatementKind.NO_LOCAL_MINIMUM, theta)
        points, reasons = (theta, lower.theta), (SegmentReason.CONVEX,)
        for bits in PATH_BITS:
            step = Path(points, reasons, Fraction(0), lower.loss, bits)
            yield Proposal(said, (step,), RECIPE, is_a_guess=True)
    said = at(StatementKind.IN_NO_BASIN, theta)
    yield Proposal(said, (RescaledUnit(theta),), RECIPE, is_a_guess=True)
    yield Obstacle(Reason.NO_RANK, advice=Advice.EXACT_AND_WIDE)
