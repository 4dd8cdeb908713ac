"""Floats that the search uses: gradients are gradients, losses those of the balls."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from exactland.model.numbers import exact_from_float
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.floats import float_problem
from tests.narrow_cases import CASES


def test_float_gradients_used_by_the_search_are_gradients() -> None:
    for case in CASES.values():
        floats = float_problem(case.problem)
        theta = np.array([float(v) for v in case.start]) + 0.1
        value, gradient = floats.loss_and_gradient(theta)
        for k in range(len(theta)):
            step = np.zeros_like(theta)
            step[k] = 1e-6
            slope = (
                floats.loss_and_gradient(theta + step)[0]
                - floats.loss_and_gradient(theta - step)[0]
            ) / 2e-6
            assert slope == pytest.approx(gradient[k], rel=1e-4, abs=1e-5 * (1 + value))


def test_float_and_ball_losses_agree_at_floats() -> None:
    for case in CASES.values():
        theta = [float(v) for v in case.start]
        value = floats = float_problem(case.problem).loss_and_gradient(np.array(theta))[0]
        ball = enclose(case.problem, box([exact_from_float(t) for t in theta], Fraction(0)), 0).loss
        assert float(ball.mid()) == pytest.approx(value, rel=1e-9)
        assert floats > 0
