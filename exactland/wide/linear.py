"""Linear algebra for the wide side: kernels over the rationals of matrices of formal numbers, minors that balls show to be invertible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.exact import rounded_midpoint, to_fmpq
from exactland.kernel.ball import Number
from exactland.kernel.formal import Formal
from exactland.problem import Vector

SPARE_BITS = 8
NEVER = -(10**9)


@dataclass(frozen=True)
class Minor:
    """Samples and columns whose square matrix is invertible, and a rough inverse that shows it."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    inverse: tuple[Vector, ...]


def rational_kernel(matrix: Sequence[Sequence[Number]]) -> list[Vector]:
    """A basis of all rational vectors c with (matrix) c = 0 formally: one vector for every column that is a combination of earlier ones, 1 there."""
    width = len(matrix[0])
    rows = [row for numbers in matrix for row in _by_terms(numbers)] or [[fmpq(0)] * width]
    reduced, rank = fmpq_mat(len(rows), width, [v for row in rows for v in row]).rref()
    table = reduced.tolist()[:rank]
    pivots = [next(j for j, v in enumerate(row) if v) for row in table]
    basis = []
    for free in (j for j in range(width) if j not in pivots):
        c = [Fraction(int(j == free)) for j in range(width)]
        for row, pivot in zip(table, pivots):
            c[pivot] = -_fraction(row[free])
        basis.append(tuple(c))
    return basis


def echelon(vectors: Sequence[Vector]) -> list[Vector]:
    """The same span, each first nonzero entry further to the right than the one before."""
    if not vectors:
        return []
    reduced, rank = fmpq_mat(len(vectors), len(vectors[0]), [to_fmpq(v) for row in vectors for v in row]).rref()
    return [tuple(map(_fraction, row)) for row in reduced.tolist()[:rank]]


def _by_terms(numbers: Sequence[Number]) -> list[list[fmpq]]:
    """One row of rationals for every product of atoms that occurs in a row of formal numbers."""
    terms: list[dict[tuple[str, ...], Fraction]] = [x.terms if isinstance(x, Formal) else {(): x} for x in numbers]
    atoms = dict.fromkeys(key for of in terms for key, c in of.items() if c)
    return [[to_fmpq(of.get(key, Fraction(0))) for of in terms] for key in atoms]


def _fraction(q: fmpq) -> Fraction:
    return Fraction(int(q.p), int(q.q))


def invertible_minor(matrix: Sequence[Sequence[arb]], first: Sequence[int] = ()) -> tuple[list[int], list[int]]:
    """Rows and columns of a minor that is invertible as far as elimination with balls can see, as large as it finds; columns in `first` are tried first."""
    table = [list(row) for row in matrix]
    rows, columns = list(range(len(table))), list(range(len(table[0])))
    chosen: tuple[list[int], list[int]] = ([], [])
    while rows and columns:
        some = [j for j in columns if j in first] or columns
        size, i, j = max(((_log2(table[i][j]), i, j) for i in rows for j in some), key=lambda entry: entry[0])
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


def with_inverse(matrix: Sequence[Sequence[arb]], rows: Sequence[int], columns: Sequence[int]) -> Minor | None:
    """The minor with an inverse rounded to as few bits as show that it is one; None when the working precision does not resolve it."""
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
    return min(4096, -(-max(at_least, 24 + finest, 40 + largest + 2 * len(minor.rows).bit_length()) // 32) * 32)
