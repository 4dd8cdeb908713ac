"""Ways down."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.kinds import Claim
from exactland.engine.answers import answer
from exactland.engine.outcomes import Outcome
from exactland.engine.requests import budget, given_point
from exactland.engine.strategies import PATHS
from exactland.errors import InputError
from exactland.model.numbers import decimal_text
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.features import check_size
from exactland.provers.meter import Meter
from exactland.provers.outputs import loss_bounds
from exactland.provers.question import SEED, Ball, PathGoal, Question, Search


def escape(  # noqa: PLR0913  # options, by keyword
    problem: Problem,
    point: Sequence[Fraction] | None = None,
    *,
    below: Fraction | None = None,
    eta: Fraction = Fraction(0),
    seed: int = SEED,
    steps: int | None = None,
    seconds: float | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """A certified path from `point` (or `problem.point`, or 0) on which the loss is never above its
    start: all that `exactland escape` does.

    It ends where moving the last layer alone brings the loss to its infimum over all parameters
    (statement `escape`, end `infimum`); with `below`, at explicit parameters with at most that
    loss; on a network too narrow for the first, at a lower loss if a path there was found, which is
    no statement about other paths. With `eta` > 0 a small step that may lift the loss by at most
    eta is allowed where nothing else is found (`eta-escape`: no statement about basins). `steps`
    and `seconds` bound the work, but for the kernel's; `progress(what, done, total)` is called
    often. Never `Refuted`. Not claimed: that the path is short, or that training takes it. Raises
    InputError for a point of the wrong length, a negative eta, or a loss `below` that is not below
    that at the start, ResourceLimitError above the stated caps. Rules 3.7, 4.3, 4.4.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> x, y = tuple((Fraction(k),) for k in (1, 2, 3)), tuple((Fraction(k),) for k in (1, 0, 2))
    >>> outcome = escape(Problem(Network(1, (Layer(3, named("relu"), bias=True),)), x, y))
    >>> outcome.certificate.statement.end, [str(rule) for rule in outcome.certificate.rules]
    ('infimum', ['3.7', '4.4'])
    """
    check_size(problem)
    theta = given_point(problem, point)
    if theta is None:
        theta = (Fraction(0),) * problem.parameters
    problem.check_point(theta, "point")
    if eta < 0:
        raise InputError("eta", f"{eta} is negative")
    loss = loss_bounds(problem, theta)
    if loss is None:
        raise InputError("point", "the loss is not defined there, or too large")
    if below is not None and loss[1] <= below:
        shown = decimal_text(loss[1], 8, up=True)
        raise InputError("below", f"the loss at the start is not more than that: {shown}")
    question = Question(
        problem,
        Claim.ESCAPE,
        Ball(theta, Fraction(0)),
        search=Search(0, seed),
        path=PathGoal(below, eta),
        meter=Meter(budget(steps, seconds), progress),
    )
    return answer(question, PATHS)
