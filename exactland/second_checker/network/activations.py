"""Activations: expression trees, in pieces, by name."""

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.second_checker.refusals import Refused

Tree = tuple[Any, ...]


X: Tree = ("x",)


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
