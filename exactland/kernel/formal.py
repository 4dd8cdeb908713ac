"""Formal numbers: polynomials with rational coefficients in atoms, which are real
numbers known by name only (a function at an argument, a parameter).

Every operation is an identity between real numbers, whatever the atoms stand for. So
numbers that are formally equal are equal; formally different ones may be equal too. A
formal number without atoms is a plain fraction (proofs/THEOREMS.md, "Formal numbers").
"""

from collections.abc import Iterable
from fractions import Fraction
from hashlib import sha256

from .ball import Number, spend


class Formal:
    def __init__(self, terms: dict[tuple[str, ...], Fraction]) -> None:
        self.terms = terms

    def __add__(self, other: Number) -> Number:
        return _number([*self.terms.items(), *_terms(other)])

    def __mul__(self, other: Number) -> Number:
        return _number(
            (tuple(sorted(a + b)), p * q)
            for a, p in self.terms.items()
            for b, q in _terms(other)
        )

    __radd__, __rmul__, __rsub__ = __add__, __mul__, lambda self, other: -self + other

    def __neg__(self) -> Number:
        return self * Fraction(-1)

    def __sub__(self, other: Number) -> Number:
        return self + -other

    def __truediv__(self, other: Number) -> Number:
        return self * (1 / other)

    def __rtruediv__(self, other: Fraction | int) -> Number:
        return atom(f"1/({text(self)})") * Fraction(other)


# The one spelling of an exact number. Hexadecimal: Python limits the decimal digits it
# writes.
def text(x: Number) -> str:
    return "+".join(
        f"{c.numerator:x}/{c.denominator:x}*{'*'.join(atoms)}"
        for atoms, c in sorted(_terms(x))
    )


def _terms(x: Number) -> list[tuple[tuple[str, ...], Fraction]]:
    """Products of atoms, sorted, and their coefficients."""
    return (
        list(spend(x, sum(1 + len(atoms) for atoms in x.terms)).terms.items())
        if isinstance(x, Formal)
        else [((), Fraction(x))]
    )


def _number(terms: Iterable[tuple[tuple[str, ...], Fraction]]) -> Number:
    total = dict[tuple[str, ...], Fraction]()
    for atoms, c in terms:
        total[atoms] = spend(total.get(atoms, Fraction(0)) + c, 1 + len(atoms))
    total = {atoms: c for atoms, c in total.items() if c}
    return Formal(total) if any(total) else total.get((), Fraction(0))


# A number known by its name, or by the digest of a long one.
def atom(name: str) -> Number:
    return Formal(
        {(name if len(name) < 64 else sha256(name.encode()).hexdigest(),): Fraction(1)}
    )


# The coefficient of the first product of atoms; x itself if it has none.
def lead(x: Number) -> Fraction:
    return (
        min((atoms, c) for atoms, c in x.terms.items() if atoms)[1]
        if isinstance(x, Formal)
        else x
    )


AT_ZERO = {
    "exp": Fraction(1),
    "cos": Fraction(1),
    "sigmoid": Fraction(1, 2),
    **dict.fromkeys(("sin", "atan", "erf", "relu"), Fraction(0)),
}
# f(-u) = a f(u) + b + c u
MIRROR = {
    **dict.fromkeys(("sin", "atan", "erf", "odd"), (-1, 0, 0)),
    "cos": (1, 0, 0),
    "sigmoid": (-1, 1, 0),
    "softplus": (1, 0, -1),
    "relu": (1, 0, -1),
}


def apply(name: str, u: Number, kind: str | None = None) -> Number:
    """f(u), an atom unless u = 0.

    Where f(-u) is known from f(u), the argument's leading coefficient is made positive.
    """
    a, b, c = MIRROR.get(kind or name, (0, 0, 0))
    if a and lead(u) < 0:
        return apply(name, -u, kind) * a + Fraction(b) + u * -c
    return AT_ZERO[name] if u == 0 and name in AT_ZERO else atom(f"{name}({text(u)})")


# max(u, 0), with relu(c u) = c relu(u) for c > 0.
def relu(u: Number) -> Number:
    return (
        apply("relu", u / abs(lead(u))) * abs(lead(u))
        if isinstance(u, Formal)
        else max(u, Fraction(0))
    )
