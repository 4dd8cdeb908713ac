"""What the engine makes of proposals: it takes no prover at its word, about where either."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.certificates.kinds import Claim, StatementKind
from exactland.certificates.statements import near
from exactland.engine.answers import answer
from exactland.engine.outcomes import Certified, Inconclusive, Outcome, Refuted
from exactland.engine.requests import budget
from exactland.errors import ResourceLimitError
from exactland.provers.meter import Meter
from exactland.provers.minima import Found
from exactland.provers.no_minimum import no_minimum_step
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Reason
from exactland.provers.recorded import MinimumFrom
from tests.narrow_cases import CASES
from tests.shorthand import vector

CASE = CASES["sigmoid-2-1"]


def asked_near(center: tuple[Fraction, ...], radius: Fraction) -> Outcome:
    """A prover that proposes the minimum of the case, wherever it was asked about."""

    def propose(question: Question, /) -> Found:
        anywhere = Question(question.problem, question.claim)
        yield from MinimumFrom(CASE.start, CASE.witness, {})(anywhere)

    meter = Meter(budget(None, None))
    ball = Ball(center, radius)
    question = Question(CASE.problem, Claim.STRONGEST, ball, radius, meter=meter)
    return answer(question, (("a careless prover", propose),))


@pytest.mark.parametrize("shift", [Fraction(1, 2), Fraction(1), Fraction(5)])
def test_a_minimum_that_lies_elsewhere_is_no_answer(shift: Fraction) -> None:
    away = (CASE.start[0] + shift, *CASE.start[1:])
    outcome = asked_near(away, shift / 4)
    assert isinstance(outcome, Inconclusive)
    assert {obstacle.reason for obstacle in outcome.obstacles} == {Reason.ELSEWHERE}
    assert outcome.tried == ("a careless prover",)
    assert isinstance(asked_near(away, 2 * shift), Certified)


def test_the_whole_ball_of_the_statement_has_to_be_inside() -> None:
    at_it = asked_near(CASE.start, Fraction(1, 2))
    assert isinstance(at_it, Certified)
    said = at_it.certificate.statement
    assert said.center is not None
    assert said.distance
    assert isinstance(asked_near(said.center, said.distance), Certified)
    assert isinstance(asked_near(said.center, said.distance / 2), Inconclusive)


def met(*obstacles: Obstacle) -> Outcome:
    def propose(_question: Question, /) -> Found:
        yield from obstacles

    return answer(Question(CASE.problem, Claim.STRONGEST), (("obstacles", propose),))


def test_what_is_too_large_for_the_kernel_is_a_limit_only_where_nothing_else_is_known() -> None:
    too_large = Obstacle(Reason.OVER_THE_CAP, {"says": "rationals that grow too long"})
    nothing_strict, no_rank = Obstacle(Reason.NO_STRICT_SIGN), Obstacle(Reason.NO_RANK)
    for obstacles in ((too_large,), (no_rank, too_large), (too_large, no_rank)):
        with pytest.raises(ResourceLimitError, match="^the kernel: rationals that grow too long"):
            met(*obstacles)
    outcome = met(nothing_strict, too_large)
    assert isinstance(outcome, Inconclusive)
    assert "rationals that grow too long" in outcome.reason


def test_only_what_is_said_of_the_point_refutes_a_claim_about_it() -> None:
    theta = vector("1 1")
    beside = (theta[0] + Fraction(1, 10**6), theta[1])

    def propose(question: Question, /) -> Found:
        step = no_minimum_step(question.problem, beside, Fraction(1, 10**5))
        assert step is not None
        said = near(StatementKind.NO_LOCAL_MINIMUM, beside, Fraction(1, 10**5))
        yield Proposal(said, (step,), {})

    for claim in (Claim.ANYTHING, Claim.STRICT_MINIMUM):
        question = Question(CASE.problem, claim, Ball(theta, Fraction(1, 10**3)))
        outcome = answer(question, (("beside it", propose),))
        assert isinstance(outcome, Inconclusive)
        there = Question(CASE.problem, claim, Ball(beside, Fraction(1, 10**6)))
        assert isinstance(answer(there, (("there", propose),)), Refuted), "it may say more"
