"""Activations: values and derivatives of an activation over a ball, or exactly at a
rational (FORMAT.md, section 2).

A smooth activation is an expression tree; its Taylor coefficients are found by the
usual recurrences on truncated power series, whose entries are balls or fractions alike.
Over a ball of positive radius the coefficients are tightened by the second-order mean
value form. An activation in pieces is continuous, and has at a breakpoint as many
derivatives as the table says: none at a kink.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import accumulate, chain
from types import MappingProxyType
from typing import Any, NamedTuple

from . import formal, functions
from .ball import Ball, Number, Undefined, dot, refuse, spend, tighter

_0, _1 = Fraction(0), Fraction(1)
Tree = Any  # "x" | Fraction | (operator, tree, ...) | ("^", tree, int)
Series = list[Number]  # Taylor coefficients c_0, c_1, ...; c_k = f^(k) / k!


class Pieces(NamedTuple):
    """The continuous function that is trees[k] between breakpoints k-1 and k, with
    smooth[k] continuous derivatives at breakpoint k (0: a kink).

    slopes is None unless every piece is affine.
    """

    breakpoints: tuple[Fraction, ...]
    trees: tuple[Tree, ...]
    smooth: tuple[int, ...]
    slopes: tuple[Fraction, ...] | None = None


Activation = Any  # Tree | Pieces

# SMOOTH: derivatives at a breakpoint that is none
SIGMOID, SOFTPLUS, SMOOTH = ("sigmoid", "x"), ("softplus", "x"), 1 << 30
SELU_SCALE, SELU_ALPHA = (
    Fraction("1.0507009873554804934193349852946"),
    Fraction("1.6732632423543772848170429916717"),
)


def piecewise_linear(
    breakpoints: Sequence[Fraction], slopes: Sequence[Fraction], value_at_0: Fraction
) -> Pieces:
    """The continuous function with these slopes, left to right, and this value at 0."""
    intercepts = list(
        accumulate(
            (
                (left - right) * b
                for b, left, right in zip(breakpoints, slopes, slopes[1:])
            ),
            initial=_0,
        )
    )
    shift = value_at_0 - intercepts[bisect_left(breakpoints, _0)]
    trees = [
        ("+", c + shift, ("*", slope, "x")) for slope, c in zip(slopes, intercepts)
    ]
    return Pieces(
        tuple(breakpoints),
        tuple(trees),
        tuple(
            SMOOTH if left == right else 0 for left, right in zip(slopes, slopes[1:])
        ),
        tuple(slopes),
    )


# An abbreviation: tanh u = 2 sigmoid(2u) - 1.
def tanh(tree: Tree) -> Tree:
    return ("+", -_1, ("*", Fraction(2), ("sigmoid", ("*", Fraction(2), tree))))


NAMES: Mapping[str, Activation] = MappingProxyType(
    {
        "sigmoid": SIGMOID,
        "tanh": tanh("x"),
        "arctan": ("atan", "x"),
        "softplus": SOFTPLUS,
        "sin": ("sin", "x"),
        "exp": ("exp", "x"),
        "identity": "x",
        "swish": ("*", "x", SIGMOID),
        "mish": ("*", "x", tanh(SOFTPLUS)),
        "gelu": (
            "*",
            Fraction(1, 2),
            "x",
            ("+", _1, ("erf", ("*", "x", ("sqrt", Fraction(1, 2))))),
        ),
        "softsign": Pieces(
            (_0,),
            (("/", "x", ("+", _1, ("*", -_1, "x"))), ("/", "x", ("+", _1, "x"))),
            (1,),
        ),
        "elu": Pieces((_0,), (("+", -_1, ("exp", "x")), "x"), (1,)),
        "selu": Pieces(
            (_0,),
            (
                ("*", SELU_SCALE * SELU_ALPHA, ("+", -_1, ("exp", "x"))),
                ("*", SELU_SCALE, "x"),
            ),
            (0,),
        ),
        "relu": piecewise_linear([_0], [_0, _1], _0),
        "leaky-relu": piecewise_linear([_0], [Fraction(1, 100), _1], _0),
        "hard-tanh": piecewise_linear([-_1, _1], [_0, _1, _0], _0),
    }
)


# Horner's scheme as a tree.
def polynomial(coefficients: Sequence[Any]) -> Tree:
    return reduce(
        lambda t, c: ("+", c, ("*", "x", t)), coefficients[-2::-1], coefficients[-1]
    )


def size(activation: Activation) -> tuple[int, list[Fraction]]:
    """Its nodes, a function counting 20, softplus 60, erf 200; its constants."""
    if not isinstance(activation, tuple):
        return 1, [activation] if isinstance(activation, Fraction) else []
    operator, *parts = (
        ("+", *activation.trees, *activation.breakpoints)
        if isinstance(activation, Pieces)
        else activation
    )
    power = max(1, abs(parts.pop())) if operator == "^" else 1
    nodes, constants = zip(*map(size, parts))
    return sum(nodes) + {"erf": 200, "softplus": 60}.get(
        operator, 1 if operator in "+*/^" else 20
    ) + power.bit_length(), list(chain(*constants))


def total(activation: Activation) -> bool:
    """Whether it is certainly defined on the whole line: no logarithm, root, quotient
    or negative power of anything that depends on x. (Pieces are.)
    """
    parts = (
        activation[1:]
        if isinstance(activation, tuple) and not isinstance(activation, Pieces)
        else ()
    )
    risky = (
        bool(parts)
        and (
            activation[0] in ("log", "sqrt", "/")
            or (activation[0] == "^" and parts[1] < 0)
        )
        and "'x'" in str(activation)
    )
    return not risky and all(map(total, parts))


def derivatives(activation: Activation, x: Number, order: int) -> list[Number]:
    """[s, s', ..., s^(order)], each enclosing all its values over x.

    Raises Undefined, also for derivatives that are no rationals at a rational.
    """
    if isinstance(activation, Pieces) or not isinstance(x, Ball) or not x.r:
        return (_piece_by_piece if isinstance(activation, Pieces) else _derivatives_at)(
            activation, x, order
        )
    middle = _derivatives_at(activation, Ball(x.m, 0, x.p), order + 1)
    wide = _derivatives_at(activation, x, order + 2)
    d, half_square = (
        Ball(0, x.r, x.p),
        Ball.between(0, (x.r * x.r >> (x.p + 1)) + 1, x.p),
    )
    return [
        tighter(wide[k], middle[k] + middle[k + 1] * d + wide[k + 2] * half_square)
        for k in range(order + 1)
    ]


def _derivatives_at(tree: Tree, x: Number, order: int) -> list[Number]:
    """Over balls with guard bits, twice as many as x has integer bits (at most 128) and
    16 more: terms like x^2 e^(-x^2) lose no more than those.
    """
    fine = (
        x.at(x.p + 16 + 2 * min((x.magnitude() >> x.p).bit_length(), 128))
        if isinstance(x, Ball)
        else x
    )
    variable = [fine, constant(_1, fine), *[constant(_0, fine)] * order][: order + 1]
    factorials = reduce(lambda f, k: [*f, f[-1] * k], range(1, order + 1), [1])
    values = [c * f for c, f in zip(_series(tree, variable), factorials)]
    return [c.at(x.p) for c in values] if isinstance(x, Ball) else values


def _piece_by_piece(s: Pieces, x: Number, order: int) -> list[Number]:
    """The hull of the derivatives on every piece that the closed range x meets, refused
    where a breakpoint in it has fewer derivatives than asked for.
    """
    if isinstance(x, formal.Formal):
        return [_formally(s, x)]
    low, high = (x.lower(), x.upper()) if isinstance(x, Ball) else (x, x)
    for b, smooth in zip(s.breakpoints, s.smooth):
        refuse(
            low <= b <= high and smooth < order,
            Undefined,
            f"a range touches {b}, where the activation has only {smooth} continuous"
            " derivatives",
        )
    first, last = bisect_left(s.breakpoints, low), bisect_right(s.breakpoints, high)
    if not isinstance(x, Ball):
        return derivatives(s.trees[last], x, order)
    met = [Ball.exact(b, x.p) for b in s.breakpoints[first:last]]
    ends = zip([x.m - x.r, *(b.m for b in met)], [*(b.m + b.r for b in met), x.m + x.r])
    parts = [
        derivatives(tree, Ball.between(*both, x.p), order)
        for tree, both in zip(s.trees[first:], ends)
    ]
    return [
        Ball.between(
            min(c.m - c.r for c in column), max(c.m + c.r for c in column), x.p
        )
        for column in zip(*parts)
    ]


def _formally(s: Pieces, u: Number) -> Number:
    """Affine pieces: the first, and a multiple of relu(u - b) for every breakpoint b.

    Other pieces: an atom, odd where the pieces are.
    """
    if s.slopes is not None:
        jumps = [
            (right - left) * formal.relu(u - b)
            for b, left, right in zip(s.breakpoints, s.slopes, s.slopes[1:])
        ]
        return sum(jumps, _series(s.trees[0], [u])[0])
    x = formal.atom("x")
    mirrored = [
        _series(left, [-x])[0] + _series(right, [x])[0]
        for left, right in zip(s.trees, reversed(s.trees))
    ]
    is_odd = not any(mirrored) and all(
        b + c == 0 for b, c in zip(s.breakpoints, reversed(s.breakpoints))
    )
    return formal.apply(f"{s.breakpoints}{s.trees}", u, "odd" if is_odd else None)


def constant(q: Fraction, like: Number) -> Number:
    return Ball.exact(q, like.p) if isinstance(like, Ball) else q


def _series(tree: Tree, x: Series) -> Series:
    """The truncated power series of the tree at the series x."""
    if tree == "x" or isinstance(tree, Fraction):
        return x if tree == "x" else _fixed(tree, x)
    operator, first, *rest = tree
    u = _series(first, x)
    if operator == "^":
        return _power(u, rest[0])
    if operator in ARITHMETIC:
        return reduce(ARITHMETIC[operator], (_series(t, x) for t in rest), u)
    refuse(
        not isinstance(u[0], Ball) and len(u) > 1,
        Undefined,
        f"{operator} has no exact derivative at a rational",
    )
    return (
        _compose(operator, u)
        if isinstance(u[0], Ball)
        else [formal.apply(operator, u[0])]
    )


# The series of a constant, as long as another.
def _fixed(q: Fraction, like: Series) -> Series:
    return [constant(q, like[0]), *[constant(_0, like[0])] * (len(like) - 1)]


def _less(a: Series, b: Series) -> Series:
    return [p - q for p, q in zip(a, b)]


def _product(a: Series, b: Series) -> Series:
    return [
        dot(a[: k + 1], b[k::-1]) if k else spend(a[0] * b[0]) for k in range(len(a))
    ]


def _quotient(a: Series, b: Series) -> Series:
    refuse(isinstance(b[0], Fraction) and b[0] == 0, Undefined, "division by zero")
    return reduce(
        lambda q, k: [*q, spend((a[k] - dot(q, b[k:0:-1]) if k else a[k]) / b[0])],
        range(len(a)),
        list[Number](),
    )


ARITHMETIC: dict[str, Callable[[Series, Series], Series]] = {
    "+": lambda a, b: [spend(p + q) for p, q in zip(a, b)],
    "*": _product,
    "/": _quotient,
}


def _power(u: Series, n: int) -> Series:
    if n <= 0:
        return _quotient(_fixed(_1, u), _power(u, -n)) if n else _fixed(_1, u)
    square = _product(half := _power(u, n // 2), half)
    return _product(square, u) if n % 2 else square


def _compose(name: str, u: Series) -> Series:
    """The series of a function of u: its value at u_0, then the integral of its rate at
    u times u'.
    """
    slopes = (
        _product(RATES[name](u[:-1]), [c * k for k, c in enumerate(u)][1:])
        if len(u) > 1
        else []
    )
    return [getattr(functions, name)(u[0]), *(c / k for k, c in enumerate(slopes, 1))]


def _sigmoid_rate(y: Series) -> Series:
    t = _less([c * 2 for c in y], _fixed(_1, y))
    return [c / 4 for c in _less(_fixed(_1, t), _product(t, t))]


# The derivative of a function, as a series at the series u. For sigmoid y it is (1 -
# t^2) / 4, t = 2y - 1, which is narrower than y - y^2.
RATES: dict[str, Callable[[Series], Series]] = {
    "exp": lambda u: _compose("exp", u),
    "sin": lambda u: _compose("cos", u),
    "cos": lambda u: [-c for c in _compose("sin", u)],
    "log": lambda u: _quotient(_fixed(_1, u), u),
    "sqrt": lambda u: _quotient(_fixed(_1, u), [c * 2 for c in _compose("sqrt", u)]),
    "atan": lambda u: _quotient(_fixed(_1, u), _less(_product(u, u), _fixed(-_1, u))),
    "erf": lambda u: [
        c * 2 / functions.sqrt(functions.pi(c.p))
        for c in _compose("exp", [-c for c in _product(u, u)])
    ],
    "softplus": lambda u: _compose("sigmoid", u),
    "sigmoid": lambda u: _sigmoid_rate(_compose("sigmoid", u)),
}
