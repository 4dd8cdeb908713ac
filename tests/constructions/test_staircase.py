"""Construction G: staircases.

Every number of units up to the bound, the shape of phi, and what the construction refuses.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from exactland import Certified, InputError, named
from exactland.constructions import fewest_samples, staircase, witness
from exactland.model.activations import NAMED
from exactland.numerics.floats import evaluate
from exactland.walls.theorems import wall
from tests.recorded import minimum_from

GATES = ("sigmoid", "swish", "gelu", "mish")
ALL = (*GATES, "softplus", "elu", "selu")


def bad(activation: str, samples: int, units: int) -> bool:
    problem, start = staircase(named(activation), samples, units)
    assert (problem.samples, problem.network.hidden[0].units) == (samples, units)
    outcome = minimum_from(problem, start, witness(problem, start))
    return isinstance(outcome, Certified) and outcome.verdict.kind == "sub-optimal-strict-minimum"


@pytest.mark.parametrize(
    ("activation", "units"),
    [(name, m) for name in ALL for m in range(1, 5 if name in ("elu", "selu") else 8)],
)
def test_a_bad_minimum_with_the_fewest_samples(activation: str, units: int) -> None:
    fewest = fewest_samples(named(activation), units)
    assert fewest is not None
    assert bad(activation, fewest, units)


@pytest.mark.parametrize("activation", ALL)
def test_a_bad_minimum_with_idle_samples(activation: str) -> None:
    fewest = fewest_samples(named(activation), 2)
    assert fewest is not None
    assert bad(activation, fewest + 1, 2)
    assert bad(activation, fewest + 3, 2)


@pytest.mark.parametrize("activation", GATES)
def test_one_sample_more_than_units_is_enough_up_to_the_wide_theorem(activation: str) -> None:
    assert [fewest_samples(named(activation), m) for m in range(1, 9)] == list(range(2, 10))


@pytest.mark.parametrize("activation", ["elu", "selu"])
def test_elu_and_selu_reach_their_wall(activation: str) -> None:
    """Each (N, m) with m < N has construction G or theorem W7, never both."""
    for samples in range(2, 20):
        for units in range(1, samples):
            fewest = fewest_samples(named(activation), units)
            assert fewest is not None
            assert (wall(named(activation), samples, units) is not None) == (samples < fewest)


@pytest.mark.parametrize("activation", ALL)
@pytest.mark.parametrize("units", [1, 2, 5])
def test_no_wall_where_the_construction_reaches(activation: str, units: int) -> None:
    fewest = fewest_samples(named(activation), units)
    assert fewest is not None
    assert wall(named(activation), fewest, units) is None


@pytest.mark.parametrize("activation", GATES)
def test_the_residual_alternates_and_its_plateaus_touch_zero(activation: str) -> None:
    """In floats: phi has the sign of v_j on a neighbourhood of w_j, is tiny at w_j, and its slope
    changes sign there.
    """
    problem, start = staircase(named(activation), 5, 4, v=Fraction(1, 1000), t=Fraction(1))
    x = np.array([float(u) for (u,) in problem.x])
    w, v = np.split(np.array([float(u) for u in start]), 2)
    s = evaluate(named(activation), np.outer(x, w))[0]
    r = s @ v - np.array([float(y) for (y,) in problem.y])
    assert np.all(r[:-1] * r[1:] < 0)
    for wj, vj in zip(w, v):
        near = evaluate(named(activation), np.outer(x, wj * np.array([0.8, 1.0, 1.25])))[0].T @ r
        assert np.all(near[[0, 2]] * np.sign(vj) > 1e-4 * abs(wj) ** (activation != "sigmoid"))
        assert abs(near[1]) < 1e-8 * max(1, abs(wj))


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="activation: construction G"):
        staircase(named("tanh"), 3, 1)
    with pytest.raises(InputError, match="units: 3 units for 3 samples"):
        staircase(named("sigmoid"), 3, 3)
    with pytest.raises(InputError, match="units: 2 units for 3 samples"):
        staircase(named("elu"), 3, 2)
    with pytest.raises(InputError, match="units: 0 units"):
        staircase(named("gelu"), 3, 0)
    with pytest.raises(InputError, match="v: "):
        staircase(named("gelu"), 3, 1, v=Fraction(0))
    with pytest.raises(InputError, match="t: "):
        staircase(named("gelu"), 3, 1, t=Fraction(-1))
    assert fewest_samples(NAMED["arctan"], 1) is None
