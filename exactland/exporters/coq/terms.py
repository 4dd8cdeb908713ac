"""Numbers as Coq terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

Numbers = Sequence[Fraction]


def real(q: Fraction) -> str:
    """A real number, as `Jets.of_rat` makes it: an integer, or a quotient of two."""
    numerator = f"{q.numerator}" if q >= 0 else f"(- {-q.numerator})"
    return numerator if q.denominator == 1 else f"{numerator} / {q.denominator}"


def rat(q: Fraction) -> str:
    """A rational number of the development: a pair of integers."""
    return f"(({q.numerator})%Z, {q.denominator}%positive)"


def rats(values: Numbers) -> str:
    """A list of rational numbers."""
    return listed(map(rat, values))


def matrix(rows: Iterable[Numbers]) -> str:
    """A list of lists of rational numbers."""
    return listed(map(rats, rows))


def listed(terms: Iterable[str]) -> str:
    """A list of terms."""
    return f"[{'; '.join(terms)}]"
