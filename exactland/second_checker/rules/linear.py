"""Linear algebra of the rules."""

from flint import arb, fmpq

from exactland.second_checker.arithmetic.ball import finite
from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.meter import metered
from exactland.second_checker.refusals import require


def definite(h: list[list[fmpq]]) -> bool:
    """Whether elimination gives positive pivots only."""
    h = [list(row) for row in h]
    n = len(h)
    for k in range(n):
        if not h[k][k] > 0:
            return False
        for i in range(k + 1, n):
            factor = h[i][k] / h[k][k]
            for j in range(k, n):
                h[i][j] = metered(h[i][j] - factor * h[k][j])
    return True


def require_invertible(rows: list[list[arb]], inverse: list[Vector], size: int) -> None:
    """Every matrix in these balls is invertible: every row sum of |C A - I| is below
    1.
    """
    require(
        len(inverse) == size and all(len(r) == size for r in inverse),
        "the inverse has the wrong size",
    )
    require(
        len(rows) == size and all(len(r) == size for r in rows),
        "the matrix has the wrong size",
    )
    for i in range(size):
        total = arb(0)
        for j in range(size):
            entry = sum((arb(inverse[i][k]) * rows[k][j] for k in range(size)), arb(0))
            total = total + abs(entry - (1 if i == j else 0))
        require(finite(total) < 1, "the matrix is not shown invertible")
