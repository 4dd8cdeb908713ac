"""Values and derivatives of activations, over balls (enclosures) or at rationals
(exactly).
"""

from itertools import pairwise

from flint import arb, fmpq

from ..arithmetic import exact
from ..arithmetic.ball import (
    ONE,
    WITHIN_ONE,
    ZERO,
    finite,
    hull,
    narrower,
)
from ..meter import metered
from ..refusals import require
from .activations import Activation
from .jets import BallSeries, ExactSeries
from .trees import Tree

FACTORIALS = (1, 1, 2, 6, 24)  # the second derivative takes two more for its remainder
NARROW = arb(fmpq(1, 1 << 20))  # what is narrower is not cut in parts


def _taylor(tree: Tree, x: arb, order: int) -> list[arb]:
    """s, s', ..., s^(order), directly."""
    start = [x, ONE, *[ZERO] * order][: order + 1]
    jet = BallSeries(order + 1).evaluate(tree, start)
    pairs = zip(jet, FACTORIALS[: order + 1], strict=True)
    return [c * f for c, f in pairs]


def _enclosures(tree: Tree, x: arb, order: int) -> list[arb]:
    """s, s', ..., s^(order) over a ball: directly, and by s(x) = s(m) + s'(m) (x - m)
    + s''(.) (x - m)^2 / 2 around its middle m.
    """
    if x.is_exact():
        return [finite(value) for value in _taylor(tree, x, order)]
    direct = _taylor(tree, x, order + 2)
    values = [finite(value) for value in direct[: order + 1]]
    radius = x.rad()
    at_middle = _taylor(tree, x.mid(), order + 1)
    away = WITHIN_ONE * radius
    half_square = hull([ZERO, radius * radius / 2])
    result = []
    for k, value in enumerate(values):
        linear = at_middle[k] + at_middle[k + 1] * away
        around_middle = linear + direct[k + 2] * half_square
        result.append(finite(narrower(value, around_middle)))
    return result


def _hulls(found: list[list[arb]]) -> list[arb]:
    """Of several lists of derivatives, what contains them all."""
    return [hull(column) for column in zip(*found, strict=True)]


def _in_parts(tree: Tree, x: arb, order: int, parts: int) -> list[arb]:
    """The same, of a wide ball also over so many equal parts."""
    whole = _enclosures(tree, x, order)
    if parts == 1 or x.is_exact() or x.rad() <= NARROW:
        return whole
    low = x.lower()
    width = x.upper() - low
    ends = [low + width * k / parts for k in range(parts + 1)]
    pieces = [a.union(b) for a, b in pairwise(ends)]
    together = _hulls([_enclosures(tree, piece, order) for piece in pieces])
    return [narrower(a, b) for a, b in zip(whole, together, strict=True)]


def over(
    act: Activation, x: arb, order: int, span: bool = False, parts: int = 1
) -> list[arb]:
    """s, ..., s^(order) over a ball.

    With `span` the last derivative may jump at breakpoints: its range is the span of
    those of all pieces (rule 3.3). Where it may not, it must be continuous, or no
    number between its two values would be a derivative.
    """
    finite(x)
    low = x.lower()
    high = x.upper()
    needed = order - 1 if span else order
    touched = []
    for k, point in enumerate(act.breaks):
        if point < low or point > high:
            continue
        says = "a breakpoint without enough continuous derivatives"
        require(act.smooth[k] >= needed, says)
        touched.append(k)
    if not touched:
        piece = sum(1 for point in act.breaks if point < low)
        return _in_parts(act.trees[piece], x, order, parts)
    ends = [low, *[arb(act.breaks[k]) for k in touched], high]
    found = []
    for piece, (a, b) in enumerate(pairwise(ends), start=touched[0]):
        found.append(_in_parts(act.trees[piece], a.union(b), order, parts))
    return _hulls(found)


def at(act: Activation, x: fmpq, order: int) -> list[fmpq]:
    """s, ..., s^(order) at a rational, exactly; refused where they are not found as
    rationals.
    """
    for point, smooth in zip(act.breaks, act.smooth, strict=True):
        says = "a breakpoint without enough continuous derivatives"
        require(point != x or smooth >= order, says)
    start = [x, exact.ONE, *[exact.ZERO] * order][: order + 1]
    jet = ExactSeries(order + 1).evaluate(act.trees[act.piece_at(x)], start)
    pairs = zip(jet, FACTORIALS[: order + 1], strict=True)
    return [metered(c * f) for c, f in pairs]
