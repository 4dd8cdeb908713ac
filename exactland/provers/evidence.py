"""What is known of a minimum before the kernel has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """A step and what it will conclude: a strict local minimum, basin or local minimum (`what`)
    within distance of center, with loss at least low.
    """

    step: dict[str, Any]
    center: tuple[Fraction, ...]
    distance: Fraction
    low: Fraction
    bits: int  # at which `low` was found
    what: str = "strict-minimum"
