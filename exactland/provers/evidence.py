"""What is known of a minimum before the kernel has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactland.certificates.kinds import Minimum
from exactland.certificates.steps import Step
from exactland.model.numbers import Vector


@dataclass(frozen=True)
class Evidence:
    """A step and what it should conclude: that a minimum, as much of one as `what` says, lies
    within `distance` of `center`, with loss at least `low`, found with so many `bits`.
    """

    step: Step
    center: Vector
    distance: Fraction
    low: Fraction
    bits: int
    what: Minimum = Minimum.STRICT_MINIMUM
