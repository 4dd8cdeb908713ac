"""One more unit (docs/theorems/one-more-unit.md): a certified bad minimum at width N - 1 (N - 2
with an output bias) is left at the next width.

For every point of the box of rule 3.1 at once, the last features and one new unit are N independent
columns: with its output weights zero the new unit changes nothing, and moving the last layer alone
then leads to zero loss, never above the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
from flint import arb, arb_mat

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import Statement, near
from exactland.certificates.steps import ExactMinimum, OneMoreUnit, StrictMinimum, SubOptimal
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box
from exactland.numerics.features import ball_features
from exactland.numerics.minors import Minor, precision_for, with_inverse
from exactland.numerics.precision import precision
from exactland.provers.minima import Found
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason
from exactland.provers.strict_minimum import strict_evidence
from exactland.provers.sub_optimal import sub_optimal_step

BITS = 256
TRIES = 200  # weights of the new unit
SHRINKS = 60  # halvings of the box
Boxed = tuple[Statement, StrictMinimum, SubOptimal]


def propose(question: Question) -> Found:
    """The certificate of the question's minimum, with the way out at the next width added.

    The box is made smaller until the features are independent on all of it.
    """
    problem, minimum = question.problem, question.minimum
    assert minimum is not None
    width = problem.network.hidden[-1].units + problem.network.output_bias + 1
    if width != problem.samples:
        widths = {"width": width, "samples": problem.samples}
        yield Obstacle(Reason.OTHER_WIDTH, widths, Advice.NEXT_WIDTH)
        return
    boxed = _boxed(problem, minimum)
    if boxed is None:
        yield Obstacle(Reason.NO_BOX_OF_A_MINIMUM, advice=Advice.SMOOTH_MINIMUM)
        return
    statement, first, second = boxed
    said = replace(statement, kind=StatementKind.ONE_MORE_UNIT)
    seed = {"one-more-unit": "random weights", "weights-seed": str(question.search.seed)}
    weights, radius = _weights(question, first.center), first.radius
    for _ in range(SHRINKS if weights is not None else 0):
        if not first.slope < first.curvature * radius:
            break
        question.tick("looking for a box")
        assert weights is not None
        step = _step(problem, first.center, radius, weights)
        if step is not None:
            steps = (replace(first, radius=radius), second, step)
            yield Proposal(said, steps, {**minimum.provenance, **seed})
        radius /= 2
    yield Obstacle(Reason.NO_WEIGHTS, advice=Advice.ANOTHER_SEED)


def _boxed(problem: Problem, minimum: Certificate) -> Boxed | None:
    """A sub-optimal strict minimum with its box: as it is by rule 3.1, or found anew for one by
    3.1b (the same minimum, known to lie in a ball and to be the only one in a box).
    """
    match minimum.steps:
        case (StrictMinimum() as first, SubOptimal() as second):
            return minimum.statement, first, second
        case (ExactMinimum() as exact, SubOptimal() as second):
            strict = strict_evidence(problem, exact.center)
            lower = None if strict is None else sub_optimal_step(problem, strict, second.witness)
            if strict is None or lower is None or not isinstance(strict.step, StrictMinimum):
                return None
            kind = StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
            said = near(kind, strict.center, strict.distance, lower.gap)
            return said, strict.step, lower
        case _:
            return None


def _column(problem: Problem, theta: Sequence[arb], weights: Sequence[Fraction]) -> list[arb]:
    """The feature of a new last hidden unit, sample by sample, over the box theta."""
    network = problem.network
    *before, _, _ = network.split(theta)
    bias = network.hidden[-1].bias
    exact = box(weights, Fraction(0))
    one = replace(
        network,
        hidden=(*network.hidden[:-1], replace(network.hidden[-1], units=1)),
        output_bias=False,
    )
    unit = ([exact[: len(exact) - bias]], exact[len(exact) - bias :])
    return [
        row[0]
        for row in ball_features(
            replace(problem, network=one, point=None),
            one.join([*before, unit, ([[arb(0)]] * one.outputs, [])]),
        )
    ]


def _weights(question: Question, center: Vector) -> Vector | None:
    """Short rational weights (and bias) of a new unit that make the last features as independent as
    any tried.
    """
    problem, random = question.problem, Random(question.search.seed)
    count = problem.network.shapes()[-2][1] + problem.network.hidden[-1].bias
    best: tuple[float, Vector] | None = None
    with precision(BITS):
        theta = box(center, Fraction(0))
        known = np.array([[float(v.mid()) for v in row] for row in ball_features(problem, theta)])
        lengths = np.linalg.norm(known, axis=0)
        for attempt in range(TRIES):
            question.tick("weights of a new unit", attempt, TRIES)
            scale = Fraction(2) ** (attempt % 5 - 1)
            weights = tuple(Fraction(random.randint(-16, 16), 8) * scale for _ in range(count))
            try:
                column = np.array([float(v.mid()) for v in _column(problem, theta, weights)])
            except UndefinedError:
                continue
            new = column / max(1e-12, float(np.linalg.norm(column)))
            matrix = np.column_stack([new, known / lengths])
            least = float(np.linalg.svd(matrix, compute_uv=False)[-1])
            if best is None or least > best[0]:
                best = least, weights
    return best[1] if best else None


def _step(
    problem: Problem, center: Vector, radius: Fraction, weights: Vector
) -> OneMoreUnit | None:
    with precision(BITS):
        theta = box(center, radius)
        rows, units = ball_features(problem, theta), problem.network.hidden[-1].units
        new = _column(problem, theta, weights)
        matrix = [[*row[:units], v, *row[units:]] for row, v in zip(rows, new)]
        everything = range(len(matrix))
        minor = with_inverse(matrix, everything, everything)
        if minor is None or not _is_near_identity(minor, matrix):
            return None
    return OneMoreUnit(1, weights, minor.inverse, precision_for(minor, 128))


def _is_near_identity(minor: Minor, matrix: list[list[arb]]) -> bool:
    """Whether the rough inverse times every matrix in the balls is within 1 of the identity."""
    inverse = arb_mat([box(row, Fraction(0)) for row in minor.inverse])
    for i, row in enumerate((inverse * arb_mat(matrix)).tolist()):
        off = sum(((v - int(i == j)).abs_upper() for j, v in enumerate(row)), arb(0))
        if not off < 1:
            return False
    return True
