"""What the search hands over: points, of which nothing is claimed, but they have to be of use."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from exactland.numerics.enclosures import box, enclose
from exactland.numerics.floats import float_problem
from exactland.search.newton import polish
from exactland.search.training import descend, train
from tests.narrow_cases import CASES


@pytest.mark.parametrize("name", ["sigmoid-2-1", "tanh-bias", "anscombe-iii"])
def test_descent_ends_lower_where_the_slope_is_small(name: str) -> None:
    case = CASES[name]
    floats = float_problem(case.problem)
    start = np.array([float(v) for v in case.start]) + 0.3
    stopped = descend(floats, list(start))
    assert stopped is not None
    loss, gradient = floats.loss_and_gradient(np.array(stopped.theta))
    assert loss < floats.loss_and_gradient(start)[0]
    assert np.linalg.norm(gradient) < 1e-3


def test_descent_that_leaves_the_floats_ends_nowhere() -> None:
    assert descend(float_problem(CASES["sigmoid-2-1"].problem), [float("nan")] * 2) is None


@pytest.mark.parametrize("name", ["sigmoid-2-1", "sine-3-2", "anscombe-iii"])
def test_newtons_iteration_ends_at_a_critical_point(name: str) -> None:
    case = CASES[name]
    found = polish(case.problem, case.start)
    assert found is not None
    gradient = enclose(case.problem, box(found, Fraction(0)), 1).gradient
    assert all(abs(float(slope.mid())) < 1e-15 for slope in gradient)


def test_training_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    problem = CASES["tanh-bias"].problem
    first, again, other = (train(problem, 2, seed) for seed in (0, 0, 1))
    assert [trained.theta for trained in first] == [trained.theta for trained in again]
    assert [trained.theta for trained in first] != [trained.theta for trained in other]
