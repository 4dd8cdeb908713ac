"""The numbers of a verdict, exact, each with the side to which its decimals may be rounded.

The kernel computed them. Whoever prints them chooses how many digits, never which way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from exactland.kernel import Minimum
from exactland.model.numbers import decimal_text


class Side(Enum):
    """Which way decimals are rounded, so that what is said of the number stays true."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


@dataclass(frozen=True)
class Quantity:
    """An exact number; `side`: which way its decimals are rounded."""

    exact: Fraction
    side: Side = Side.NEAREST

    def to(self, digits: int) -> str:
        """At most so many significant decimals."""
        if self.side is Side.NEAREST:
            return decimal_text(self.exact, digits)
        return decimal_text(self.exact, digits, up=self.side is Side.UP)


def at_most(q: Fraction) -> Quantity:
    """An upper bound: decimals are rounded up.

    >>> at_most(Fraction(1, 3)).to(3)
    '0.334'
    """
    return Quantity(q, Side.UP)


def at_least(q: Fraction) -> Quantity:
    """A lower bound: decimals are rounded down.

    >>> at_least(Fraction(2, 3)).to(3)
    '0.666'
    """
    return Quantity(q, Side.DOWN)


@dataclass(frozen=True)
class Enclosure:
    """A number between two bounds."""

    low: Quantity
    high: Quantity

    def to(self, digits: int) -> str:
        """One decimal if it is exact to so many digits, else [low, high] rounded outward."""
        low = self.low.to(digits)
        high = self.high.to(digits)
        return low if low == high else f"[{low}, {high}]"


@dataclass(frozen=True)
class MinimumNumbers:
    """What is proved of a minimum, or of the least loss in a basin.

    `loss`: there. `curvature`: at most the least eigenvalue of the Hessian; 0 when nothing is said.
    `distance`: from the center of the evidence, at most. `radius`: of the ball in which it is the
    only critical point; 0 when nothing is said. `barrier`: by how much the loss is higher on that
    sphere, at least. `witness_loss`: of some other parameters, at most, and `gap`: by how much it
    is lower, at least; None and 0 when no other parameters are named.
    """

    loss: Enclosure
    curvature: Quantity
    distance: Quantity
    radius: Quantity
    barrier: Quantity
    witness_loss: Quantity | None
    gap: Quantity


def numbers_of(fact: Minimum) -> MinimumNumbers:
    """The numbers of a fact about a minimum."""
    witness_loss = fact.witness_loss
    return MinimumNumbers(
        loss=_loss(fact),
        curvature=at_least(fact.curvature),
        distance=at_most(fact.distance),
        radius=at_least(fact.radius),
        barrier=at_least(barrier(fact)),
        witness_loss=None if witness_loss is None else at_most(witness_loss),
        gap=at_least(fact.gap),
    )


def barrier(fact: Minimum) -> Fraction:
    """E exceeds E(theta*) by at least this on the sphere |theta - center| = radius (rule 3.1)."""
    if not fact.radius:
        return Fraction(0)
    return fact.curvature / 2 * (fact.radius - fact.distance) ** 2


def enclosure_text(fact: Minimum, digits: int = 8) -> str:
    """The loss at the minimum: one decimal if exact to `digits`, else [low, high] rounded
    outward.
    """
    return _loss(fact).to(digits)


def _loss(fact: Minimum) -> Enclosure:
    return Enclosure(at_least(fact.low), at_most(fact.high))
