"""No bad valley: rules 4.8 and 4.8p (docs/theorems/no-bad-valley.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random

from flint import arb

from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import of_the_loss
from exactland.certificates.steps import NoBadValley, Pyramid
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box
from exactland.numerics.features import check_size, entering
from exactland.numerics.minors import Minor, invertible_minor, precision_for, with_inverse
from exactland.numerics.precision import raise_precision
from exactland.provers.dry_run import accepts
from exactland.provers.minima import Found
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason
from exactland.provers.valley_hypotheses import failing_for_valleys, meets_pyramid

WIDE = {"recipe": "one wide hidden layer"}
PYRAMID = {"recipe": "a pyramid"}
ATTEMPTS = 4  # parameters at which a layer is looked at
EIGHTHS = 24  # a random parameter is at most so many of them
CAP = 512  # bits


def propose(question: Question) -> Found:
    """That there is no bad valley: by the width of the one hidden layer, or by a layer whose
    features have full rank at some parameters, with a pyramid after it.

    Raises ResourceLimitError where that could be, and the network is too large for ranks in balls.
    """
    problem, said = question.problem, of_the_loss(StatementKind.NO_BAD_VALLEY)
    question.tick("comparing widths")
    if accepts(problem, NoBadValley()):
        yield Proposal(said, (NoBadValley(),), WIDE)
    layers = range(len(problem.network.hidden) + 1)
    candidates = [layer for layer in layers if meets_pyramid(problem, layer)]
    if candidates:
        check_size(problem)  # a step lists all parameters
    for layer in candidates:
        question.tick("looking for full rank")
        step = full_rank(problem, layer, question.search.seed)
        if step is not None:
            yield Proposal(said, (step,), PYRAMID)
    failing = [str(hypothesis) for hypothesis in failing_for_valleys(problem)]
    what = "; ".join(failing) or "no parameters were found at which features have full rank"
    yield Obstacle(Reason.NO_VALLEY_RULE, {"what": what}, Advice.WIDER_PYRAMID)


def full_rank(problem: Problem, layer: int, seed: int) -> Pyramid | None:
    """The step for parameters at which what enters the layer has full rank, if some are found; the
    other hypotheses are not looked at.
    """
    needed = len(set(problem.x))
    for center in _centers(problem, layer, Random(seed)):
        minor = _minor(problem, center, layer, needed)
        if minor is not None:
            return Pyramid(
                layer=layer,
                center=center,
                rows=minor.rows,
                columns=minor.columns,
                inverse=minor.inverse,
                precision=precision_for(minor),
            )
    return None


def _centers(problem: Problem, layer: int, random: Random) -> Iterator[Vector]:
    """Parameters of the layers before it to try, with 0 for all others, which do not matter."""
    if layer == 1 and problem.network.hidden[0].bias:
        yield _filled(problem, _one_between_each(problem, random))
    shapes = problem.network.shapes()
    moving = sum(units * (columns + bias) for units, columns, bias in shapes[:layer])
    for _ in range(ATTEMPTS if moving else 1):
        yield _filled(problem, [_eighths(random) for _ in range(moving)])


def _filled(problem: Problem, first: Sequence[Fraction]) -> Vector:
    return (*first, *[Fraction(0)] * (problem.parameters - len(first)))


def _eighths(random: Random) -> Fraction:
    return Fraction(random.randint(-EIGHTHS, EIGHTHS), 8)


def _one_between_each(problem: Problem, random: Random) -> list[Fraction]:
    """Weights and biases of the first layer: all units along one direction, each 0 between another
    pair of neighbouring inputs, or below the first. For relu their features are triangular.
    """
    direction = [_eighths(random) or Fraction(1) for _ in range(problem.network.inputs)]
    along = sorted({sum((u * v for u, v in zip(direction, x)), Fraction(0)) for x in problem.x})
    zeros = [along[0] - 1, *[(low + high) / 2 for low, high in pairwise(along)]]
    units = problem.network.hidden[0].units
    return [*direction * units, *[-zeros[j % len(zeros)] for j in range(units)]]


def _minor(problem: Problem, center: Vector, layer: int, needed: int) -> Minor | None:
    def attempt(_: int) -> Minor | None:
        try:
            matrix: list[list[arb]] = entering(problem, box(center, Fraction(0)), layer)
        except UndefinedError:
            return None
        rows, columns = invertible_minor(matrix)
        return with_inverse(matrix, rows, columns) if len(rows) == needed else None

    return raise_precision(attempt, 128, CAP)
