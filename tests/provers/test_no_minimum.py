"""Boxes without a local minimum: what is advised where the box that was asked for is too large."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.certificates.kinds import Claim
from exactland.provers import no_minimum
from exactland.provers.no_minimum import no_minimum_step
from exactland.provers.proposals import Obstacle
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Advice
from tests.narrow_cases import CASES
from tests.shorthand import vector

PROBLEM, POINT = CASES["sigmoid-2-1"].problem, vector("1 1")


@pytest.mark.parametrize("mantissa", range(10005, 99999, 12347))
def test_an_advised_distance_is_one_that_was_shown(mantissa: int) -> None:
    """Its decimals are rounded down: within 0.00002368, nothing is known of 0.0000237."""
    within = Fraction(mantissa, 10**4) * 10
    question = Question(PROBLEM, Claim.ANYTHING, Ball(POINT, within))
    (obstacle,) = no_minimum.propose(question)
    assert isinstance(obstacle, Obstacle)
    assert obstacle.advice is Advice.SMALLER_WITHIN
    advised = Fraction(str(obstacle.advised["radius"]))
    shown = max(
        within / 10**k for k in range(1, 10) if no_minimum_step(PROBLEM, POINT, within / 10**k)
    )
    assert advised <= shown
    assert advised > shown * Fraction(98, 100)
