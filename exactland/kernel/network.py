"""Features, loss, gradient and Hessian of a network, over balls or exactly, by second-order forward differentiation.

A `Jet` is a function of theta at one sample: its value, gradient and Hessian, both sparse (an absent entry is an exact zero). Weighted sums and composition
with a function of one variable follow the chain rule entry by entry, so a box of parameters gives enclosures of everything (proofs/THEOREMS.md, "Derivatives").
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from .activation import SOFTPLUS, Activation, constant, derivatives
from .ball import Number, dot, spend
from .reader import Layer, Problem

Entries = dict[tuple[int, ...], Number]  # (p,) of a gradient, (p, q) with p <= q of a Hessian


class Jet(NamedTuple):
    value: Number
    first: Entries
    second: Entries


class Derivatives(NamedTuple):
    """E with its dense gradient (empty below order 1) and Hessian (empty below order 2)."""

    value: Number
    gradient: list[Number]
    hessian: list[list[Number]]


def half_squared_error(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = |f - y|^2 / 2 of one sample, as terms to be added."""
    return [through(("*", Fraction(1, 2), ("^", "x", 2)), Jet(u.value - v, u.first, u.second), order) for u, v in zip(f, y)]


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


LOSSES = {f.__name__.replace("_", "-"): f for f in (half_squared_error, logistic, softmax_cross_entropy, multinomial_logistic)}


def differentiate(problem: Problem, theta: Sequence[Number], order: int) -> Derivatives:
    """Loss and its derivatives up to order 0, 1 or 2 at theta (P balls at one precision, or P exact numbers).

    Every entry encloses all values over the box theta. Raises Undefined where an activation or its derivative does not exist on the whole range.
    """
    count, zero = len(theta), constant(Fraction(0), theta[0])
    value, gradient = zero, [zero] * (count if order >= 1 else 0)
    hessian = [[zero] * count for _ in range(count if order == 2 else 0)]
    for x, y in zip(problem.x, problem.y):
        outputs = _outputs(problem.layers, theta, x, order)
        for term in LOSSES[problem.loss](outputs, [constant(v, zero) for v in y], order):
            value = spend(value + term.value)
            for (p,), entry in term.first.items():
                gradient[p] = spend(gradient[p] + entry)
            for (p, q), entry in term.second.items():
                hessian[p][q] = hessian[q][p] = spend(hessian[p][q] + entry)
    return Derivatives(value, gradient, hessian)


def features(problem: Problem, theta: Sequence[Number], depth: int) -> list[list[Number]]:
    """What enters layer `depth`, a row for every sample: the features of the layer before (the inputs, for 0), and 1 if the layer has a bias.

    For depth = len(problem.layers), the outputs. With exact theta, formal numbers.
    """
    one = [constant(Fraction(1), theta[0])] if any(layer.bias for layer in problem.layers[depth : depth + 1]) else []
    return [[*(u.value for u in _outputs(problem.layers[:depth], theta, x, 0)), *one] for x in problem.x]


def _outputs(layers: Sequence[Layer], theta: Sequence[Number], x: list[Fraction], order: int) -> list[Jet]:
    features = [Jet(constant(v, theta[0]), {}, {}) for v in x]
    at = 0  # index of the layer's first parameter
    for layer in layers:
        width, biases = len(features), at + layer.units * len(features)
        units = [_affine(theta, at + j * width, biases + j if layer.bias else None, features, order) for j in range(layer.units)]
        features = units if layer.activation is None else [through(layer.activation, z, order) for z in units]
        at = biases + layer.units * layer.bias
    return features


def _affine(theta: Sequence[Number], at: int, bias: int | None, features: list[Jet], order: int) -> Jet:
    """z = sum_k theta[at + k] a_k (+ theta[bias]). The a_k depend on earlier parameters only, so d2z / d theta[q] d theta[at + k] = d a_k / d theta[q]."""
    z = _combined(theta[at : at + len(features)], features)
    if order >= 1:
        z.first.update({(at + k,): a.value for k, a in enumerate(features)} | ({} if bias is None else {(bias,): constant(Fraction(1), z.value)}))
    if order == 2:
        z.second.update({(q, at + k): entry for k, a in enumerate(features) for (q,), entry in a.first.items()})
    return z if bias is None else Jet(spend(z.value + theta[bias]), z.first, z.second)


def _combined(weights: Sequence[Number], jets: list[Jet]) -> Jet:
    """The sum of weight * jet, the weights taken as constants."""
    first, second = (_weighted(zip(weights, entries)) for entries in ([jet.first for jet in jets], [jet.second for jet in jets]))
    return Jet(dot(weights, [jet.value for jet in jets]), first, second)


def _weighted(terms: Iterable[tuple[Number, Entries]]) -> Entries:
    terms = list(terms)
    keys = dict.fromkeys(key for _, entries in terms for key in entries)
    return {key: dot(*zip(*((weight, entries[key]) for weight, entries in terms if key in entries))) for key in keys}


def through(activation: Activation, z: Jet, order: int) -> Jet:
    """s(z): gradient s' dz, Hessian s' d2z + s'' dz dz^T."""
    s = derivatives(activation, z.value, order)
    first, second = ({key: spend(entry * s[1]) for key, entry in entries.items()} for entries in (z.first, z.second))
    rows = sorted(z.first.items()) if order == 2 else []
    for index, ((p,), entry) in enumerate(rows):
        bent = spend(entry * s[2])
        for (q,), other in rows[index:]:
            product = spend(bent * other)
            second[p, q] = spend(second[p, q] + product) if (p, q) in second else product
    return Jet(s[0], first, second)
