"""Walls of docs/theorems/walls.md: none contradicts a certificate, and what W9 and W10 rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from exactland.certificates.kinds import StatementKind
from exactland.gallery import case, cases_of
from exactland.gallery.cases import MinimumNear
from exactland.model.activations import NAMED, Activation
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb
from exactland.walls.theorems import ODD_WITH_FEW_ZEROS, wall

GRID = st.integers(-80, 80).map(lambda k: Fraction(k, 8))
PLACES = st.lists(GRID, min_size=3, max_size=3, unique=True).map(sorted)
SLOPES = {name: NAMED[name] for name in ("sigmoid", "tanh", "arctan", "softplus", "exp")} | {
    name: ODD_WITH_FEW_ZEROS[name] for name in ("softsign", "erf")
}


def test_no_wall_contradicts_a_shipped_bad_basin() -> None:
    """One hidden layer, scalar output without bias: the networks that walls are about."""
    cells = []
    for built in cases_of("narrow"):
        network = built.problem.network
        if len(network.hidden) > 1 or network.outputs > 1 or network.output_bias:
            continue
        assert built.expected is StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
        (layer,) = network.hidden
        samples = built.problem.samples
        named = wall(layer.activation, samples, layer.units, inputs=network.inputs, bias=layer.bias)
        assert named is None, built.name
        cells.append((built.name, samples, layer.units))
    assert ("sigmoid-bias-4-1", 4, 1) in cells
    assert ("tanh-9-5", 9, 5) in cells


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
@given(z=PLACES)
def test_the_function_of_w9_is_strictly_convex(name: str, z: list[Fraction]) -> None:
    assert weighted_sum(ratio, NAMED[name], z, z) > 0


@pytest.mark.parametrize("name", SLOPES)
@given(z=PLACES)
def test_the_function_of_w10_is_strictly_convex(name: str, z: list[Fraction]) -> None:
    assert weighted_sum(one_by_slope, SLOPES[name], z, z) > 0


@pytest.mark.parametrize("name", ["tanh", "gelu", "swish"])
def test_the_sum_of_w9_is_zero_where_others_have_a_bad_basin(name: str) -> None:
    """At the inputs of the shipped minimum: what W9 excludes for sigmoid and softplus."""
    built = case(f"{name}-bias-3-1")
    assert isinstance(built.task, MinimumNear)
    w, b, _ = built.task.start
    x = sorted(row[0] for row in built.problem.x)
    total = weighted_sum(ratio, NAMED[name], x, [w * place + b for place in x])
    assert abs(total) < 1e-5


def ratio(jet: Sequence[arb]) -> arb:
    return jet[0] / jet[1]


def one_by_slope(jet: Sequence[arb]) -> arb:
    return 1 / jet[1]


def weighted_sum(
    of: Callable[[Sequence[arb]], arb],
    activation: Activation,
    x: Sequence[Fraction],
    z: Sequence[Fraction],
) -> arb:
    """The sum of n_i of(s(z_i), s'(z_i)), n orthogonal to x and to (1, 1, 1)."""
    n = (x[2] - x[1], x[0] - x[2], x[1] - x[0])
    with precision(512):
        values = [of(derivatives(activation, to_arb(place), 1)) for place in z]
        return sum((to_arb(weight) * value for weight, value in zip(n, values)), arb(0))
