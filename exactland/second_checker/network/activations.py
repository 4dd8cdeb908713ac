"""Activations: expressions in pieces, and those with names (docs/reference/format.md,
section 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flint import fmpq

from ..arithmetic.exact import ONE, ZERO, Vector
from .trees import (
    Tree,
    X,
    apply,
    constant,
    is_entire,
    power,
)

HALF = fmpq(1, 2)
LEAKY_SLOPE = fmpq(1, 100)
SELU_SCALE = fmpq(10507009873554804934193349852946, 10**31)
SELU_ALPHA = fmpq(16732632423543772848170429916717, 10**31)


@dataclass(frozen=True)
class Named:
    """An activation as files write it: a name."""

    name: str


@dataclass(frozen=True)
class Polynomial:
    """An activation as files write it: coefficients from degree 0."""

    coefficients: Vector


@dataclass(frozen=True)
class PiecewiseLinear:
    """An activation as files write it: slopes left to right, and the value at 0."""

    breakpoints: Vector
    slopes: Vector
    value_at_0: fmpq


@dataclass(frozen=True)
class Expression:
    """An activation as files write it: an expression."""

    tree: Tree


Written = Named | Polynomial | PiecewiseLinear | Expression


@dataclass(frozen=True)
class Activation:
    """Expressions left to right between breakpoints, with the number of continuous
    derivatives at each.
    """

    trees: tuple[Tree, ...]
    breaks: tuple[fmpq, ...] = ()
    smooth: tuple[int, ...] = ()
    # only of piecewise-linear ones, without idle breakpoints
    slopes: tuple[fmpq, ...] | None = None
    entire: bool = True  # defined on the whole line

    def piece_at(self, x: fmpq) -> int:
        """The piece whose closure has x, the left one of two."""
        return sum(1 for point in self.breaks if point < x)


def _in_two_pieces(left: Tree, right: Tree, smooth: int) -> Activation:
    """Left and right of 0."""
    return Activation((left, right), (ZERO,), (smooth,))


def _piecewise_linear(
    breakpoints: Vector, slopes: Vector, value_at_0: fmpq
) -> Activation:
    """Breakpoints where nothing bends are left out; lines that meet at the others."""
    points: list[fmpq] = []
    kept = [slopes[0]]
    for point, slope in zip(breakpoints, slopes[1:], strict=True):
        if slope != kept[-1]:
            points.append(point)
            kept.append(slope)
    offsets = _offsets(points, kept, value_at_0)
    trees = tuple(
        apply("+", apply("*", constant(slope), X), constant(offset))
        for slope, offset in zip(kept, offsets, strict=True)
    )
    return Activation(trees, tuple(points), (0,) * len(points), tuple(kept))


def _offsets(points: Vector, slopes: Vector, value_at_0: fmpq) -> Vector:
    """What is added to slope times x in each piece, so that neighbours meet: from the
    piece with 0 in its closure to the right, then to the left.
    """
    home = sum(1 for point in points if point < 0)
    offsets = [value_at_0] * len(slopes)
    for k in range(home, len(points)):
        bend = slopes[k + 1] - slopes[k]
        offsets[k + 1] = offsets[k] - bend * points[k]
    for k in range(home - 1, -1, -1):
        bend = slopes[k + 1] - slopes[k]
        offsets[k] = offsets[k + 1] + bend * points[k]
    return offsets


def _in_one_piece(tree: Tree) -> Activation:
    return Activation((tree,), entire=is_entire(tree))


_SCALED_X = apply("*", X, apply("sqrt", constant(HALF)))  # x / sqrt(2)
_ONE_PLUS_ERF = apply("+", constant(ONE), apply("erf", _SCALED_X))
_GROWTH = apply("+", apply("exp", X), constant(-ONE))  # e^x - 1
_SOFTPLUS = apply("softplus", X)
_MINUS_X = apply("*", constant(-ONE), X)

NAMED = MappingProxyType(
    {
        "sigmoid": _in_one_piece(apply("sigmoid", X)),
        "tanh": _in_one_piece(apply("tanh", X)),
        "arctan": _in_one_piece(apply("atan", X)),
        "softplus": _in_one_piece(_SOFTPLUS),
        "swish": _in_one_piece(apply("*", X, apply("sigmoid", X))),
        "gelu": _in_one_piece(apply("*", constant(HALF), X, _ONE_PLUS_ERF)),
        "mish": _in_one_piece(apply("*", X, apply("tanh", _SOFTPLUS))),
        "sin": _in_one_piece(apply("sin", X)),
        "exp": _in_one_piece(apply("exp", X)),
        # an expression: not piecewise linear in the sense of rules 3.4b and 4.4
        "identity": _in_one_piece(X),
        "softsign": _in_two_pieces(
            apply("/", X, apply("+", constant(ONE), _MINUS_X)),
            apply("/", X, apply("+", constant(ONE), X)),
            smooth=1,
        ),
        "elu": _in_two_pieces(_GROWTH, X, smooth=1),
        "selu": _in_two_pieces(
            apply("*", constant(SELU_SCALE * SELU_ALPHA), _GROWTH),
            apply("*", constant(SELU_SCALE), X),
            smooth=0,
        ),
        "relu": _piecewise_linear([ZERO], [ZERO, ONE], ZERO),
        "leaky-relu": _piecewise_linear([ZERO], [LEAKY_SLOPE, ONE], ZERO),
        "hard-tanh": _piecewise_linear([-ONE, ONE], [ZERO, ONE, ZERO], ZERO),
    }
)


def _polynomial(coefficients: Sequence[fmpq]) -> Tree:
    terms = [constant(coefficients[0])]
    for degree, coefficient in enumerate(coefficients):
        if degree > 0 and coefficient != 0:
            terms.append(apply("*", constant(coefficient), power(X, degree)))
    if len(terms) == 1:
        return terms[0]
    return apply("+", *terms)


def build(written: Written) -> Activation:
    """The activation that a file writes."""
    if isinstance(written, Named):
        return NAMED[written.name]
    if isinstance(written, Polynomial):
        return _in_one_piece(_polynomial(written.coefficients))
    if isinstance(written, PiecewiseLinear):
        return _piecewise_linear(
            written.breakpoints, written.slopes, written.value_at_0
        )
    return _in_one_piece(written.tree)
