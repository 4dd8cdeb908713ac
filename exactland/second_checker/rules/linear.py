"""What rules need of linear algebra, and of the loss at a point."""

from collections.abc import Sequence

from flint import arb, fmpq

from ..arithmetic.ball import (
    FORMAL_PRECISION,
    ZERO,
    balls,
    dot,
    finite,
    precision,
)
from ..arithmetic.exact import Vector
from ..meter import metered
from ..network.evaluation import BallNetwork
from ..network.layout import Problem
from ..refusals import require


def is_positive_definite(matrix: Sequence[Sequence[fmpq]]) -> bool:
    """Whether a symmetric matrix has positive pivots of L D L^T only."""
    rows = [list(row) for row in matrix]
    size = len(rows)
    for k, pivot_row in enumerate(rows):
        if pivot_row[k] <= 0:
            return False
        for row in rows[k + 1 :]:
            factor = row[k] / pivot_row[k]
            for j in range(k, size):
                row[j] = metered(row[j] - factor * pivot_row[j])
    return True


def require_invertible(
    matrix: list[list[arb]], inverse: list[Vector], size: int
) -> None:
    """Every matrix A in these balls is invertible: with C the approximate inverse every
    row sum of |C A - I| is below 1.
    """
    says = "the inverse has the wrong size"
    require([len(row) for row in inverse] == [size] * size, says)
    says = "the matrix has the wrong size"
    require([len(row) for row in matrix] == [size] * size, says)
    columns = list(zip(*matrix, strict=True))
    for i, row in enumerate(inverse):
        row_of_balls = balls(row)
        total = ZERO
        for j, column in enumerate(columns):
            identity = 1 if i == j else 0
            total = total + abs(dot(row_of_balls, column) - identity)
        require(finite(total) < 1, "the matrix is not shown invertible")


def require_defined(problem: Problem, point: Vector) -> None:
    """E has a value at the point: formal numbers do not see where log, sqrt and
    quotients have none.
    """
    with precision(FORMAL_PRECISION):
        BallNetwork(problem).value(balls(point))
