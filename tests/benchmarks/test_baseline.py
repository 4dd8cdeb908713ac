"""The benchmark's baseline computes the right Hessian, so that the ratios compare the same work."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from exactland.numerics.enclosures import box, enclose
from tests.benchmarks.spine import float_hessian_and_cholesky
from tests.narrow_cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_baseline_agrees_with_the_balls(name: str) -> None:
    case = CASES[name]
    theta = case.start
    factor = float_hessian_and_cholesky(case.problem, np.array([float(v) for v in theta]))
    balls = np.array(
        [
            [float(v.mid()) for v in row]
            for row in enclose(case.problem, box(theta, Fraction(0))).hessian.tolist()
        ]
    )
    assert factor @ factor.T == pytest.approx(balls, rel=1e-3, abs=1e-3 * np.abs(balls).max())
