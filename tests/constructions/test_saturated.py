"""Construction H and theorem W8, hard-tanh: every (N, m) with 2m < N, the steps of both proofs in
exact arithmetic, and what the construction refuses.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactland import Certified, InputError
from exactland.constructions import saturated, witness
from exactland.kernel import check
from exactland.model.activations import NAMED, evaluate_exactly
from exactland.numerics.rounding import to_fmpq
from exactland.walls.theorems import wall
from tests.recorded import minimum_from
from tests.shorthand import vector

UP_TO = 12
CELLS = [(n, m) for n in range(3, UP_TO + 1) for m in range(1, n) if 2 * m < n]


# a unit of W8: the knot at or left of its w, and its shares of that knot and the next; the first is
# not 0
Shares = tuple[int, Fraction, Fraction]


def s(z: Fraction) -> Fraction:
    return evaluate_exactly(NAMED["hard-tanh"], z)


def bad(samples: int, units: int, v: Fraction = Fraction(1, 10), t: Fraction = Fraction(1)) -> bool:
    problem, start = saturated(samples, units, v=v, t=t)
    assert (problem.samples, problem.network.hidden[0].units) == (samples, units)
    outcome = minimum_from(problem, start, witness(problem, start))
    return isinstance(outcome, Certified) and outcome.verdict.kind == "sub-optimal-strict-minimum"


@pytest.mark.parametrize(("samples", "units"), [*CELLS, (41, 20), (64, 1), (64, 7)])
def test_a_bad_minimum_where_half_the_samples_are_more_than_the_units(
    samples: int, units: int
) -> None:
    assert bad(samples, units)


@pytest.mark.parametrize(("v", "t"), [("-1/10", "1"), ("1/1000", "7/3"), ("-3/100", "50")])
def test_the_sign_of_the_output_weights_does_not_matter(v: str, t: str) -> None:
    assert bad(7, 3, Fraction(v), Fraction(t))


def test_the_certificate_is_exact_and_about_the_point_itself() -> None:
    problem, start = saturated(7, 3, t=Fraction(3, 2))
    outcome = minimum_from(problem, start, witness(problem, start))
    assert isinstance(outcome, Certified)
    assert [step.rule for step in outcome.certificate.steps] == ["3.1b", "3.2"]
    statement = outcome.certificate.statement
    assert statement.center == vector("2/3 2/7 2/11 1/10 1/10 1/10")
    assert statement.distance == 0
    fact = check(outcome.certificate.to_bytes()).fact
    assert fact.low == fact.high == Fraction(9, 4), "the loss is t^2"  # type: ignore[union-attr]


@pytest.mark.parametrize(("samples", "units"), CELLS)
def test_phi_is_zero_near_every_weight_but_not_everywhere(samples: int, units: int) -> None:
    """On the whole interval between the breakpoints around w_j; and at 1/(2m + 1) it is -1/(2m +
    1).
    """
    problem, start = saturated(samples, units)
    w, v = start[:units], start[units:]
    r = [
        sum((vj * s(wj * xi) for wj, vj in zip(w, v)), -y)
        for (xi,), (y,) in zip(problem.x, problem.y)
    ]

    def phi(u: Fraction) -> Fraction:
        return sum((ri * s(u * xi) for ri, (xi,) in zip(r, problem.x)), Fraction(0))

    for j, wj in enumerate(w, 1):
        assert Fraction(1, 2 * j) < wj < Fraction(1, 2 * j - 1)
        assert phi(Fraction(1, 2 * j)) == phi(wj) == phi(Fraction(1, 2 * j - 1)) == 0
    assert phi(Fraction(1, 2 * units + 1)) == -Fraction(1, 2 * units + 1)


@pytest.mark.parametrize("units", range(1, 12))
def test_the_columns_of_the_jacobian_are_independent_on_the_first_2m_samples(units: int) -> None:
    _, start = saturated(2 * units + 1, units)
    linear = [
        [Fraction(i) if abs(w * i) < 1 else Fraction(0) for w in start[:units]]
        for i in range(1, 2 * units + 1)
    ]
    values = [[s(w * i) for w in start[:units]] for i in range(1, 2 * units + 1)]
    assert (
        fmpq_mat([[to_fmpq(u) for u in (*a, *b)] for a, b in zip(linear, values)]).rank()
        == 2 * units
    )


def test_what_is_refused() -> None:
    for samples, units in ((4, 2), (2, 1), (3, 0), (5, 3)):
        with pytest.raises(InputError, match=f"units: {units} units for {samples} samples"):
            saturated(samples, units)
    with pytest.raises(InputError, match=r"v\[0\]: is zero"):
        saturated(3, 1, v=Fraction(0))
    with pytest.raises(InputError, match="t: 0 is not positive"):
        saturated(3, 1, t=Fraction(0))


# W8


def test_the_wall_begins_where_the_construction_ends() -> None:
    for samples in range(2, 40):
        for units in range(1, samples):
            assert (wall(NAMED["hard-tanh"], samples, units) is None) == (2 * units < samples)


def test_one_unit_has_bad_minima_at_kinks_from_three_samples_on_but_none_at_two() -> None:
    """In floats, on random data: what the best output weight gains, along w.

    Its smaller maxima lie at breakpoints, where no rule of the kernel reaches.
    """
    random = np.random.default_rng(7)

    def has_bad_minimum(samples: int) -> bool:
        x, y = np.exp(random.uniform(-1.5, 1.5, samples)), random.normal(size=samples)
        w = np.sort(np.concatenate([1 / x, np.geomspace(0.5 / x.max(), 2 / x.min(), 2001)]))
        features = np.clip(np.outer(w, x), -1, 1)
        gain = (features @ y) ** 2 / (features**2).sum(axis=1)
        inside = (gain[1:-1] > gain[:-2] + 1e-9) & (gain[1:-1] > gain[2:] + 1e-9)
        return bool(np.any(inside & (gain[1:-1] < gain.max() - 1e-6)))

    assert not any(has_bad_minimum(2) for _ in range(500))
    assert sum(has_bad_minimum(3) for _ in range(500)) > 10


def escapes(units: list[Shares], knots: int, *, unbounded: bool = False) -> bool:
    """Whether the moves of W8's claim lead from these units, on a zero interval with so many knots,
    to a contradiction: 1, 2, or a unit that leaves.
    """
    while True:
        units.sort(key=lambda unit: (unit[0], unit[2] / (unit[1] + unit[2])))
        if unbounded and units[-1][0] == knots - 1:
            return True
        for j, (left, right) in enumerate(zip(units, units[1:])):
            apart, inside = right[0] - left[0], right[2] != 0
            if apart == 0 or (apart == 1 and not inside):
                return True  # in one closed interval between knots
            adjacent = (apart == 1 and inside) or (apart == 2 and not inside)
            if adjacent and left[1] * right[1] < 0:
                return True
            if adjacent and inside:  # 3, as far as it goes
                units[j : j + 2] = [
                    (left[0], left[1], left[2] + right[1]),
                    (right[0] + 1, right[2], Fraction(0)),
                ]
                break
        else:
            return False


@st.composite
def units_between_knots(draw: st.DrawFn) -> tuple[list[Shares], int]:
    """2c > d units, on d knots."""
    knots = draw(st.integers(1, 8))
    size = st.integers(1, 6)
    units = []
    for _ in range(draw(st.integers(knots // 2 + 1, knots))):
        at, sign = draw(st.integers(0, knots - 1)), draw(st.sampled_from((1, 1, 1, -1)))
        next_share = 0 if at == knots - 1 else draw(st.sampled_from((0, 1))) * draw(size)
        units.append((at, Fraction(sign * draw(size)), Fraction(sign * next_share)))
    return units, knots


@given(units_between_knots())
def test_too_many_units_on_a_zero_interval_escape(drawn: tuple[list[Shares], int]) -> None:
    units, knots = drawn
    assert escapes(list(units), knots, unbounded=True)
    if 2 * len(units) > knots + 1:
        assert escapes(list(units), knots)


@pytest.mark.parametrize("count", range(1, 6))
def test_as_many_units_as_the_claim_allows_need_not_escape(count: int) -> None:
    """At every second knot of 2c - 1; and on 2c knots, none at the last."""
    units = [(2 * j, Fraction(1), Fraction(0)) for j in range(count)]
    assert not escapes(list(units), 2 * count - 1)
    assert not escapes(list(units), 2 * count, unbounded=True)
