"""A strict local minimum near a given point: rules 3.1, 3.1b and 3.2, and what others ask about
it.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, islice

from exactland.certificates.steps import StrictMinimum
from exactland.model.numbers import Vector, decimal_text, exact_from_float
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.floats import float_problem
from exactland.provers.degenerate_hessian import no_strict_minimum, singular_directions
from exactland.provers.evidence import Evidence
from exactland.provers.minima import Asked, Found, minimum_by
from exactland.provers.proposals import Obstacle
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason
from exactland.provers.strict_minimum import exact_evidence, minimum_evidence
from exactland.provers.sub_optimal import better_point
from exactland.search.newton import polish
from exactland.search.training import descend


def propose(question: Question) -> Found:
    """A strict local minimum in the ball of the question, with a better point where that is
    asked.
    """
    if question.near is None:
        return
    problem, ball = question.problem, question.near
    theta = question.once(critical_point)
    if theta is None:
        singular = singular_directions(problem, ball.center)
        shown = {"radius": decimal_text(ball.radius)}
        yield singular or Obstacle(Reason.NO_CRITICAL_POINT, shown, Advice.ANOTHER_POINT)
        return
    first = question.once(first_evidence)
    search = question.search
    asked = Asked(
        problem,
        question.claim,
        better_point(question) if first is not None else None,
        ball,
        {
            "recipe": "given point, Newton polishing",
            "starts": str(search.starts),
            "seed": str(search.seed),
        },
    )
    yield from at_critical_point(asked, theta, first, question.tick)


def at_critical_point(
    asked: Asked, theta: Vector, first: Evidence | None = None, progress: Progress = no_progress
) -> Found:
    """Proposals for a minimum at theta, `first` if it is known already; last, why there are no
    more.
    """
    known = [] if first is None else [first]
    more = islice(minimum_evidence(asked.problem, theta, progress), len(known), None)
    shown = False
    for evidence in chain(known, more):
        shown = True
        yield from minimum_by(asked, evidence)
    singular = singular_directions(asked.problem, theta)
    if singular is not None or not shown:
        yield singular or no_strict_minimum(asked.problem, theta)


def critical_point(question: Question) -> Vector | None:
    """The critical point in the ball of the question that Newton's iteration finds."""
    assert question.near is not None
    ball = question.near
    return critical_point_near(question.problem, ball.center, ball.radius, question.tick)


def first_evidence(question: Question) -> Evidence | None:
    """The first evidence for a strict minimum at the critical point."""
    theta = question.once(critical_point)
    if theta is None:
        return None
    return next(minimum_evidence(question.problem, theta, question.tick), None)


def strict_minimum_is_there(question: Question) -> bool:
    """Whether balls see a strict minimum in the ball: then there is nothing to refute."""
    evidence = question.once(first_evidence)
    return evidence is not None and isinstance(evidence.step, StrictMinimum)


def critical_point_near(
    problem: Problem, start: Vector, within: Fraction | None, progress: Progress = no_progress
) -> Vector | None:
    """The start itself when it is critical as far as balls can see, or `within` is 0; else where
    Newton's iteration, then descent and Newton's, lead within this distance; or None.
    """
    if within == 0 or exact_evidence(problem, start) is not None:
        return tuple(start)
    theta = polish(problem, start, within, progress)
    if theta is not None or within is None:
        return theta
    progress("descending", 0, 0)
    try:
        stopped = descend(float_problem(problem), [float(t) for t in start], progress)
    except OverflowError:
        return None
    if stopped is None:
        return None
    theta = polish(problem, tuple(map(exact_from_float, stopped.theta)), within, progress)
    if theta is None:
        return None
    square = sum(((t - s) ** 2 for t, s in zip(theta, start)), Fraction(0))
    return theta if square <= within**2 else None
