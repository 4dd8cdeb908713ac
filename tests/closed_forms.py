"""The eight elementary functions with their first two derivatives, as textbook formulas in Arb: the truth the enclosures are held against."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb

from exactland.exact import from_midpoint, to_arb
from exactland.precision import precision

FORMULAS: dict[str, Callable[[arb], tuple[arb, arb, arb]]] = {
    "exp": lambda x: (x.exp(), x.exp(), x.exp()),
    "log": lambda x: (x.log(), 1 / x, -1 / (x * x)),
    "sqrt": lambda x: (x.sqrt(), 1 / (2 * x.sqrt()), -1 / (4 * x * x.sqrt())),
    "sin": lambda x: (x.sin(), x.cos(), -x.sin()),
    "cos": lambda x: (x.cos(), -x.sin(), -x.cos()),
    "atan": lambda x: (x.atan(), 1 / (1 + x * x), -2 * x / (1 + x * x) ** 2),
    "tanh": lambda x: (x.tanh(), 1 / x.cosh() ** 2, -2 * x.tanh() / x.cosh() ** 2),
    "erf": lambda x: (x.erf(), 2 / arb.pi().sqrt() * (-x * x).exp(), -4 * x / arb.pi().sqrt() * (-x * x).exp()),
}
POSITIVE = ("log", "sqrt")


def truth(name: str, x: Fraction, bits: int) -> tuple[list[Fraction], Fraction]:
    """s, s', s'' at x as dyadics, and a bound on their error, far below 2^-bits (1 + |s|)."""
    working = 2 * bits + 64 + abs(int(x)).bit_length()
    with precision(working):
        values = FORMULAS[name](to_arb(x))
        return [from_midpoint(v) for v in values], max(from_midpoint(v.rad()) for v in values)
