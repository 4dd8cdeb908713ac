"""Rule 4.7: networks with independent inputs and a first activation that shrinks have no basin, nor
have those in which a direction has no part in any input; and each hypothesis has a file that fails
by it alone.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from exactland import Layer, Network, Problem, activation, read_certificate
from exactland.certificates.kinds import StatementKind
from exactland.kernel import check
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
    layers = [(1, name, False), (1, "sin", False)][:depth]
    verdict = both(independent_inputs(network(*layers, rows=INDEPENDENT)))
    assert (verdict.status, verdict.kind) == ("verified", "no-basin"), verdict


@pytest.mark.parametrize("s", [FALLING, SWISH_WRITTEN_OUT], ids=["falling", "written out"])
def test_others_that_shrink(s: Any) -> None:
    assert both(independent_inputs(network((1, s, False), rows=INDEPENDENT))).status == "verified"


@pytest.mark.parametrize("name", NOT_OF_THE_LIST)
def test_an_activation_that_is_not_of_the_list(name: str) -> None:
    problem = network((1, NOT_OF_THE_LIST[name], False), rows=INDEPENDENT)
    verdict = both(independent_inputs(problem))
    assert (verdict.status, verdict.rule) == ("rejected", "4.7")
    assert "first activation" in verdict.says or "list" in verdict.says


ROWS: dict[str, tuple[Any, bool, bool]] = {
    "one input, one sample": ([[1]], False, True),
    "one input, two samples, a bias": ([[1], [2]], True, True),
    "one input, two samples": ([[1], [2]], False, False),
    "three samples, two inputs": ([[1, 0], [0, 1], [1, 1]], False, False),
    "three samples, two inputs, a bias": ([[1, 0], [0, 1], [1, 1]], True, True),
    "three samples on a line, a bias": ([[1], [2], [3]], True, False),
    "equal inputs": ([[1, 0], [1, 0], [0, 1], [0, 1]], False, True),
    "a direction without a part, with a bias": ([[1, 0], [2, 0], [3, 0]], True, True),
    "an input 0": ([[0, 0]], False, True),
    "an input 0, with a bias": ([[0, 0]], True, True),
    "an input 0 and others": ([[0, 0], [1, 0], [0, 1]], False, False),
    "proportional": ([[1, 2], [2, 4]], False, True),
    "proportional, as many as inputs and a bias": ([[1, 2], [2, 4], [1, 1]], True, True),
    "a dependent one between others": ([[0, 1], [2, 4], [1, 2]], False, False),
    "numbers of one hash": ([[2**61 - 1], [2**62 - 2]], False, False),
    "numbers of one hash, a bias": ([[2**61 - 1], [2**62 - 2]], True, True),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_rank_of_the_inputs_decides(name: str) -> None:
    rows, bias, is_enough = ROWS[name]
    verdict = both(independent_inputs(network((1, "tanh", bias), rows=rows)))
    assert verdict.status == ("verified" if is_enough else "rejected"), verdict


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
    problem = network((1, "sin", False), (1, "tanh", True), rows=INDEPENDENT)
    assert both(independent_inputs(problem)).rule == "4.7"


@pytest.mark.parametrize("name", ["sin", "relu", "hard-tanh"])
def test_of_a_direction_without_a_part_any_activation_has_no_basin(name: str) -> None:
    problem = network((1, name, True), (1, "sin", True), rows=[[1, 2], [2, 4]])
    assert both(independent_inputs(problem)).status == "verified"


def test_two_and_a_sine_has_strict_minima_though_inputs_are_independent() -> None:
    """s = 2 + sin, one unit, the unit vectors, targets 1 and 3. Zero loss needs v (2 + sin w_1) = 1
    and v (2 + sin w_2) = 3, so v <= 1 and v >= 1: v = 1, sin w_1 = -1, sin w_2 = 1, points apart.
    """
    s = activation({"expression": ["+", "2", ["sin", "x"]]})
    layer = Layer(1, s, bias=False)
    x = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    problem = Problem(Network(2, (layer,)), x, ((Fraction(1),), (Fraction(3),)))
    verdict = both(independent_inputs(problem))
    assert (verdict.status, verdict.rule) == ("rejected", "4.7")
    with_another = problem_with(problem, "softplus")
    assert both(independent_inputs(with_another)).status == "verified"


def problem_with(problem: Problem, name: str) -> Problem:
    return replace(problem, network=Network(2, (Layer(1, name, bias=False),)))


def test_many_numbers_of_one_hash_take_no_longer() -> None:
    """A set of them would compare each with each."""
    rows = [[k * (2**61 - 1)] for k in range(1, 3000)]
    assert len({hash(Fraction(row[0])) for row in rows}) == 1
    verdict = check(independent_inputs(network((1, "tanh", False), rows=rows)))
    assert (verdict.status, verdict.rule) == ("rejected", "4.7")


def inputs_are_enough(problem: Problem) -> bool:
    """Decided once more: a combination of columns is 0, or none of the different rows."""
    one = [Fraction(1)] if problem.network.hidden[0].bias else []
    rows = [[*x, *one] for x in dict.fromkeys(problem.x)]
    columns = [list(column) for column in zip(*rows)]
    return bool(rational_kernel(rows)) or not rational_kernel(columns)


@given(problems(depths=(1, 2)))
def test_both_checkers_decide_alike_what_any_problem_is(problem: Problem) -> None:
    verdict = both(independent_inputs(problem))
    if verdict.status == "verified":
        assert inputs_are_enough(problem)
