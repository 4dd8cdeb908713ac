"""What an exported proof takes from the steps of a certificate."""

from __future__ import annotations

from dataclasses import dataclass

from exactland.certificates.certificate import Certificate
from exactland.certificates.steps import (
    ConstantLine,
    ExactMinimum,
    FlatPotentials,
    Potentials,
    RescaledUnit,
    Step,
    SubOptimal,
)

ExactStep = ExactMinimum | FlatPotentials | Potentials  # at a point that is known exactly


@dataclass(frozen=True)
class Evidence:
    """The step that shows what is claimed, and what goes with it.

    `lower`: a better point, by rule 3.2. `constant`: why the point lies in no basin: a line of
    equal loss through it (4.1), or else a unit that can be rescaled (4.1h).
    """

    step: Step
    lower: SubOptimal | None = None
    constant: ConstantLine | RescaledUnit | None = None


def evidence_of(certificate: Certificate) -> Evidence:
    """What the last step says, or the minimum it refers to."""
    steps = certificate.steps
    step = steps[-1]
    lower: SubOptimal | None = None
    while isinstance(step, SubOptimal):
        lower = lower or step
        step = steps[step.minimum]
    return Evidence(step, lower, _constant(certificate, step))


def _constant(certificate: Certificate, step: Step) -> ConstantLine | RescaledUnit | None:
    """A line is taken first: rule 4.1h is exported for activations of degree 1 only."""
    if not isinstance(step, ExactStep):
        return None
    for other in certificate.steps:
        if isinstance(other, ConstantLine) and other.center == step.center:
            return other
    for other in certificate.steps:
        if isinstance(other, RescaledUnit):
            return other
    return None
