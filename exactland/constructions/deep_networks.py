"""Construction I (docs/theorems/constructions.md): two hidden layers, both one unit short of the
number of samples, with a strict local minimum that is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from exactland.errors import InputError
from exactland.model.activations import polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem

ONE = Fraction(1)
LOW = Fraction(-2)  # a strict local minimum of the second activation
TOP = ONE  # its local maximum
OUTPUT_WEIGHT = Fraction(1, 100)  # of the first unit; unit j has j times that
Polynomial = list[Fraction]  # coefficients from degree 0
Rows = list[list[Fraction]]


def deep(samples: int) -> tuple[Problem, Vector]:
    """Construction I: N >= 3 samples, two hidden layers of N - 1 units each, one input and no
    biases; the problem, and the minimum, exactly.

    The residual is (1, ..., 1, -1), so the loss at the minimum is N/2. Raises InputError for fewer
    samples. Not claimed: that it is not global; certifying finds a better point.

    >>> problem, point = deep(samples=3)
    >>> [layer.units for layer in problem.network.hidden], len(point)
    ([2, 2], 8)
    """
    if samples < 3:
        raise InputError("samples", f"{samples} is not at least 3")
    units = samples - 1
    residual = [ONE] * units + [-ONE]
    inputs = [Fraction(k) for k in range(1, samples)] + [-ONE]
    weights = [Fraction(k) for k in range(1, samples)]
    below = _first_activation(weights, residual, inputs)
    above = _second_activation(samples)
    values = _second_pre_activations(samples)
    features = [[_at(below, w * x) for w in weights] for x in inputs]
    between = _solved(features[:units], values[:units])
    output = [OUTPUT_WEIGHT * (j + 1) for j in range(units)]
    reached = [sum(v * _at(above, z) for v, z in zip(output, row)) for row in values]
    targets = [f - r for f, r in zip(reached, residual)]
    network = Network(
        1,
        (
            Layer(units, polynomial(tuple(below)), False),
            Layer(units, polynomial(tuple(above)), False),
        ),
    )
    problem = Problem(network, tuple((x,) for x in inputs), tuple((y,) for y in targets))
    incoming = [between[k][j] for j in range(units) for k in range(units)]
    return problem, (*weights, *incoming, *output)


def _second_activation(samples: int) -> Polynomial:
    """The integral of (z - a)(z - c)(z - b), a = -2, c = 1, b = 2N - 3, and the constant with which
    the residual is orthogonal to what every unit makes of its pre-activations.
    """
    high = _high(samples)
    roots = (LOW, TOP, high)
    pairs = LOW * TOP + LOW * high + TOP * high
    integral = [Fraction(0), -LOW * TOP * high, pairs / 2, -sum(roots, Fraction(0)) / 3]
    integral.append(Fraction(1, 4))
    many = samples - 2
    sum_of_values = many * _at(integral, LOW) + _at(integral, high) - _at(integral, TOP)
    integral[0] = -sum_of_values / many
    return integral


def _second_pre_activations(samples: int) -> Rows:
    """For every sample those of all units: b for unit j at sample j, else a; c at the last."""
    high = _high(samples)
    rows = []
    for i in range(samples - 1):
        row = [LOW] * (samples - 1)
        row[i] = high
        rows.append(row)
    return [*rows, [TOP] * (samples - 1)]


def _high(samples: int) -> Fraction:
    """The other strict local minimum of the second activation: (N - 2) a + b = c."""
    return Fraction(2 * samples - 3)


def _first_activation(
    weights: Sequence[Fraction], residual: Sequence[Fraction], inputs: Sequence[Fraction]
) -> Polynomial:
    """The polynomial s without a constant for which sum_i r_i s(w x_i) = w prod_k (w - w_k)."""
    product = [Fraction(0), ONE]
    for weight in weights:
        shifted = [Fraction(0), *product]
        for k, coefficient in enumerate(product):
            shifted[k] -= weight * coefficient
        product = shifted
    moments = [sum(r * x**p for r, x in zip(residual, inputs)) for p in range(1, len(product))]
    return [Fraction(0), *(c / m for c, m in zip(product[1:], moments))]


def _at(coefficients: Polynomial, z: Fraction) -> Fraction:
    value = Fraction(0)
    for c in reversed(coefficients):
        value = value * z + c
    return value


def _solved(matrix: Rows, right: Rows) -> Rows:
    """The matrix W with matrix W = right."""
    table = _matrix(matrix).solve(_matrix(right)).tolist()
    return [[Fraction(int(v.p), int(v.q)) for v in row] for row in table]


def _matrix(rows: Rows) -> fmpq_mat:
    entries = [fmpq(*v.as_integer_ratio()) for row in rows for v in row]
    return fmpq_mat(len(rows), len(rows[0]), entries)
