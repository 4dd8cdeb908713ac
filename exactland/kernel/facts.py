"""What rules prove."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

Vector = list[Fraction]

Matrix = list[Vector]

ZERO = Fraction(0)


class Said(NamedTuple):
    """A statement: its kind, and its numbers; what a kind has none of stays as it is
    here. The end is a loss or the word "infimum".
    """

    kind: str
    center: Sequence[Fraction] = ()
    distance: Fraction = ZERO
    gap: Fraction = ZERO
    eta: Fraction = ZERO
    end: Fraction | str = ""


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
    curvature: Fraction = ZERO
    # the only critical point in the Euclidean ball of this radius; 0 when nothing is
    # said (by all rules but 3.1)
    radius: Fraction = ZERO
    gap: Fraction = ZERO
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
    """Statements that hold.

    `end`: from here, moving the last layer alone, E falls to its infimum (or as near to
    it as one likes).
    """

    statements: list[Said]
    end: Vector | None = None


Fact = Minimum | NoMinimumBox | Proved

# those of all earlier steps, in their order
Facts = list[Fact]
