"""Rationals, and vectors of them."""

from collections.abc import Iterable, Sequence

from flint import fmpq

Vector = list[fmpq]

ZERO = fmpq(0)
ONE = fmpq(1)


def norm_squared(values: Iterable[fmpq]) -> fmpq:
    """The square of the Euclidean norm."""
    return sum((v * v for v in values), ZERO)


def difference(left: Sequence[fmpq], right: Sequence[fmpq]) -> Vector:
    """left - right; both have the same length."""
    return [a - b for a, b in zip(left, right, strict=True)]
