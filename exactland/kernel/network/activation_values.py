"""Values and derivatives of an activation over a ball, or exactly at a rational
(docs/theorems/enclosures.md).

A smooth activation is an expression tree; its Taylor coefficients are found by the
usual recurrences on truncated power series, whose entries are balls or exact numbers
alike. An activation in pieces is continuous, and has at a breakpoint as many
derivatives as the table says: none at a kink.
"""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from math import factorial

from ..arithmetic import (
    ONE,
    ZERO,
    Ball,
    Exact,
    Formal,
    Number,
    apply,
    box,
    constant,
    hull,
    relu,
)
from ..arithmetic.series import padded, series
from ..meter import charge, cost_of_product
from ..refusals import Undefined
from .activations import Activation, Pieces, Tree

# Guard bits of an evaluation: these, and two for every bit of the integer part, of
# which at most so many count.
GUARD_BITS = 16
MOST_INTEGER_BITS = 128

# In units of the last place.
SMALL_RADIUS = 1 << 10


def derivatives(
    activation: Activation, x: Number, order: int, across: int = 0
) -> list[Number]:
    """[s, s', ..., s^(order)], each enclosing all its values over x. With across = 1,
    the last may jump.

    Raises Undefined, also for derivatives that are not found exactly.
    """
    if isinstance(x, Ball):
        if isinstance(activation, Pieces):
            return _over_pieces(activation, x, order, across)
        return _over_ball(activation, x, order)
    if isinstance(activation, Pieces):
        return _on_exact_piece(activation, x, order)
    return _taylor_derivatives(activation, x, order)


def _over_ball(tree: Tree, x: Ball, order: int) -> list[Ball]:
    """With m the midpoint of x and |d| at most its radius, s^(k)(m + d) is in
    s^(k)(m) + s^(k+1)(m) d + s^(k+2)(x) d^2 / 2: narrower than s^(k)(x) for small x,
    and no longer worth the work for balls that are hardly more than a number.
    """
    if x.r <= SMALL_RADIUS:
        return _with_guard_bits(tree, x, order)
    middle = _with_guard_bits(tree, Ball(x.m, 0, x.p), order + 1)
    wide = _with_guard_bits(tree, x, order + 2)
    d = Ball(0, x.r, x.p)
    half_square = d.square() / 2
    found = []
    for k in range(order + 1):
        by_taylor = middle[k] + middle[k + 1] * d + wide[k + 2] * half_square
        found.append(min(wide[k], by_taylor, key=lambda ball: ball.r))
    return found


def _with_guard_bits(tree: Tree, x: Ball, order: int) -> list[Ball]:
    """Terms like x^2 e^(-x^2) lose two bits for every integer bit of x."""
    integer_bits = (x.magnitude() >> x.p).bit_length()
    guard = GUARD_BITS + 2 * min(integer_bits, MOST_INTEGER_BITS)
    found = _taylor_derivatives(tree, x.at(x.p + guard), order)
    return [s.at(x.p) for s in found]


def _taylor_derivatives(tree: Tree, x: Number, order: int) -> list[Number]:
    """s^(k) = k! c_k, where c_k are the coefficients of s(x + t) in t."""
    variable = [x, constant(ONE, x)] + [constant(ZERO, x)] * order
    coefficients = series(tree, variable[: order + 1])
    found = padded(coefficients, order + 1)
    return [c * factorial(k) for k, c in enumerate(found)]


def touched(s: Pieces, low: Fraction, high: Fraction) -> range:
    """Which breakpoints lie in the closed range. To look for them is paid for: they may
    be many, and long.
    """
    for b in s.breakpoints:
        bits = b.numerator.bit_length() + b.denominator.bit_length()
        charge(cost_of_product(bits))
    return range(bisect_left(s.breakpoints, low), bisect_right(s.breakpoints, high))


def _check_breakpoints(s: Pieces, at: range, order: int, across: int = 0) -> None:
    """The derivatives asked for have to be continuous on the closed range: one that
    merely touches a kink is refused, unless the highest may jump (across = 1).
    """
    for k in at:
        if s.smooth[k] + across < order:
            raise Undefined(
                f"a range touches {s.breakpoints[k]}, where the activation has only"
                f" {s.smooth[k]} continuous derivatives"
            )


def _over_pieces(s: Pieces, x: Ball, order: int, across: int) -> list[Ball]:
    """The hull of the derivatives over the parts of x that lie in a piece each, their
    ends rounded outward.
    """
    p = x.p
    low = x.lower()
    high = x.upper()
    at = touched(s, low, high)
    _check_breakpoints(s, at, order, across)
    inside = s.breakpoints[at.start : at.stop]
    ends = box([low, *inside, high], p)
    parts = []
    pieces = zip(s.trees[at.start :], ends, ends[1:])
    for tree, start, end in pieces:
        part = Ball.between(start.m, end.m + end.r, p)
        parts.append(_over_ball(tree, part, order))
    return hull(*parts)


def _on_exact_piece(s: Pieces, x: Exact, order: int) -> list[Exact]:
    """At a breakpoint the pieces on both sides agree, as far as was asked for. At a
    formal number only the value is known.
    """
    if isinstance(x, Formal):
        # a list without derivatives would say that they are 0
        if order > 0:
            raise Undefined("no derivative is known at a number that is not rational")
        return [_formal_value(s, x)]
    at = touched(s, x, x)
    _check_breakpoints(s, at, order)
    return _taylor_derivatives(s.trees[at.stop], x, order)


def _formal_value(s: Pieces, u: Exact) -> Exact:
    """Affine pieces: the first, and a multiple of relu(u - b) for every breakpoint b.

    Other pieces: an atom, odd where the function is.
    """
    if s.slopes is None:
        return apply(f"{s.breakpoints}{s.trees}", u, s.odd)
    value = series(s.trees[0], [u])[0]
    bends = zip(s.breakpoints, s.slopes, s.slopes[1:])
    for b, left, right in bends:
        value = value + (right - left) * relu(u - b)
    return value
