"""Features, loss, gradient and Hessian of a network, over balls or exactly, by
second-order forward differentiation.

A `Jet` is a function of theta at one sample: its value, gradient and Hessian, the last
two sparse (an absent entry is an exact zero). Weighted sums and composition with a
function of one variable follow the chain rule entry by entry, so a box of parameters
gives enclosures of everything (proofs/THEOREMS.md, "Derivatives").
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from .activation import SOFTPLUS, Activation, constant, derivatives
from .ball import Number, Undefined, dot, refuse, spend
from .formal import apply
from .reader import Layer, Problem

# () -> the value, (p,) -> the derivative by theta_p, (p, q) with p <= q -> the second
# derivative
Jet = dict[tuple[int, ...], Number]


class Derivatives(NamedTuple):
    """E with its dense gradient (empty below order 1) and Hessian (empty below order
    2).
    """

    value: Number
    gradient: list[Number]
    hessian: list[list[Number]]


def half_squared_error(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = |f - y|^2 / 2 of one sample, as terms to be added."""
    return [
        through(("*", Fraction(1, 2), ("^", "x", 2)), {**u, (): u[()] - v}, order)
        for u, v in zip(f, y)
    ]


def softmax_cross_entropy(f: list[Jet], y: list[Number], order: int) -> list[Jet]:
    """l = log(e^f_1 + ... + e^f_K) - y . f, one output at a time: log(e^a + e^b) = a +
    softplus(b - a).
    """
    total, one = f[0], constant(Fraction(1), y[0])
    for u in f[1:]:
        total = _combined(
            [one, one],
            [total, through(SOFTPLUS, _combined([one, -one], [u, total]), order)],
        )
    return [total, _combined([-v for v in y], f)]


# logistic: l = log(1 + e^(-y f)), y = -1 or 1. multinomial-logistic: l = log(1 + e^f_1
# + ... + e^f_K) - y . f: an output 0, always 0, comes first.
LOSSES: Mapping[str, Callable[[list[Jet], list[Number], int], list[Jet]]] = (
    MappingProxyType(
        {
            "half-squared-error": half_squared_error,
            "softmax-cross-entropy": softmax_cross_entropy,
            "logistic": lambda f, y, order: [
                through(SOFTPLUS, _combined([-y[0]], f), order)
            ],
            "multinomial-logistic": lambda f, y, order: softmax_cross_entropy(
                [{(): y[0] * 0}, *f], [y[0] * 0, *y], order
            ),
        }
    )
)


def slopes(loss: str, f: list[Number], y: list[Fraction]) -> list[Number]:
    """dl/df_k at one sample, exactly: the derivative of every loss as a formula in
    formal numbers.
    """
    if loss in ("half-squared-error", "logistic"):
        return [
            u - v if loss != "logistic" else apply("sigmoid", u * -v) * -v
            for u, v in zip(f, y)
        ]
    refuse(
        loss not in ("softmax-cross-entropy", "multinomial-logistic"),
        Undefined,
        f"no exact formula for the slopes of {loss}",
    )
    powers = (
        [apply("exp", u - f[0]) for u in f]
        if loss == "softmax-cross-entropy"
        else [Fraction(1), *(apply("exp", u) for u in f)]
    )
    return [
        power / sum(powers, Fraction(0)) - v for power, v in zip(powers[-len(y) :], y)
    ]


