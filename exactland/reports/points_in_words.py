"""What carries statements about a point: lines and curves of equal loss, and global minima."""

from __future__ import annotations

from exactland.certificates.kinds import StatementKind
from exactland.certificates.steps import (
    ConstantLine,
    DependentColumns,
    GlobalMinimum,
    LineReason,
    RescaledUnit,
)
from exactland.model.directions import as_floats, combination
from exactland.model.problem import Problem
from exactland.reports.lines import Line, StepInWords

REASONS = {
    LineReason.KERNEL: (
        "what enters that layer vanishes along it at every sample, exactly: no pre-activation of"
        " the layer changes"
    ),
    LineReason.IDLE: (
        "the units it leads into reach no output through weights different from zero"
    ),
}


def constant_line(step: ConstantLine, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.1 on a line."""
    direction = [there - here for here, there in zip(step.center, step.witness)]
    along = combination(as_floats(direction), problem.network.parameter_names())
    lines = (
        Line("line", f"of equal loss, unbounded, along {along} (rule 4.1)"),
        Line("", REASONS[step.reason]),
    )
    return StepInWords(step, lines)


def dependent_columns(
    step: DependentColumns, problem: Problem, _kind: StatementKind
) -> StepInWords:
    """Rule 4.1 by counting different rows."""
    what = "of the inputs" if step.layer == 0 else f"of the features of layer {step.layer}"
    there = _columns_entering(problem, step.layer)
    count = len({column for column in step.columns if column < there})
    words = (
        f"{count} columns {what} (a bias counts as one) have fewer than {count} different rows:"
        " some vector is in their kernel (rule 4.1)"
    )
    return StepInWords(step, (Line("rank", words),))


def _columns_entering(problem: Problem, layer: int) -> int:
    """How many columns enter a layer (0: the first), its bias counted as one."""
    _, inputs, has_bias = problem.network.shapes()[layer]
    return inputs + has_bias


def rescaled_unit(step: RescaledUnit, _problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.1h."""
    lines = (
        Line(
            "curve",
            "of equal loss, unbounded: the incoming weights of a unit times a, its outgoing weights"
            " divided by a^p, for all a > 0;",
        ),
        Line("", "its activation is positively homogeneous: s(a z) = a^p s(z) (rule 4.1h)"),
    )
    return StepInWords(step, lines)


def global_minimum(step: GlobalMinimum, _problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rules 3.6 and 3.7."""
    words = (
        "the residual at the last point is orthogonal to every output the network can have, exactly"
        " (rules 3.6 and 3.7)"
    )
    return StepInWords(step, (Line("global", words),))
