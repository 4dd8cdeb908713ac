"""What rules prove."""

from fractions import Fraction
from typing import NamedTuple, TypeVar

from .refusals import OutOfOrder

Vector = list[Fraction]

Matrix = list[Vector]

# Parameters, a number, or the word "infimum".
Field = Vector | Fraction | int | str


class Minimum(NamedTuple):
    """A strict or other local minimum theta*, or a basin, as `what` says: within
    distance of center, (least) loss in [low, high]. Sub-optimal when gap > 0.
    """

    center: Vector
    distance: Fraction
    low: Fraction
    high: Fraction
    what: str
    # at most the least eigenvalue of Hess E(theta*); 0 when nothing is said
    curvature: Fraction = Fraction(0)
    # the only critical point in the Euclidean ball of this radius; 0 when nothing is
    # said (by all rules but 3.1)
    radius: Fraction = Fraction(0)
    gap: Fraction = Fraction(0)
    witness_loss: Fraction | None = None


class NoMinimumBox(NamedTuple):
    """No point of the box |theta_k - center_k| <= radius is a local minimum: along
    direction E has a strict slope (order first) or curves down (second).
    """

    center: Vector
    radius: Fraction
    direction: Vector
    order: str


class Proved(NamedTuple):
    """Statements that hold: kind -> fields.

    `end`: from here, moving the last layer alone, E falls to its infimum (or as near to
    it as one likes).
    """

    statements: dict[str, dict[str, Field]]
    end: Vector | None = None


Fact = Minimum | NoMinimumBox | Proved

# those of all earlier steps, in their order
Facts = list[Fact]

Kind = TypeVar("Kind", Minimum, Proved)


def proved_as(kind: type[Kind], fact: Fact) -> Kind:
    """The fact of an earlier step, where it is of the kind that a rule goes on from."""
    if not isinstance(fact, kind):
        raise OutOfOrder("names a step that proved something else")
    return fact
