"""Certifying minima: near a point, where training leads, or that there are none of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.kinds import ASKED_BY_NAME, Claim
from exactland.engine.answers import answer
from exactland.engine.outcomes import Outcome
from exactland.engine.requests import ball_around, budget, given_point, reach
from exactland.engine.strategies import ABOUT_THE_LOSS, for_minima, of_the_loss
from exactland.errors import InputError
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.floats import float_problem
from exactland.provers.meter import Meter
from exactland.provers.proposals import Prover
from exactland.provers.question import SEED, STARTS, Ball, Question, Search


def certify(  # noqa: PLR0913  # options, by keyword
    problem: Problem,
    point: Sequence[Fraction] | None = None,
    *,
    within: Fraction | None = None,
    claim: Claim | str = Claim.STRONGEST,
    starts: int = STARTS,
    seed: int = SEED,
    steps: int | None = None,
    seconds: float | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Certify a minimum of the problem's loss (strict, a basin, or local), and that it is not
    global when a better point is found: all of `exactland certify`.

    With `point` (P numbers, or `problem.point`) the claim is about a minimum within Euclidean
    distance `within` of it (default 1e-3 (1 + |point|); 0 for piecewise-linear networks). Without,
    `starts` trainings are tried and the worst minimum that can be certified is reported. `claim` is
    "bad-basin", "strict-minimum", "basin", "local-minimum" or "strongest", the strongest of these
    that can be proved; or, about the whole loss, "no-sub-optimal-basin", "no-basin" or
    "no-bad-valley" (theorems about wide networks). Where second derivatives decide nothing (kinks,
    flat directions): with a point, a basin by its rim is looked for up to eight parameters (within
    the default distance even for piecewise-linear networks), and a local minimum exactly at the
    point, with one hidden layer; without, if no bad strict minimum was found, points where training
    of one piecewise-linear layer stopped are made exact for this. `steps` and `seconds` bound the
    work, but for the kernel's: one step is a training, an enclosure, a plane. `progress(what, done,
    total)` is called often.

    Returns `Certified` when the kernel accepted a certificate of the claim; `Refuted` when it
    accepted one of what excludes it: that no local minimum lies in the ball, that the network is so
    wide that there is no such basin at all, or (with `within` 0) that the point lies in none; else
    `Inconclusive`, with what stood in the way. Not claimed: that an inconclusive point is no
    minimum, or that a certified one is the only one. Raises InputError for wrong arguments,
    ResourceLimitError above the stated caps. Rules 3.1 to 3.5, 4.1 to 4.3 of docs/theorems.

    >>> from exactland import Certified, certify, check
    >>> from exactland.constructions import sine
    >>> problem, point = sine(samples=2, units=1)
    >>> outcome = certify(problem, point, starts=2)
    >>> isinstance(outcome, Certified), outcome.verdict.kind
    (True, 'sub-optimal-strict-minimum')
    >>> check(outcome.certificate.to_bytes()).says[:62]
    'the loss has a strict local minimum that is not global (a bad '
    """
    if claim not in ASKED_BY_NAME:
        known = ", ".join(ASKED_BY_NAME)
        raise InputError("claim", f"{claim[:40]!a} is not known (known: {known})")
    if starts < 1:
        raise InputError("starts", f"{starts} is not at least 1")
    if seed < 0:
        raise InputError("seed", f"{seed} is negative")
    claim, search = Claim(claim), Search(starts, seed)
    meter = Meter(budget(steps, seconds), progress)
    theta = given_point(problem, point)
    if claim in ABOUT_THE_LOSS:
        for name, value in (("point", point), ("within", within)):
            if value is not None:
                raise InputError(name, f"the claim {claim} is about all parameters")
        return answer(Question(problem, claim, search=search, meter=meter), of_the_loss(claim))
    float_problem(problem)  # refuses sizes that are too large, before anything is done
    if theta is None:
        if within is not None:
            raise InputError("within", "needs a point")
        question = Question(problem, claim, search=search, meter=meter)
        return answer(question, for_minima(claim, near_a_point=False))
    ball = ball_around(problem, theta, within)
    around = reach(ball, within)
    question = Question(problem, claim, ball, around, search, meter=meter)
    return answer(question, for_minima(claim, near_a_point=True))


def certify_recorded(
    problem: Problem, prover: Prover, claim: Claim = Claim.STRONGEST, near: Ball | None = None
) -> Outcome:
    """What a prover with recorded numbers (`exactland.provers.recorded`) proves of a problem.

    Nothing in the certificate comes from floats or chance: the same bytes everywhere.
    """
    return answer(Question(problem, claim, near), (("recorded numbers", prover),))
