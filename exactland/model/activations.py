"""Activations: one table of names, and the grammar for a user's own (docs/reference/format.md,
section 2).

An activation is an `Expression` (smooth wherever it is defined), `Pieces` of expressions (with as
many derivatives at a breakpoint as it says) or a `PiecewiseLinear` function (smooth away from its
kinks). The named smooth ones are abbreviations of expressions. The kernel has its own reading of
this table; a test holds the two against each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import Any

from exactland.errors import InputError
from exactland.model.numbers import rational_text
from exactland.model.trees import (
    Tree,
    UniformAlgebra,
    X,
    add,
    apply,
    constant,
    divide,
    fold,
    multiply,
)

Json = str | list[Any]
SMOOTH = 1 << 30  # derivatives at a breakpoint that is none


@dataclass(frozen=True)
class Expression:
    """A function given by a tree; analytic wherever it is defined."""

    tree: Tree
    name: str | None = None
    # its coefficients, when it was given as a polynomial
    polynomial: tuple[Fraction, ...] | None = None

    @property
    def is_exact(self) -> bool:
        """Whether it maps rationals to rationals by arithmetic alone."""
        return fold(self.tree, _IsRational())

    def smooth_on(self) -> str:
        return "smooth wherever it is defined"


@dataclass(frozen=True)
class Pieces:
    """The continuous function that is trees[k] between breakpoints k-1 and k, with smooth[k]
    continuous derivatives at breakpoint k (0: a kink).
    """

    breakpoints: tuple[Fraction, ...]
    trees: tuple[Tree, ...]
    smooth: tuple[int, ...]
    name: str | None = None

    @property
    def is_exact(self) -> bool:
        return all(fold(tree, _IsRational()) for tree in self.trees)

    @property
    def pieces(self) -> Pieces:
        return self

    def rough(self, order: int = 2) -> tuple[Fraction, ...]:
        """The breakpoints at which there are fewer than `order` continuous derivatives."""
        return tuple(b for b, smooth in zip(self.breakpoints, self.smooth) if smooth < order)

    def smooth_on(self) -> str:
        if not self.rough():
            return "smooth everywhere"
        kinks, bent = self.rough(1), [b for b in self.rough() if b not in self.rough(1)]
        words = [f"not differentiable at {_listed(kinks)}"] if kinks else []
        return "; ".join(
            [*words, *([f"not twice differentiable at {_listed(bent)}"] if bent else [])]
        )


@dataclass(frozen=True)
class PiecewiseLinear:
    """The continuous function with slopes[k] between breakpoints[k-1] and breakpoints[k], and
    value_at_0 at 0.
    """

    breakpoints: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]
    value_at_0: Fraction
    name: str | None = None

    def __post_init__(self) -> None:
        for k, (left, right) in enumerate(zip(self.breakpoints, self.breakpoints[1:]), 1):
            if left >= right:
                raise InputError(f"breakpoints[{k}]", "breakpoints must increase")
        if len(self.slopes) != len(self.breakpoints) + 1:
            raise InputError(
                "slopes",
                f"{len(self.slopes)} slopes for {len(self.breakpoints)} breakpoints (one more is"
                " needed)",
            )

    @property
    def is_exact(self) -> bool:
        return True

    @property
    def lines(self) -> list[tuple[Fraction, Fraction]]:
        """(slope, intercept) of every piece, left to right."""
        intercepts = [Fraction(0)]
        for b, left, right in zip(self.breakpoints, self.slopes, self.slopes[1:]):
            intercepts.append(intercepts[-1] + (left - right) * b)
        shift = self.value_at_0 - intercepts[bisect_left(self.breakpoints, Fraction(0))]
        return [(slope, c + shift) for slope, c in zip(self.slopes, intercepts)]

    @cached_property
    def pieces(self) -> Pieces:
        """The same function in the form all pieces have."""
        trees = tuple(add(c, multiply(slope, X)) for slope, c in self.lines)
        return Pieces(
            self.breakpoints,
            trees,
            tuple(
                SMOOTH if left == right else 0 for left, right in zip(self.slopes, self.slopes[1:])
            ),
        )

    def smooth_on(self) -> str:
        kinks = self.pieces.rough()
        return (
            f"linear between its kinks at {_listed(kinks)}; not differentiable there"
            if kinks
            else "affine, smooth everywhere"
        )


def _listed(points: Sequence[Fraction]) -> str:
    return ", ".join(map(rational_text, points))


Activation = Expression | Pieces | PiecewiseLinear


def polynomial(coefficients: tuple[Fraction, ...]) -> Expression:
    """c_0 + c_1 x + ... by Horner's scheme."""
    tree: Tree = constant(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        tree = add(c, multiply(X, tree))
    return Expression(tree, polynomial=coefficients)


def _linear(name: str, breakpoints: list[int], *slopes: Fraction | int) -> PiecewiseLinear:
    return PiecewiseLinear(
        tuple(map(Fraction, breakpoints)), tuple(map(Fraction, slopes)), Fraction(0), name
    )


def _at_0(name: str, left: Tree, right: Tree, smooth: int) -> Pieces:
    return Pieces((Fraction(0),), (left, right), (smooth,), name)


_HALF = Fraction(1, 2)
_NORMAL = add(1, apply("erf", multiply(X, apply("sqrt", _HALF))))
_GROWTH = add(-1, apply("exp", X))
SELU_SCALE, SELU_ALPHA = (
    Fraction("1.0507009873554804934193349852946"),
    Fraction("1.6732632423543772848170429916717"),
)
_TABLE: tuple[Activation, ...] = (
    Expression(apply("sigmoid", X), "sigmoid"),
    Expression(apply("tanh", X), "tanh"),
    Expression(apply("atan", X), "arctan"),
    Expression(apply("softplus", X), "softplus"),
    Expression(multiply(X, apply("sigmoid", X)), "swish"),
    Expression(multiply(_HALF, X, _NORMAL), "gelu"),
    Expression(multiply(X, apply("tanh", apply("softplus", X))), "mish"),
    Expression(apply("sin", X), "sin"),
    Expression(apply("exp", X), "exp"),
    Expression(X, "identity"),
    _at_0("softsign", divide(X, add(1, multiply(-1, X))), divide(X, add(1, X)), 1),
    _at_0("elu", _GROWTH, X, 1),
    _at_0("selu", multiply(SELU_SCALE * SELU_ALPHA, _GROWTH), multiply(SELU_SCALE, X), 0),
    _linear("relu", [0], 0, 1),
    _linear("leaky-relu", [0], Fraction(1, 100), 1),
    _linear("hard-tanh", [-1, 1], 0, 1, 0),
)
NAMED: Mapping[str, Activation] = MappingProxyType(
    {str(activation.name): activation for activation in _TABLE}
)


def named(name: str, place: str = "activation") -> Activation:
    """The activation of this name.

    Raises InputError (with `place`) for a name that is none.

    >>> named("relu").slopes
    (Fraction(0, 1), Fraction(1, 1))
    """
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
    if isinstance(activation, Pieces):
        raise InputError("activation", "pieces without a name have no place in a problem file")
    if activation.polynomial:
        return {"polynomial": [rational_text(c) for c in activation.polynomial]}
    return {"expression": fold(activation.tree, _Spelling())}


def evaluate_exactly(activation: Activation, x: Fraction) -> Fraction:
    """s(x), for an activation that is exact at x.

    Raises ZeroDivisionError where it is not defined, ValueError where it is transcendental.
    """
    if isinstance(activation, Expression):
        return fold(activation.tree, _ExactValue(x))
    s = activation.pieces
    return fold(s.trees[bisect_right(s.breakpoints, x)], _ExactValue(x))


# What is asked of a tree


class _IsRational(UniformAlgebra[bool]):
    """Whether a tree has no function, so that arithmetic alone gives its values at rationals."""

    def variable(self) -> bool:
        return True

    def constant(self, _value: Fraction, /) -> bool:
        return True

    def power(self, base: bool, _exponent: int, /) -> bool:
        return base

    def add(self, terms: Sequence[bool], /) -> bool:
        return all(terms)

    def multiply(self, factors: Sequence[bool], /) -> bool:
        return all(factors)

    def divide(self, numerator: bool, denominator: bool, /) -> bool:
        return numerator and denominator

    def function(self, _name: str, _u: bool, /) -> bool:
        return False


class _Spelling(UniformAlgebra[Json]):
    """A tree in JSON, as docs/reference/format.md spells it."""

    def variable(self) -> Json:
        return "x"

    def constant(self, value: Fraction, /) -> Json:
        return rational_text(value)

    def power(self, base: Json, exponent: int, /) -> Json:
        return ["^", base, str(exponent)]

    def add(self, terms: Sequence[Json], /) -> Json:
        return ["+", *terms]

    def multiply(self, factors: Sequence[Json], /) -> Json:
        return ["*", *factors]

    def divide(self, numerator: Json, denominator: Json, /) -> Json:
        return ["/", numerator, denominator]

    def function(self, name: str, u: Json, /) -> Json:
        return [name, u]


class _ExactValue(UniformAlgebra[Fraction]):
    """The value of a tree at a rational.

    Raises ZeroDivisionError where there is none, ValueError at a function.
    """

    def __init__(self, x: Fraction) -> None:
        self._x = x

    def variable(self) -> Fraction:
        return self._x

    def constant(self, value: Fraction, /) -> Fraction:
        return value

    def power(self, base: Fraction, exponent: int, /) -> Fraction:
        return base**exponent

    def add(self, terms: Sequence[Fraction], /) -> Fraction:
        return sum(terms, Fraction(0))

    def multiply(self, factors: Sequence[Fraction], /) -> Fraction:
        return prod(factors, start=Fraction(1))

    def divide(self, numerator: Fraction, denominator: Fraction, /) -> Fraction:
        return numerator / denominator

    def function(self, name: str, _u: Fraction, /) -> Fraction:
        raise ValueError(f"{name} has no exact value at a rational")
