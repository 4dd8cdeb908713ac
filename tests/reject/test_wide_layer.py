"""Rule 4.6: networks with a hidden layer as wide as there are samples that differ have no basin;
and each hypothesis has a file that fails by it alone.

That the statement is false is decided apart from the rule where it says so: a shipped certificate
shows a strict minimum of the same loss, or the loss is one that can be done by hand.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland import Layer, Problem, read_certificate, second_checker
from exactland.certificates.kinds import StatementKind
from exactland.kernel import Verdict, check
from exactland.model.activations import Expression
from exactland.model.network import Network
from exactland.model.trees import X, add, apply, multiply
from exactland.testing.strategies import problems
from tests.wire import about, certificate


def wide_layer(problem: Problem, layer: object = "0", identities: Any = ()) -> bytes:
    step = {"rule": "4.6", "layer": layer, "identities": list(identities)}
    return certificate(problem, about("no-basin"), [step], {}).to_bytes()


def both(data: bytes) -> Verdict:
    """The kernel's verdict; the second checker agrees in status, rule and kind."""
    verdict = check(data)
    other = second_checker.check(data)
    assert (verdict.status, verdict.rule, verdict.kind) == (other.status, other.rule, other.kind)
    return verdict


def network(*layers: tuple[int, Any, bool], rows: Any, output_bias: bool = False) -> Problem:
    """Inputs are rows of numbers; targets 1, 2, ..."""
    x = tuple(tuple(map(Fraction, row)) for row in rows)
    hidden = tuple(Layer(units, s, bias) for units, s, bias in layers)
    y = tuple((Fraction(k),) for k in range(1, len(x) + 1))
    return Problem(Network(len(x[0]), hidden, 1, output_bias), x, y)