def differentiate(
    problem: Problem, theta: Sequence[Number], order: int, at: Sequence[Number] = ()
) -> Derivatives:
    """Loss and its derivatives up to order 0, 1 or 2 at theta (P balls at one
    precision, or P exact numbers).

    Every entry encloses all values over the box theta. Raises Undefined where an
    activation or its derivative does not exist on the whole range. With `at`: E there,
    and of sum_ik dl/df_k(f(x_i; at)) f_k(x_i; theta) the derivatives of the highest
    order.
    """
    span, zero, total, places = (
        range(len(theta)),
        constant(Fraction(0), theta[0]),
        Jet(),
        split(problem, range(len(theta))),
    )
    for x, y in zip(problem.x, problem.y):
        outputs = _outputs(problem.layers, places, theta, x, order)
        if at:
            there = _outputs(problem.layers, places, at, x, 0)
            outputs = [
                {**v, **{key: entry for key, entry in u.items() if len(key) == order}}
                for u, v in zip(outputs, there)
            ]
        for key, entry in chain(
            *(
                term.items()
                for term in LOSSES[problem.loss](
                    outputs, [constant(v, zero) for v in y], order
                )
            )
        ):
            total[key] = spend(total.get(key, zero) + entry)
    hessian = [
        [total.get((min(p, q), max(p, q)), zero) for q in span]
        for p in span
        if order == 2
    ]
    return Derivatives(
        total[()], [total.get((p,), zero) for p in span if order >= 1], hessian
    )


def features(
    problem: Problem, theta: Sequence[Number], depth: int
) -> list[list[Number]]:
    """What enters layer `depth`, a row for every sample: the features of the layer
    before (the inputs, for 0), and 1 if the layer has a bias.

    For depth = len(problem.layers), the outputs. With exact theta, formal numbers.
    """
    places, bias = (
        split(problem, range(len(theta))),
        any(layer.bias for layer in problem.layers[depth : depth + 1]),
    )
    return [
        [
            *(u[()] for u in _outputs(problem.layers[:depth], places, theta, x, 0)),
            *[constant(Fraction(1), theta[0])] * bias,
        ]
        for x in problem.x
    ]


def split(problem: Problem, theta: Sequence[Any]) -> list[list[list[Any]]]:
    """For every layer and unit its incoming weights, and its bias if it has one."""
    layers, at, width = [], 0, problem.inputs
    for layer in problem.layers:
        biases = at + layer.units * width
        layers.append(
            [
                [
                    *theta[at + j * width : at + (j + 1) * width],
                    *theta[biases + j : biases + j + layer.bias],
                ]
                for j in range(layer.units)
            ]
        )
        at, width = biases + layer.units * layer.bias, layer.units
    return layers


def _outputs(
    layers: Sequence[Layer],
    places: list[list[list[int]]],
    theta: Sequence[Number],
    x: list[Fraction],
    order: int,
) -> list[Jet]:
    one, *features = (Jet({(): constant(v, theta[0])}) for v in (Fraction(1), *x))
    for layer, units in zip(layers, places):
        fed = [*features, one] if layer.bias else features
        sums = (_affine(theta, own, fed, order) for own in units)
        features = [
            z if layer.activation is None else through(layer.activation, z, order)
            for z in sums
        ]
    return features


def _affine(theta: Sequence[Number], own: list[int], fed: list[Jet], order: int) -> Jet:
    """z = sum_k theta[own_k] a_k.

    The a_k depend on earlier parameters only, so the derivatives of z by theta[own_k]
    are a_k and the derivatives of a_k.
    """
    z = _combined([theta[p] for p in own], fed)
    return z | {
        (*key, p): entry
        for p, a in zip(own, fed)
        for key, entry in a.items()
        if len(key) < order
    }


def _combined(weights: Sequence[Number], jets: list[Jet]) -> Jet:
    """The sum of weight * jet, the weights taken as constants."""
    terms = list(zip(weights, jets))
    return {
        key: dot(*zip(*((w, jet[key]) for w, jet in terms if key in jet)))
        for key in dict.fromkeys(chain(*jets))
    }


def through(activation: Activation, z: Jet, order: int) -> Jet:
    """s(z): gradient s' dz, Hessian s' d2z + s'' dz dz^T."""
    s = derivatives(activation, z[()], order)
    jet = {key: spend(entry * s[1]) if key else s[0] for key, entry in z.items()}
    rows = (
        sorted((key, entry) for key, entry in z.items() if len(key) == 1)
        if order == 2
        else []
    )
    for index, ((p,), entry) in enumerate(rows):
        bent = spend(entry * s[2])
        for (q,), other in rows[index:]:
            jet[p, q] = (
                spend(jet[p, q] + spend(bent * other))
                if (p, q) in jet
                else spend(bent * other)
            )
    return jet
