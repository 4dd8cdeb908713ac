"""Vectors of rationals."""

from collections.abc import Iterable

from flint import fmpq

Vector = list[fmpq]


def norm_squared(values: Iterable[fmpq]) -> fmpq:
    return sum((v * v for v in values), fmpq(0))
