"""What a step of a certificate concludes."""

from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.refusals import Order

Step = dict[str, Any]


@dataclass(frozen=True)
class Minimum:
    """A minimum or basin: theta* within distance_squared of center, its loss at least
    low.
    """

    # 0 a local minimum, 1 a basin, 2 a strict minimum, 3 with one more unit open
    rank: int
    center: Vector
    distance: fmpq
    low: fmpq
    gap: fmpq = field(default_factory=lambda: fmpq(0))
    box: tuple[Vector, fmpq] | None = None  # of rule 3.1


@dataclass(frozen=True)
class Box:
    """No point with |theta_k - center_k| <= radius is a local minimum."""

    center: Vector
    radius: fmpq


@dataclass(frozen=True)
class About:
    """Statements about exact parameters or the whole loss: kind, center, end, eta."""

    said: tuple[tuple[str, Any, Any, Any], ...]
    unbasin: Vector | None = None  # by 4.1, 4.1c or 4.1h: this point lies in no basin
    box: Box | None = None
    end: Vector | None = None  # by 3.7 or 4.3: a path on to the infimum starts here


Fact = Any


def earlier(index: int, facts: list[Fact]) -> int:
    """The number of an earlier step."""
    if index < len(facts):
        return index
    raise Order("not an earlier step")
