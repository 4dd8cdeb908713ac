"""The property tests P1 to P12, over sampled activations, widths, depths, data and parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exactland.engine.outcomes import Certified
from exactland.kernel.network.activations import total
from exactland.model.numbers import exact_from_float
from exactland.model.problem import Problem
from exactland.search.training import train
from exactland.testing import architectures, properties
from exactland.testing.planted import planted_basins
from exactland.testing.strategies import (
    exact_activations,
    generic_problems,
    rationals,
    vectors,
    wide_problems,
)
from tests.wire import in_kernel

LOSSES = ("half-squared-error", "logistic", "softmax-cross-entropy", "multinomial-logistic")
LEAST_CERTIFIED = Fraction(9, 10)  # of planted basins
EXACT = st.one_of(
    wide_problems(exact_activations()),
    wide_problems(exact_activations(), parameters_of="generic", data="distinct inputs"),
)


def test_p1_every_exact_point_of_a_wide_network_is_decided_and_those_of_one_layer_escape() -> None:
    kinds: Counter[str] = Counter()

    @given(EXACT)
    def each(problem: Problem) -> None:
        outcome = properties.decided(problem)
        assert isinstance(outcome, Certified)
        kinds[str(outcome.verdict.kind)] += 1
        if len(problem.network.hidden) == 1:
            assert isinstance(properties.escapes(problem), Certified)

    each()
    assert "in-no-basin" in kinds, kinds
    assert set(kinds) <= {"in-no-basin", "in-no-sub-optimal-basin"}, kinds


def test_p2_no_basin_of_a_trained_wide_network_is_certified_and_planted_narrow_ones_are() -> None:
    certified = []

    @given(wide_problems(losses=LOSSES, samples=4, dimensions=2), st.integers(0, 2**16))
    def wide(problem: Problem, seed: int) -> None:
        trained = [tuple(map(exact_from_float, found.theta)) for found in train(problem, 1, seed)]
        properties.no_basin_certified(problem, trained)

    @given(planted_basins())
    def narrow(problem: Problem) -> None:
        certified.append(properties.basin_certified(problem))

    wide()
    narrow()
    assert sum(certified) >= LEAST_CERTIFIED * len(certified) > 0


@given(generic_problems())
def test_p3_generic_weights_of_analytic_activations_have_certified_rank_n(problem: Problem) -> None:
    properties.spans(problem)


def test_p4_one_more_unit_opens_every_certified_basin_just_below() -> None:
    opened = []

    @given(planted_basins(just_below=True))
    def each(problem: Problem) -> None:
        opened.append(properties.one_more_unit_opens(problem))

    each()
    assert sum(opened) >= LEAST_CERTIFIED * len(opened) > 0


def test_p5_the_loss_along_certified_paths_never_exceeds_its_start() -> None:
    found = []

    @given(wide_problems(exact_activations()))
    def each(problem: Problem) -> None:
        found.append(isinstance(properties.escapes(problem), Certified))

    each()
    assert sum(found) > len(found) / 2


@given(EXACT, st.data())
def test_p6_symmetries_keep_the_verdict_and_the_loss(problem: Problem, data: st.DataObject) -> None:
    layer = data.draw(st.integers(0, len(problem.network.hidden) - 1))
    order, units = (
        data.draw(st.permutations(range(count)))
        for count in (problem.samples, problem.network.hidden[layer].units)
    )
    factors = data.draw(
        st.lists(
            st.sampled_from((Fraction(1, 3), Fraction(2), Fraction(5))), min_size=1, max_size=3
        )
    )
    moved = [
        properties.permuted(problem, order, layer, units),
        properties.rescaled(problem, factors),
    ]
    properties.same_everywhere(problem, moved)
    idle = properties.with_idle_unit(problem, layer, data.draw(vectors(12)))
    assert properties.exact_loss(idle, properties.point_of(idle)) == properties.exact_loss(
        problem, properties.point_of(problem)
    )
    # certainly defined on the whole line
    free = all(total(layer.activation) for layer in in_kernel(problem).layers)
    assert properties.verdict_at(idle) in (
        ["in-no-basin"] if free else ["in-no-basin", properties.verdict_at(problem)]
    ), "an idle unit leaves its weights free"


@given(planted_basins(), st.randoms(use_true_random=False), rationals())
def test_p6_permutations_keep_certified_basins_and_idle_units_end_them(
    problem: Problem, random: Random, weight: Fraction
) -> None:
    order, units = list(range(problem.samples)), list(range(problem.network.hidden[0].units))
    random.shuffle(order)
    random.shuffle(units)
    certified = properties.basin_certified(problem)
    assert properties.basin_certified(properties.permuted(problem, order, 0, units)) == certified
    assert properties.verdict_at(properties.with_idle_unit(problem, 0, [weight])) == "in-no-basin"


def test_p7_lines_of_the_rank_rule_are_lines_of_equal_loss() -> None:
    lines = []

    @given(EXACT)
    def each(problem: Problem) -> None:
        lines.append(properties.level(problem, properties.decided(problem)))

    each()
    assert sum(lines) > len(lines) / 2


@given(wide_problems(losses=LOSSES))
def test_p7_also_in_balls_for_any_activation_and_loss(problem: Problem) -> None:
    properties.level(problem, properties.decided(problem))


@given(wide_problems(losses=LOSSES))
def test_p8_no_prover_of_basins_succeeds_on_a_wide_network(problem: Problem) -> None:
    properties.no_basin_certified(problem)


def held_often(property_of: Callable[[Problem], int], where: SearchStrategy[Problem]) -> int:
    """Of how many layers of the networks drawn the kernel says something, at which it holds."""
    found = []

    @given(where)
    def each(problem: Problem) -> None:
        found.append(int(property_of(problem)))

    each()
    return sum(map(bool, found)) * 10 // len(found)


def test_p9_beside_all_parameters_of_a_network_with_a_wide_layer_are_others_of_equal_loss() -> None:
    assert held_often(architectures.level_near, architectures.wide_somewhere()) >= 3


def test_p10_features_of_one_wide_layer_come_to_span_what_others_reach() -> None:
    assert held_often(architectures.comes_to_span, architectures.wide_somewhere()) >= 1


def test_p12_of_independent_inputs_a_unit_can_be_made_smaller() -> None:
    assert held_often(architectures.makes_smaller, architectures.pyramids()) >= 1


def test_p11_pyramids_are_what_the_kernel_says_they_are() -> None:
    assert held_often(architectures.inverts, architectures.pyramids()) >= 1
