"""Linear algebra of the rules, over exact numbers or balls."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from ..arithmetic import ONE, Ball, Exact, Number, box, dot, metered
from ..facts import Matrix
from ..refusals import Rejected, require, require_below

T = TypeVar("T")
Rows = Sequence[Sequence[T]]


def chosen(values: Sequence[T], places: frozenset[int]) -> list[T]:
    """The values at these places, in ascending order; places beyond are ignored."""
    return [value for k, value in enumerate(values) if k in places]


def sum_of(values: Sequence[Exact]) -> Exact:
    return dot([ONE] * len(values), values)


def difference(xs: Sequence[Number], ys: Sequence[Number]) -> list[Number]:
    return [metered(x - y) for x, y in zip(xs, ys)]


def applied(matrix: Rows[Number], vector: Sequence[Number]) -> list[Number]:
    """The matrix applied to the vector."""
    return [dot(row, vector) for row in matrix]


def squared_length(balls: Sequence[Ball]) -> Fraction:
    """An upper bound of |x|^2 for every x in the (at least one) balls."""
    squares = sum(x.magnitude() ** 2 for x in balls)
    return Fraction(squares, 1 << 2 * balls[0].p)


def dominance(matrix: Rows[Ball]) -> Fraction:
    """At most the least eigenvalue of every symmetric matrix in the balls.

    Gershgorin: an eigenvalue is within sum_(b != a) |K_ab| of some K_aa.
    """
    bounds = []
    for a, row in enumerate(matrix):
        diagonal = row[a]
        beside = sum(entry.magnitude() for entry in row) - diagonal.magnitude()
        bounds.append(diagonal.lower() - Fraction(beside, 1 << diagonal.p))
    return min(bounds)


def pivots(matrix: Rows[Exact]) -> list[Fraction]:
    """Those of L D L^T, all shown to be positive: the symmetric matrix is positive
    definite (rules 3.1b and 3.4b), and its determinant is their product.
    """
    rows = [list(row) for row in matrix]
    found = []
    for k, top in enumerate(rows):
        pivot = top[k]
        if not (isinstance(pivot, Fraction) and pivot > 0):
            raise Rejected(f"pivot {k} of the Hessian is not positive")
        found.append(pivot)
        for row in rows[k + 1 :]:
            factor = metered(row[k] / pivot)
            pairs = zip(row, top)
            row[:] = [metered(a - metered(factor * b)) for a, b in pairs]
    return found


def require_invertible(matrix: Rows[Ball], inverse: Matrix, precision: int) -> None:
    """Every matrix A in the balls is invertible (rule 4.3), as |C A - I| < 1 in the
    norm of row sums: A z = 0 gives z = (I - C A) z, which is shorter than z unless
    z = 0. That needs C and A square.
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
