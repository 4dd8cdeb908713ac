"""The benchmark of rims measures what it says."""

from __future__ import annotations

import importlib.util
from fractions import Fraction

import pytest

from exactland.certificates.covers import planes
from exactland.model.numbers import exact_from_float
from exactland.provers.rim import rim_evidence
from tests.benchmarks.rims import (
    KINKED,
    box_of,
    kinked,
    measure_against,
    measure_rim,
    measure_verdict,
    minima,
    polynomials,
    rim_of,
    sampled_rim,
    z3_answers,
)

SMALL = Fraction(1, 1000)


@pytest.mark.parametrize("parameters", KINKED)
def test_kinked_minima_have_a_sample_on_a_kink_of_every_unit(parameters: int) -> None:
    problem, theta = kinked(parameters)
    units = problem.network.hidden[0].units
    assert problem.parameters == parameters == 2 * units
    assert all(any(abs(w * x) == 1 for (x,) in problem.x) for w in theta[:units])


def test_the_cases_have_the_parameters_they_are_named_for() -> None:
    assert [(name, problem.parameters) for name, problem, _ in minima(4)] == [
        ("sine P=2", 2),
        ("hard-tanh P=2", 2),
        ("sine P=4", 4),
        ("hard-tanh P=4", 4),
    ]
    assert [problem.parameters for _, problem, _ in polynomials(6)] == [2, 4, 6]


def test_the_baseline_sees_a_rim_and_one_that_is_none() -> None:
    problem, theta = kinked(2)
    assert sampled_rim(problem, theta, [SMALL, SMALL * 10])
    beside = (theta[0] + SMALL * 2, theta[1])
    assert not sampled_rim(problem, beside, [SMALL, SMALL])


def test_a_rim_is_measured_and_its_planes_counted() -> None:
    name, problem, theta = next(minima(2))
    timing = measure_rim(name, problem, theta)
    assert timing.kernel_over_search == pytest.approx(timing.kernel_s / timing.search_s)
    evidence = rim_evidence(problem, theta, [exact_from_float(2.0**-8)] * 2)
    assert evidence is not None
    assert box_of(evidence)[1] == [Fraction(1, 256)] * 2
    rim = rim_of(evidence)
    cuts = len(rim.cover) - 3 * planes(rim)
    # four faces and the box: every cut has one more part
    assert planes(rim) - cuts / 2 == 5
    assert timing.planes >= 5


def test_a_piecewise_linear_verdict_is_measured() -> None:
    timing = measure_verdict("relu")
    assert timing.ratio == pytest.approx((timing.evidence_ms + timing.kernel_ms) / timing.numpy_ms)


@pytest.mark.skipif(importlib.util.find_spec("z3") is None, reason="z3 is not installed")
def test_z3_agrees_on_a_rim_and_finds_the_point_on_one_that_is_none() -> None:
    name, problem, theta = next(polynomials(2))
    assert measure_against(name, problem, theta, 60.0).z3_says == "none"
    found, _ = z3_answers(problem, (theta[0] + SMALL * 2, theta[1]), [SMALL, SMALL], 60.0)
    assert "sat" in found
