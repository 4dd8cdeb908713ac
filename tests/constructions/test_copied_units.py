"""Construction F: copies of a unit compute what the unit does, and nothing else is copied."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.constructions import copies
from exactland.errors import InputError
from exactland.model.activations import polynomial
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.testing.properties import exact_loss
from tests.shorthand import column, rows, vector

SQUARE = polynomial(vector("0 1 1"))


@pytest.mark.parametrize("units", [1, 2, 3, 10])
def test_the_loss_is_that_of_the_one_unit(units: int) -> None:
    """Two inputs, biases everywhere, two outputs; at the point and at the better one."""
    network = Network(2, (Layer(1, SQUARE, True),), 2, True)
    problem = Problem(network, rows("1 0; 0 1; 2 1"), rows("1 2; 0 1; 3 -1"))
    point, better = vector("1 -1/2 1/3 2 -1 1/5 1/7"), vector("1/2 1 0 1 1 0 -1")
    wider, copied, idle = copies(problem, point, better, units)
    assert (wider.x, wider.y, wider.loss) == (problem.x, problem.y, problem.loss)
    assert (wider.network.hidden[0].units, wider.network.output_bias) == (units, True)
    assert exact_loss(wider, copied) == exact_loss(problem, point)
    assert exact_loss(wider, idle) == exact_loss(problem, better)
    (weights, biases), (outputs, output_biases) = wider.network.split(list(copied))
    assert weights == [list(point[:2])] * units
    assert biases == [point[2]] * units
    assert outputs == [[point[3] / units] * units, [point[4] / units] * units]
    assert output_biases == list(point[5:])


def test_it_starts_from_one_unit() -> None:
    one = Problem(Network(1, (Layer(1, SQUARE, False),)), column("1"), column("1"))
    two = Problem(Network(1, (Layer(2, SQUARE, False),)), column("1"), column("1"))
    point = vector("1 1")
    with pytest.raises(InputError, match="^problem: construction F starts from one hidden layer"):
        copies(two, vector("1 1 1 1"), vector("1 1 1 1"), 3)
    with pytest.raises(InputError, match="^units: 0 is less than 1"):
        copies(one, point, point, 0)
    with pytest.raises(InputError, match="^point: 3 numbers"):
        copies(one, vector("1 1 1"), point, 2)
    with pytest.raises(InputError, match="^better: 1 numbers"):
        copies(one, point, (Fraction(1),), 2)
