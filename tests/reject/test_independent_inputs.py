"""Rule 4.7: networks with independent inputs, and a first activation that shrinks, have no basin;
and each hypothesis has a file that fails by it alone.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from exactland import Problem, activation, read_certificate
from exactland.certificates.kinds import StatementKind
from exactland.numerics.exact_linear import rational_kernel
from exactland.testing.strategies import problems
from tests.reject.test_wide_layer import both, network
from tests.wire import about, certificate

INDEPENDENT = [[1, 0, 0], [1, 2, 0], [1, 1, 3]]
NAMES = (
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "exp",
    "identity",
    "softsign",
    "elu",
    "selu",
    "swish",
    "gelu",
    "mish",
    "leaky-relu",
)
FALLING = activation(
    {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["-1", "-2"], "value_at_0": "3"}}
)
UP_AND_DOWN = activation(
    {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["-1", "1"], "value_at_0": "0"}}
)
SWISH_WRITTEN_OUT = activation({"expression": ["*", "x", ["sigmoid", "x"]]})
SCALED = activation({"expression": ["*", "2", ["sigmoid", "x"]]})
NOT_OF_THE_LIST = {
    "relu": "relu",
    "hard-tanh": "hard-tanh",
    "sin": "sin",
    "up and down": UP_AND_DOWN,
    "twice sigmoid, which shrinks and is not of the list": SCALED,
}


def independent_inputs(problem: Problem) -> bytes:
    return certificate(problem, about("no-basin"), [{"rule": "4.7"}], {}).to_bytes()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [1, 2])
def test_one_unit_of_every_activation_that_shrinks(name: str, depth: int) -> None:
    layers = [(1, name, True), (1, "sin", False)][:depth]
    verdict = both(independent_inputs(network(*layers, rows=INDEPENDENT)))
    assert (verdict.status, verdict.kind) == ("verified", "no-basin"), verdict


@pytest.mark.parametrize("s", [FALLING, SWISH_WRITTEN_OUT], ids=["falling", "written out"])
def test_others_that_shrink(s: Any) -> None:
    assert both(independent_inputs(network((1, s, False), rows=INDEPENDENT))).status == "verified"


@pytest.mark.parametrize("name", NOT_OF_THE_LIST)
def test_an_activation_that_is_not_of_the_list(name: str) -> None:
    problem = network((1, NOT_OF_THE_LIST[name], True), rows=INDEPENDENT)
    verdict = both(independent_inputs(problem))
    assert (verdict.status, verdict.rule) == ("rejected", "4.7")
    assert "first activation" in verdict.says or "list" in verdict.says


ROWS: dict[str, tuple[Any, bool, bool]] = {
    "one input, one sample": ([[1]], False, True),
    "one input, two samples, a bias": ([[1], [2]], True, True),
    "one input, two samples": ([[1], [2]], False, False),
    "three samples, two inputs": ([[1, 0], [0, 1], [1, 1]], False, False),
    "three samples, two inputs, a bias": ([[1, 0], [0, 1], [1, 1]], True, True),
    "on a line, with a bias": ([[1, 0], [2, 0], [3, 0]], True, False),
    "equal inputs": ([[1, 0], [1, 0], [0, 1], [0, 1]], False, True),
    "an input 0": ([[0, 0]], False, False),
    "an input 0, with a bias": ([[0, 0]], True, True),
    "proportional": ([[1, 2], [2, 4]], False, False),
    "proportional, with a bias": ([[1, 2], [2, 4]], True, True),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_rank_of_the_different_inputs_decides(name: str) -> None:
    rows, bias, is_independent = ROWS[name]
    verdict = both(independent_inputs(network((1, "tanh", bias), rows=rows)))
    assert verdict.status == ("verified" if is_independent else "rejected"), verdict


@pytest.mark.parametrize("name", ["sigmoid-2-1", "sigmoid-3-2", "swish-3-2", "gelu-2-1"])
def test_without_independence_it_is_false(name: str, root: Path) -> None:
    """A shipped certificate shows a strict minimum of this very loss; the activation shrinks, so
    the inputs alone are wrong.
    """
    shown = read_certificate(root / "proofs" / "narrow" / f"{name}.cert.json")
    assert shown.statement.kind is StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
    verdict = both(independent_inputs(shown.problem))
    assert (verdict.status, verdict.rule) == ("rejected", "4.7")
    assert "independent" in verdict.says or "dependent" in verdict.says


def test_the_second_layer_does_not_count() -> None:
    """Its activation may be any, and does not stand in for the first."""
    problem = network((1, "sin", True), (1, "tanh", True), rows=INDEPENDENT)
    assert both(independent_inputs(problem)).rule == "4.7"


def are_independent(problem: Problem) -> bool:
    """Decided once more: no combination of the different rows is 0."""
    one = [Fraction(1)] if problem.network.hidden[0].bias else []
    rows = [[*x, *one] for x in dict.fromkeys(problem.x)]
    columns = [list(column) for column in zip(*rows)]
    return not rational_kernel(columns)


@given(problems(depths=(1, 2)))
def test_both_checkers_decide_alike_what_any_problem_is(problem: Problem) -> None:
    verdict = both(independent_inputs(problem))
    if verdict.status == "verified":
        assert are_independent(problem)
