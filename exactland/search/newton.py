"""Newton polishing in high precision: from a point near a critical point to many digits of it. Deterministic arithmetic, no BLAS; proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat

from exactland.calculus import Undefined, box, enclose
from exactland.exact import from_midpoint, round_to_bits
from exactland.precision import precision
from exactland.problem import Problem

WORKING_BITS = 320
KEPT_BITS = 224  # every coordinate is kept to this many fractional bits
STEPS = 60


def polish(problem: Problem, start: Sequence[Fraction], within: Fraction | None = None) -> tuple[Fraction, ...] | None:
    """The critical point that Newton's iteration reaches from `start`, to about 200 bits; None when it does not settle, or leaves the ball of
    Euclidean radius `within` around the start.
    """
    with precision(WORKING_BITS):
        theta = tuple(start)
        for _ in range(STEPS):
            try:
                step = newton_step(problem, theta)
            except (Undefined, ZeroDivisionError, ArithmeticError):
                return None
            theta = tuple(round_to_bits(t + d, KEPT_BITS) for t, d in zip(theta, step))
            size = max(map(abs, step))
            if size > 10**6 or (within is not None and sum((t - s) ** 2 for t, s in zip(theta, start)) > within**2):
                return None
            if size < Fraction(1, 2**200):
                return theta
    return None


def newton_step(problem: Problem, theta: Sequence[Fraction]) -> list[Fraction]:
    """-(Hess E)^-1 grad E, approximately, at the working precision. Raises Undefined, ZeroDivisionError (singular)."""
    at = enclose(problem, box(theta, Fraction(0)))
    rhs = arb_mat(len(theta), 1, [-g.mid() for g in at.gradient])
    return [from_midpoint(d) for d in midpoints(at.hessian).solve(rhs).entries()]


def midpoints(matrix: arb_mat) -> arb_mat:
    return arb_mat(matrix.nrows(), matrix.ncols(), [v.mid() for v in matrix.entries()])


def cholesky_inverse(hessian: arb_mat) -> arb_mat | None:
    """R = L^-T with L L^T the midpoint matrix, approximately, so that R^T H R is near the identity; None when a pivot is not positive."""
    n = hessian.nrows()
    h = [[v.mid() for v in row] for row in hessian.tolist()]
    lower = [[arb(0)] * n for _ in range(n)]
    for j in range(n):
        pivot = (h[j][j] - sum((v * v for v in lower[j][:j]), arb(0))).mid()
        if not pivot > 0:
            return None
        root = pivot.sqrt().mid()
        lower[j][j] = root
        for i in range(j + 1, n):
            lower[i][j] = ((h[i][j] - sum((a * b for a, b in zip(lower[i][:j], lower[j][:j])), arb(0))) / root).mid()
    try:
        return midpoints(arb_mat(lower).inv().transpose())
    except ZeroDivisionError:
        return None
