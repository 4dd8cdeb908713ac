"""What carries minima without second derivatives: rims and unit potentials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from exactland.certificates.covers import planes
from exactland.certificates.kinds import Rule, StatementKind
from exactland.certificates.proved_numbers import Quantity
from exactland.certificates.steps import FlatPotentials, PotentialReason, Potentials, Rim
from exactland.model.problem import Problem
from exactland.reports.lines import Line, StepInWords, plural

SIDES = 16  # of a box that are shown
REASONS = {
    PotentialReason.FLAT: (
        "zero near the unit's weights: no sample with a slope is on a kink, and the linear pieces"
        " cancel"
    ),
    PotentialReason.DEFINITE: (
        "zero at the unit's weights with slope zero, and bent the way of the output weight in every"
        " direction"
    ),
    PotentialReason.MIDPOINTS: (
        "a sum of s(left) + s(right) - 2 s(middle), and s is bent the way of the output weight"
        " between the pre-activations"
    ),
}


def rim(step: Rim, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 3.3."""
    sides = []
    for name, radius in zip(problem.network.parameter_names()[:SIDES], step.radii):
        sides.append(f"{name} +- {Quantity(radius).to(4)}")
    if problem.parameters > SIDES:
        sides.append("...")
    faces = 2 * problem.parameters
    parts = planes(step)
    lines = (
        Line("box", f"around the center: {', '.join(sides)}"),
        Line("rim", f"on all {faces} faces of it the loss is above that at the center (rule 3.3)"),
        Line("cover", f"{parts} parts, on each of which a plane below the loss is high enough"),
    )
    return StepInWords(step, lines)


def flat_potentials(step: FlatPotentials, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 3.4."""
    units = [PotentialReason.FLAT] * problem.network.hidden[0].units
    return StepInWords(step, _potentials(step.rule, units))


def potentials(step: Potentials, _problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 3.4b."""
    lines = _potentials(step.rule, step.units)
    if step.fitted:
        fitted = "of the parameters with the best output biases, near the center"
        lines = (*lines, Line("", fitted))
    return StepInWords(step, lines)


def _potentials(rule: Rule, units: Iterable[PotentialReason]) -> tuple[Line, ...]:
    """One line for all units with the same reason."""
    lines = []
    for reason, count in Counter(units).items():
        words = f"of {count} unit{plural(count)} (rule {rule}): {REASONS[reason]}"
        lines.append(Line("potentials", words))
    return tuple(lines)
