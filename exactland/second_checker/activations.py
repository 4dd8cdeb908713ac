"""Values and derivatives of activations, over balls (enclosures) or at rationals
(exactly).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from exactland.second_checker.numbers import (
    Refused,
    finite,
    hull,
    metered,
    narrower,
    require,
    square,
)
from exactland.second_checker.reader import Tree
from exactland.second_checker.syntax import TooLarge

X: Tree = ("x",)
Jet = list[Any]  # Taylor coefficients s^(k)(x)/k!


def const(value: Any) -> Tree:
    return ("c", fmpq(value))


@dataclass(frozen=True)
class Activation:
    """Expressions left to right between breakpoints, with the number of continuous
    derivatives at each.
    """

    trees: tuple[Tree, ...]
    breaks: tuple[fmpq, ...] = ()
    smooth: tuple[int, ...] = ()
    # only for piecewise-linear ones, without idle breakpoints
    slopes: tuple[fmpq, ...] | None = None
    entire: bool = True  # defined on the whole line


def _linear(breaks: list[fmpq], slopes: list[fmpq], value: fmpq) -> Activation:
    kept = [k for k in range(len(breaks)) if slopes[k] != slopes[k + 1]]
    points = [breaks[k] for k in kept]
    steep = [slopes[0], *[slopes[k + 1] for k in kept]]
    home = sum(1 for b in points if b < 0)  # the piece with 0 in its closure
    offsets: list[fmpq] = [fmpq(0)] * len(steep)
    offsets[home] = value
    for k in range(home + 1, len(steep)):
        offsets[k] = offsets[k - 1] + (steep[k - 1] - steep[k]) * points[k - 1]
    for k in range(home - 1, -1, -1):
        offsets[k] = offsets[k + 1] + (steep[k + 1] - steep[k]) * points[k]
    trees = tuple(
        ("+", ("*", const(a), X), const(c)) for a, c in zip(steep, offsets, strict=True)
    )
    return Activation(trees, tuple(points), (0,) * len(points), tuple(steep))


def contains_x(tree: Tree) -> bool:
    return tree[0] == "x" or any(contains_x(t) for t in tree[1:] if type(t) is tuple)


def _entire(tree: Tree) -> bool:
    head = tree[0]
    if head in ("log", "sqrt") and contains_x(tree[1]):
        return False
    if head == "/" and contains_x(tree):
        return False
    if head == "^" and tree[2] < 0 and contains_x(tree[1]):
        return False
    return all(_entire(t) for t in tree[1:] if type(t) is tuple)


def _named(name: str) -> Activation:
    minus = ("*", const(-1), X)
    if name in ("sigmoid", "tanh", "sin", "exp", "softplus"):
        return Activation(((name, X),))
    if name == "arctan":
        return Activation((("atan", X),))
    if name == "swish":
        return Activation((("*", X, ("sigmoid", X)),))
    if name == "gelu":
        inner = ("erf", ("*", X, ("sqrt", const(fmpq(1, 2)))))
        return Activation((("*", const(fmpq(1, 2)), X, ("+", const(1), inner)),))
    if name == "mish":
        return Activation((("*", X, ("tanh", ("softplus", X))),))
    if name == "identity":
        # an expression: no piecewise-linear function in the sense of rules 3.4 and 4.4
        return Activation((X,))
    if name == "softsign":
        left, right = ("/", X, ("+", const(1), minus)), ("/", X, ("+", const(1), X))
        return Activation((left, right), (fmpq(0),), (1,))
    growth = ("+", ("exp", X), const(-1))
    if name == "elu":
        return Activation((growth, X), (fmpq(0),), (1,))
    if name == "selu":
        s = fmpq(10507009873554804934193349852946, 10**31)
        a = fmpq(16732632423543772848170429916717, 10**31)
        return Activation(
            (("*", const(s * a), growth), ("*", const(s), X)), (fmpq(0),), (0,)
        )
    zero, one = fmpq(0), fmpq(1)
    if name == "relu":
        return _linear([zero], [zero, one], zero)
    if name == "leaky-relu":
        return _linear([zero], [fmpq(1, 100), one], zero)
    if name == "hard-tanh":
        return _linear([-one, one], [zero, one, zero], zero)
    raise Refused("unknown activation")


def build(activation: Any) -> Activation:
    if activation[0] == "name":
        return _named(activation[1])
    if activation[0] == "linear":
        return _linear(activation[1], activation[2], activation[3])
    if activation[0] == "polynomial":
        terms: list[Tree] = [const(activation[1][0])]
        for k, c in enumerate(activation[1][1:], 1):
            if c != 0:
                terms.append(("*", const(c), ("^", X, k)))
        return Activation((("+", *terms) if len(terms) > 1 else terms[0],))
    tree = activation[1]
    return Activation((tree,), entire=_entire(tree))


# ---- series
# --------------------------------------------------------------------------------


def _product(u: Jet, v: Jet) -> Jet:
    if u is v:
        result = []
        for k in range(len(u)):
            total = square(u[k // 2]) if k % 2 == 0 else None
            for i in range((k + 1) // 2):
                term = 2 * u[i] * u[k - i]
                total = term if total is None else total + term
            result.append(total)
        return result
    return [_sum(u[i] * v[k - i] for i in range(k + 1)) for k in range(len(u))]


def _sum(items: Any) -> Any:
    result = None
    for x in items:
        result = x if result is None else result + x
    return result


def _quotient(u: Jet, v: Jet) -> Jet:
    require(v[0] > 0 or v[0] < 0, "division by a range that may contain 0")
    q: Jet = []
    for k in range(len(u)):
        top = u[k]
        for i in range(k):
            top = top - q[i] * v[k - i]
        q.append(top / v[0])
    return q


def _chain(first: Any, slopes: Callable[[Jet], Jet], u: Jet) -> Jet:
    """y with y_0 = first and y' = g(y) u', g's series from the terms of y known so
    far.
    """
    y = [first]
    for k in range(1, len(u)):
        g = slopes(y)
        y.append(_sum(g[i] * ((k - i) * u[k - i]) for i in range(k)) / k)
    return y


def _rising(f: Callable[[arb], arb], x: arb) -> arb:
    """The range of an increasing function over a ball."""
    if x.is_exact():
        return f(x)
    return hull((f(x.lower()), f(x.upper())))


def _sigmoid(x: arb) -> arb:
    if x < 0:
        t = x.exp()
        return t / (1 + t)
    return 1 / (1 + (-x).exp())


def softplus(x: arb) -> arb:
    """log(1 + e^x)."""
    return _rising(lambda t: (t + (-t).exp().log1p()) if t > 0 else t.exp().log1p(), x)


def sigmoid(x: arb) -> arb:
    return _rising(_sigmoid, x)


def _swing(f: Callable[[arb], arb], x: arb) -> arb:
    """sin or cos over a ball: near its middle value, and within -1 and 1."""
    if not abs(x) < arb(1) * (1 << 512):
        raise TooLarge("sin or cos beyond 2^512")
    rough = narrower(f(x), f(x.mid()) + arb(0, 1) * x.rad())
    return narrower(rough, arb(0, 1))


def _logistic_series(u: Jet) -> Jet:
    quarter, half = arb(fmpq(1, 4)), arb(fmpq(1, 2))

    def slopes(y: Jet) -> Jet:
        shifted = [y[0] - half, *y[1:]]
        g = [-t for t in _product(shifted, shifted)]
        return [g[0] + quarter, *g[1:]]

    return _chain(sigmoid(u[0]), slopes, u)


def _function(name: str, u: Jet) -> Jet:
    n = len(u)
    if name == "exp":
        if not u[0] < 512:
            raise TooLarge("exp of more than 512")
        return _chain(_rising(arb.exp, u[0]), lambda y: y, u)
    if name == "sigmoid":
        return _logistic_series(u)
    if name == "tanh":
        y = _logistic_series([2 * t for t in u])
        return [
            narrower(_rising(arb.tanh, u[0]), 2 * y[0] - 1),
            *[2 * t for t in y[1:]],
        ]
    if name == "softplus":
        g = _logistic_series(u[: max(1, n - 1)])
        return _chain(softplus(u[0]), lambda y: g, u)
    if name == "log":
        require(u[0] > 0, "log of a range that is not positive")
        g = _quotient([arb(1), *[arb(0)] * (n - 1)], u)
        return _chain(_rising(arb.log, u[0]), lambda y: g, u)
    if name == "sqrt":
        require(u[0] > 0, "sqrt of a range that is not positive")
        one = [arb(1), *[arb(0)] * (n - 1)]
        return _chain(
            _rising(arb.sqrt, u[0]),
            lambda y: _quotient(one[: len(y)], [2 * t for t in y]),
            u,
        )
    if name == "atan":
        s = _product(u, u)
        g = _quotient([arb(1), *[arb(0)] * (n - 1)], [1 + s[0], *s[1:]])
        return _chain(_rising(arb.atan, u[0]), lambda y: g, u)
    if name == "erf":
        g = [
            2 / arb.pi().sqrt() * t
            for t in _function("exp", [-t for t in _product(u, u)])
        ]
        return _chain(_rising(arb.erf, u[0]), lambda y: g, u)
    s, c = [_swing(arb.sin, u[0])], [_swing(arb.cos, u[0])]
    for k in range(1, n):
        s.append(_sum(c[i] * ((k - i) * u[k - i]) for i in range(k)) / k)
        c.append(-_sum(s[i] * ((k - i) * u[k - i]) for i in range(k)) / k)
    return s if name == "sin" else c


def _exact_product(u: Jet, v: Jet) -> Jet:
    return [metered(_sum(u[i] * v[k - i] for i in range(k + 1))) for k in range(len(u))]


def _jet(tree: Tree, x: Jet, balls: bool) -> Jet:
    head, n = tree[0], len(x)
    if head == "x":
        return x
    if head == "c":
        return (
            [arb(tree[1]), *[arb(0)] * (n - 1)]
            if balls
            else [tree[1], *[fmpq(0)] * (n - 1)]
        )
    times = _product if balls else _exact_product
    if head == "^":
        base, power = _jet(tree[1], x, balls), tree[2]
        one = _jet(const(1), x, balls)
        result, left = one, abs(power)
        first = True
        while left:
            if left & 1:
                result = base if first else times(result, base)
                first = False
            left >>= 1
            if left:
                base = times(base, base)
        return _quotient(one, result) if power < 0 else result
    parts = [_jet(t, x, balls) for t in tree[1:]]
    if head == "+":
        return [_sum(p[k] for p in parts) for k in range(n)]
    if head == "*":
        result = parts[0]
        for p in parts[1:]:
            result = times(result, p)
        return result
    if head == "/":
        return _quotient(parts[0], parts[1])
    if not balls:
        raise Refused("not a rational function")
    return [finite(t) for t in _function(head, parts[0])]


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
            _jet(tree, _start(x, length), True), factorial[:length], strict=True
        )
    ]
    result = [finite(t) for t in direct[: order + 1]]
    if exactly:
        return result
    middle, radius = x.mid(), x.rad()
    at = _jet(tree, _start(middle, order + 2), True)
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
    jet = _jet(act.trees[piece], [x, fmpq(1), *[fmpq(0)] * order][: order + 1], False)
    return [metered(c * f) for c, f in zip(jet, [1, 1, 2][: order + 1], strict=True)]
