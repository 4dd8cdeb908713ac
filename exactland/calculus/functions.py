"""Enclosures of an activation and its derivatives over a ball, by Arb power series tightened with the second-order mean value form."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from math import factorial

from flint import arb, arb_series

from exactland.activations import Activation, Expression, PiecewiseLinear, Tree
from exactland.exact import from_midpoint, to_arb


class Undefined(ArithmeticError):
    """An activation, or the derivative asked for, does not exist on the whole range."""


def derivatives(activation: Activation, x: arb, order: int) -> list[arb]:
    """[s, s', ..., s^(order)], each a ball that contains all its values over x, at the working precision.

    Not claimed: the narrowest ball. At a point the width is a few units in the last place; over a small ball it is of the order of the range.
    Raises Undefined where the function or a derivative is not defined on all of x, or x touches a kink and order is positive.
    """
    if not x.is_finite():
        raise Undefined("a pre-activation is not finite")
    values = _piecewise_linear(activation, x, order) if isinstance(activation, PiecewiseLinear) else _expression(activation, x, order)
    if not all(v.is_finite() for v in values):
        raise Undefined(f"the activation is not defined on the whole range {x.str(6)} of a pre-activation")
    return values


def _expression(activation: Expression, x: arb, order: int) -> list[arb]:
    if x.is_exact():
        return _at(activation.tree, x, order)
    middle, wide = _at(activation.tree, x.mid(), order + 1), _at(activation.tree, x, order + 2)
    d = x - x.mid()
    reach = d.abs_upper()
    half_square = (reach * reach / 2).union(arb(0))
    return [_tighter(wide[k], middle[k] + middle[k + 1] * d + wide[k + 2] * half_square) for k in range(order + 1)]


def _tighter(a: arb, b: arb) -> arb:
    return a if a.is_finite() and a.rad() <= b.rad() else b


def _at(tree: Tree, x: arb, order: int) -> list[arb]:
    series = _series(tree, arb_series([x, 1], prec=order + 1))
    return [series[k] * factorial(k) for k in range(order + 1)]


def _series(tree: Tree, x: arb_series) -> arb_series:
    if tree == "x":
        return x
    if isinstance(tree, Fraction):
        return arb_series([to_arb(tree)], prec=x.prec)
    operator, first, *rest = tree
    u = _series(first, x)
    if operator == "^":
        return _power(u, rest[0])
    if operator == "tanh":
        return _tanh(u)
    if operator not in ("+", "*", "/"):
        composed: arb_series = getattr(u, operator)()
        return composed
    for part in rest:
        v = _series(part, x)
        if operator == "/" and v[0].contains(0):
            raise Undefined("division by a range that contains zero")
        u = u + v if operator == "+" else (u * v if operator == "*" else u / v)
    return u


def _power(u: arb_series, n: int) -> arb_series:
    result = arb_series([1], prec=u.prec)
    for bit in f"{abs(n):b}":
        result = result * result
        if bit == "1":
            result = result * u
    if n < 0 and result[0].contains(0):
        raise Undefined("division by a range that contains zero")
    return result if n >= 0 else arb_series([1], prec=u.prec) / result


def _tanh(u: arb_series) -> arb_series:
    """t' = (1 - t^2) u', coefficient by coefficient."""
    t = [u[0].tanh()]
    for k in range(1, u.prec):
        rate = [int(i == 0) - sum((t[j] * t[i - j] for j in range(i + 1)), arb(0)) for i in range(k)]
        t.append(sum((j * u[j] * rate[k - j] for j in range(1, k + 1)), arb(0)) / k)
    return arb_series(t, prec=u.prec)


def _piecewise_linear(s: PiecewiseLinear, x: arb, order: int) -> list[arb]:
    low, high = from_midpoint(x.lower()), from_midpoint(x.upper())
    pieces = s.pieces()
    values = []
    for q in (low, high, *(b for b in s.breakpoints if low < b < high)):
        slope, intercept = pieces[bisect_left(s.breakpoints, q)]
        values.append(slope * q + intercept)
    value = to_arb(min(values)).union(to_arb(max(values)))
    if order == 0:
        return [value]
    touched = [b for b in s.kinks if low <= b <= high]
    if touched:
        raise Undefined(f"the range of a pre-activation touches the kink at {touched[0]}")
    return [value, to_arb(s.slopes[bisect_left(s.breakpoints, high)]), *[arb(0)] * (order - 1)]
