"""Networks with a wide hidden layer anywhere have no basin, whatever continuous activations are
drawn; of one unit less the rule says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from exactland import Certified, Problem, Refuted, certify, wide_theorem
from exactland.certificates.steps import WideLayer
from exactland.kernel.network.activations import total
from exactland.provers.dry_run import accepts
from exactland.provers.wide_theorem import wide_layer
from exactland.testing.strategies import activations, problems
from tests.wire import in_kernel

SOME = problems(activations=activations(), depths=(1, 2, 3), samples=4)


def with_units(problem: Problem, place: int, missing: int) -> tuple[Problem, int]:
    """A layer made as wide as there are different inputs, the bias of the next layer counted, less
    some units; and which layer that is.
    """
    layers = list(problem.network.hidden)
    place %= len(layers)
    following = [layer.bias for layer in layers[1:]] + [problem.network.output_bias]
    units = max(1, len({*problem.x}) - following[place] - missing)
    layers[place] = replace(layers[place], units=units)
    network = replace(problem.network, hidden=tuple(layers))
    return replace(problem, network=network, point=None), place


def continuous_up_to(problem: Problem, place: int) -> bool:
    """As the kernel sees it: everything up to this layer is defined on the whole line."""
    return all(total(layer.activation) for layer in in_kernel(problem).layers[: place + 1])


@given(SOME, st.integers(0, 2))
def test_a_wide_layer_anywhere_leaves_no_basin(drawn: Problem, place: int) -> None:
    problem, place = with_units(drawn, place, missing=0)
    if not continuous_up_to(problem, place):
        return
    assert accepts(problem, WideLayer(place, ()))
    found = wide_layer(problem)
    assert found is not None
    assert found <= place
    outcome = wide_theorem(problem, "no-basin")
    assert isinstance(outcome, Certified), outcome


@given(SOME, st.integers(0, 2))
def test_one_unit_less_is_too_few(drawn: Problem, place: int) -> None:
    problem, place = with_units(drawn, place, missing=1)
    layers = problem.network.hidden
    following = [layer.bias for layer in layers[1:]] + [problem.network.output_bias]
    if layers[place].units + following[place] >= len({*problem.x}):
        return  # no layer has no unit
    assert not accepts(problem, WideLayer(place, ()))


@settings(max_examples=15)
@given(SOME, st.integers(0, 2))
def test_claims_of_basins_are_refuted_there(drawn: Problem, place: int) -> None:
    problem, place = with_units(drawn, place, missing=0)
    if continuous_up_to(problem, place):
        outcome = certify(problem, claim="basin", starts=1, steps=20)
        assert isinstance(outcome, Refuted)
