"""Better outputs: moving the last layer alone, in which the loss is convex.

Floats propose, rationals are returned; proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, fmpq_mat

from exactland.model.layout import output_rows, with_output_rows
from exactland.model.losses import loss
from exactland.model.numbers import Vector, ceil_significant, exact_from_float, round_significant
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.features import ball_features
from exactland.numerics.floats import Array, evaluate
from exactland.numerics.kernel_bridge import Exact
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, rounded_midpoint, to_fmpq

BITS = 192
SHORT_BITS = 28  # of output weights that floats propose


@dataclass(frozen=True)
class Lower:
    """Parameters with a loss of at most `loss`."""

    theta: Vector
    loss: Fraction


def loss_bounds(
    problem: Problem, theta: Sequence[Fraction], bits: int = BITS
) -> tuple[Fraction, Fraction] | None:
    """Lower and upper bound of E(theta); None where it is not defined, or too large."""
    with precision(bits):
        try:
            value = enclose(problem, box(theta, Fraction(0)), 0).loss
            return from_midpoint(value.lower()), from_midpoint(value.upper())
        except (UndefinedError, ArithmeticError):
            return None


def bound_above(high: Fraction) -> Fraction:
    """A short number a little above an upper bound: what a certificate states."""
    return ceil_significant(high * Fraction(1025, 1024) + Fraction(1, 1 << 100), 24)


def better_outputs(
    problem: Problem, theta: Vector, units: Sequence[int] | None = None
) -> Lower | None:
    """The last layer moved (over these columns alone, the others zero) to nearly the best fit, if
    that is a certain improvement.
    """
    start = loss_bounds(problem, theta)
    found = best_outputs(problem, theta, units)
    if start is None or found is None:
        return None
    there = loss_bounds(problem, found)
    return (
        Lower(found, bound_above(there[1])) if there is not None and there[1] < start[0] else None
    )


def best_outputs(
    problem: Problem, theta: Vector, units: Sequence[int] | None = None
) -> Vector | None:
    """Nearly the best last layer for the features at theta, over the given columns."""
    with precision(BITS):
        try:
            matrix = np.array(
                [
                    [float(v.mid()) for v in row]
                    for row in ball_features(problem, box(theta, Fraction(0)))
                ]
            )
        except (UndefinedError, OverflowError):
            return None
    width = matrix.shape[1]
    used = list(range(width)) if units is None else list(units)
    if not used or not np.all(np.isfinite(matrix)):
        return None
    v = _fit(
        problem,
        matrix[:, used],
        np.array([[float(row[j]) for j in used] for row in output_rows(problem, theta)]),
    )
    rows = [[Fraction(0)] * width for _ in v]
    for row, values in zip(rows, v):
        for j, value in zip(used, values):
            row[j] = round_significant(exact_from_float(float(value)), SHORT_BITS)
    return with_output_rows(problem, theta, rows)


def _fit(problem: Problem, features: Array, start: Array) -> Array:
    """Output weights, K rows, that nearly minimise the convex loss at these features."""
    from scipy.optimize import minimize  # half the time that starting takes

    y = np.array([[float(v) for v in row] for row in problem.y])
    if problem.loss == "half-squared-error":
        return np.asarray(np.linalg.lstsq(features, y, rcond=None)[0].T)
    of, shape = loss(problem.loss), start.shape

    def value(flat: Array) -> tuple[float, Array]:
        outputs = (features @ flat.reshape(shape).T).T
        total, gradient, _ = of.derivatives(list(outputs), list(y.T), evaluate)
        return float(np.sum(total)), np.concatenate([np.array(g) @ features for g in gradient])

    return np.asarray(minimize(value, start.ravel(), jac=True, method="BFGS").x).reshape(shape)


def exact_best_fit(
    problem: Problem, matrix: Sequence[Sequence[Exact]], theta: Vector, columns: Sequence[int]
) -> Vector | None:
    """For rational features and half the squared error: the least-squares fit over independent
    columns, exactly, the other columns zero.
    """
    if problem.loss != "half-squared-error" or not all(
        isinstance(v, Fraction) for row in matrix for v in row
    ):
        return None
    a = fmpq_mat(len(matrix), len(columns), [to_fmpq(row[j]) for row in matrix for j in columns])
    y = fmpq_mat(
        problem.samples, problem.network.outputs, [to_fmpq(v) for row in problem.y for v in row]
    )
    rows = [[Fraction(0)] * len(matrix[0]) for _ in range(problem.network.outputs)]
    try:
        solved = (a.transpose() * a).solve(a.transpose() * y).tolist() if columns else []
    except ZeroDivisionError:
        return None
    for j, values in zip(columns, solved):
        for row, value in zip(rows, values):
            row[j] = Fraction(int(value.p), int(value.q))
    return with_output_rows(problem, theta, rows)


def towards_targets(
    problem: Problem, theta: Vector, below: Fraction, columns: Sequence[int]
) -> Lower | None:
    """A last layer with loss at most `below`, by fitting the targets (pushed further and further
    apart, for classification), if that is enough.
    """
    for push in [1] if problem.loss == "half-squared-error" else [2**k for k in range(1, 40)]:
        found = _fitted(problem, theta, push, columns)
        if found is None:
            return None
        there = loss_bounds(problem, found)
        if there is not None and there[1] <= below:
            return Lower(found, below)
    return None


def _fitted(problem: Problem, theta: Vector, push: int, columns: Sequence[int]) -> Vector | None:
    """The last layer that maps the features nearly to push times the targets (as -1 and 1, for
    probabilities), in high precision, by normal equations.
    """
    from flint import arb_mat

    with precision(1024):
        try:
            matrix = [
                [row[j] for j in columns] for row in ball_features(problem, box(theta, Fraction(0)))
            ]
            a = arb_mat(matrix)
            goal = arb_mat([[arb(_target(problem, v, push)) for v in row] for row in problem.y])
            solved = ((a.transpose() * a).inv() * (a.transpose() * goal)).tolist()
        except (UndefinedError, ZeroDivisionError):
            return None
        if not all(v.is_finite() for row in solved for v in row):
            return None
        rows = [
            [Fraction(0)] * (problem.network.hidden[-1].units + problem.network.output_bias)
            for _ in range(problem.network.outputs)
        ]
        for j, values in zip(columns, solved):
            for row, value in zip(rows, values):
                row[j] = rounded_midpoint(value, 160)
    return with_output_rows(problem, theta, rows)


def _target(problem: Problem, y: Fraction, push: int) -> arb:
    shifted = y if problem.loss in ("half-squared-error", "logistic") else 2 * y - 1
    return arb(to_fmpq(shifted * push))
