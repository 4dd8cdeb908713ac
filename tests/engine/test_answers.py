"""What the engine makes of proposals: it takes no prover at its word, about where either."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.certificates.kinds import Claim
from exactland.engine.answers import answer
from exactland.engine.outcomes import Certified, Inconclusive, Outcome
from exactland.engine.requests import budget
from exactland.provers.meter import Meter
from exactland.provers.minima import Found
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Reason
from exactland.provers.recorded import MinimumFrom
from tests.narrow_cases import CASES

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
