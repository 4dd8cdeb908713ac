"""What a step of a certificate concludes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpq

from .arithmetic.exact import ZERO, Vector
from .refusals import Order

# of a minimum, from the least to the most; each is also those below it
LOCAL_MINIMUM, BASIN, STRICT_MINIMUM, ONE_MORE_UNIT = range(4)


@dataclass(frozen=True)
class Box:
    """All points with |theta_k - center_k| <= radius."""

    center: Vector
    radius: fmpq


@dataclass(frozen=True)
class Minimum:
    """A minimum or basin: theta* within distance of center, its loss at least low."""

    rank: int
    center: Vector
    distance: fmpq
    low: fmpq
    gap: fmpq = ZERO  # E is lower elsewhere by at least this; 0 says nothing
    box: Box | None = None  # of rule 3.1: theta* is in it


@dataclass(frozen=True)
class Said:
    """A statement about an exact point, or about the whole loss."""

    kind: str
    center: Vector = field(default_factory=list)  # empty: the whole loss
    end: fmpq | None = None  # of escapes; None is the infimum
    eta: fmpq = ZERO  # of escapes


@dataclass(frozen=True)
class About:
    """Statements, and what other steps may use."""

    said: tuple[Said, ...]
    in_no_basin: Vector | None = None  # by 4.1, 4.1c or 4.1h: this point
    no_minimum: Box | None = None  # no point of it is a local minimum
    escape_from: Vector | None = None  # by 3.7 or 4.3: to the infimum, from this point


# a box says that no point of it is a local minimum (rule 3.5)
Fact = Minimum | Box | About


def earlier(index: int, facts: Sequence[Fact]) -> Fact:
    """What an earlier step concludes: no step rests on itself."""
    if index < len(facts):
        return facts[index]
    raise Order("not an earlier step")


def earlier_minimum(index: int, facts: Sequence[Fact]) -> Minimum:
    """The same of a step about a minimum or basin."""
    fact = earlier(index, facts)
    if isinstance(fact, Minimum):
        return fact
    raise Order("not a step about a minimum")
