"""Truncated power series of expression trees."""

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

from exactland.second_checker.arithmetic.ball import finite, narrower, square
from exactland.second_checker.arithmetic.elementary import (
    rising,
    sigmoid,
    softplus,
    swing,
)
from exactland.second_checker.meter import metered
from exactland.second_checker.network.activations import Tree, const
from exactland.second_checker.refusals import Refused, TooLarge, require

Jet = list[Any]  # Taylor coefficients s^(k)(x)/k!


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
        return _chain(rising(arb.exp, u[0]), lambda y: y, u)
    if name == "sigmoid":
        return _logistic_series(u)
    if name == "tanh":
        y = _logistic_series([2 * t for t in u])
        return [
            narrower(rising(arb.tanh, u[0]), 2 * y[0] - 1),
            *[2 * t for t in y[1:]],
        ]
    if name == "softplus":
        g = _logistic_series(u[: max(1, n - 1)])
        return _chain(softplus(u[0]), lambda y: g, u)
    if name == "log":
        require(u[0] > 0, "log of a range that is not positive")
        g = _quotient([arb(1), *[arb(0)] * (n - 1)], u)
        return _chain(rising(arb.log, u[0]), lambda y: g, u)
    if name == "sqrt":
        require(u[0] > 0, "sqrt of a range that is not positive")
        one = [arb(1), *[arb(0)] * (n - 1)]
        return _chain(
            rising(arb.sqrt, u[0]),
            lambda y: _quotient(one[: len(y)], [2 * t for t in y]),
            u,
        )
    if name == "atan":
        s = _product(u, u)
        g = _quotient([arb(1), *[arb(0)] * (n - 1)], [1 + s[0], *s[1:]])
        return _chain(rising(arb.atan, u[0]), lambda y: g, u)
    if name == "erf":
        g = [
            2 / arb.pi().sqrt() * t
            for t in _function("exp", [-t for t in _product(u, u)])
        ]
        return _chain(rising(arb.erf, u[0]), lambda y: g, u)
    s, c = [swing(arb.sin, u[0])], [swing(arb.cos, u[0])]
    for k in range(1, n):
        s.append(_sum(c[i] * ((k - i) * u[k - i]) for i in range(k)) / k)
        c.append(-_sum(s[i] * ((k - i) * u[k - i]) for i in range(k)) / k)
    return s if name == "sin" else c


def _exact_product(u: Jet, v: Jet) -> Jet:
    return [metered(_sum(u[i] * v[k - i] for i in range(k + 1))) for k in range(len(u))]


def jet(tree: Tree, x: Jet, balls: bool) -> Jet:
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
        base, power = jet(tree[1], x, balls), tree[2]
        one = jet(const(1), x, balls)
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
    parts = [jet(t, x, balls) for t in tree[1:]]
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
