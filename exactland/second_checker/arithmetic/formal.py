"""Formal numbers: polynomials with rational coefficients in atoms, equal only if they
are equal as real numbers.
"""

from typing import Any

from flint import fmpq

from exactland.second_checker.meter import Meter, cost

Monomial = tuple[tuple[int, int], ...]  # (atom, power), sorted by atom


class Formal:
    """A polynomial; never changed once made."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Monomial, fmpq]) -> None:
        self.terms = terms

    def __add__(self, other: "Formal") -> "Formal":
        result = dict(self.terms)
        for m, c in other.terms.items():
            _charge(m, c)
            total = result.get(m, ZERO) + c
            if total == 0:
                del result[m]
            else:
                result[m] = total
        return Formal(result)

    def __sub__(self, other: "Formal") -> "Formal":
        return self + other.times(fmpq(-1))

    def __mul__(self, other: "Formal") -> "Formal":
        result: dict[Monomial, fmpq] = {}
        for m, c in self.terms.items():
            for n, d in other.terms.items():
                both, product = _join(m, n), c * d
                _charge(both, product)
                total = result.get(both, ZERO) + product
                if total == 0:
                    result.pop(both, None)
                else:
                    result[both] = total
        return Formal(result)

    def times(self, factor: fmpq) -> "Formal":
        if factor == 0:
            return Formal({})
        for m, c in self.terms.items():
            _charge(m, c)
        return Formal({m: c * factor for m, c in self.terms.items()})

    def zero(self) -> bool:
        return not self.terms

    def constant(self) -> fmpq | None:
        """The rational this is, or None."""
        if not self.terms:
            return ZERO
        return self.terms.get(()) if len(self.terms) == 1 else None

    def lead(self) -> fmpq:
        """The coefficient of the greatest monomial (that of -self is its negative)."""
        return self.terms[max(self.terms)]

    def key(self) -> Any:
        return tuple(
            (m, int(c.p), int(c.q))
            for m, c in sorted(self.terms.items(), key=lambda t: t[0])
        )


ZERO, ONE = fmpq(0), fmpq(1)


ZERO, ONE = fmpq(0), fmpq(1)


def _charge(m: Monomial, c: fmpq) -> None:
    atoms = sum(p for _, p in m)
    Meter.charge_terms(1 + atoms)
    Meter.charge(cost(c) + 5 + 5 * len(m))


def _join(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    powers = dict(m)
    for atom, p in n:
        powers[atom] = powers.get(atom, 0) + p
    return tuple(sorted(powers.items()))


def number(q: fmpq) -> Formal:
    return Formal({}) if q == 0 else Formal({(): q})
