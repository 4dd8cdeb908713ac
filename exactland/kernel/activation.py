"""Activations: values and derivatives of an activation over a ball, or exactly at a rational (FORMAT.md, section 2).

A smooth activation is an expression tree; its Taylor coefficients are found by the usual recurrences on truncated power series, whose
entries are balls or fractions alike. Over a ball of positive radius the coefficients are tightened by the second-order mean value form.
A piecewise-linear activation has a value everywhere and derivatives only away from its kinks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from . import functions
from .ball import Ball, Number, Undefined, dot, tighter

Tree = Any  # "x" | Fraction | (operator, tree, ...) | ("^", tree, int)
Series = list[Number]  # Taylor coefficients c_0, c_1, ...; c_k = f^(k) / k!


class NotExact(Exception):
    """A transcendental function met a rational argument."""


@dataclass(frozen=True)
class PiecewiseLinear:
    breakpoints: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]
    value_at_0: Fraction

    def value(self, x: Fraction) -> Fraction:
        """value_at_0 plus the integral of the slopes from 0 to x."""
        low, high = min(x, Fraction(0)), max(x, Fraction(0))
        cuts = [low, *[b for b in self.breakpoints if low < b < high], high]
        area = sum((self.slopes[bisect_left(self.breakpoints, b)] * (b - a) for a, b in zip(cuts, cuts[1:])), Fraction(0))
        return self.value_at_0 + (area if x >= 0 else -area)


Activation = Any  # Tree | PiecewiseLinear

SIGMOID: Tree = ("+", Fraction(1, 2), ("*", Fraction(1, 2), ("tanh", ("*", Fraction(1, 2), "x"))))


def _piecewise(breakpoints: Sequence[int], slopes: Sequence[Fraction | int]) -> PiecewiseLinear:
    return PiecewiseLinear(tuple(map(Fraction, breakpoints)), tuple(map(Fraction, slopes)), Fraction(0))


NAMES: dict[str, Activation] = {
    "sigmoid": SIGMOID,
    "tanh": ("tanh", "x"),
    "sin": ("sin", "x"),
    "exp": ("exp", "x"),
    "identity": "x",
    "relu": _piecewise([0], [0, 1]),
    "leaky-relu": _piecewise([0], [Fraction(1, 100), 1]),
    "hard-tanh": _piecewise([-1, 1], [0, 1, 0]),
}


def polynomial(coefficients: Sequence[Fraction]) -> Tree:
    """Horner's scheme as a tree."""
    tree: Tree = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        tree = ("+", c, ("*", "x", tree))
    return tree


def size(tree: Tree) -> tuple[int, int]:
    """Nodes of the tree, and its growth: a rational of b bits becomes one of about b * growth bits."""
    if isinstance(tree, tuple):
        if tree[0] == "^":
            nodes, growth = size(tree[1])
            return nodes + 12, growth * max(1, abs(tree[2]))
        parts = [size(t) for t in tree[1:]]
        return 1 + sum(n for n, _ in parts), sum(g for _, g in parts)
    return 1, 1


def derivatives(activation: Activation, x: Number, order: int) -> list[Number]:
    """[s, s', ..., s^(order)], each enclosing all its values over x. Raises Undefined, NotExact."""
    if isinstance(activation, PiecewiseLinear):
        return _piecewise_derivatives(activation, x, order)
    if not isinstance(x, Ball) or not x.r:
        return _derivatives_at(activation, x, order)
    middle = _derivatives_at(activation, Ball(x.m, 0, x.p), order + 1)
    wide = _derivatives_at(activation, x, order + 2)
    d = Ball(0, x.r, x.p)
    half_square = Ball.between(0, (x.r * x.r >> (x.p + 1)) + 1, x.p)
    return [tighter(wide[k], middle[k] + middle[k + 1] * d + wide[k + 2] * half_square) for k in range(order + 1)]


def _derivatives_at(tree: Tree, x: Number, order: int) -> list[Number]:
    one = constant(Fraction(1), x)
    variable = [x, one, *[constant(Fraction(0), x)] * order][: order + 1]
    factorials = reduce(lambda f, k: [*f, f[-1] * k], range(1, order + 1), [1])
    return [c * f for c, f in zip(_series(tree, variable), factorials)]


