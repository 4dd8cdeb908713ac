"""A basin near a given point, by a box whose rim is higher: rule 3.3."""

from __future__ import annotations

from exactland.certificates.kinds import Claim
from exactland.provers.basin_boxes import basin_evidence
from exactland.provers.minima import Asked, Found, minimum_by
from exactland.provers.near_point import strict_minimum_is_there
from exactland.provers.potentials import evidence_at_center, line_at_center
from exactland.provers.proposals import Obstacle
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Reason
from exactland.provers.sub_optimal import better_point


def propose(question: Question) -> Found:
    """A basin in a box around the center, unless a line of equal loss leads through the center."""
    if question.near is None or question.claim is Claim.STRICT_MINIMUM:
        return
    if question.once(strict_minimum_is_there):
        return
    if question.once(line_at_center) is not None:
        yield Obstacle(Reason.ON_A_LINE)
        return
    if question.claim is Claim.LOCAL_MINIMUM and question.once(evidence_at_center) is not None:
        return
    problem, ball, search = question.problem, question.near, question.search
    evidence = basin_evidence(problem, ball.center, question.around, question.tick)
    if evidence is None:
        yield Obstacle(Reason.NO_RIM)
        return
    given = {"recipe": "given point", "starts": str(search.starts), "seed": str(search.seed)}
    where = Ball(ball.center, max(ball.radius, question.around))
    asked = Asked(problem, question.claim, better_point(question), where, given)
    yield from minimum_by(asked, evidence)
