"""W5 of docs/theorems/walls.md: the integers it rests on, held against derivatives in balls, plain
enumeration, and the statement of the lemma.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import comb, perm

import pytest
from flint import arb, arb_mat, ctx, fmpz_mat, fmpz_mpoly
from hypothesis import given
from hypothesis import strategies as st

from exactland.model.activations import Expression
from exactland.model.trees import X, apply, multiply
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb
from exactland.walls import total_positivity
from exactland.walls.total_positivity import (
    Terms,
    determinant_positive,
    determinant_terms,
    has_nonnegative_coefficients,
    numerators,
    zeros_bounded,
)

F = Expression(apply("tanh", multiply(Fraction(1, 2), apply("exp", X))))
SMALL = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 4)), st.integers(-20, 20), min_size=1, max_size=5
)
GRID = st.integers(-40, 40)
ENUMERATED = 400


@pytest.fixture(scope="module", autouse=True)
def _long_series() -> Iterator[None]:
    """python-flint cuts series off at 10 terms unless told otherwise; D_7 needs 13."""
    before, ctx.cap = ctx.cap, 20
    yield
    ctx.cap = before


def determinant(rows: Sequence[Sequence[arb]]) -> arb:
    return arb_mat([list(row) for row in rows]).det()


def sign_of(k: int) -> int:
    return (-1) ** comb(k, 2)


def value(terms: Terms, t: arb) -> arb:
    return sum((c * t**a * (b * t).exp() for (a, b), c in terms.items()), arb(0))


def sums_determinant(nodes: Sequence[Fraction], shifts: Sequence[Fraction]) -> arb:
    """det f^(l_i)(u_i + y_j), u_i and y_j increasing, equal nodes with higher derivatives."""
    nodes = sorted(nodes)
    columns = [
        [derivatives(F, to_arb(u + y), 6)[nodes[:i].count(u)] for i, u in enumerate(nodes)]
        for y in sorted(shifts)
    ]
    return determinant(columns)


def agrees(k: int, t: Fraction) -> bool:
    """The exponential sum of D_k against the derivatives of tanh(e^u / 2) by the calculus of
    activations: balls that meet, and are narrow.
    """
    with precision(1024):
        f = derivatives(F, to_arb(t).log(), 2 * k - 2)
        left = sign_of(k) * determinant([[f[p + q] for q in range(k)] for p in range(k)])
        right = value(determinant_terms(k), to_arb(t)) / (1 + to_arb(t).exp()) ** (k * k)
        return bool(left.overlaps(right)) and bool(right.rad() < abs(right) / 10**6)


def test_the_determinants_up_to_six_are_positive_and_the_seventh_is_not() -> None:
    assert [determinant_positive(k) for k in range(1, 8)] == [True] * 6 + [False]
    assert [zeros_bounded(n) for n in (1, 6, 7, 64)] == [True, True, False, False]
    with precision(512):
        terms = determinant_terms(7)
        assert value(terms, arb(24) / 5) < 0
        assert value(terms, 2 * (arb(7) / 8).exp()) < 0
        assert all(value(terms, arb(t)) > 0 for t in (1, 10))


@pytest.mark.parametrize("k", range(1, 8))
def test_the_exponential_sums_are_the_determinants(k: int) -> None:
    assert all(agrees(k, t) for t in (Fraction(1, 5), Fraction(1), Fraction(24, 5), Fraction(20)))


@pytest.mark.parametrize("k", range(1, 8))
def test_the_coefficients_are_those_of_the_determinant_of_integers(k: int) -> None:
    for t, z in ((3, 7), (-2, 11), (10**30 + 57, 10**25 + 13)):
        n = [int(p(t, z)) for p in numerators(2 * k - 1)]
        assert sign_of(k) * int(fmpz_mat([n[i : i + k] for i in range(k)]).det()) == sum(
            c * t**a * z**b for (a, b), c in determinant_terms(k).items()
        )


def _another_start(right: Callable[[int], list[fmpz_mpoly]]) -> Callable[[int], list[fmpz_mpoly]]:
    return lambda length: [right(length)[0] + 1, *right(length)[1:]]


def _a_doubled_derivative(
    right: Callable[[int], list[fmpz_mpoly]],
) -> Callable[[int], list[fmpz_mpoly]]:
    return lambda length: [
        *right(length)[:2],
        *(2 * p for p in right(length)[2:3]),
        *right(length)[3:],
    ]


@pytest.mark.parametrize("plant", [_another_start, _a_doubled_derivative])
def test_planted_numerators_are_caught(
    plant: Callable[..., Callable[[int], list[fmpz_mpoly]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(total_positivity, "numerators", plant(numerators))
    assert not agrees(3, Fraction(1))


@given(SMALL, st.fractions(Fraction(1, 100), 50, max_denominator=100))
def test_non_negative_coefficients_are_decided_as_by_enumeration(
    terms: dict[tuple[int, int], int], t: Fraction
) -> None:
    sums = [
        sum(c * perm(n, a) * b ** (n - a) for (a, b), c in terms.items() if n >= a)
        for n in range(ENUMERATED)
    ]
    assert has_nonnegative_coefficients(terms) == (min(sums) >= 0 and any(sums))
    if has_nonnegative_coefficients(terms):
        assert value(terms, to_arb(t)) > 0


def test_a_late_negative_coefficient_is_seen() -> None:
    late = {(0, 12): 1, (0, 11): -(10**6), (0, 10): 5 * 10**11}
    sums = [sum(c * b**n for (_, b), c in late.items()) for n in range(ENUMERATED)]
    assert [n for n, s in enumerate(sums) if s < 0] == [*range(140, 157)]
    assert not has_nonnegative_coefficients(late)
    assert has_nonnegative_coefficients({**late, (0, 10): 10**12})


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.lists(GRID, min_size=n, max_size=n),
            st.lists(GRID, min_size=n, max_size=n, unique=True),
        )
    )
)
def test_matrices_of_values_are_invertible_with_the_sign_of_the_lemma(
    drawn: tuple[list[int], list[int]],
) -> None:
    """Nodes between -2 and 2, repeated ones as well, and different shifts between -1 and 1."""
    nodes, shifts = [Fraction(u, 20) for u in drawn[0]], [Fraction(y, 40) for y in drawn[1]]
    with precision(1024):
        assert sign_of(len(nodes)) * sums_determinant(nodes, shifts) > 0


def test_with_seven_terms_the_sign_changes() -> None:
    """So some sum of seven different tanh(x w) has seven positive zeros."""
    with precision(1024):
        step = [Fraction(k, 100) for k in range(-3, 4)]
        signs = [
            sign_of(7) * sums_determinant([middle + s for s in step], step)
            for middle in (Fraction(0), Fraction(157, 100))
        ]
        assert signs[0] > 0
        assert signs[1] < 0
