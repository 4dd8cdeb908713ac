"""The constructions of Yun, Sra and Jadbabaie, "Small nonlinearities in activation functions create
bad local minima in neural networks" (arXiv 1802.03487).

Nothing here proves anything: certify the result (rules 3.4 and 3.4b).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from exactland.errors import InputError
from exactland.model.activations import Activation, PiecewiseLinear, evaluate_exactly
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import derivatives
from exactland.numerics.exact_linear import least_squares
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

BITS = 128
OUTPUT_BIAS_BITS = 20  # fractional bits of the output bias in the point of `three_points`


def spurious_minimum(
    x: Sequence[Vector], y: Sequence[Fraction], activation: PiecewiseLinear, units: int
) -> tuple[Problem, Vector]:
    """The local minimum of Theorem 1 on any data that no affine map fits: a network that is the
    best affine map there.

    One hidden layer of `units` units with biases, one output with bias, half squared error. x are N
    rows of inputs, y N targets. All pre-activations lie in the last linear piece of the activation,
    whose slope must not be zero; only the first unit has an output weight. Every nearby network is
    affine on the data, so the point is a local minimum (rule 3.4). Exact arithmetic. Raises
    InputError when an affine map fits the data, or the last slope is zero. Not claimed: that it is
    not global; `with_hinge` finds a better point.
    """
    fit, residual = least_squares([[*row, Fraction(1)] for row in x], y)
    if not any(residual):
        raise InputError("y", "an affine map fits the data: no spurious minimum of this kind")
    slope, intercept = activation.lines[-1]
    if not slope:
        raise InputError("activation", "the last slope is zero")
    *direction, _ = fit
    values = [sum(a * b for a, b in zip(direction, row)) for row in x]
    last = activation.breakpoints[-1] if activation.breakpoints else Fraction(0)
    bias = last + 1 - min(values)
    others = [[Fraction(0)] * len(direction)] * (units - 1)
    c = fit[-1] - bias - intercept / slope
    network = Network(len(direction), (Layer(units, activation, True),), 1, True)
    biases = [bias, *[last + 1] * (units - 1)]
    weights = [1 / slope, *[Fraction(0)] * (units - 1)]
    theta = network.join([([direction, *others], biases), ([weights], [c])])
    return Problem(network, tuple(map(tuple, x)), tuple((v,) for v in y)), tuple(theta)


def with_hinge(problem: Problem, theta: Vector) -> Vector | None:
    """A better point than that of `spurious_minimum`, with at least two units: the second unit's
    kink is put among the samples, its output weight is the best.

    With g the residual and s the second unit's outputs, the loss falls by (g . s)^2 / (2 |s|^2).
    The best over all kinks, samples and directions (the coordinates, their sums and differences).
    None for one unit, or when none of these directions shows a way down.
    """
    layer = problem.network.hidden[0]
    s = layer.activation
    if layer.units < 2 or not isinstance(s, PiecewiseLinear):
        return None
    (weights, biases), (outputs, c) = problem.network.split(list(theta))
    g = _residual_in_the_last_piece(problem, s, weights[0], biases[0], outputs[0][0], c[0])
    best: tuple[Fraction, Vector] | None = None
    for direction, bias in _hinges(problem, s):
        along = [sum(a * b for a, b in zip(direction, x)) for x in problem.x]
        hinge = [evaluate_exactly(s, z + bias) for z in along]
        slope = sum(a * b for a, b in zip(g, hinge))
        square = sum(v * v for v in hinge)
        if not slope or not square:
            continue
        fall = slope**2 / square
        if best is None or fall > best[0]:
            hidden = ([weights[0], direction, *weights[2:]], [biases[0], bias, *biases[2:]])
            idle = [Fraction(0)] * (layer.units - 2)
            last = ([[outputs[0][0], -slope / square, *idle]], c)
            best = fall, tuple(problem.network.join([hidden, last]))
    return None if best is None else best[1]


def _residual_in_the_last_piece(
    problem: Problem,
    s: PiecewiseLinear,
    weights: Sequence[Fraction],
    bias: Fraction,
    output: Fraction,
    output_bias: Fraction,
) -> list[Fraction]:
    """Outputs minus targets, where all pre-activations of the one unit that has an output weight
    lie in the last linear piece.
    """
    slope, intercept = s.lines[-1]
    residual = []
    for x, (y,) in zip(problem.x, problem.y):
        z = sum((a * b for a, b in zip(weights, x)), bias)
        residual.append(output * (slope * z + intercept) + output_bias - y)
    return residual


def _hinges(problem: Problem, s: PiecewiseLinear) -> Iterator[tuple[list[Fraction], Fraction]]:
    """Incoming weights and bias of a unit that has one of its kinks at one of the samples."""
    inputs = problem.network.inputs
    axes = [[Fraction(int(k == j)) for k in range(inputs)] for j in range(inputs)]
    directions = list(axes)
    for a, b in combinations(axes, 2):
        directions.append([p + q for p, q in zip(a, b)])
        directions.append([p - q for p, q in zip(a, b)])
    for direction in directions:
        places = {sum((a * b for a, b in zip(direction, x)), Fraction(0)) for x in problem.x}
        for kink in s.breakpoints:
            for place in sorted(places):
                yield direction, kink - place


def three_points(
    activation: Activation, pre_activation: Fraction, output_weight: Fraction
) -> tuple[Problem, Vector]:
    """The data of Theorem 2 with two units of an activation, and parameters near a local minimum
    (that with the best output bias).

    Three samples in the plane, on a line, with targets 0, 0, 1; hidden biases and an output bias.
    At every sample both units have the pre-activation z and the output weight v that are given. All
    outputs are 1/3, so the residual is (1, 1, -2) / 3, up to the rounding of the output bias. Not
    claimed: that this is near a local minimum; it is where v s''(z) > 0 (rule 3.4b).
    """
    zero, half, one = Fraction(0), Fraction(1, 2), Fraction(1)
    network = Network(2, (Layer(2, activation, True),), 1, True)
    x, y = ((one, zero), (zero, one), (half, half)), ((zero,), (zero,), (one,))
    with precision(BITS):
        s = from_midpoint(derivatives(activation, to_arb(pre_activation), 0)[0])
    c = round_to_bits(Fraction(1, 3) - 2 * output_weight * s, OUTPUT_BIAS_BITS)
    row = [pre_activation, pre_activation]
    outputs = [output_weight, output_weight]
    theta = network.join([([row, row], [zero, zero]), ([outputs], [c])])
    return Problem(network, x, y), tuple(theta)
