"""What the reader would have refused is an error further inside, not something else."""

from __future__ import annotations

import pytest
from flint import arb

from exactland.second_checker.network.activations import Named, build
from exactland.second_checker.network.evaluation import BallNetwork
from exactland.second_checker.network.formal_evaluation import FormalNetwork
from exactland.second_checker.network.jets import BallSeries
from exactland.second_checker.network.layout import Layer, Problem
from exactland.second_checker.refusals import Refused

LOG_COSH = Problem(1, [Layer(1, Named("tanh"), False)], 1, False, "log-cosh", [[]], [[]])


def test_a_function_without_a_series_has_no_values() -> None:
    with pytest.raises(KeyError, match="sinh"):
        BallSeries(1).function("sinh", [arb(1)])


def test_an_unknown_name_is_no_activation() -> None:
    with pytest.raises(KeyError, match="wave"):
        build(Named("wave"))


def test_an_unknown_loss_has_no_values_and_no_slopes() -> None:
    with pytest.raises(KeyError, match="log-cosh"):
        BallNetwork(LOG_COSH)
    with pytest.raises(Refused, match="unknown loss"):
        FormalNetwork(LOG_COSH)._means([])
