"""The benchmark of the wide side measures what it says."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.model.activations import named
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.testing.properties import point_of
from exactland.testing.strategies import exact_activations, wide_problems
from tests.benchmarks.wide import float_rank_and_fit, larger, measure, summary
from tests.examples import examples


def test_the_baseline_is_a_least_squares_fit() -> None:
    x = tuple((Fraction(k),) for k in range(4))
    problem = Problem(
        Network(1, (Layer(1, named("identity"), False),), 1, True),
        x,
        ((Fraction(1),), (Fraction(0),), (Fraction(2),), (Fraction(-1),)),
    )
    assert float_rank_and_fit(problem, (Fraction(1),) * 3) == pytest.approx(4.2 / 2, rel=1e-12)


def test_an_instance_is_measured_and_reached() -> None:
    (case,) = examples(wide_problems(exact_activations(), depths=(1,)), 1)
    timing = measure("instance", case, point_of(case))
    assert timing.reached
    assert timing.escape_ratio == pytest.approx(timing.escape_ms / timing.numpy_ms)
    assert summary("median", [timing, timing]).escape_ms == timing.escape_ms


def test_the_larger_cases_have_the_sizes_they_are_named_for() -> None:
    for start in ("zero", "pairs"):
        _, problem, theta = larger("sigmoid", start)
        assert (
            problem.samples,
            problem.network.hidden[0].units,
            problem.network.inputs,
            len(theta),
        ) == (20, 20, 5, 140)
    assert len({tuple(theta[5 * j : 5 * j + 5]) for j in range(20)}) == 10