THREE = [[1], [2], [3]]
LEAVES_ITS_DOMAIN = add(  # x + u - u, u = sqrt(x - 1) + sqrt(2 - x): defined on [1, 2] alone
    X,
    apply("sqrt", add(X, -1)),
    apply("sqrt", add(2, multiply(-1, X))),
    multiply(-1, apply("sqrt", add(X, -1))),
    multiply(-1, apply("sqrt", add(2, multiply(-1, X)))),
)
TRUE: dict[str, tuple[Problem, str, Any]] = {
    "the last hidden layer": (network((3, "tanh", True), rows=THREE), "0", ()),
    "the first of two": (network((3, "sin", False), (1, "tanh", False), rows=THREE), "0", ()),
    "the bias of the next layer": (
        network((2, "gelu", False), (1, "relu", True), rows=THREE),
        "0",
        (),
    ),
    "the second of three": (
        network((1, "relu", True), (3, "elu", True), (2, "sin", False), rows=THREE),
        "1",
        (),
    ),
    "an activation undefined after it": (
        network((3, "tanh", True), (1, Expression(apply("log", X)), False), rows=THREE),
        "0",
        (),
    ),
    "equal inputs": (network((2, "tanh", True), rows=[[1], [2], [1]]), "0", ()),
    "opposite inputs, an odd activation": (
        network((2, "tanh", False), rows=[[1], [2], [-1]]),
        "0",
        [["1", "0", "1"]],
    ),
    "no feature at all": (
        network((1, "tanh", False), rows=[[0], [0]]),
        "0",
        [["1", "0"], ["0", "1"]],
    ),
    "kinks": (network((3, "hard-tanh", True), rows=THREE), "0", ()),
}
FALSE: dict[str, tuple[Problem, str, Any, str]] = {
    "one unit short": (network((2, "tanh", False), rows=THREE), "0", (), "has width 2"),
    "its own bias counted": (network((2, "tanh", True), rows=THREE), "0", (), "has width 2"),
    "a wide input": (
        network((2, "sin", False), rows=[[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        "0",
        (),
        "has width 2",
    ),
    "the layer before the wide one": (
        network((1, "relu", True), (3, "elu", False), rows=THREE),
        "0",
        (),
        "has width 1",
    ),
    "the layer after the wide one": (
        network((3, "relu", True), (1, "elu", False), rows=THREE),
        "1",
        (),
        "has width 1",
    ),
    "the output layer": (network((3, "tanh", True), rows=THREE), "1", (), "no such hidden layer"),
    "no layer": (network((3, "tanh", True), rows=THREE), "1000000", (), "no such hidden layer"),
    "undefined somewhere": (
        network((1, Expression(LEAVES_ITS_DOMAIN), False), rows=[[1]]),
        "0",
        (),
        "might not be defined",
    ),
    "undefined somewhere before": (
        network((1, Expression(apply("log", X)), True), (3, "tanh", False), rows=THREE),
        "1",
        (),
        "might not be defined",
    ),
    "an identity that is none": (
        network((2, "tanh", False), rows=THREE),
        "0",
        [["1", "0", "-1"]],
        "satisfies",
    ),
    "an identity of odd activations, with a bias": (
        network((2, "tanh", True), rows=[[1], [2], [-1]]),
        "0",
        [["1", "0", "1"]],
        "satisfies",
    ),
    "an identity against the next bias": (
        network((1, "tanh", False), rows=[[1], [2], [-1]], output_bias=True),
        "0",
        [["1", "0", "1"]],
        "satisfies",
    ),
    "an identity twice": (
        network((1, "tanh", True), rows=[[1], [2], [1]]),
        "0",
        [["1", "0", "-1"], ["1", "0", "-1"]],
        "echelon",
    ),
    "an identity that is 0": (
        network((2, "tanh", True), rows=THREE),
        "0",
        [["0", "0", "0"]],
        "echelon",
    ),
    "an identity of the layer before alone": (
        network((1, "tanh", False), (2, "sigmoid", False), rows=[[1], [2], [-1]]),
        "1",
        [["1", "0", "1"]],
        "satisfies",
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_ones_are_verified(name: str) -> None:
    verdict = both(wide_layer(*TRUE[name]))
    assert (verdict.status, verdict.kind) == ("verified", "no-basin"), verdict


@pytest.mark.parametrize("name", FALSE)
def test_a_file_without_one_hypothesis_is_rejected(name: str) -> None:
    *given_file, why = FALSE[name]
    verdict = both(wide_layer(*given_file))
    assert (verdict.status, verdict.rule) == ("rejected", "4.6"), verdict
    assert why in verdict.says


def twins_of_fields() -> list[tuple[bytes, bytes]]:
    """A true file, and one with a field of its step changed, which does not show it any more."""
    deep, layer, _ = TRUE["the second of three"]
    odd, first, identities = TRUE["opposite inputs, an odd activation"]
    return [
        (wide_layer(deep, layer), wide_layer(deep, "0")),
        (wide_layer(odd, first, identities), wide_layer(odd, first, [["1", "0", "-1"]])),
    ]


@pytest.mark.parametrize("k", range(2))
def test_a_file_with_one_field_changed_is_rejected(k: int) -> None:
    true, twin = twins_of_fields()[k]
    assert both(true).status == "verified"
    assert (both(twin).status, both(twin).rule) == ("rejected", "4.6")


@pytest.mark.parametrize("samples", range(2, 7))
def test_one_unit_short_is_false(samples: int, root: Any) -> None:
    """A shipped certificate shows a strict minimum of this very loss."""
    path = root / "proofs" / "narrow" / f"sine-{samples}-{samples - 1}.cert.json"
    shown = read_certificate(path)
    assert shown.statement.kind is StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
    verdict = both(wide_layer(shown.problem))
    assert (verdict.status, verdict.rule) == ("rejected", "4.6")


def test_identities_of_huge_layers_are_paid_for_before_they_are_looked_at() -> None:
    """Two layers of 10^6 units have 10^12 weights between them: no list of them is begun."""
    layers = ((10**6, "tanh", False), (10**6, "tanh", False), (1, "tanh", False))
    problem = network(*layers, rows=[[1], [-1]])
    verdict = check(wide_layer(problem, "2", [["1", "1"]]))
    assert (verdict.status, verdict.says) == (
        "too large",
        "the steps ask for more work than the cap",
    )
    without = check(wide_layer(problem, "1"))
    assert (without.status, without.kind) == ("verified", "no-basin")


def test_an_identity_against_the_next_bias_is_false() -> None:
    """tanh, no hidden bias, an output bias, inputs +-1, +-2, targets tanh x: (1, 1, 0) is a strict
    minimum, which counting two identities for the features alone would exclude.
    """
    rows = [[1], [-1], [2], [-2]]
    problem = network((1, "tanh", False), rows=rows, output_bias=True)
    identities = [["1", "1", "0", "0"], ["0", "0", "1", "1"]]
    verdict = both(wide_layer(problem, "0", identities))
    assert (verdict.status, verdict.rule) == ("rejected", "4.6")
    without = network((2, "tanh", False), rows=rows)
    assert both(wide_layer(without, "0", identities)).status == "verified"


@pytest.mark.parametrize("layer", ["-1", "01", "1.0", None, ["0"]])
def test_a_layer_that_is_no_count_is_malformed(layer: Any) -> None:
    data = wide_layer(network((3, "tanh", True), rows=THREE), layer)
    assert both(data).status == "malformed"
    assert "evidence.steps[0].layer" in check(data).says


def is_as_wide(problem: Problem, layer: int) -> bool:
    """Counted here once more: units, 1 for the bias of the next layer, and different inputs."""
    layers = problem.network.hidden
    following = layers[layer + 1].bias if layer + 1 < len(layers) else problem.network.output_bias
    return layers[layer].units + following >= len({*problem.x})


@given(problems(depths=(1, 2, 3)), st.integers(0, 3))
def test_both_checkers_decide_alike_what_any_problem_is(problem: Problem, layer: int) -> None:
    verdict = both(wide_layer(problem, str(layer)))
    if verdict.status == "verified":
        assert is_as_wide(problem, layer)
    elif layer < len(problem.network.hidden) and is_as_wide(problem, layer):
        assert "defined" in verdict.says
