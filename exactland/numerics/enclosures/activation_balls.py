"""Enclosures of an activation and its derivatives over a ball, by Arb power series tightened with
the second-order mean value form.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import factorial, prod

from flint import arb, arb_series, ctx

from exactland.errors import InputError
from exactland.model.activations import Activation, Expression, Pieces
from exactland.model.trees import Algebra, Tree, fold
from exactland.numerics.precision import extra_precision
from exactland.numerics.rounding import from_midpoint, to_arb


class UndefinedError(ArithmeticError):
    """An activation, or the derivative asked for, does not exist on the whole range."""


def derivatives(activation: Activation, x: arb, order: int) -> list[arb]:
    """[s, s', ..., s^(order)], each a ball that contains all its values over x, at the working
    precision.

    Not claimed: the narrowest ball. At a point the width is a few units in the last place; over a
    small ball it is of the order of the range. Raises UndefinedError where the function or a
    derivative is not defined on all of x, or x touches a kink and order is positive; InputError for
    orders above 7, where power series end (`flint.ctx.cap` is 10).
    """
    return derivatives_at_all(activation, [x], order)[0]


def derivatives_at_all(activation: Activation, xs: Sequence[arb], order: int) -> list[list[arb]]:
    """`derivatives` at every one of several balls. Raises UndefinedError if one of them is."""
    # python-flint cuts power series off there; over a ball two more terms are needed
    if order + 2 >= ctx.cap:
        raise InputError("order", f"{order} is more than {ctx.cap - 3}")
    if not all(x.is_finite() for x in xs):
        raise UndefinedError("a pre-activation is not finite")
    with extra_precision(_guard(xs)):
        if isinstance(activation, Expression):
            found = [_tree(activation.tree, x, order) for x in xs]
        else:
            found = [_piece_by_piece(activation.pieces, x, order) for x in xs]
    for x, values in zip(xs, found):
        if not all(v.is_finite() for v in values):
            raise UndefinedError(
                f"the activation is not defined on the whole range {x.str(6)} of a pre-activation,"
                " or too large there"
            )
    return found


def _guard(xs: Sequence[arb]) -> int:
    """Bits lost by terms like x^2 e^(-x^2): twice as many as the largest x has integer bits (at
    most 128), and 16 more.
    """
    mantissa, exponent = reduce(arb.max, (x.abs_upper() for x in xs)).man_exp()
    return 16 + 2 * min(max(0, int(exponent) + int(mantissa).bit_length()), 128)


def _tree(tree: Tree, x: arb, order: int) -> list[arb]:
    if x.is_exact():
        return _at(tree, x, order)
    middle, wide = _at(tree, x.mid(), order + 1), _at(tree, x, order + 2)
    d = x - x.mid()
    reach = d.abs_upper()
    half_square = (reach * reach / 2).union(arb(0))
    return [
        _tighter(wide[k], middle[k] + middle[k + 1] * d + wide[k + 2] * half_square)
        for k in range(order + 1)
    ]


def _tighter(a: arb, b: arb) -> arb:
    return a if a.is_finite() and a.rad() <= b.rad() else b


def _at(tree: Tree, x: arb, order: int) -> list[arb]:
    series = fold(tree, _Series(arb_series([x, 1], prec=order + 1)))
    return [series[k] * factorial(k) for k in range(order + 1)]


class _Series(Algebra[arb_series]):
    """The power series of a tree at the series x, truncated where x is.

    Raises UndefinedError where a divisor may be zero.
    """

    def __init__(self, x: arb_series) -> None:
        self._x = x

    def variable(self) -> arb_series:
        return self._x

    def constant(self, value: Fraction, /) -> arb_series:
        return arb_series([to_arb(value)], prec=self._x.prec)

    def power(self, base: arb_series, exponent: int, /) -> arb_series:
        result = arb_series([1], prec=base.prec)
        for bit in f"{abs(exponent):b}":
            result = result * result
            if bit == "1":
                result = result * base
        return result if exponent >= 0 else self.divide(arb_series([1], prec=base.prec), result)

    def add(self, terms: Sequence[arb_series], /) -> arb_series:
        return sum(terms[1:], start=terms[0])

    def multiply(self, factors: Sequence[arb_series], /) -> arb_series:
        return prod(factors[1:], start=factors[0])

    def divide(self, numerator: arb_series, denominator: arb_series, /) -> arb_series:
        if denominator[0].contains(0):
            raise UndefinedError("division by a range that contains zero")
        return numerator / denominator

    def exp(self, u: arb_series, /) -> arb_series:
        return u.exp()

    def log(self, u: arb_series, /) -> arb_series:
        return u.log()

    def sqrt(self, u: arb_series, /) -> arb_series:
        return u.sqrt()

    def sin(self, u: arb_series, /) -> arb_series:
        return u.sin()

    def cos(self, u: arb_series, /) -> arb_series:
        return u.cos()

    def erf(self, u: arb_series, /) -> arb_series:
        return u.erf()

    # Functions that Arb has no series for, or only over narrow balls: the value at u_0, then an
    # addition theorem for the rest d, a series without constant term.

    def atan(self, u: arb_series, /) -> arb_series:
        """atan u_0 + atan(d / (1 + u_0^2 + u_0 d))."""
        low, high = u[0].abs_lower(), u[0].abs_upper()
        d = _rest(u)
        least, most = low * low, high * high
        square = 1 + least.union(most)
        if square > 0:
            return u[0].atan() + (d / (square + d * u[0])).atan()
        # of so many sizes that no ball with them is without 0: the reciprocals are in one
        inverse = (1 / (1 + most)).union(1 / (1 + least))
        return u[0].atan() + (d * inverse / (1 + d * (u[0] * inverse))).atan()

    def tanh(self, u: arb_series, /) -> arb_series:
        """t + (1 - t^2) tanh d / (1 + t tanh d), t = tanh u_0."""
        e, t = (2 * _rest(u)).exp(), _increasing(arb.tanh, u[0])
        d = (e - 1) / (e + 1)
        return t + (1 - t * t) * d / (1 + t * d)

    def softplus(self, u: arb_series, /) -> arb_series:
        """softplus u_0 + log(1 + s (e^d - 1)), s the sigmoid of u_0."""
        return (
            _increasing(_softplus_at, u[0])
            + (1 + (_rest(u).exp() - 1) * _increasing(_sigmoid_at, u[0])).log()
        )

    def sigmoid(self, u: arb_series, /) -> arb_series:
        """s + s (1 - s) (e^d - 1) / (1 + s (e^d - 1)), s the sigmoid of u_0."""
        s, e = _increasing(_sigmoid_at, u[0]), _rest(u).exp() - 1
        return s + s * (1 - s) * e / (1 + s * e)


def _rest(u: arb_series) -> arb_series:
    """The series without its constant term, which has to be a number."""
    if not u[0].is_finite():
        raise UndefinedError("a function inside another is not defined on the whole range")
    return arb_series([0, *(u[k] for k in range(1, u.prec))], prec=u.prec)


def _increasing(function: Callable[[arb], arb], x: arb) -> arb:
    return function(x) if x.is_exact() else function(x.lower()).union(function(x.upper()))


def _sigmoid_at(x: arb) -> arb:
    return 1 / (1 + (-x).exp()) if x > 0 else x.exp() / (1 + x.exp())


def _softplus_at(x: arb) -> arb:
    return arb(0).max(x) + (-abs(x)).exp().log1p()


def _piece_by_piece(s: Pieces, x: arb, order: int) -> list[arb]:
    """The hull of the derivatives on every piece that the closed range x meets, refused where a
    breakpoint in it has fewer derivatives than asked for.
    """
    try:
        low, high = from_midpoint(x.lower()), from_midpoint(x.upper())
    except ArithmeticError:
        raise UndefinedError(
            "a pre-activation is too near 0, or too large, to be compared with the breakpoints"
        ) from None
    touched = [b for b in s.rough(order) if low <= b <= high]
    if touched:
        raise UndefinedError(
            "the range of a pre-activation touches the"
            f" {'kink' if touched[0] in s.rough(1) else 'breakpoint'} at {touched[0]}"
        )
    first, last = bisect_left(s.breakpoints, low), bisect_right(s.breakpoints, high)
    met = [to_arb(b) for b in s.breakpoints[first:last]]
    hull: list[arb] = []
    for tree, left, right in zip(s.trees[first:], [x.lower(), *met], [*met, x.upper()]):
        part = _tree(tree, x if not met else left.union(right), order)
        hull = [a.union(b) for a, b in zip(hull, part)] if hull else part
    return hull
