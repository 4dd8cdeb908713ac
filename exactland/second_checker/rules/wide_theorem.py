"""The wide theorem: rule 4.2."""

from collections.abc import Sequence

from ..facts import About, Fact, Said
from ..network.layout import Problem
from ..reading.step import WideTheorem
from ..refusals import require


def wide_theorem(problem: Problem, step: WideTheorem, facts: Sequence[Fact]) -> Fact:
    """Rule 4.2: what enters the output layer has as many columns as there are samples,
    or more.
    """
    width = problem.shapes[-1].columns
    require(width >= problem.samples, "the last hidden layer is too narrow")
    if width > problem.samples:
        return About((Said("no-sub-optimal-basin"), Said("no-basin")))
    return About((Said("no-sub-optimal-basin"),))
