"""Activations: one table of names, and the grammar for a user's own (proofs/FORMAT.md, section 2).

An activation is an `Expression` (smooth wherever it is defined) or a `PiecewiseLinear` function (smooth away from its kinks). The named smooth
ones are abbreviations of expressions. The kernel has its own reading of this table; a test holds the two against each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from exactland.errors import InputError
from exactland.exact import rational_text

Tree = Any  # "x" | Fraction | (operator, tree, ...) | ("^", tree, int)
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "atan", "tanh", "erf")


@dataclass(frozen=True)
class Expression:
    """A function given by a tree over + * / ^ (integer powers), rationals, the variable and FUNCTIONS; analytic wherever it is defined."""

    tree: Tree
    name: str | None = None
    polynomial: tuple[Fraction, ...] | None = None  # its coefficients, when it was given as a polynomial

    @property
    def is_exact(self) -> bool:
        """Whether it maps rationals to rationals by arithmetic alone."""
        return not any(operator in FUNCTIONS for operator in _operators(self.tree))

    def smooth_on(self) -> str:
        return "smooth wherever it is defined"


@dataclass(frozen=True)
class PiecewiseLinear:
    """The continuous function with slopes[k] between breakpoints[k-1] and breakpoints[k], and value_at_0 at 0."""

    breakpoints: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]
    value_at_0: Fraction
    name: str | None = None

    @property
    def is_exact(self) -> bool:
        return True

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """The breakpoints at which the slope really changes."""
        return tuple(b for b, left, right in zip(self.breakpoints, self.slopes, self.slopes[1:]) if left != right)

    def pieces(self) -> list[tuple[Fraction, Fraction]]:
        """(slope, intercept) of every piece, left to right."""
        intercepts = [Fraction(0)]
        for b, left, right in zip(self.breakpoints, self.slopes, self.slopes[1:]):
            intercepts.append(intercepts[-1] + (left - right) * b)
        shift = self.value_at_0 - intercepts[bisect_left(self.breakpoints, Fraction(0))]
        return [(slope, c + shift) for slope, c in zip(self.slopes, intercepts)]

    def smooth_on(self) -> str:
        kinks = ", ".join(map(rational_text, self.kinks))
        return f"linear between its kinks at {kinks}; not differentiable there" if kinks else "affine, smooth everywhere"


Activation = Expression | PiecewiseLinear


def polynomial(coefficients: tuple[Fraction, ...]) -> Expression:
    """c_0 + c_1 x + ... by Horner's scheme."""
    tree: Tree = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        tree = ("+", c, ("*", "x", tree))
    return Expression(tree, polynomial=coefficients)


def _linear(name: str, breakpoints: list[int], *slopes: Fraction | int) -> PiecewiseLinear:
    return PiecewiseLinear(tuple(map(Fraction, breakpoints)), tuple(map(Fraction, slopes)), Fraction(0), name)


_HALF = Fraction(1, 2)
_TABLE: tuple[Activation, ...] = (
    Expression(("+", _HALF, ("*", _HALF, ("tanh", ("*", _HALF, "x")))), "sigmoid"),
    Expression(("tanh", "x"), "tanh"),
    Expression(("sin", "x"), "sin"),
    Expression(("exp", "x"), "exp"),
    Expression("x", "identity"),
    _linear("relu", [0], 0, 1),
    _linear("leaky-relu", [0], Fraction(1, 100), 1),
    _linear("hard-tanh", [-1, 1], 0, 1, 0),
)
NAMED: dict[str, Activation] = {str(activation.name): activation for activation in _TABLE}


def named(name: str, place: str = "activation") -> Activation:
    if name not in NAMED:
        raise InputError(place, f"unknown activation {name[:40]!a} (known: {', '.join(NAMED)})")
    return NAMED[name]


def specification(activation: Activation) -> Any:
    """Its JSON form, with every number a string."""
    if activation.name:
        return activation.name
    if isinstance(activation, PiecewiseLinear):
        body = {
            "breakpoints": [rational_text(b) for b in activation.breakpoints],
            "slopes": [rational_text(s) for s in activation.slopes],
            "value_at_0": rational_text(activation.value_at_0),
        }
        return {"piecewise-linear": body}
    if activation.polynomial:
        return {"polynomial": [rational_text(c) for c in activation.polynomial]}
    return {"expression": _tree_json(activation.tree)}


def _tree_json(tree: Tree) -> Any:
    if isinstance(tree, tuple):
        return [tree[0], *(_tree_json(part) for part in tree[1:])]
    return tree if isinstance(tree, str) else rational_text(Fraction(tree))


def _operators(tree: Tree) -> Iterator[str]:
    if isinstance(tree, tuple):
        yield tree[0]
        for part in tree[1:]:
            yield from _operators(part)


def evaluate_exactly(activation: Activation, x: Fraction) -> Fraction:
    """s(x), for an exact activation. Raises ZeroDivisionError where it is not defined."""
    if isinstance(activation, PiecewiseLinear):
        slope, intercept = activation.pieces()[bisect_left(activation.breakpoints, x)]
        return slope * x + intercept
    return _tree_exactly(activation.tree, x)


def _tree_exactly(tree: Tree, x: Fraction) -> Fraction:
    if isinstance(tree, str):
        return x
    if not isinstance(tree, tuple):
        return Fraction(tree)
    operator, first, *rest = tree
    value = _tree_exactly(first, x)
    if operator == "^":
        return value ** int(rest[0])
    if operator in FUNCTIONS:
        raise ValueError(f"{operator} has no exact value at a rational")
    for part in rest:
        other = _tree_exactly(part, x)
        value = value + other if operator == "+" else (value * other if operator == "*" else value / other)
    return value


def to_sympy(activation: Activation, x: sympy.Expr) -> sympy.Expr:
    """The activation as a sympy expression in x."""
    if isinstance(activation, PiecewiseLinear):
        lines = [rational(slope) * x + rational(c) for slope, c in activation.pieces()]
        cases = [(line, x < rational(b)) for line, b in zip(lines, activation.breakpoints)]
        return sympy.Piecewise(*cases, (lines[-1], True))
    if activation.name == "sigmoid":
        return 1 / (1 + sympy.exp(-x))
    return _tree_sympy(activation.tree, x)


def rational(q: Fraction) -> sympy.Rational:
    return sympy.Rational(q.numerator, q.denominator)


def _tree_sympy(tree: Tree, x: sympy.Expr) -> sympy.Expr:
    if tree == "x":
        return x
    if isinstance(tree, Fraction):
        return rational(tree)
    operator, first, *rest = tree
    u = _tree_sympy(first, x)
    if operator == "^":
        return u ** rest[0]
    others = [_tree_sympy(part, x) for part in rest]
    if operator == "+":
        return sympy.Add(u, *others)
    if operator == "*":
        return sympy.Mul(u, *others)
    if operator == "/":
        return u / others[0]
    return getattr(sympy, operator)(u)
