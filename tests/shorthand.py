"""Exact data in few characters, for tests."""

from __future__ import annotations

from fractions import Fraction

from exactland.model.numbers import Vector


def vector(text: str) -> Vector:
    """Numbers between spaces."""
    return tuple(Fraction(number) for number in text.split())


def rows(text: str) -> tuple[Vector, ...]:
    """Vectors between semicolons."""
    return tuple(vector(row) for row in text.split(";"))


def column(text: str) -> tuple[Vector, ...]:
    """Rows of one number each."""
    return tuple((number,) for number in vector(text))
