"""Values and derivatives of activations, over balls or at rationals."""

from flint import arb, fmpq

from exactland.second_checker.arithmetic.ball import finite, hull, narrower
from exactland.second_checker.meter import metered
from exactland.second_checker.network.activations import Activation, Tree
from exactland.second_checker.network.jets import Jet, jet
from exactland.second_checker.refusals import require


def _derivatives(tree: Tree, x: arb, order: int) -> list[arb]:
    """s, s', ..., s^(order) over a ball: the direct enclosure and the second-order mean
    value form.
    """
    factorial = [1, 1, 2, 6, 24]
    exactly = x.is_exact()
    length = order + 1 if exactly else order + 3
    direct = [
        c * f
        for c, f in zip(
            jet(tree, _start(x, length), True), factorial[:length], strict=True
        )
    ]
    result = [finite(t) for t in direct[: order + 1]]
    if exactly:
        return result
    middle, radius = x.mid(), x.rad()
    at = jet(tree, _start(middle, order + 2), True)
    point = [c * f for c, f in zip(at, factorial[: order + 2], strict=True)]
    away, half = arb(0, 1) * radius, hull((arb(0), radius * radius / 2))
    for k in range(order + 1):
        result[k] = finite(
            narrower(result[k], point[k] + point[k + 1] * away + direct[k + 2] * half)
        )
    return result


def _start(x: arb, length: int) -> Jet:
    return [x, arb(1), *[arb(0)] * length][:length]


def _split(tree: Tree, x: arb, order: int, parts: int) -> list[arb]:
    """The same over equal parts of a wide ball."""
    if parts < 2 or x.is_exact() or not x.rad() > arb(fmpq(1, 1 << 20)):
        return _derivatives(tree, x, order)
    low, width = x.lower(), x.upper() - x.lower()
    ends = [low + width * k / parts for k in range(parts + 1)]
    found = [
        _derivatives(tree, ends[k].union(ends[k + 1]), order) for k in range(parts)
    ]
    return [
        narrower(whole, hull(f[k] for f in found))
        for k, whole in enumerate(_derivatives(tree, x, order))
    ]


def over(
    act: Activation, x: arb, order: int, span: bool = False, parts: int = 1
) -> list[arb]:
    """s, ..., s^(order) over a ball.

    With `span` the last derivative may jump at breakpoints (rule 3.3).
    """
    finite(x)
    low, high = x.lower(), x.upper()
    touched = []
    for k, b in enumerate(act.breaks):
        if b < low or b > high:
            continue
        require(
            act.smooth[k] >= order - span,
            "a breakpoint without enough continuous derivatives",
        )
        touched.append(k)
    if not touched:
        piece = sum(1 for b in act.breaks if b < low)
        return _split(act.trees[piece], x, order, parts)
    ends = [low, *[arb(act.breaks[k]) for k in touched], high]
    found = []
    for i, piece in enumerate(range(touched[0], touched[-1] + 2)):
        found.append(_split(act.trees[piece], ends[i].union(ends[i + 1]), order, parts))
    return [hull(f[k] for f in found) for k in range(order + 1)]


def at(act: Activation, x: fmpq, order: int) -> list[fmpq]:
    """s, ..., s^(order) at a rational, exactly; refused where they are not found as
    rationals.
    """
    piece = 0
    for k, b in enumerate(act.breaks):
        if b == x:
            require(
                act.smooth[k] >= order,
                "a breakpoint without enough continuous derivatives",
            )
        if b < x:
            piece = k + 1
    series = jet(act.trees[piece], [x, fmpq(1), *[fmpq(0)] * order][: order + 1], False)
    return [metered(c * f) for c, f in zip(series, [1, 1, 2][: order + 1], strict=True)]
