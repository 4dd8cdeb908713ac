"""The ball tier: Arb balls and ball matrices at the working precision.

With z_j the pre-activations of a unit and delta, back the factors of back-propagation, the Hessian
is the sum of T^T diag(weight) T over outputs (T = Jacobian, weight = l'') and hidden units (T = d
z_j / d theta, weight = back * s''), and of the coupling of each weight w_jk with d a_k / d theta,
weighted by delta_j. Derivation: docs/theorems/derivatives.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from flint import arb, arb_mat

from exactland.errors import ResourceLimitError
from exactland.model.losses import loss
from exactland.model.problem import Problem
from exactland.numerics.enclosures.activation_balls import derivatives, derivatives_at_all
from exactland.numerics.rounding import to_arb

MAX_TANGENTS = 10**7


@dataclass(frozen=True)
class Enclosure:
    """Balls that contain all values over the box: loss; gradient (P) from order 1 on; Hessian (P x
    P) from order 2 on.
    """

    loss: arb
    gradient: list[arb]
    hessian: arb_mat  # 0 x 0 below order 2


@dataclass(frozen=True)
class _Tangent:
    """Derivatives of a quantity at every sample: the columns of `rows` (N x q) belong to the
    parameters `places` (q indices), all others are zero.
    """

    rows: arb_mat
    places: Sequence[int]

    def spread(self, count: int) -> arb_mat:
        """N x count, zeros included."""
        if len(self.places) == count:
            return self.rows
        return self.rows * arb_mat(
            len(self.places),
            count,
            [arb(place == p) for place in self.places for p in range(count)],
        )


@dataclass(frozen=True)
class _Pass:
    first: int  # index of the layer's first parameter
    features: arb_mat  # N x width, what feeds the layer
    # per feature, N x first: derivatives with respect to the parameters before this layer
    feature_tangents: list[arb_mat]
    tangents: list[_Tangent]  # per unit, of its pre-activation
    rates: list[list[arb]]  # per unit, N values of s'
    bends: list[list[arb]]


def box(center: Sequence[Fraction], radius: Fraction) -> list[arb]:
    """Balls that contain [c - radius, c + radius] in every coordinate."""
    spread = to_arb(radius) * arb(0, 1)
    return [to_arb(c) + spread if radius else to_arb(c) for c in center]


def enclose(problem: Problem, theta: Sequence[arb], order: int = 2) -> Enclosure:
    """Enclosures of the loss and its derivatives up to `order` (0, 1 or 2) over the box theta (P
    balls).

    Raises UndefinedError where an activation, or a derivative it needs, does not exist on a whole
    range; ResourceLimitError when the tangents of a Hessian (N units P numbers) would not fit in
    memory. Not claimed: the narrowest balls.

    >>> from fractions import Fraction
    >>> from exactland.constructions import sine
    >>> problem, point = sine(samples=2, units=1)
    >>> at = enclose(problem, box(point, Fraction(1, 1000)))
    >>> at.loss.contains(1), at.hessian.nrows(), all(g.contains(0) for g in at.gradient)
    (True, 2, True)
    """
    if order == 2:
        _require_memory(problem)
    count = problem.parameters
    passes, outputs = _forward(problem, theta, order)
    parts = _loss_parts(problem, outputs)
    value = sum((part[0] for part in parts), arb(0))
    if order == 0:
        return Enclosure(value, [], arb_mat(0, 0))
    gradient = [arb(0)] * count
    hessian = [[arb(0)] * count for _ in range(count)]
    delta = [[part[1][o] for part in parts] for o in range(problem.network.outputs)]
    back: list[list[arb]] = []
    for depth in reversed(range(len(passes))):
        here = passes[depth]
        units, width, bias = problem.network.shapes()[depth]
        is_last = depth == len(passes) - 1
        if not is_last:
            delta = [[b * r for b, r in zip(row, rates)] for row, rates in zip(back, here.rates)]
        stacked = arb_mat(delta)
        slopes = (stacked * here.features).tolist()
        bias_at = here.first + units * width
        for j in range(units):
            gradient[here.first + j * width : here.first + (j + 1) * width] = slopes[j]
            if bias:
                gradient[bias_at + j] = sum(delta[j], arb(0))
        if order == 2 and is_last:
            curvatures = {
                (j, q): [part[2][j][q] for part in parts]
                for j, q in product(range(units), repeat=2)
            }
            _add_curvatures(hessian, here, curvatures)
        elif order == 2:
            bends = [[b * s for b, s in zip(row, bent)] for row, bent in zip(back, here.bends)]
            _add_curvatures(hessian, here, {(j, j): row for j, row in enumerate(bends)})
        if order == 2 and depth:
            _add_couplings(hessian, here, stacked, units, width)
        back = (arb_mat(problem.network.split(theta)[depth][0]).transpose() * stacked).tolist()
    return Enclosure(value, gradient, arb_mat(hessian) if order == 2 else arb_mat(0, 0))


def _require_memory(problem: Problem) -> None:
    units = sum(layer.units for layer in problem.network.hidden)
    if problem.samples * units * problem.parameters > MAX_TANGENTS:
        sizes = (
            f"{problem.samples} samples, {units} hidden units and {problem.parameters} parameters"
        )
        raise ResourceLimitError(f"a Hessian from {sizes} needs more than {MAX_TANGENTS} tangents")


def _loss_parts(problem: Problem, outputs: arb_mat) -> list[Any]:
    """Per sample, the loss with its derivatives with respect to the outputs."""
    columns = outputs.transpose().tolist()
    of = partial(derivatives, order=2)
    rows = [[column[i] for column in columns] for i in range(problem.samples)]
    return [
        loss(problem.loss).derivatives(row, [to_arb(v) for v in y], of)
        for row, y in zip(rows, problem.y)
    ]


def _add_curvatures(
    hessian: list[list[arb]], here: _Pass, weights: Mapping[tuple[int, int], Sequence[arb]]
) -> None:
    """Adds sum over samples of weights[j, q] dz_j dz_q^T."""
    for (j, q), weight in weights.items():
        left, right = here.tangents[j], here.tangents[q]
        if any(v != 0 or not isinstance(v, int) for v in weight):
            block = left.rows.transpose() * _scale(weight, right.rows)
            _add(hessian, left.places, right.places, block)


def _add_couplings(
    hessian: list[list[arb]], here: _Pass, delta: arb_mat, units: int, width: int
) -> None:
    """Adds the second derivatives by a weight of this layer and a parameter of earlier ones."""
    for k, tangent in enumerate(here.feature_tangents):
        coupling = delta * tangent
        for j in range(units):
            place = [here.first + j * width + k]
            row = arb_mat(1, here.first, [coupling[j, q] for q in range(here.first)])
            _add(hessian, place, range(here.first), row)
            _add(hessian, range(here.first), place, row.transpose())


def _forward(problem: Problem, theta: Sequence[arb], order: int) -> tuple[list[_Pass], arb_mat]:
    features = arb_mat([[to_arb(v) for v in row] for row in problem.x])
    tangents = [arb_mat(problem.samples, 0) for _ in range(problem.network.inputs)]
    passes: list[_Pass] = []
    first = 0
    for depth, (weights, biases) in enumerate(problem.network.split(theta)):
        units, width, bias = problem.network.shapes()[depth]
        z = (arb_mat(weights) * features.transpose()).tolist()  # units x N
        z = [[u + biases[j] for u in row] for j, row in enumerate(z)] if bias else z
        own = (
            [
                _tangent(features, tangents, row, _places(first, j, units, width, bias))
                for j, row in enumerate(weights)
            ]
            if order == 2
            else []
        )
        if depth == len(problem.network.hidden):
            return [*passes, _Pass(first, features, tangents, own, [], [])], arb_mat(z).transpose()
        activation = problem.network.hidden[depth].activation
        s = [derivatives_at_all(activation, row, order) for row in z]
        rates = [[d[1] for d in row] for row in s] if order >= 1 else []
        bends = [[d[2] for d in row] for row in s] if order == 2 else []
        passes.append(_Pass(first, features, tangents, own, rates, bends))
        first += units * (width + bias)
        tangents = [
            _Tangent(_scale(rate, t.rows), t.places).spread(first) for rate, t in zip(rates, own)
        ]
        features = arb_mat([[d[0] for d in row] for row in s]).transpose()
    raise ValueError("a network ends with its linear layer")


def _places(first: int, j: int, units: int, width: int, bias: bool) -> list[int]:
    """Parameters that unit j depends on: those of earlier layers, then its own."""
    weights = range(first + j * width, first + (j + 1) * width)
    return [*range(first), *weights, *([first + units * width + j] if bias else [])]


def _tangent(
    features: arb_mat,
    tangents: Sequence[arb_mat],
    weights: Sequence[arb],
    places: Sequence[int],
) -> _Tangent:
    """dz of a unit, a row for every sample: by the parameters of earlier layers, then by the
    unit's own weights and bias.
    """
    first = tangents[0].ncols()
    bias = len(places) > first + len(weights)
    if not first and not bias:
        return _Tangent(features, places)
    through = (
        sum((t * w for t, w in zip(tangents[1:], weights[1:])), tangents[0] * weights[0]).tolist()
        if first
        else [()] * features.nrows()
    )
    return _Tangent(
        arb_mat([[*t, *a, *([1] if bias else [])] for t, a in zip(through, features.tolist())]),
        places,
    )


def _scale(weight: Sequence[arb], rows: arb_mat) -> arb_mat:
    if all(isinstance(w, int) and w == 1 for w in weight):
        return rows
    return arb_mat([[w * v for v in row] for w, row in zip(weight, rows.tolist())])


def _add(
    hessian: list[list[arb]], left: Sequence[int], right: Sequence[int], block: arb_mat
) -> None:
    for p, row in zip(left, block.tolist()):
        target = hessian[p]
        for q, value in zip(right, row):
            target[q] = target[q] + value
