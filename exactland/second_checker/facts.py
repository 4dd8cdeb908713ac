"""What a step of a certificate concludes, and what every rule needs."""

from dataclasses import dataclass, field
from typing import Any

from flint import arb, fmpq

from exactland.second_checker.numbers import ball, metered
from exactland.second_checker.syntax import Vector

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


class Order(Exception):
    """A step refers to one of the wrong kind, to itself or to a later one."""


def earlier(index: int, facts: list[Fact]) -> int:
    """The number of an earlier step."""
    if index < len(facts):
        return index
    raise Order("not an earlier step")


def balls(theta: Vector) -> list[arb]:
    return [arb(t) for t in theta]


def box(center: Vector, radius: fmpq) -> list[arb]:
    return [ball(c - radius, c + radius) for c in center]


def definite(h: list[list[fmpq]]) -> bool:
    """Whether elimination gives positive pivots only."""
    h = [list(row) for row in h]
    n = len(h)
    for k in range(n):
        if not h[k][k] > 0:
            return False
        for i in range(k + 1, n):
            factor = h[i][k] / h[k][k]
            for j in range(k, n):
                h[i][j] = metered(h[i][j] - factor * h[k][j])
    return True
