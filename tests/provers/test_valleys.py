"""No bad valley: what the prover finds, and what it says is missing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from exactland import Certified, Claim, Inconclusive, InputError, Problem, certify, wide_theorem
from exactland.errors import ResourceLimitError
from exactland.provers.hypotheses import failing_hypotheses
from exactland.provers.valley_hypotheses import failing_for_valleys
from tests.reject.test_wide_layer import network

LINE = [[0], [1], [2], [3]]
PLANE = [[1, 0], [0, 1]]
Shape = tuple[int, Any, bool]


def outcome_of(problem: Problem) -> Any:
    return certify(problem, claim="no-bad-valley")


CERTIFIED: dict[str, tuple[list[Shape], Any, bool, str]] = {
    "one relu layer": ([(4, "relu", True)], LINE, False, "4.8"),
    "one relu layer, with the output bias": ([(3, "relu", True)], LINE, True, "4.8"),
    "one sine layer": ([(4, "sin", False)], LINE, False, "4.8"),
    "two monotone layers after relu": (
        [(4, "relu", True), (3, "tanh", False), (2, "leaky-relu", False)],
        LINE,
        False,
        "4.8p",
    ),
    "sigmoid with biases after": (
        [(5, "gelu", True), (2, "sigmoid", True), (1, "exp", True)],
        LINE,
        True,
        "4.8p",
    ),
    "the last of two": ([(2, "tanh", True), (4, "sin", True)], LINE, False, "4.8p"),
    "independent inputs, narrow": ([(1, "tanh", False)], PLANE, False, "4.8p"),
    "equal inputs": ([(2, "relu", True)], [[1], [1], [2]], False, "4.8"),
}


@pytest.mark.parametrize("name", CERTIFIED)
def test_it_is_certified(name: str) -> None:
    layers, rows, output_bias, rule = CERTIFIED[name]
    outcome = outcome_of(network(*layers, rows=rows, output_bias=output_bias))
    assert isinstance(outcome, Certified), outcome
    assert outcome.certificate.rules == (rule,)
    assert outcome.verdict.kind == "no-bad-valley"
    assert "local minima that are not strict may remain" in outcome.verdict.says


MISSING: dict[str, tuple[list[Shape], Any, bool, str]] = {
    "one unit short": (
        [(3, "relu", True)],
        LINE,
        False,
        "bias of the next layer if it has one; for 4 different inputs it needs width 4",
    ),
    "relu after the wide layer": (
        [(4, "relu", True), (2, "relu", True)],
        LINE,
        False,
        "the activation of hidden layer 2 (relu) is not known to be so",
    ),
    "sigmoid without a bias after it": (
        [(4, "relu", True), (2, "sigmoid", True)],
        LINE,
        False,
        "the activation of hidden layer 2 (sigmoid) is never 0, no bias follows",
    ),
    "layers that grow": (
        [(4, "relu", True), (2, "tanh", True), (3, "tanh", True)],
        LINE,
        False,
        "layer 3 has 3 units, more than layer 2 (2)",
    ),
    "pieces before the last of two": (
        [(2, "relu", True), (4, "sin", True)],
        LINE,
        False,
        "the activation of hidden layer 1 is in pieces",
    ),
    "gelu on independent inputs": (
        [(1, "gelu", False), (1, "tanh", False)],
        PLANE,
        False,
        "the activation of hidden layer 1 (gelu) is not known to be so",
    ),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_said(name: str) -> None:
    layers, rows, output_bias, words = MISSING[name]
    outcome = outcome_of(network(*layers, rows=rows, output_bias=output_bias))
    assert isinstance(outcome, Inconclusive), outcome
    assert words in outcome.reason
    assert "as wide as there are different inputs" in outcome.would_help


def test_full_rank_that_no_parameters_have() -> None:
    """Odd units without biases at opposite inputs: rank 1, however many units there are."""
    problem = network((3, "tanh", False), (2, "tanh", False), rows=[[1], [-1]])
    assert failing_for_valleys(problem) == []
    outcome = outcome_of(problem)
    assert isinstance(outcome, Inconclusive)
    assert "no parameters were found at which features have full rank" in outcome.reason


def test_no_bad_valley_is_a_claim_about_all_parameters() -> None:
    problem = network((4, "relu", True), rows=LINE)
    with pytest.raises(InputError, match="no-bad-valley is about all parameters"):
        certify(problem, [Fraction(0)] * problem.parameters, claim="no-bad-valley")
    assert isinstance(wide_theorem(problem, "no-bad-valley"), Certified)


FAILING: dict[str, tuple[list[Shape], Claim, list[str]]] = {
    "wide, then narrow": ([(4, "relu", True), (1, "sin", True)], Claim.NO_BASIN, []),
    "wide, then narrow, no bad basin": (
        [(4, "relu", True), (1, "sin", True)],
        Claim.NO_SUB_OPTIMAL_BASIN,
        ["width: the last hidden layer (layer 2) has 1 unit; for 4 samples it needs width 4"],
    ),
    "the widest of two": (
        [(1, "tanh", True), (3, "tanh", False)],
        Claim.NO_BASIN,
        ["width: the widest hidden layer (layer 2) has 3 units; for 4 different inputs it needs"],
    ),
    "the first of two that are wide": ([(4, "tanh", True), (9, "tanh", True)], Claim.NO_BASIN, []),
}


@pytest.mark.parametrize("name", FAILING)
def test_which_hypothesis_fails_depends_on_the_claim(name: str) -> None:
    layers, claim, expected = FAILING[name]
    failing = [
        str(hypothesis) for hypothesis in failing_hypotheses(network(*layers, rows=LINE), claim)
    ]
    assert len(failing) == len(expected)
    assert all(found.startswith(words) for found, words in zip(failing, expected))


def test_an_activation_that_is_not_continuous_fails_up_to_the_wide_layer_only() -> None:
    from exactland import activation

    root = activation({"expression": ["sqrt", "x"]})
    before = network((2, root, True), (4, "tanh", True), rows=LINE)
    after = network((4, "tanh", True), (2, root, True), rows=LINE)
    (failing,) = failing_hypotheses(before, Claim.NO_BASIN)
    assert (failing.name, "hidden layer 1" in failing.words) == ("continuity", True)
    assert failing_hypotheses(after, Claim.NO_BASIN) == []


def test_other_claims_have_other_hypotheses() -> None:
    with pytest.raises(InputError, match="strongest has other hypotheses"):
        failing_hypotheses(network((1, "tanh", True), rows=LINE), Claim.STRONGEST)


def test_a_network_too_large_for_a_step_is_refused_at_once() -> None:
    """A step lists all parameters. By the width alone nothing is too large."""
    rows = [[k] for k in range(20)]
    with pytest.raises(ResourceLimitError, match="at most 1000"):
        outcome_of(network((1000, "tanh", True), (1000, "tanh", True), rows=rows))
    assert isinstance(outcome_of(network((10_000, "relu", True), rows=rows)), Certified)
