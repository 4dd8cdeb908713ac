"""What carries paths: their points, and why the loss does not rise between them."""

from __future__ import annotations

from exactland.certificates.kinds import StatementKind
from exactland.certificates.proved_numbers import Quantity
from exactland.certificates.steps import Path, SegmentReason, StepReference
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.provers.outputs import loss_bounds
from exactland.reports.lines import Line, StepInWords, plural

REASONS = {
    SegmentReason.KERNEL: (
        "the output weights (or those of one layer) move along the kernel of what enters it:"
        " nothing changes"
    ),
    SegmentReason.IDLE: "incoming weights move of units that reach no output: nothing changes",
    SegmentReason.CONVEX: "one layer moves, in which the loss is convex here, to a smaller loss",
    SegmentReason.SLOPE: (
        "on the whole box between, the loss has a strict slope this way: it falls"
    ),
    SegmentReason.SMALL: (
        "a small step: on the whole box between, the loss stays below its start plus eta"
    ),
}


def path(step: Path, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.4."""
    segments = len(step.reasons)
    lines = [Line("path", f"{segments} segment{plural(segments)} (rule 4.4)")]
    for k, point in enumerate(step.points):
        lines.append(Line("", f"point {k}: loss {_loss_at(problem, point)}"))
        if k < segments:
            reason = step.reasons[k]
            lines.append(Line("", f"{reason}: {REASONS[reason]}", depth=1))
    if isinstance(step.end, StepReference):
        lines.append(Line("", "then the last layer alone, to the infimum"))
    return StepInWords(step, tuple(lines))


def _loss_at(problem: Problem, point: Vector) -> str:
    """For orientation: no bound, no part of what is proved."""
    bounds = loss_bounds(problem, point)
    if bounds is None:
        return "?"
    _, high = bounds
    return Quantity(high).to(10)
