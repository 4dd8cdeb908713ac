"""What rules need of linear algebra, and of the loss at a point."""

from collections.abc import Sequence
from operator import le

from flint import arb, ctx, fmpq

from ..arithmetic.ball import (
    FORMAL_PRECISION,
    ZERO,
    balls,
    dot,
    finite,
    precision,
    upper,
)
from ..arithmetic.exact import Vector
from ..meter import metered
from ..network.evaluation import BallNetwork
from ..network.layout import Problem
from ..refusals import require

# Of a sum of sizes: what rounding may leave, in units of the last place and a row.
SLACK_BITS = 16
ROUNDED_RADII = 20


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


def is_at_least(matrix: Sequence[Sequence[arb]], least: fmpq) -> bool:
    """Whether every symmetric matrix in these balls is shown to be at least a multiple
    of the identity.

    Scaled by powers of two so that its diagonal is about 1, less the multiple, it is a
    sum of squares v v^T, a diagonal (room), and a rest whose rows have sums of sizes
    that the room allows. The vectors are columns of a Cholesky factor of midpoints.
    """
    size = len(matrix)
    diagonal = [row[k].mid() for k, row in enumerate(matrix)]
    positive = all(x > 0 for x in diagonal)
    if not positive:
        return False
    scale = [_near_inverse_root(x) for x in diagonal]
    rest = []
    for row, s in zip(matrix, scale, strict=True):
        pairs = zip(row, scale, strict=True)
        rest.append([x * s * t for x, t in pairs])
    slack = arb(2) ** (SLACK_BITS - ctx.prec) * size
    room = [arb(upper(_room(row) + slack)) for row in rest]
    for k, s in enumerate(scale):
        taken = arb(least) * s * s + room[k]
        rest[k][k] = rest[k][k] - taken
    for k in range(size):
        pivot = rest[k][k].mid()
        if not pivot > 0:
            return False
        root = pivot.sqrt().mid()
        column = [(row[k].mid() / root).mid() for row in rest]
        for i in range(k, size):
            for j in range(k, size):
                rest[i][j] = rest[i][j] - column[i] * column[j]
    sizes = [upper(sum(map(abs, row), ZERO)) for row in rest]
    allowed = map(upper, room)
    return all(map(le, sizes, allowed))


def _room(row: list[arb]) -> arb:
    """For the radii, which Arb rounds up to 30 bits when it adds."""
    radii = sum((x.rad() for x in row), ZERO)
    return radii * (1 + arb(2) ** -ROUNDED_RADII)


def _near_inverse_root(x: arb) -> arb:
    """A power of two within a factor of 2 of 1/sqrt(x), for a positive number."""
    mantissa, exponent = x.man_exp()
    length = int(exponent) + int(mantissa).bit_length()
    return arb(2) ** -(length // 2)


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


def require_echelon(identities: list[Vector], samples: int) -> None:
    """Each has its first nonzero entry further right than the one before: they are
    linearly independent.
    """
    last = -1
    for row in identities:
        require(len(row) == samples, "an identity has the wrong length")
        nonzero = [i for i, v in enumerate(row) if v != 0]
        further = len(nonzero) > 0 and nonzero[0] > last
        require(further, "the identities are not in echelon form")
        last = nonzero[0]
