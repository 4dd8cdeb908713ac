"""That a minimum is not global: a better point, and by how much it is lower (rule 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from exactland.certificates.kinds import Claim
from exactland.certificates.steps import SubOptimal
from exactland.model.numbers import Vector, exact_from_float, floor_significant
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.floats import float_problem
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from exactland.provers.evidence import Evidence
from exactland.provers.question import Question
from exactland.search.training import Trained

ASKS_FOR_ONE = (Claim.STRONGEST, Claim.ANYTHING, Claim.BAD_BASIN)


def better_point(question: Question) -> Vector | None:
    """The best point that training finds, in few decimals, where the claim asks for one."""
    if question.claim not in ASKS_FOR_ONE or not question.trained:
        return None
    return in_few_decimals(question.problem, question.trained[0])


def sub_optimal_step(
    problem: Problem, evidence: Evidence, witness: Sequence[Fraction]
) -> SubOptimal | None:
    """Rule 3.2 for the minimum (or basin) of step 0; None when the witness is not shown to be
    lower.
    """
    with precision(evidence.bits):
        try:
            loss = from_midpoint(enclose(problem, box(witness, Fraction(0)), 0).loss.upper())
        except UndefinedError:
            return None
    gap = floor_significant((evidence.low - loss) * Fraction(1023, 1024))
    return SubOptimal(0, tuple(witness), gap) if gap > 0 else None


def in_few_decimals(problem: Problem, trained: Trained) -> Vector:
    """The trained point in few decimals, as long as that costs little of what was gained."""
    floats = float_problem(problem)
    enough = trained.loss + 1e-3 * abs(trained.loss) + 1e-9
    for digits in range(4, 17):
        short = tuple(Fraction(f"{t:.{digits}g}") for t in trained.theta)
        if floats.loss_and_gradient(np.array([float(t) for t in short]))[0] <= enough:
            return short
    return tuple(exact_from_float(t) for t in trained.theta)
