"""Exact linear algebra: least squares, and kernels over the rationals of matrices of formal
numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from exactland.model.numbers import Vector
from exactland.numerics.kernel_bridge import Exact, exact_terms
from exactland.numerics.rounding import from_column, to_fmpq


def least_squares(
    matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]
) -> tuple[list[Fraction], list[Fraction]]:
    """A best fit of N numbers by the columns of a matrix of N rows, and its residual (fit minus
    numbers); zero where the fit leaves a coefficient free.
    """
    a, b = (
        fmpq_mat([[to_fmpq(v) for v in row] for row in matrix]),
        fmpq_mat(len(right), 1, [to_fmpq(v) for v in right]),
    )
    normal, moments = a.transpose() * a, a.transpose() * b
    reduced, rank = fmpq_mat(
        [[*row, moment] for row, (moment,) in zip(normal.tolist(), moments.tolist())]
    ).rref()
    fit = fmpq_mat(normal.ncols(), 1)
    for row in reduced.tolist()[:rank]:
        fit[next(k for k, v in enumerate(row) if v != 0), 0] = row[-1]
    return from_column(fit), from_column(a * fit - b)


def rational_kernel(matrix: Sequence[Sequence[Exact]]) -> list[Vector]:
    """A basis of all rational vectors c with (matrix) c = 0 formally: one vector for every column
    that is a combination of earlier ones, 1 there.
    """
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
    reduced, rank = fmpq_mat(
        len(vectors), len(vectors[0]), [to_fmpq(v) for row in vectors for v in row]
    ).rref()
    return [tuple(map(_fraction, row)) for row in reduced.tolist()[:rank]]


def _by_terms(numbers: Sequence[Exact]) -> list[list[fmpq]]:
    """One row of rationals for every product of atoms that occurs in a row of formal numbers."""
    terms = [exact_terms(x) for x in numbers]
    atoms = dict.fromkeys(key for of in terms for key, c in of.items() if c)
    return [[to_fmpq(of.get(key, Fraction(0))) for of in terms] for key in atoms]


def _fraction(q: fmpq) -> Fraction:
    return Fraction(int(q.p), int(q.q))
