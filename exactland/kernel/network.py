"""Loss, gradient and Hessian of a network, over balls or exactly (mathematics.md, section 1; derivation in proofs/THEOREMS.md, "Derivatives").

Everything is a *column*: a list with one number per sample. With z_j the pre-activations of a unit, a_k the features that feed it, delta_j and
curvature_j the first and second derivative factors that back-propagation gives,

    Hess E = sum over hidden units of  curvature_j grad z_j grad z_j^T   +   sum over outputs of  l''_oo' grad f_o grad f_o'^T
             +  the symmetric part that couples a weight w_jk with grad a_k:  delta_j e_(w_jk) (grad a_k)^T + its transpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .activation import constant, derivatives
from .ball import Ball, Number, dot
from .reader import Problem

Column = list[Number]
Tangent = dict[int, Column]  # derivative of a column with respect to each parameter it depends on


@dataclass(frozen=True)
class Jet:
    value: Number
    gradient: list[Number]  # empty below order 1
    hessian: list[list[Number]]  # empty below order 2


@dataclass(frozen=True)
class Pass:
    """What one layer leaves behind: unit by unit for z and the activation, input by input for the features."""

    first: int  # index of its first parameter
    features: list[Column]
    feature_tangents: list[Tangent]
    tangents: list[Tangent]  # of z
    rates: list[Column]  # s'(z)
    bends: list[Column]  # s''(z)


def half_squared_error(f: list[Number], y: list[Number]) -> tuple[Number, list[Number], list[list[Number]]]:
    """l = |f - y|^2 / 2 of one sample: value, derivative and second derivative in f."""
    e = [a - b for a, b in zip(f, y)]
    return dot(e, e) / 2, e, [[constant(Fraction(i == j), e[0]) for j in range(len(e))] for i in range(len(e))]


LOSSES = {"half-squared-error": half_squared_error}


def jet(problem: Problem, theta: list[Number], order: int) -> Jet:
    """Loss and its derivatives up to order 0, 1 or 2 at theta (P balls at one precision, or P fractions).

    Every entry encloses all values over the box theta. Raises Undefined where an activation or its derivative does not exist on the whole range.
    """
    passes, outputs = _forward(problem, theta, order)
    loss = LOSSES[problem.loss]
    losses = [loss([f[i] for f in outputs], [constant(v, theta[0]) for v in y]) for i, y in enumerate(problem.y)]
    value = dot([v for v, _, _ in losses], [constant(Fraction(1), theta[0])] * len(losses))
    if order == 0:
        return Jet(value, [], [])
    zero, size = constant(Fraction(0), theta[0]), problem.parameters
    gradient, hessian = [zero] * size, [[zero] * size for _ in range(size if order == 2 else 0)]
    if order == 2:
        for o, left in enumerate(passes[-1].tangents):
            for q, right in enumerate(passes[-1].tangents):
                _add_outer(hessian, [bend[o][q] for _, _, bend in losses], left, right)
    _backward(problem, theta, passes, [[g[o] for _, g, _ in losses] for o in range(len(outputs))], gradient, hessian)
    return Jet(value, gradient, hessian)


def _forward(problem: Problem, theta: list[Number], order: int) -> tuple[list[Pass], list[Column]]:
    """The passes of all layers, and the output columns."""
    samples, one = range(len(problem.x)), constant(Fraction(1), theta[0])
    features: list[Column] = [[constant(row[k], theta[0]) for row in problem.x] for k in range(problem.inputs)]
    feature_tangents: list[Tangent] = [{} for _ in features]
    passes: list[Pass] = []
    at = 0
    for layer in problem.layers:
        width = len(features)
        bias = at + layer.units * width
        z: list[Column] = []
        tangents: list[Tangent] = []
        for j in range(layer.units):
            weights = theta[at + j * width : at + (j + 1) * width]
            column = [dot(weights, [a[i] for a in features]) for i in samples]
            z.append([c + theta[bias + j] for c in column] if layer.bias else column)
            tangent = _through(weights, feature_tangents)
            tangent.update({at + j * width + k: a for k, a in enumerate(features)})
            if layer.bias:
                tangent[bias + j] = [one for _ in samples]
            tangents.append(tangent)
        if layer.activation is None:
            return [*passes, Pass(at, features, feature_tangents, tangents, [], [])], z
        s = [[derivatives(layer.activation, c, order) for c in column] for column in z]
        rates = [[d[1] for d in unit] for unit in s] if order >= 1 else []
        bends = [[d[2] for d in unit] for unit in s] if order == 2 else []
        passes.append(Pass(at, features, feature_tangents, tangents, rates, bends))
        features = [[d[0] for d in unit] for unit in s]
        feature_tangents = [{}] * layer.units
        if order == 2:
            feature_tangents = [{p: _times(rate, column) for p, column in t.items()} for rate, t in zip(rates, tangents)]
        at = bias + layer.units * layer.bias
    raise ValueError("a network ends with its linear layer")


def _through(weights: list[Number], tangents: list[Tangent]) -> Tangent:
    """The tangent of a weighted sum of features."""
    terms: dict[int, list[tuple[Number, Column]]] = {}
    for w, tangent in zip(weights, tangents):
        for p, column in tangent.items():
            terms.setdefault(p, []).append((w, column))
    return {p: [dot([w for w, _ in pairs], list(row)) for row in zip(*(c for _, c in pairs))] for p, pairs in terms.items()}


def _backward(
    problem: Problem, theta: list[Number], passes: list[Pass], delta: list[Column], gradient: list[Number], hessian: list[list[Number]]
) -> None:
    """Back-propagate delta = dE/dz from the outputs, filling the gradient and adding all but the outputs' part to the Hessian."""
    for depth in reversed(range(len(passes))):
        here, layer = passes[depth], problem.layers[depth]
        width = len(here.features)
        for j in range(layer.units):
            for k in range(width):
                p = here.first + j * width + k
                gradient[p] = dot(delta[j], here.features[k])
                for q, column in here.feature_tangents[k].items():
                    hessian[p][q] = hessian[q][p] = hessian[p][q] + dot(delta[j], column)
            if layer.bias:
                gradient[here.first + layer.units * width + j] = dot(delta[j], [constant(Fraction(1), theta[0])] * len(delta[j]))
        if depth:
            weights = [[theta[here.first + j * width + k] for j in range(layer.units)] for k in range(width)]
            back = [[dot(row, list(d)) for d in zip(*delta)] for row in weights]
            before = passes[depth - 1]
            delta = [_times(b, rate) for b, rate in zip(back, before.rates)]
            for b, bend, tangent in zip(back, before.bends, before.tangents):
                _add_outer(hessian, _times(b, bend), tangent, tangent)


def _times(a: Column, b: Column) -> Column:
    return [x * y for x, y in zip(a, b)]


def _add_outer(hessian: list[list[Number]], weight: Column, left: Tangent, right: Tangent) -> None:
    """hessian += sum over samples of weight * left right^T."""
    if all(isinstance(w, Ball) and not w.magnitude() for w in weight):
        return
    for p, column in left.items():
        weighted = _times(weight, column)
        for q, other in right.items():
            if left is not right:
                hessian[p][q] = hessian[p][q] + dot(weighted, other)
            elif p <= q:
                hessian[p][q] = hessian[q][p] = hessian[p][q] + dot(weighted, other)
