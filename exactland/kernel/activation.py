"""Activations: values and derivatives of an activation over a ball, or exactly at a rational (FORMAT.md, section 2).

A smooth activation is an expression tree; its Taylor coefficients are found by the usual recurrences on truncated power series, whose
entries are balls or fractions alike. Over a ball of positive radius the coefficients are tightened by the second-order mean value form.
An activation in pieces is continuous, and has at a breakpoint as many derivatives as the table says: none at a kink.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from . import functions
from .ball import Ball, Number, Undefined, dot, tighter

_0, _1 = Fraction(0), Fraction(1)
Tree = Any  # "x" | Fraction | (operator, tree, ...) | ("^", tree, int)
Series = list[Number]  # Taylor coefficients c_0, c_1, ...; c_k = f^(k) / k!


class NotExact(Exception):
    """A transcendental function met a rational argument."""


@dataclass(frozen=True)
class Pieces:
    """The continuous function that is trees[k] between breakpoints k-1 and k, with smooth[k] continuous derivatives at breakpoint k (0: a kink)."""

    breakpoints: tuple[Fraction, ...]
    trees: tuple[Tree, ...]
    smooth: tuple[int, ...]


Activation = Any  # Tree | Pieces

SIGMOID: Tree = ("sigmoid", "x")
SOFTPLUS: Tree = ("softplus", "x")
SMOOTH = 1 << 30  # derivatives at a breakpoint that is none
SELU_SCALE, SELU_ALPHA = Fraction("1.0507009873554804934193349852946"), Fraction("1.6732632423543772848170429916717")


def piecewise_linear(breakpoints: Sequence[Fraction], slopes: Sequence[Fraction], value_at_0: Fraction) -> Pieces:
    """The continuous function with these slopes, left to right, and this value at 0."""
    intercepts = [_0]
    for b, left, right in zip(breakpoints, slopes, slopes[1:]):
        intercepts.append(intercepts[-1] + (left - right) * b)
    shift = value_at_0 - intercepts[bisect_left(breakpoints, _0)]
    trees = [("+", c + shift, ("*", slope, "x")) for slope, c in zip(slopes, intercepts)]
    return Pieces(tuple(breakpoints), tuple(trees), tuple(SMOOTH if left == right else 0 for left, right in zip(slopes, slopes[1:])))


NAMES: dict[str, Activation] = {
    "sigmoid": SIGMOID,
    "tanh": ("tanh", "x"),
    "arctan": ("atan", "x"),
    "softplus": SOFTPLUS,
    "swish": ("*", "x", SIGMOID),
    "gelu": ("*", Fraction(1, 2), "x", ("+", _1, ("erf", ("*", "x", ("sqrt", Fraction(1, 2)))))),
    "mish": ("*", "x", ("tanh", SOFTPLUS)),
    "sin": ("sin", "x"),
    "exp": ("exp", "x"),
    "identity": "x",
    "softsign": Pieces((_0,), (("/", "x", ("+", _1, ("*", -_1, "x"))), ("/", "x", ("+", _1, "x"))), (1,)),
    "elu": Pieces((_0,), (("+", -_1, ("exp", "x")), "x"), (1,)),
    "selu": Pieces((_0,), (("*", SELU_SCALE * SELU_ALPHA, ("+", -_1, ("exp", "x"))), ("*", SELU_SCALE, "x")), (0,)),
    "relu": piecewise_linear([_0], [_0, _1], _0),
    "leaky-relu": piecewise_linear([_0], [Fraction(1, 100), _1], _0),
    "hard-tanh": piecewise_linear([-_1, _1], [_0, _1, _0], _0),
}


def polynomial(coefficients: Sequence[Fraction]) -> Tree:
    """Horner's scheme as a tree."""
    tree: Tree = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        tree = ("+", c, ("*", "x", tree))
    return tree


@dataclass(frozen=True)
class Size:
    """What an activation costs: nodes; transcendental functions; growth (a rational of b bits becomes one of about b growth bits); its longest number."""

    nodes: int = 1
    functions: int = 0
    growth: int = 1
    bits: int = 0


def size(activation: Activation) -> Size:
    if isinstance(activation, Pieces):
        parts, power, own = activation.trees, 1, Size(0, bits=max(map(bits, (_0, *activation.breakpoints))))
    elif isinstance(activation, tuple):
        operator, *rest = activation
        power = abs(rest.pop()) if operator == "^" else 1
        parts, own = tuple(rest), Size(1 + power.bit_length(), {"erf": 3, "softplus": 3}.get(operator, operator not in "+*/^"), 0)
    else:
        return Size(bits=bits(activation) if isinstance(activation, Fraction) else 0)
    nodes, functions, growth, longest = zip(*((p.nodes, p.functions, p.growth, p.bits) for p in (*map(size, parts), own)))
    return Size(sum(nodes), sum(functions), max(growth) if isinstance(activation, Pieces) else sum(growth) * max(1, power), max(longest))


def bits(q: Fraction) -> int:
    return q.numerator.bit_length() + q.denominator.bit_length()


def derivatives(activation: Activation, x: Number, order: int) -> list[Number]:
    """[s, s', ..., s^(order)], each enclosing all its values over x. Raises Undefined, NotExact."""
    if isinstance(activation, Pieces):
        return _piece_by_piece(activation, x, order)
    if not isinstance(x, Ball) or not x.r:
        return _derivatives_at(activation, x, order)
    middle = _derivatives_at(activation, Ball(x.m, 0, x.p), order + 1)
    wide = _derivatives_at(activation, x, order + 2)
    d = Ball(0, x.r, x.p)
    half_square = Ball.between(0, (x.r * x.r >> (x.p + 1)) + 1, x.p)
    return [tighter(wide[k], middle[k] + middle[k + 1] * d + wide[k + 2] * half_square) for k in range(order + 1)]


