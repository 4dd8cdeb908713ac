"""Vectors of the parameter space in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def as_floats(vector: Sequence[Fraction]) -> list[float]:
    """The vector, or where floats have no room for it, a multiple of it."""
    largest = max(map(abs, vector))
    scale = Fraction(1) if Fraction(1, 2**900) < largest < 2**900 else largest
    return [float(v / scale) for v in vector]


def combination(vector: Sequence[float], names: Sequence[str]) -> str:
    """The leading terms of a vector as a sum over parameter names."""
    largest = max(map(abs, vector))
    terms = [(value, name) for value, name in zip(vector, names) if abs(value) > 0.05 * largest]
    sign = -1 if terms[0][0] < 0 else 1
    parts: list[str] = []
    for value, name in terms[:6]:
        factor = "" if abs(value) == 1 else f"{abs(value):.3g} "
        operator = "- " if sign * value < 0 else "+ " if parts else ""
        parts.append(f"{operator}{factor}{name}")
    return " ".join(parts) + (" ..." if len(terms) > 6 else "")
