"""Linear algebra for the wide side: kernels over the rationals of matrices of formal numbers,
minors that balls show to be invertible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from exactland.model.numbers import Vector
from exactland.numerics.rounding import rounded_midpoint

SPARE_BITS = 8
NEVER = -(10**9)


@dataclass(frozen=True)
class Minor:
    """Samples and columns whose square matrix is invertible, and a rough inverse that shows it."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    inverse: tuple[Vector, ...]


def invertible_minor(
    matrix: Sequence[Sequence[arb]], first: Sequence[int] = ()
) -> tuple[list[int], list[int]]:
    """Rows and columns of a minor that is invertible as far as elimination with balls can see, as
    large as it finds; columns in `first` are tried first.
    """
    table = [list(row) for row in matrix]
    rows, columns = list(range(len(table))), list(range(len(table[0])))
    chosen: tuple[list[int], list[int]] = ([], [])
    while rows and columns:
        some = [j for j in columns if j in first] or columns
        size, i, j = max(
            ((_log2(table[i][j]), i, j) for i in rows for j in some), key=lambda entry: entry[0]
        )
        if size == NEVER:
            if some is columns:
                break
            columns = [j for j in columns if j not in some]
            continue
        rows.remove(i)
        columns.remove(j)
        for row in (table[k] for k in rows):
            factor = row[j] / table[i][j]
            for column in columns:
                row[column] = row[column] - factor * table[i][column]
        chosen[0].append(i)
        chosen[1].append(j)
    return sorted(chosen[0]), sorted(chosen[1])


def _log2(x: arb) -> int:
    """About the base-2 logarithm of the least absolute value in a ball, NEVER if that is 0."""
    least = x.abs_lower()
    if not (x.is_finite() and least > 0):
        return NEVER
    mantissa, exponent = (int(v) for v in least.man_exp())
    return exponent + mantissa.bit_length()


def with_inverse(
    matrix: Sequence[Sequence[arb]], rows: Sequence[int], columns: Sequence[int]
) -> Minor | None:
    """The minor with an inverse rounded to as few bits as show that it is one; None when the
    working precision does not resolve it.
    """
    if not rows:
        return Minor((), (), ())
    minor = arb_mat([[matrix[i][j].mid() for j in columns] for i in rows])
    try:
        inverse = minor.inv()
    except ZeroDivisionError:
        return None
    largest = max(0, *(_log2(v) for v in minor.entries()))
    bits = len(rows).bit_length() + largest + 2 + SPARE_BITS
    if not all(v.is_finite() and v.rad() < arb(2) ** -bits for v in inverse.entries()):
        return None
    rounded = tuple(tuple(rounded_midpoint(v, bits) for v in row) for row in inverse.tolist())
    return Minor(tuple(rows), tuple(columns), rounded)


def precision_for(minor: Minor, at_least: int = 64) -> int:
    """Bits the kernel needs to see that the minor is invertible; a multiple of 32."""
    entries = [v for row in minor.inverse for v in row]
    largest = max((int(abs(v)).bit_length() for v in entries), default=0)
    finest = max((v.denominator.bit_length() for v in entries), default=0)
    return min(
        4096,
        -(-max(at_least, 24 + finest, 40 + largest + 2 * len(minor.rows).bit_length()) // 32) * 32,
    )
