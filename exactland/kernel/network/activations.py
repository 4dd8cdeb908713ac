"""Activations: expression trees and functions in pieces, those with names, and where
they are defined (docs/reference/format.md, section 2).
"""

from bisect import bisect_left
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, NamedTuple

from ..arithmetic import HALF, ONE, ZERO

TWO = Fraction(2)

# An expression: the variable, a constant, the exponent of a power, or an operator with
# its operands.
Operation = tuple[str, "Tree", *tuple["Tree", ...]]
Tree = Literal["x"] | Fraction | int | Operation


class Pieces(NamedTuple):
    """The continuous function that is trees[k] between breakpoints k-1 and k, with
    smooth[k] continuous derivatives at breakpoint k (0: a kink).

    slopes is None unless every piece is affine. odd: known to have s(-x) = -s(x).
    """

    breakpoints: tuple[Fraction, ...]
    trees: tuple[Tree, ...]
    smooth: tuple[int, ...]
    slopes: tuple[Fraction, ...] | None = None
    odd: bool = False


Activation = Tree | Pieces

# Continuous derivatives at a breakpoint where the slope does not change: all.
SMOOTH = 1 << 30

SIGMOID: Tree = ("sigmoid", "x")
SOFTPLUS: Tree = ("softplus", "x")
SELU_SCALE = Fraction("1.0507009873554804934193349852946")
SELU_ALPHA = Fraction("1.6732632423543772848170429916717")


def piecewise_linear(
    breakpoints: list[Fraction], slopes: list[Fraction], value_at_0: Fraction
) -> Pieces:
    """The continuous function with these slopes, left to right, and this value at 0."""
    intercepts = [ZERO]
    smooth = []
    for b, left, right in zip(breakpoints, slopes, slopes[1:]):
        # Continuous: left * b + intercept is the same from both sides.
        intercepts.append(intercepts[-1] + (left - right) * b)
        smooth.append(SMOOTH if left == right else 0)
    shift = value_at_0 - intercepts[bisect_left(breakpoints, ZERO)]
    trees: list[Tree] = [
        ("+", intercept + shift, ("*", slope, "x"))
        for slope, intercept in zip(slopes, intercepts)
    ]
    return Pieces(tuple(breakpoints), tuple(trees), tuple(smooth), tuple(slopes))


def polynomial(coefficients: list[Fraction]) -> Tree:
    """c_0 + c_1 x + ..., by Horner's scheme."""
    tree: Tree = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        tree = ("+", c, ("*", "x", tree))
    return tree


def tanh(tree: Tree) -> Tree:
    """An abbreviation: tanh u = 2 sigmoid(2u) - 1."""
    return ("+", -ONE, ("*", TWO, ("sigmoid", ("*", TWO, tree))))


EXP_LESS_ONE: Tree = ("+", -ONE, ("exp", "x"))

NAMES: Mapping[str, Activation] = MappingProxyType(
    {
        "sigmoid": SIGMOID,
        "tanh": tanh("x"),
        "arctan": ("atan", "x"),
        "softplus": SOFTPLUS,
        "sin": ("sin", "x"),
        "exp": ("exp", "x"),
        "identity": "x",
        "swish": ("*", "x", SIGMOID),
        "mish": ("*", "x", tanh(SOFTPLUS)),
        "gelu": (
            "*",
            HALF,
            "x",
            ("+", ONE, ("erf", ("*", "x", ("sqrt", HALF)))),
        ),
        "softsign": Pieces(
            (ZERO,),
            (
                ("/", "x", ("+", ONE, ("*", -ONE, "x"))),
                ("/", "x", ("+", ONE, "x")),
            ),
            (1,),
            odd=True,
        ),
        "elu": Pieces((ZERO,), (EXP_LESS_ONE, "x"), (1,)),
        "selu": Pieces(
            (ZERO,),
            (("*", SELU_SCALE * SELU_ALPHA, EXP_LESS_ONE), ("*", SELU_SCALE, "x")),
            (0,),
        ),
        "relu": piecewise_linear([ZERO], [ZERO, ONE], ZERO),
        "leaky-relu": piecewise_linear([ZERO], [Fraction(1, 100), ONE], ZERO),
        "hard-tanh": piecewise_linear([-ONE, ONE], [ZERO, ONE, ZERO], ZERO),
    }
)


def total(activation: Activation | None) -> bool:
    """Whether it is certainly defined on the whole line, for rule 4.1: logarithms,
    roots, quotients and negative powers are of numbers that are written out. (So x/2
    and sqrt(1 + 1) are not seen to be: to see too little is safe.)

    All functions in pieces that can be named are total, and so is the linear output,
    None.
    """
    if isinstance(activation, Pieces) or not isinstance(activation, tuple):
        return True
    operator, *parts = activation
    last = parts[-1]
    is_negative_power = isinstance(last, int) and last < 0
    if is_negative_power or operator in ("log", "sqrt", "/"):
        numbers = [part for part in parts if isinstance(part, Fraction | int)]
        return len(numbers) == len(parts) and _exists(operator, numbers)
    return all(total(part) for part in parts)


def _exists(operator: str, numbers: list[Fraction | int]) -> bool:
    """A quotient, negative power, logarithm or root of numbers."""
    if operator == "/":
        return numbers[1] != 0
    if operator == "^":
        return numbers[0] != 0
    return numbers[0] > 0
