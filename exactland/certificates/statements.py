"""What a certificate states: a kind, and the parameters and numbers it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from exactland.certificates.kinds import StatementKind
from exactland.errors import InputError
from exactland.model.numbers import Vector

INFIMUM: Final = "infimum"
End = (
    Fraction | Literal["infimum"]
)  # where a path leads: to a loss of at most this, or down to the infimum


@dataclass(frozen=True)
class Statement:
    """A statement; it has the fields of its kind (`StatementKind.fields`), and no others.

    `center`: P numbers. `distance`: how far from the center, in Euclidean norm, a minimum may be.
    `gap`: by how much some other point is lower, at least. `end`: where a path leads. `eta`: by how
    much the loss may rise on it. Raises InputError for a field too many or too few.
    """

    kind: StatementKind
    center: Vector | None = None
    distance: Fraction | None = None
    gap: Fraction | None = None
    end: End | None = None
    eta: Fraction | None = None

    def __post_init__(self) -> None:
        for name in ("center", "distance", "gap", "end", "eta"):
            is_there = getattr(self, name) is not None
            if is_there is not (name in self.kind.fields):
                what = "is not a field of" if is_there else "is missing in"
                raise InputError(f"statement.{name}", f"{what} the statement {self.kind}")

    @property
    def is_about_exactly_the_center(self) -> bool:
        return self.center is not None and not self.distance


def near(
    kind: StatementKind,
    center: Sequence[Fraction],
    distance: Fraction,
    gap: Fraction | None = None,
) -> Statement:
    """A statement about what lies within Euclidean `distance` of `center`."""
    return Statement(kind, tuple(center), distance, gap)


def at(kind: StatementKind, point: Sequence[Fraction], gap: Fraction | None = None) -> Statement:
    """A statement about exactly these parameters."""
    distance = Fraction(0) if "distance" in kind.fields else None
    return Statement(kind, tuple(point), distance, gap)


def of_the_loss(kind: StatementKind) -> Statement:
    """A statement about the loss as a whole."""
    return Statement(kind)


def path(start: Sequence[Fraction], end: End, eta: Fraction = Fraction(0)) -> Statement:
    """A path leads from `start` to `end`, on which the loss is never above its start (plus eta)."""
    if eta:
        return Statement(StatementKind.ETA_ESCAPE, tuple(start), end=end, eta=eta)
    return Statement(StatementKind.ESCAPE, tuple(start), end=end)
