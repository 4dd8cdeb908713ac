"""Newton polishing in high precision: from a point near a critical point to many digits of it.

Deterministic arithmetic, no BLAS; proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat

from exactland.model.numbers import round_to_bits
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint

WORKING_BITS = 320
KEPT_BITS = 224  # every coordinate is kept to this many fractional bits
STEPS = 80
SETTLED = Fraction(1, 2**200)
CLOSE = Fraction(1, 2**24)  # steps this short leave the Hessian as good as it was
GAIN = 2**16  # by which steps must shrink while the Hessian is kept


def polish(
    problem: Problem,
    start: Sequence[Fraction],
    within: Fraction | None = None,
    progress: Progress = no_progress,
) -> tuple[Fraction, ...] | None:
    """The critical point that Newton's iteration reaches from `start`, to about 200 bits; None when
    it does not settle, or leaves the ball of Euclidean radius `within` around the start. Close to
    the goal the Hessian is kept while that is good enough: gradients are cheaper.
    """
    with precision(WORKING_BITS):
        theta, before = tuple(start), Fraction(0)
        inverse: arb_mat | None = None
        for step_number in range(STEPS):
            progress("polishing", step_number, STEPS)
            kept = inverse is not None
            try:
                at = enclose(problem, box(theta, Fraction(0)), 1 if kept else 2)
                inverse = inverse if inverse is not None else midpoints(midpoints(at.hessian).inv())
                step = [
                    from_midpoint(d)
                    for d in (
                        inverse * arb_mat(len(theta), 1, [-g.mid() for g in at.gradient])
                    ).entries()
                ]
            except (UndefinedError, ZeroDivisionError, ArithmeticError):
                return None
            theta = tuple(round_to_bits(t + d, KEPT_BITS) for t, d in zip(theta, step))
            size = max(map(abs, step))
            if size > 10**6 or (
                within is not None and sum((t - s) ** 2 for t, s in zip(theta, start)) > within**2
            ):
                return None
            # steps shrink by size / before, so the next one would be that short
            if size < SETTLED or (kept and size * size < SETTLED * before):
                return theta
            if size > CLOSE or (kept and size * GAIN > before):
                inverse = None
            before = size
    return None


def midpoints(matrix: arb_mat) -> arb_mat:
    return arb_mat(matrix.nrows(), matrix.ncols(), [v.mid() for v in matrix.entries()])


def cholesky_inverse(hessian: arb_mat) -> arb_mat | None:
    """R = L^-T with L L^T the midpoint matrix, approximately, so that R^T H R is near the identity;
    None when a pivot is not positive.
    """
    h = [[v.mid() for v in row] for row in hessian.tolist()]
    lower: list[list[arb]] = []
    roots: list[arb] = []
    for i, row in enumerate(h):
        left: list[arb] = []
        for j in range(i):
            left.append((_remainder(row[j], left, lower[j]) / roots[j]).mid())
        pivot = _remainder(row[i], left, left)
        if not pivot > 0:
            return None
        roots.append(pivot.sqrt().mid())
        lower.append([*left, roots[i]])
    n = len(h)
    lower = [[*row, *[arb(0)] * (n - len(row))] for row in lower]
    try:
        return midpoints(arb_mat(lower).inv().transpose())
    except ZeroDivisionError:
        return None


def _remainder(start: arb, a: Sequence[arb], b: Sequence[arb]) -> arb:
    """start - sum of a_k b_k over the shorter of the two."""
    total = start
    for p, q in zip(a, b):
        total = (total - p * q).mid()
    return total
