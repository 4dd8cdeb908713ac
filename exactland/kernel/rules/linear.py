"""Linear algebra of the rules, over exact numbers or balls."""

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import TypeVar, cast

from ..arithmetic import ONE, Ball, Exact, Number, box, dot, metered
from ..facts import Matrix
from ..refusals import require, require_at_most, require_below

T = TypeVar("T")
Rows = Sequence[Sequence[T]]

# Units of the last place that an entry may lose to each of the P vectors, generously:
# P^2 times as many a row.
ROUNDINGS = 16

NOT_CURVED = "the Hessian over the box is not shown to be at least lambda"


def chosen(values: Sequence[T], places: frozenset[int]) -> list[T]:
    """The values at these places, in ascending order; places beyond are ignored."""
    return [value for k, value in enumerate(values) if k in places]


def difference(xs: Sequence[Number], ys: Sequence[Number]) -> list[Number]:
    return [metered(x - y) for x, y in zip(xs, ys)]


def applied(matrix: Rows[Number], vector: Sequence[Number]) -> list[Number]:
    """The matrix applied to the vector."""
    return [dot(row, vector) for row in matrix]


def squared_length(balls: Sequence[Ball]) -> Fraction:
    """An upper bound of |x|^2 for every x in the (at least one) balls."""
    squares = sum(x.magnitude() ** 2 for x in balls)
    return Fraction(squares, 1 << 2 * balls[0].p)


def require_at_least(matrix: Rows[Ball], least: Fraction) -> None:
    """Every symmetric matrix H in the balls is at least `least` times the identity
    (rule 3.1): with S = diag(2^s_k), room e_k >= 0 and vectors v,

        S (H - least I) S = sum of v v^T + diag(e) + rest,

    and sum_l |rest_kl| <= e_k, so that diag(e) + rest >= 0, as every v v^T is. The
    powers of two make the diagonal about 1, the room is for the radii, and the vectors
    are columns of a factor of the middles; but that is a matter of sharpness.
    """
    precision = matrix[0][0].p
    slack = ROUNDINGS * len(matrix) ** 2
    lengths = [row[k].m.bit_length() for k, row in enumerate(matrix)]
    shifts = [(precision - length) // 2 for length in lengths]
    rest = []
    room = []
    for k, (row, s) in enumerate(zip(matrix, shifts)):
        scaled = []
        for x, t in zip(row, shifts):
            larger = Ball(x.m, x.r, precision - s - t)  # x 2^(s + t)
            scaled.append(larger.at(precision))
        room.append(sum(x.r for x in scaled) + slack)
        lower = scaled[k] - Ball.exact(least * Fraction(4) ** s, precision)
        scaled[k] = Ball(lower.m - room[k], lower.r, precision)
        rest.append(scaled)
    for k in range(len(rest)):
        _subtract_square(rest, k)
    for row, most in zip(rest, room):
        require_at_most(
            Fraction(sum(x.magnitude() for x in row), 1 << precision),
            Fraction(most, 1 << precision),
            NOT_CURVED,
        )


def _subtract_square(rest: list[list[Ball]], k: int) -> None:
    """Take off v v^T, v_i = rest_ik / sqrt(rest_kk) by the middles and rounded."""
    p = rest[k][k].p
    pivot = rest[k][k].m
    require(pivot > 0, NOT_CURVED)
    root = isqrt(pivot << p)
    middles = [row[k].m << p for row in rest[k:]]
    column = [Ball(m // root, 0, p) for m in middles]
    for i, v in enumerate(column, k):
        for j, w in enumerate(column[: i - k + 1], k):
            rest[i][j] = rest[i][j] - v * w
            rest[j][i] = rest[i][j]


def pivots(matrix: Rows[Exact]) -> list[Fraction]:
    """Those of L D L^T, all shown to be positive: the symmetric matrix is positive
    definite (rules 3.1b and 3.4b), and its determinant is their product.
    """
    rows = [list(row) for row in matrix]
    found = []
    for k, top in enumerate(rows):
        pivot = top[k]
        require(
            isinstance(pivot, Fraction) and pivot > 0,
            f"pivot {k} of the Hessian is not positive",
        )
        found.append(cast(Fraction, pivot))
        for row in rows[k + 1 :]:
            factor = metered(row[k] / pivot)
            pairs = zip(row, top)
            row[:] = [metered(a - metered(factor * b)) for a, b in pairs]
    return found


def different(rows: Matrix) -> Matrix:
    """Of equal rows the last, by their digits: numbers may be chosen so that all their
    hashes are one.
    """
    by_digits = {tuple(map(str, row)): row for row in rows}
    return list(by_digits.values())


def rank(rows: Matrix) -> int:
    """By elimination, exactly."""
    rest = [list(row) for row in rows]
    found = 0
    while rest:
        top = rest.pop()
        lead = next((k for k, entry in enumerate(top) if entry != 0), -1)
        if lead < 0:
            continue
        found += 1
        for row in rest:
            factor = metered(row[lead] / top[lead])
            pairs = zip(row, top)
            row[:] = [metered(a - metered(factor * b)) for a, b in pairs]
    return found


def require_echelon(vectors: Matrix) -> None:
    """Each vector has its first entry that is not 0 further right than the one before:
    so they are independent.
    """
    lead_before = -1
    for vector in vectors:
        lead = next((k for k, entry in enumerate(vector) if entry != 0), -1)
        require(
            lead_before < lead,
            "the identities are not in echelon form, or one is zero",
        )
        lead_before = lead


def require_invertible(matrix: Rows[Ball], inverse: Matrix, precision: int) -> None:
    """Every matrix A in the balls is invertible (rules 4.3 and 4.5), as |C A - I| < 1
    in the norm of row sums: A z = 0 gives z = (I - C A) z, which is shorter than z
    unless z = 0. That needs C and A square.
    """
    require(
        all(len(row) == len(matrix) for row in (*matrix, *inverse, inverse)),
        "not square matrices of one size",
    )
    columns = list(zip(*matrix))
    for k, row in enumerate(inverse):
        off = applied(columns, box(row, precision))
        off[k] = off[k] - 1
        require_below(
            Fraction(sum(entry.magnitude() for entry in off), 1 << precision),
            ONE,
            "the features are not shown to be independent (C A is not near the"
            " identity)",
        )
