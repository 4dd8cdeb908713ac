"""The size benchmark measures what it says, and the larger cases are what they say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from exactland.certificates.steps import StrictMinimum
from exactland.engine.outcomes import Certified
from exactland.gallery.cases import Case, MinimumNear
from exactland.gallery.large import teacher
from exactland.kernel import check
from exactland.provers.strict_minimum import strict_evidence
from exactland.search.newton import polish
from exactland.studies.making import made
from tests.benchmarks.size import exponent, measure
from tests.wire import certificate, statement


def test_exponents_are_slopes_of_logarithms() -> None:
    assert exponent([10, 20, 40], [3 * n**2.5 for n in (10, 20, 40)]) == pytest.approx(2.5)


def test_a_small_case_is_measured_and_verified() -> None:
    timing = measure(teacher(3, 1, 60))
    assert (timing.parameters, timing.samples) == (5, 60)
    assert timing.balls_ratio == pytest.approx(timing.balls_s / timing.numpy_s)
    assert timing.center_bits >= 53


def test_the_large_cases_have_the_sizes_they_are_named_for() -> None:
    problem = teacher(24, 4, 20).problem
    assert (problem.parameters, problem.network.hidden[0].units) == (104, 4)
    residuals = np.array([float(y) for (y,) in teacher(24, 4, 500).problem.y])
    assert residuals.std() > 0.1, "not constant"


@pytest.mark.slow
def test_the_largest_case_stays_below_the_kernels_budget() -> None:
    case = teacher(24, 4, 500)
    assert isinstance(case.task, MinimumNear)
    problem, start = case.problem, case.task.start
    strict = strict_evidence(problem, polish(problem, start, None) or ())
    assert strict is not None
    candidate = certificate(
        problem, statement("strict-minimum", strict.center, strict.distance), [strict.step], {}
    )
    assert check(candidate.to_bytes()).status == "verified"


@pytest.mark.slow
def test_twenty_steps_on_a_line_need_more_than_double_precision(twenty_steps: Case) -> None:
    case = twenty_steps
    assert (case.problem.parameters, case.problem.samples) == (60, 120)
    outcome = made(case, {})
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind == "sub-optimal-strict-minimum"
    step = outcome.certificate.steps[0]
    assert isinstance(step, StrictMinimum)
    assert step.radius < Fraction(1, 10**7)
    assert max(v.denominator.bit_length() - 1 for v in step.center) >= 60
