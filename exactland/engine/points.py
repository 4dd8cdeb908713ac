"""What a point is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.kinds import Claim
from exactland.engine.answers import answer
from exactland.engine.outcomes import Outcome
from exactland.engine.requests import ball_around, budget, given_point, reach
from exactland.engine.strategies import AT_A_POINT, NEAR_A_POINT
from exactland.errors import InputError
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.floats import float_problem
from exactland.provers.meter import Meter
from exactland.provers.question import Ball, Question, Search

NO_SEARCH = Search(starts=0)


def classify(
    problem: Problem,
    point: Sequence[Fraction] | None = None,
    *,
    within: Fraction | None = None,
    steps: int | None = None,
    seconds: float | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """What a point is: all that `exactland classify` does.

    `Certified`: a strict local minimum, or a basin, lies within `within` of `point` (or
    `problem.point`; default 1e-3 (1 + |point|)); or, `outcome.verdict.kind` says which, exactly the
    point is a local minimum, lies in no basin, or in no sub-optimal one, or is global (rules 3.1 to
    3.4b, 4.1, 4.3, 3.7). `Refuted`: no local minimum lies (or is exactly) there;
    `outcome.verdict.fact` has the direction along which the loss has a slope or curves down. Else
    `Inconclusive`, with the numerical kernel of the Hessian. Not claimed: that a strict local
    minimum is not global (see `certify`). `steps` and `seconds` bound the work, but for the
    kernel's; `progress(what, done, total)` is called often. Raises InputError for wrong arguments
    or no point, ResourceLimitError.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, classify, named
    >>> one = Fraction(1)
    >>> network = Network(1, (Layer(1, named("tanh"), bias=False),))
    >>> problem = Problem(network, ((one,), (2 * one,)), ((one,), (one,)))
    >>> at_zero = classify(problem, (Fraction(0), Fraction(0)))
    >>> type(at_zero).__name__, at_zero.verdict.fact.order, at_zero.verdict.kind
    ('Refuted', 'second', 'no-local-minimum')
    """
    theta = given_point(problem, point)
    if theta is None:
        raise InputError(
            "point",
            'classifying needs a point: name a file with --point, or add "point" to the problem',
        )
    float_problem(problem)  # refuses sizes that are too large
    ball = ball_around(problem, theta, within)
    around = reach(ball, within)
    meter = Meter(budget(steps, seconds), progress)
    question = Question(problem, Claim.ANYTHING, ball, around, NO_SEARCH, meter=meter)
    return answer(question, NEAR_A_POINT)


def classify_exactly(problem: Problem, point: Sequence[Fraction]) -> Outcome:
    """What the rank rule alone says about exactly these parameters, at any layer of any network.

    See `exactland.provers.rank`. Not claimed: anything about other points, however near. Raises
    InputError when the point has not P numbers, ResourceLimitError above the stated caps.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> one = Fraction(1)
    >>> network = Network(1, (Layer(2, named("tanh"), bias=False),))
    >>> problem = Problem(network, ((one,), (2 * one,)), ((one,), (one,)))
    >>> classify_exactly(problem, (one, one, one, one)).verdict.kind  # two equal units
    'in-no-basin'
    """
    problem.check_point(point, "point")
    exactly = Ball(tuple(point), Fraction(0))
    return answer(Question(problem, Claim.ANYTHING, exactly, search=NO_SEARCH), AT_A_POINT)