def _piecewise_derivatives(s: PiecewiseLinear, x: Number, order: int) -> list[Number]:
    low, high = (x.lower(), x.upper()) if isinstance(x, Ball) else (x, x)
    values = [s.value(q) for q in (low, high, *(b for b in s.breakpoints if low < b < high))]
    if isinstance(x, Ball):
        ends = Ball.exact(min(values), x.p), Ball.exact(max(values), x.p)
        value: Number = Ball.between(ends[0].m - ends[0].r, ends[1].m + ends[1].r, x.p)
    else:
        value = values[0]
    if order == 0:
        return [value]
    for b, left, right in zip(s.breakpoints, s.slopes, s.slopes[1:]):
        if low <= b <= high and left != right:
            raise Undefined(f"the range of a pre-activation touches the kink at {b}")
    slope = s.slopes[bisect_left(s.breakpoints, high)]
    return [value, constant(slope, x), constant(Fraction(0), x)][: order + 1]


def constant(q: Fraction, like: Number) -> Number:
    return Ball.exact(q, like.p) if isinstance(like, Ball) else q


def _series(tree: Tree, x: Series) -> Series:
    """The truncated power series of the tree at the series x."""
    if tree == "x":
        return x
    if isinstance(tree, Fraction):
        return [constant(tree, x[0]), *[constant(Fraction(0), x[0])] * (len(x) - 1)]
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
    return _COMPOSE[operator](u)


def _unit(like: Series) -> Series:
    return [constant(Fraction(k == 0), like[0]) for k in range(len(like))]


def _product(a: Series, b: Series) -> Series:
    return [dot(a[: k + 1], b[k::-1]) for k in range(len(a))]


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


def _derivative(u: Series) -> Series:
    return [u[k] * k for k in range(1, len(u))]


def _integral(start: Number, du: Series) -> Series:
    return [start, *[c / (k + 1) for k, c in enumerate(du)]]


def _solve(start: Number, u: Series, rate: Any) -> Series:
    """The series y with y_0 = start and y' = rate(y) u', coefficient by coefficient."""
    y, du = [start], _derivative(u)
    for k in range(1, len(u)):
        y.append(dot(rate(y)[:k], du[k - 1 :: -1]) / k)
    return y


def _compose_exp(u: Series) -> Series:
    return _solve(functions.exp(u[0]), u, lambda y: y)


def _compose_tanh(u: Series) -> Series:
    def rate(y: Series) -> Series:
        square = _product(y, y)
        return [1 - square[0], *[-c for c in square[1:]]]

    return _solve(functions.tanh(u[0]), u, rate)


def _compose_sin_cos(u: Series) -> tuple[Series, Series]:
    s0, c0 = functions.sin_cos(u[0])
    s: Series = [s0]
    c: Series = [c0]
    du = _derivative(u)
    for k in range(1, len(u)):
        next_s, next_c = dot(c, du[k - 1 :: -1]) / k, -dot(s, du[k - 1 :: -1]) / k
        s.append(next_s)
        c.append(next_c)
    return s, c


def _compose_log(u: Series) -> Series:
    return _integral(functions.log(u[0]), _quotient(_derivative(u), u))


def _compose_sqrt(u: Series) -> Series:
    return _solve(functions.sqrt(u[0]), u, lambda y: _quotient([c / 2 for c in _unit(y)], y))


def _compose_atan(u: Series) -> Series:
    square = _product(u, u)
    return _integral(functions.atan(u[0]), _quotient(_derivative(u), [square[0] + 1, *square[1:-1]]))


def _compose_erf(u: Series) -> Series:
    scale = 2 / functions.sqrt(functions.pi(u[0].p))
    bell = _compose_exp([-c for c in _product(u, u)])
    return _integral(functions.erf(u[0]), [c * scale for c in _product(bell[:-1], _derivative(u))])


_COMPOSE = {
    "exp": _compose_exp,
    "tanh": _compose_tanh,
    "sin": lambda u: _compose_sin_cos(u)[0],
    "cos": lambda u: _compose_sin_cos(u)[1],
    "log": _compose_log,
    "sqrt": _compose_sqrt,
    "atan": _compose_atan,
    "erf": _compose_erf,
}