def _derivatives_at(tree: Tree, x: Number, order: int) -> list[Number]:
    """Over balls with guard bits, twice as many as x has integer bits (at most 128) and 16 more: terms like x^2 e^(-x^2) lose no more than those."""
    fine = x.at(x.p + 16 + 2 * min((x.magnitude() >> x.p).bit_length(), 128)) if isinstance(x, Ball) else x
    variable = [fine, constant(_1, fine), *[constant(_0, fine)] * order][: order + 1]
    factorials = reduce(lambda f, k: [*f, f[-1] * k], range(1, order + 1), [1])
    values = [c * f for c, f in zip(_series(tree, variable), factorials)]
    return [c.at(x.p) for c in values] if isinstance(x, Ball) else values


def _piece_by_piece(s: Pieces, x: Number, order: int) -> list[Number]:
    """The hull of the derivatives on every piece that the closed range x meets, refused where a breakpoint in it has fewer derivatives than asked for."""
    low, high = (x.lower(), x.upper()) if isinstance(x, Ball) else (x, x)
    for b, smooth in zip(s.breakpoints, s.smooth):
        if low <= b <= high and smooth < order:
            raise Undefined(f"the range of a pre-activation touches {b}, where the activation has only {smooth} continuous derivatives")
    first, last = bisect_left(s.breakpoints, low), bisect_right(s.breakpoints, high)
    if not isinstance(x, Ball):
        return derivatives(s.trees[last], x, order)
    met = [Ball.exact(b, x.p) for b in s.breakpoints[first:last]]
    ends = zip([x.m - x.r, *(b.m for b in met)], [*(b.m + b.r for b in met), x.m + x.r])
    parts = [derivatives(tree, Ball.between(*both, x.p), order) for tree, both in zip(s.trees[first:], ends)]
    return [Ball.between(min(c.m - c.r for c in column), max(c.m + c.r for c in column), x.p) for column in zip(*parts)]


def constant(q: Fraction, like: Number) -> Number:
    return Ball.exact(q, like.p) if isinstance(like, Ball) else q


def _series(tree: Tree, x: Series) -> Series:
    """The truncated power series of the tree at the series x."""
    if tree == "x":
        return x
    if isinstance(tree, Fraction):
        return [constant(tree, x[0]), *[constant(_0, x[0])] * (len(x) - 1)]
    operator, first, *rest = tree
    u = _series(first, x)
    if operator == "+":
        return reduce(lambda a, t: [p + q for p, q in zip(a, _series(t, x))], rest, u)
    if operator == "*":
        return reduce(lambda a, t: _product(a, _series(t, x)), rest, u)
    if operator == "/":
        return _quotient(u, _series(rest[0], x))
    if operator == "^":
        return _power(u, rest[0])
    if not isinstance(u[0], Ball):
        raise NotExact(f"{operator} has no exact value at a rational")
    return _compose(operator, u)


def _unit(like: Series) -> Series:
    return [constant(Fraction(k == 0), like[0]) for k in range(len(like))]


def _product(a: Series, b: Series) -> Series:
    terms = [dot(a[: k + 1], b[k::-1]) for k in range(len(a))]
    return [a[0].square(), *terms[1:]] if a is b and a and isinstance(a[0], Ball) else terms


def _quotient(a: Series, b: Series) -> Series:
    if isinstance(b[0], Fraction) and b[0] == 0:
        raise Undefined("division by zero")
    q: Series = []
    for k in range(len(a)):
        q.append((a[k] - dot(q, b[k:0:-1]) if k else a[k]) / b[0])
    return q


def _power(u: Series, n: int) -> Series:
    one = result = _unit(u)
    for bit in f"{abs(n):b}":
        result = _product(result, result)
        if bit == "1":
            result = _product(result, u)
    return result if n >= 0 else _quotient(one, result)


def _compose(name: str, u: Series) -> Series:
    """The series of a function of u: its value at u_0, then the integral of its rate at u times u'."""
    start = getattr(functions, name)(u[0])
    rate = RATES[name](u[:-1]) if len(u) > 1 else []
    du = [c * k for k, c in enumerate(u)][1:]
    return [start, *(c / k for k, c in enumerate(_product(rate, du), 1))]


def _minus(a: Series, b: Series) -> Series:
    return [p - q for p, q in zip(a, b)]


def _square(u: Series) -> Series:
    return _product(u, u)


RATES: dict[str, Callable[[Series], Series]] = {  # the derivative of a function, as a series at the series u
    "exp": lambda u: _compose("exp", u),
    "log": lambda u: _quotient(_unit(u), u),
    "sqrt": lambda u: _quotient(_unit(u), [c * 2 for c in _compose("sqrt", u)]),
    "sin": lambda u: _compose("cos", u),
    "cos": lambda u: [-c for c in _compose("sin", u)],
    "atan": lambda u: _quotient(_unit(u), _minus(_square(u), [-c for c in _unit(u)])),
    "tanh": lambda u: _minus(_unit(u), _square(_compose("tanh", u))),
    "erf": lambda u: [c * 2 / functions.sqrt(functions.pi(c.p)) for c in _compose("exp", [-c for c in _square(u)])],
    "softplus": lambda u: _compose("sigmoid", u),
    "sigmoid": lambda u: _minus(y := _compose("sigmoid", u), _square(y)),
}
