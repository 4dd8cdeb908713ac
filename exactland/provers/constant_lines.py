"""Lines and curves of equal loss through a point, which therefore lies in no basin: rule 4.1.

The reasons are dependent features, units without outgoing weights, more columns than different
rows, and units that can be rescaled.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from exactland.certificates.steps import (
    ConstantLine,
    DependentColumns,
    LineReason,
    RescaledUnit,
    Step,
)
from exactland.model.layout import moved
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.exact_linear import rational_kernel
from exactland.numerics.kernel_bridge import (
    Exact,
    exact_text,
    formal_features,
    is_defined_everywhere,
)
from exactland.provers.dry_run import accepts


def line_through(problem: Problem, theta: Vector) -> Step | None:
    """The first step that shows that theta lies in no basin and that the kernel's rule accepts."""
    for step in (*lines(problem, theta), RescaledUnit(theta)):
        if accepts(problem, step):
            return step
    return None


class FeaturesAt:
    """What enters every layer at theta in exact numbers, calculated once, when it is asked for."""

    def __init__(self, problem: Problem, theta: Vector, progress: Progress = no_progress) -> None:
        self.problem, self.theta, self._progress = problem, theta, progress
        self._known: dict[int, list[list[Exact]] | None] = {}

    def depths(self) -> range:
        """All layers, the output layer first."""
        return range(len(self.problem.network.hidden), -1, -1)

    def entering(self, depth: int) -> list[list[Exact]] | None:
        """A row for every sample; None when out of reach."""
        if depth not in self._known:
            self._progress("looking for dependent features", 0, 0)
            self._known[depth] = formal_features(self.problem, self.theta, depth)
        return self._known[depth]


def lines(problem: Problem, theta: Vector, progress: Progress = no_progress) -> Iterator[Step]:
    """Steps by rule 4.1 for a line through theta, the ones that are calculated fastest first."""
    at = FeaturesAt(problem, theta, progress)
    yield from kernel_lines(at)
    yield from idle_lines(problem, theta)
    yield from dependent_columns(at)


def kernel_lines(at: FeaturesAt) -> Iterator[Step]:
    """At every layer whose features have a rational vector in their kernel: moving the incoming
    weights of its first unit along it.
    """
    for depth in at.depths():
        rows = at.entering(depth)
        for c in rational_kernel(rows)[:1] if rows else []:
            end = moved(at.problem, at.theta, depth, 0, c)
            yield ConstantLine(at.theta, end, LineReason.KERNEL)


def idle_lines(problem: Problem, theta: Vector) -> Iterator[Step]:
    """For the first unit without outgoing weights: moving all its incoming ones."""
    if not is_defined_everywhere(problem):
        return
    layers = problem.network.split(theta)
    for depth, hidden in enumerate(problem.network.hidden):
        for unit in range(hidden.units):
            if not any(row[unit] for row in layers[depth + 1][0]):
                along = [Fraction(1)] * (len(layers[depth][0][0]) + hidden.bias)
                yield ConstantLine(
                    theta, moved(problem, theta, depth, unit, along), LineReason.IDLE
                )
                return


def dependent_columns(at: FeaturesAt) -> Iterator[Step]:
    """Columns of which there are more than different rows: all of them, or those that are
    constant.
    """
    for depth in at.depths():
        features = at.entering(depth)
        if not features:
            continue
        rows = [[exact_text(v) for v in row] for row in features]
        everything = list(range(len(rows[0])))
        constant = [j for j in everything if len({row[j] for row in rows}) == 1]
        for columns in (everything, constant):
            different = {tuple(row[j] for j in columns) for row in rows}
            if columns and len(different) < len(columns):
                yield DependentColumns(at.theta, depth, tuple(columns))
                return
