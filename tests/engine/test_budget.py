"""A question carries its budget: work stops soon, the answer says what was tried, and bytes depend
on steps, never on the clock.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified, Inconclusive, Outcome
from exactland.engine.paths import escape
from exactland.engine.points import classify
from exactland.errors import InputError
from exactland.gallery import case as named_case
from exactland.gallery.cases import RimOf
from exactland.model.activations import NAMED
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.provers.reasons import Reason

F = Fraction
X, Y = ((F(-1),), (F(0),), (F(1),), (F(2),)), ((F(1),), (F(0),), (F(2),), (F(-1),))
KINKS = Problem(Network(1, (Layer(2, NAMED["selu"], True),)), X, Y, point=(F(1, 3),) * 6)


@pytest.mark.parametrize("ask", [certify, classify, escape])
def test_one_step_is_not_enough_and_that_is_said(ask: object) -> None:
    outcome = ask(KINKS, steps=1)  # type: ignore[operator]
    assert isinstance(outcome, Inconclusive)
    assert outcome.obstacles[-1].reason is Reason.OUT_OF_BUDGET
    assert outcome.would_help == "a larger --steps"
    assert "1 step" in outcome.reason
    assert outcome.tried


def test_no_time_is_not_enough_either() -> None:
    outcome = certify(KINKS, seconds=1e-9)
    assert isinstance(outcome, Inconclusive)
    assert outcome.would_help == "a larger --time"


def test_what_was_met_before_the_end_is_said() -> None:
    """The rim takes many planes: the obstacles before it are in the answer."""
    kinks = named_case("rim-two-kinks")
    assert isinstance(kinks.task, RimOf)
    outcome = certify(kinks.problem, kinks.task.center, steps=60)
    assert isinstance(outcome, Inconclusive)
    reasons = [obstacle.reason for obstacle in outcome.obstacles]
    assert reasons[-1] is Reason.OUT_OF_BUDGET
    assert len(reasons) > 1
    assert outcome.tried[-1] == "rims near point"


def test_more_steps_change_nothing_but_whether_there_is_an_answer() -> None:
    case = named_case("sigmoid-2-1")

    def asked(steps: int | None) -> Outcome:
        return certify(case.problem, case.task.start, starts=4, steps=steps)  # type: ignore[union-attr]

    whole = asked(None)
    assert isinstance(whole, Certified)
    answers = [asked(steps) for steps in (1, 10, 30, 100, 1000)]
    kinds = [isinstance(outcome, Certified) for outcome in answers]
    assert kinds == sorted(kinds), "once there are steps enough, there are"
    assert not kinds[0]
    assert kinds[-1]
    for outcome in answers:
        if isinstance(outcome, Certified):
            assert outcome.certificate.to_bytes() == whole.certificate.to_bytes()


@pytest.mark.parametrize(
    ("budget", "place"), [({"steps": 0}, "steps"), ({"seconds": 0.0}, "seconds")]
)
def test_a_budget_is_positive(budget: dict[str, float], place: str) -> None:
    with pytest.raises(InputError, match=f"^{place}: "):
        certify(KINKS, **budget)  # type: ignore[arg-type]
