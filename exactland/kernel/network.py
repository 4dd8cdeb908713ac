"""Loss, gradient and Hessian of a network, over balls or exactly, by second-order forward differentiation.

A `Jet` is a function of theta at one sample: its value, gradient and Hessian, both sparse (an absent entry is an exact zero). Weighted sums and composition
with a function of one variable follow the chain rule entry by entry, so a box of parameters gives enclosures of everything (proofs/THEOREMS.md, "Derivatives").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .activation import SOFTPLUS, Activation, Tree, constant, derivatives
from .ball import Number, dot
from .reader import Problem

Entries = dict[tuple[int, ...], Number]  # (p,) of a gradient, (p, q) with p <= q of a Hessian


@dataclass(frozen=True)
class Jet:
    value: Number
    first: Entries
    second: Entries


@dataclass(frozen=True)
class Derivatives:
    """E with its dense gradient (empty below order 1) and Hessian (empty below order 2)."""

    value: Number
    gradient: list[Number]
    hessian: list[list[Number]]


HALF_SQUARE: Tree = ("*", Fraction(1, 2), ("^", "x", 2))


def half_squared_error(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = |f - y|^2 / 2 of one sample, as terms to be added."""
    return [through(HALF_SQUARE, Jet(u.value - v, u.first, u.second), order) for u, v in zip(f, y)]


def logistic(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = log(1 + e^(-y f)), y = -1 or 1."""
    return [through(SOFTPLUS, _combined([-y[0]], f), order)]


def softmax_cross_entropy(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = log(e^f_1 + ... + e^f_K) - y . f, one output at a time: log(e^a + e^b) = a + softplus(b - a)."""
    total, one = f[0], constant(Fraction(1), y[0])
    for u in f[1:]:
        total = _combined([one, one], [total, through(SOFTPLUS, _combined([one, -one], [u, total]), order)])
    return [total, _combined([-v for v in y], f)]


def multinomial_logistic(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = log(1 + e^f_1 + ... + e^f_K) - y . f: an output 0, always 0, comes first."""
    zero = constant(Fraction(0), y[0])
    return softmax_cross_entropy([Jet(zero, {}, {}), *f], [zero, *y], order)


LOSSES = {
    "half-squared-error": half_squared_error,
    "logistic": logistic,
    "softmax-cross-entropy": softmax_cross_entropy,
    "multinomial-logistic": multinomial_logistic,
}


def differentiate(problem: Problem, theta: list[Number], order: int) -> Derivatives:
    """Loss and its derivatives up to order 0, 1 or 2 at theta (P balls at one precision, or P fractions).

    Every entry encloses all values over the box theta. Raises Undefined where an activation or its derivative does not exist on the whole range.
    """
    count, zero = len(theta), constant(Fraction(0), theta[0])
    value, gradient = zero, [zero] * (count if order >= 1 else 0)
    hessian = [[zero] * count for _ in range(count if order == 2 else 0)]
    for x, y in zip(problem.x, problem.y):
        outputs = _outputs(problem, theta, [Jet(constant(v, zero), {}, {}) for v in x], order)
        for term in LOSSES[problem.loss](outputs, [constant(v, zero) for v in y], order):
            value = value + term.value
            for (p,), entry in term.first.items():
                gradient[p] = gradient[p] + entry
            for (p, q), entry in term.second.items():
                hessian[p][q] = hessian[q][p] = hessian[p][q] + entry
    return Derivatives(value, gradient, hessian)


def _outputs(problem: Problem, theta: list[Number], features: list[Jet], order: int) -> list[Jet]:
    at = 0  # index of the layer's first parameter
    for layer in problem.layers:
        width, biases = len(features), at + layer.units * len(features)
        units = [_affine(theta, at + j * width, biases + j if layer.bias else None, features, order) for j in range(layer.units)]
        features = units if layer.activation is None else [through(layer.activation, z, order) for z in units]
        at = biases + layer.units * layer.bias
    return features


def _affine(theta: list[Number], at: int, bias: int | None, features: list[Jet], order: int) -> Jet:
    """z = sum_k theta[at + k] a_k (+ theta[bias]). The a_k depend on earlier parameters only, so d2z / d theta[q] d theta[at + k] = d a_k / d theta[q]."""
    z = _combined(theta[at : at + len(features)], features)
    if order >= 1:
        z.first.update({(at + k,): a.value for k, a in enumerate(features)})
        z.first.update({} if bias is None else {(bias,): constant(Fraction(1), z.value)})
    if order == 2:
        z.second.update({(q, at + k): entry for k, a in enumerate(features) for (q,), entry in a.first.items()})
    return z if bias is None else Jet(z.value + theta[bias], z.first, z.second)


def _combined(weights: list[Number], jets: list[Jet]) -> Jet:
    """The sum of weight * jet, the weights taken as constants."""
    first, second = (_weighted(zip(weights, entries)) for entries in ([jet.first for jet in jets], [jet.second for jet in jets]))
    return Jet(dot(weights, [jet.value for jet in jets]), first, second)


def _weighted(terms: Iterable[tuple[Number, Entries]]) -> Entries:
    gathered: dict[tuple[int, ...], tuple[list[Number], list[Number]]] = {}
    for weight, entries in terms:
        for key, entry in entries.items():
            weights, values = gathered.setdefault(key, ([], []))
            weights.append(weight)
            values.append(entry)
    return {key: dot(weights, values) for key, (weights, values) in gathered.items()}


def through(activation: Activation, z: Jet, order: int) -> Jet:
    """s(z): gradient s' dz, Hessian s' d2z + s'' dz dz^T."""
    s = derivatives(activation, z.value, order)
    first: Entries = {key: entry * s[1] for key, entry in z.first.items()}
    second: Entries = {key: entry * s[1] for key, entry in z.second.items()}
    rows = sorted(z.first.items()) if order == 2 else []
    for index, ((p,), entry) in enumerate(rows):
        bent = entry * s[2]
        for (q,), other in rows[index:]:
            product = bent * other
            second[p, q] = second[p, q] + product if (p, q) in second else product
    return Jet(s[0], first, second)
