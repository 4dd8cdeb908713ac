"""Certificates of minima without second derivatives in words: rims, unit potentials, units that can
be rescaled.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from exactland.kernel.reader import number
from exactland.model.numbers import decimal_text
from exactland.model.problem import Problem

REASONS = {
    "flat": (
        "zero near the unit's weights: no sample with a slope is on a kink, and the linear pieces"
        " cancel"
    ),
    "definite": (
        "zero at the unit's weights with slope zero, and bent the way of the output weight in every"
        " direction"
    ),
    "midpoints": (
        "a sum of s(left) + s(right) - 2 s(middle), and s is bent the way of the output weight"
        " between the pre-activations"
    ),
}


def planes(step: dict[str, Any], parameters: int) -> int:
    """How many planes a cover (FORMAT.md, rule 3.3) takes."""
    marks, at, count = step["cover"], 0, 0
    while at < len(marks):
        is_plane = int(marks[at]) > parameters
        count, at = count + is_plane, at + 1 + (parameters if is_plane else 1)
    return count


def rim(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    """Rule 3.3."""
    shown = list(zip(problem.network.parameter_names(), step["radii"]))
    sides = ", ".join(
        f"{name} +- {decimal_text(number(r, 'radii'), 4)}" for name, r in shown[:16]
    ) + (", ..." if len(shown) > 16 else "")
    return [
        f"box        around the center: {sides}",
        (
            f"rim        on all {2 * problem.parameters} faces of it the loss is above that at the"
            " center (rule 3.3)"
        ),
        (
            f"cover      {planes(step, problem.parameters)} parts, on each of which a plane below"
            " the loss is high enough"
        ),
    ]


def potentials(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    """Rules 3.4 and 3.4b."""
    reasons = Counter(step.get("units", ["flat"] * problem.network.hidden[0].units))
    lines = [
        f"potentials of {count} unit{'s' if count > 1 else ''} (rule {step['rule']}):"
        f" {REASONS[reason]}"
        for reason, count in reasons.items()
    ]
    return [
        *lines,
        *(
            ["           of the parameters with the best output biases, near the center"]
            if step.get("fitted")
            else []
        ),
    ]


def rescaled(_problem: Problem, _claim: dict[str, Any], _step: dict[str, Any]) -> list[str]:
    """Rule 4.1h."""
    return [
        (
            "curve      of equal loss, unbounded: the incoming weights of a unit times a, its"
            " outgoing weights divided by a^p, for all a > 0;"
        ),
        "           its activation is positively homogeneous: s(a z) = a^p s(z) (rule 4.1h)",
    ]
