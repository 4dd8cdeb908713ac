"""Formal numbers: polynomials with rational coefficients in atoms, which are real
numbers known by name only (a function at an argument, a parameter).

Every operation is an identity between real numbers, whatever the atoms stand for. So
numbers that are formally equal are equal; formally different ones may be equal too. A
formal number without atoms is a plain fraction (docs/theorems/formal-numbers.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from hashlib import sha256
from typing import final

from ..meter import COST_OF_A_TERM, charge, cost_of_rational

ZERO = Fraction(0)
ONE = Fraction(1)
HALF = Fraction(1, 2)

# A product of atoms, sorted; with its coefficient, a term.
Atoms = tuple[str, ...]
Term = tuple[Atoms, Fraction]

# Longer names are replaced by their digests, so that names do not grow. A digest has 64
# digits: no other name is one.
LONGEST_NAME = 63


@final
class Formal:
    """Products of atoms with their coefficients; one of them at least has an atom: so
    it is not formally 0, and never equal to a fraction.
    """

    def __init__(self, terms: dict[Atoms, Fraction]) -> None:
        self.terms = terms

    def __add__(self, other: Exact | int) -> Exact:
        return _total([*self.terms.items(), *_terms(other)])

    __radd__ = __add__

    def __neg__(self) -> Exact:
        return self * -1

    def __sub__(self, other: Exact | int) -> Exact:
        return self + -other

    def __rsub__(self, other: Fraction | int) -> Exact:
        return -self + other

    def __mul__(self, other: Exact | int) -> Exact:
        return _total(self._products(other))

    __rmul__ = __mul__

    def _products(self, other: Exact | int) -> Iterator[Term]:
        """One by one: they are paid for before the next is made."""
        for atoms, c in self.terms.items():
            for others, d in _terms(other):
                yield tuple(sorted(atoms + others)), c * d

    def __truediv__(self, other: Exact) -> Exact:
        return self * (1 / other)

    def __rtruediv__(self, other: Fraction | int) -> Exact:
        """A reciprocal is an atom: nothing is known of it but its name."""
        return atom(f"1/({text(self)})") * Fraction(other)


Exact = Fraction | Formal


def text(x: Exact) -> str:
    """The one spelling of an exact number. Hexadecimal: Python limits the decimal
    digits it writes.
    """
    return "+".join(
        f"{c.numerator:x}/{c.denominator:x}*{'*'.join(atoms)}"
        for atoms, c in sorted(_terms(x))
    )


def _terms(x: Exact | int) -> list[Term]:
    """All terms of a number, paid for."""
    if not isinstance(x, Formal):
        return [((), Fraction(x))]
    charge(COST_OF_A_TERM * sum(1 + len(atoms) for atoms in x.terms))
    return list(x.terms.items())


def _total(terms: Iterable[Term]) -> Exact:
    """The sum of the terms; a plain fraction if no atom is left in it."""
    total: dict[Atoms, Fraction] = {}
    for atoms, c in terms:
        coefficient = total.get(atoms, ZERO) + c
        charge(COST_OF_A_TERM * (1 + len(atoms)) + cost_of_rational(coefficient))
        total[atoms] = coefficient
    total = {atoms: c for atoms, c in total.items() if c != 0}
    return Formal(total) if any(total) else total.get((), ZERO)


def atom(name: str) -> Formal:
    """A number known by its name, or by the digest of a long one."""
    if len(name) > LONGEST_NAME:
        name = sha256(name.encode()).hexdigest()
    return Formal({(name,): ONE})


def lead(x: Exact) -> Fraction:
    """The coefficient of the first product of atoms; x itself if it has none."""
    if not isinstance(x, Formal):
        return x
    return x.terms[min(atoms for atoms in x.terms if atoms)]


AT_ZERO = {
    "exp": ONE,
    "cos": ONE,
    "sigmoid": HALF,
    "sin": ZERO,
    "atan": ZERO,
    "erf": ZERO,
    "relu": ZERO,
}

# f(-u) = a f(u) + b + c u
ODD = (-1, 0, 0)
MIRROR = {
    "sin": ODD,
    "atan": ODD,
    "erf": ODD,
    "cos": (1, 0, 0),
    "sigmoid": (-1, 1, 0),
    "softplus": (1, 0, -1),
    "relu": (1, 0, -1),
}


def apply(name: str, u: Exact, odd: bool = False) -> Exact:
    """f(u), an atom unless u = 0.

    Where f(-u) is known from f(u), the argument's leading coefficient is made positive:
    so f(u) and f(-u) are made of the same atom.
    """
    mirror = ODD if odd else MIRROR.get(name)
    if mirror is not None and lead(u) < 0:
        a, b, c = mirror
        return apply(name, -u, odd) * a + Fraction(b) + u * -c
    if u == 0 and name in AT_ZERO:
        return AT_ZERO[name]
    return atom(f"{name}({text(u)})")


def relu(u: Exact) -> Exact:
    """max(u, 0), with relu(c u) = c relu(u) for c > 0."""
    if not isinstance(u, Formal):
        return max(u, ZERO)
    c = abs(lead(u))
    return apply("relu", u / c) * c
