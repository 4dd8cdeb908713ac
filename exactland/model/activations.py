"""Activations: one table of names, and the grammar for a user's own (proofs/FORMAT.md, section 2).

An activation is an `Expression` (smooth wherever it is defined), `Pieces` of expressions (with as
many derivatives at a breakpoint as it says) or a `PiecewiseLinear` function (smooth away from its
kinks). The named smooth ones are abbreviations of expressions. The kernel has its own reading of
this table; a test holds the two against each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactland.errors import InputError
from exactland.model.numbers import rational_text

Tree = Any  # "x" | Fraction | (operator, tree, ...) | ("^", tree, int)
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "atan", "tanh", "erf", "softplus", "sigmoid")
SMOOTH = 1 << 30  # derivatives at a breakpoint that is none


@dataclass(frozen=True)
class Expression:
    """A function given by a tree over + * / ^ (integer powers), rationals, the variable and
    FUNCTIONS; analytic wherever it is defined.
    """

    tree: Tree
    name: str | None = None
    # its coefficients, when it was given as a polynomial
    polynomial: tuple[Fraction, ...] | None = None

    @property
    def is_exact(self) -> bool:
        """Whether it maps rationals to rationals by arithmetic alone."""
        return not any(operator in FUNCTIONS for operator in _operators(self.tree))

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
        return not any(
            operator in FUNCTIONS for tree in self.trees for operator in _operators(tree)
        )

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
        trees = tuple(("+", c, ("*", slope, "x")) for slope, c in self.lines)
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
    tree: Tree = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        tree = ("+", c, ("*", "x", tree))
    return Expression(tree, polynomial=coefficients)


def _linear(name: str, breakpoints: list[int], *slopes: Fraction | int) -> PiecewiseLinear:
    return PiecewiseLinear(
        tuple(map(Fraction, breakpoints)), tuple(map(Fraction, slopes)), Fraction(0), name
    )


def _at_0(name: str, left: Tree, right: Tree, smooth: int) -> Pieces:
    return Pieces((Fraction(0),), (left, right), (smooth,), name)


_HALF, _ONE = Fraction(1, 2), Fraction(1)
_SIGMOID: Tree = ("sigmoid", "x")
SELU_SCALE, SELU_ALPHA = (
    Fraction("1.0507009873554804934193349852946"),
    Fraction("1.6732632423543772848170429916717"),
)
_TABLE: tuple[Activation, ...] = (
    Expression(_SIGMOID, "sigmoid"),
    Expression(("tanh", "x"), "tanh"),
    Expression(("atan", "x"), "arctan"),
    Expression(("softplus", "x"), "softplus"),
    Expression(("*", "x", _SIGMOID), "swish"),
    Expression(("*", _HALF, "x", ("+", _ONE, ("erf", ("*", "x", ("sqrt", _HALF))))), "gelu"),
    Expression(("*", "x", ("tanh", ("softplus", "x"))), "mish"),
    Expression(("sin", "x"), "sin"),
    Expression(("exp", "x"), "exp"),
    Expression("x", "identity"),
    _at_0("softsign", ("/", "x", ("+", _ONE, ("*", -_ONE, "x"))), ("/", "x", ("+", _ONE, "x")), 1),
    _at_0("elu", ("+", -_ONE, ("exp", "x")), "x", 1),
    _at_0(
        "selu",
        ("*", SELU_SCALE * SELU_ALPHA, ("+", -_ONE, ("exp", "x"))),
        ("*", SELU_SCALE, "x"),
        0,
    ),
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
    if isinstance(activation, Pieces):
        raise InputError("activation", "pieces without a name have no place in a problem file")
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
    """s(x), for an activation that is exact at x.

    Raises ZeroDivisionError where it is not defined, ValueError where it is transcendental.
    """
    if isinstance(activation, Expression):
        return _tree_exactly(activation.tree, x)
    s = activation.pieces
    return _tree_exactly(s.trees[bisect_right(s.breakpoints, x)], x)


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
        value = (
            value + other
            if operator == "+"
            else (value * other if operator == "*" else value / other)
        )
    return value
