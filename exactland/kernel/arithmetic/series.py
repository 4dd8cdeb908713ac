"""Truncated power series of expression trees, by the usual recurrences; their entries
are balls or exact numbers alike (docs/theorems/enclosures.md).
"""

from fractions import Fraction
from typing import TypeVar, cast

from ..network.activations import SIGMOID, TWO, Tree
from ..refusals import Undefined
from . import elementary
from .ball import Ball
from .formal import HALF, ONE, ZERO, Exact, apply
from .numbers import constant, dot, metered, square

# Taylor coefficients c_0, c_1, ...; c_k = f^(k) / k!
Series = TypeVar("Series", list[Ball], list[Exact])


def series(tree: Tree, x: Series) -> Series:
    """The truncated power series of the tree at the series x: as long as x, or of one
    entry where the tree has no x, and all others are 0.
    """
    if isinstance(tree, str):
        return x  # the variable, "x"
    if not isinstance(tree, tuple):
        return [constant(cast(Fraction, tree), x[0])]
    operator, first, *rest = tree
    u = series(first, x)
    if operator in ARITHMETIC:
        for part in rest:
            u = ARITHMETIC[operator](u, series(part, x))
        return u
    if operator == "^":
        return _power(u, cast(int, rest[0]))
    if isinstance(u[0], Ball):
        return _composed(operator, u)
    # also of a constant, whose series ends early: an atom might not exist at all
    if len(x) > 1:
        raise Undefined(f"{operator} has no exact derivative at a rational")
    return [apply(operator, u[0])]  # of an exact number: an atom


def padded(u: Series, count: int) -> Series:
    """The series with so many entries."""
    zero = constant(ZERO, u[0])
    return u + [zero] * (count - len(u))


def _plus(a: Series, b: Series) -> Series:
    short, long = sorted((a, b), key=len)
    sums = [metered(p + q) for p, q in zip(short, long)]
    return sums + long[len(short) :]


def _product(a: Series, b: Series) -> Series:
    """One entry: a constant, or the value alone is wanted, of both."""
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return [metered(c * short[0]) for c in long]
    return [metered(a[0] * b[0]), *_slopes_of_product(a, b)]


def _square(u: Series) -> Series:
    """The product of a series with itself: its value is not negative."""
    return [metered(square(u[0])), *_slopes_of_product(u, u)]


def _slopes_of_product(a: Series, b: Series) -> Series:
    return [
        dot(a[: k + 1], b[k::-1])  # a_0 b_k + ... + a_k b_0
        for k in range(1, len(a))
    ]


def _quotient(a: Series, b: Series) -> Series:
    """q_k = (a_k - sum of q_i b_(k-i) over i < k) / b_0, from q b = a."""
    if isinstance(b[0], Fraction) and b[0] == 0:
        raise Undefined("division by zero")
    count = max(len(a), len(b))
    a = padded(a, count)
    b = padded(b, count)
    quotient = [metered(a[0] / b[0])]
    for k in range(1, count):
        known = dot(quotient, b[k:0:-1])
        quotient.append(metered((a[k] - known) / b[0]))
    return quotient


ARITHMETIC = {"+": _plus, "*": _product, "/": _quotient}


def _power(u: Series, n: int) -> Series:
    """By squares; a negative power by a final quotient."""
    if n < 0:
        return _quotient([constant(ONE, u[0])], _power(u, -n))
    if n == 0:
        return [constant(ONE, u[0])]
    if n == 1:
        return u
    even = _square(_power(u, n // 2))
    return _product(even, u) if n % 2 == 1 else even


def _composed(name: str, u: list[Ball]) -> list[Ball]:
    """A function of u: its value at u_0, then the integral of its rate at u times
    u'.
    """
    slopes: list[Ball] = []
    if len(u) > 1:
        derivative = [c * k for k, c in enumerate(u[1:], 1)]
        rate = series(RATES[name], u[:-1])
        if name == "erf":
            root = elementary.sqrt(elementary.pi(u[0].p))
            rate = [c / root for c in rate]
        slopes = _product(rate, derivative)
    value = elementary.FUNCTIONS[name](u[0])
    return [value, *(c / k for k, c in enumerate(slopes, 1))]


# The derivatives. That of sigmoid y is 1/4 - h^2, h = y - 1/2, which is narrower than
# y - y^2; that of erf is still to be divided by sqrt(pi), which is no tree.
SQUARE: Tree = ("^", "x", 2)
H: Tree = ("+", SIGMOID, -HALF)
MINUS_H_SQUARE: Tree = ("*", ("^", H, 2), -ONE)

RATES: dict[str, Tree] = {
    "exp": ("exp", "x"),
    "log": ("/", ONE, "x"),
    "sqrt": ("/", ONE, ("*", TWO, ("sqrt", "x"))),
    "sin": ("cos", "x"),
    "cos": ("*", -ONE, ("sin", "x")),
    "atan": ("/", ONE, ("+", ONE, SQUARE)),
    "erf": ("*", TWO, ("exp", ("*", -ONE, SQUARE))),
    "softplus": SIGMOID,
    "sigmoid": ("+", MINUS_H_SQUARE, Fraction(1, 4)),
}
