"""Bad valleys decided by hand, or by a shipped certificate: no file says by rule 4.8 or 4.8p that
there are none, with either checker.

Each decision is a wall: parameters whose loss is at least some level, that every path from a start
below the level has to cross to come below a bound on its own side; and a point beyond, lower than
this bound. Losses at the points are enclosed in balls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactland import Problem, activation, read_certificate
from exactland.certificates.codec import spelled_step
from exactland.certificates.kinds import StatementKind
from exactland.kernel import Verdict
from exactland.kernel.arithmetic import Ball, box
from exactland.kernel.network import differentiate
from exactland.provers.valleys import full_rank
from tests.reject.test_wide_layer import both, network
from tests.wire import Wire, about, certificate, in_kernel

PLANE = [[1, 0], [0, 1]]
SQUARE = activation({"polynomial": ["0", "0", "1"]})
SIZE = activation(
    {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["-1", "1"], "value_at_0": "0"}}
)
DIP = activation(  # 0, from -2 down to -1 at -1, and up from there
    {
        "piecewise-linear": {
            "breakpoints": ["-2", "-1"],
            "slopes": ["0", "-1", "1"],
            "value_at_0": "0",
        }
    }
)
SIGN = ["/", ["sqrt", ["^", "x", "2"]], "x"]
TWO_FLATS = activation({"expression": ["+", "1", ["*", "-1", SIGN]]})  # 2 left of 0, 0 right of it


def fractions(*values: Any) -> list[Fraction]:
    return [Fraction(value) for value in values]


def loss_at(problem: Problem, theta: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Bounds of E."""
    balls: list[Ball] = box(theta, 128)
    value = differentiate(in_kernel(problem), balls, 0).value
    scale = 1 << value.p
    return Fraction(value.m - value.r, scale), Fraction(value.m + value.r, scale)


def says_no_bad_valley(problem: Problem, step: Wire) -> Verdict:
    return both(certificate(problem, about("no-bad-valley"), [step], {}).to_bytes())


def pyramid(problem: Problem, layer: int) -> Wire:
    """With full rank; other hypotheses may fail."""
    step = full_rank(problem, layer, 0)
    assert step is not None, "there is no full rank"
    return spelled_step(step)


def with_targets(problem: Problem, *targets: int) -> Problem:
    return replace(problem, y=tuple((Fraction(t),) for t in targets))


# s >= 0; a pre-activation of a large value, one of a small value
NEVER_NEGATIVE: dict[str, tuple[Any, str, str]] = {
    "relu": ("relu", "1", "0"),
    "sigmoid": ("sigmoid", "4", "-9"),
    "softplus": ("softplus", "1", "-9"),
    "exp": ("exp", "0", "-9"),
    "the square": (SQUARE, "1", "0"),
    "the absolute value": (SIZE, "1", "0"),
}
SHAPES: dict[str, tuple[list[tuple[int, Any, bool]], int]] = {
    "one layer, at the inputs": ([(1, "s", False)], 0),
    "its own bias, at the inputs": ([(1, "s", True)], 0),
    "two layers, at the inputs": ([(2, "tanh", True), (1, "s", True)], 0),
    "two layers, at the second": ([(2, "tanh", True), (1, "s", True)], 1),
    "kinks before, at the second": ([(2, "relu", True), (1, "s", False)], 1),
}


@pytest.mark.parametrize("name", NEVER_NEGATIVE)
def test_one_unit_that_is_never_negative_has_a_bad_valley(name: str) -> None:
    """Targets 1 and -2. Where v >= 0, f_2 >= 0 and E >= 2; where v = 0, E = 5/2."""
    s, large, small = NEVER_NEGATIVE[name]
    problem = with_targets(network((1, s, False), rows=PLANE), 1, -2)
    assert loss_at(problem, fractions(large, small, 1))[1] < Fraction(5, 2)
    assert loss_at(problem, fractions(small, large, "-1"))[1] < 2
    verdict = says_no_bad_valley(problem, pyramid(problem, 0))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NEVER_NEGATIVE)
def test_one_last_unit_that_is_never_negative_has_one_at_every_depth(name: str, shape: str) -> None:
    """The same walls: whatever is below, outputs have the sign of v. What is below only has to
    reach both pre-activations in both orders, as independent inputs do.
    """
    layers, layer = SHAPES[shape]
    s = NEVER_NEGATIVE[name][0]
    own = [(units, s if written == "s" else written, bias) for units, written, bias in layers]
    problem = with_targets(network(*own, rows=PLANE), 1, -2)
    verdict = says_no_bad_valley(problem, pyramid(problem, layer))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "exp"])
@pytest.mark.parametrize("shape", SHAPES)
def test_an_output_bias_opens_them(name: str, shape: str) -> None:
    layers, layer = SHAPES[shape]
    own = [(units, name if written == "s" else written, bias) for units, written, bias in layers]
    problem = with_targets(network(*own, rows=PLANE, output_bias=True), 1, -2)
    assert says_no_bad_valley(problem, pyramid(problem, layer)).status == "verified"


# a value near its least one is at the first, which is 1/v; the second is larger than 0
DIPS: dict[str, tuple[Any, tuple[Any, ...], Any]] = {
    "in pieces": (DIP, ("-3", "-1", "1"), "1"),
    "gelu": ("gelu", ("-20", "-3/4", "100/17"), "1/4"),
    "swish": ("swish", ("-40", "-5/4", "18/5"), "2/5"),
    "mish": ("mish", ("-40", "-6/5", "13/4"), "2/5"),
}


@pytest.mark.parametrize("name", DIPS)
def test_independent_inputs_and_a_dip(name: str) -> None:
    """docs/theorems/no-bad-valley.md: targets 1 and -1, s >= -mu, with equality at z alone, s <= 0
    left of it. While v > 0 and w_1 <= z, E >= 1/2; where v = 0 or w_1 = z, E >= 1.
    """
    s, start, beyond = DIPS[name]
    problem = with_targets(network((1, s, False), rows=PLANE), 1, -1)
    assert loss_at(problem, fractions(*start))[1] < 1
    assert loss_at(problem, fractions(beyond, *start[1:]))[1] < Fraction(1, 2)
    verdict = says_no_bad_valley(problem, pyramid(problem, 0))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


def test_no_basin_is_not_no_bad_valley() -> None:
    """gelu and independent inputs have no basin by 4.7, and a bad valley."""
    problem = with_targets(network((1, "gelu", False), rows=PLANE), 1, -1)
    step = {"rule": "4.7"}
    shown = certificate(problem, about("no-basin"), [step], {}).to_bytes()
    assert both(shown).status == "verified"
    assert says_no_bad_valley(problem, step).rule == "claim"


@pytest.mark.parametrize("layer", [None, 1])
def test_an_activation_that_is_undefined_at_0(layer: int | None) -> None:
    """1 - sign z, one unit, one input: w = 0 is no point of the domain, and E = 1/2 right of it."""
    problem = network((1, TWO_FLATS, False), rows=[[1]])
    assert loss_at(problem, fractions(1, 1))[0] > Fraction(49, 100)
    assert loss_at(problem, fractions("-1", "1/2"))[1] < Fraction(1, 100)
    step = {"rule": "4.8"} if layer is None else one_by_one(layer, ["-1", "1/2"], "1/2")
    verdict = says_no_bad_valley(problem, step)
    assert (verdict.status, verdict.rule) == ("rejected", step["rule"])


def one_by_one(layer: int, center: list[str], inverse: str) -> Wire:
    return {
        "rule": "4.8p",
        "layer": str(layer),
        "center": center,
        "rows": ["0"],
        "columns": ["0"],
        "inverse": [[inverse]],
        "precision": "64",
    }


SHIPPED = (
    "sine-3-2",
    "sigmoid-3-2",
    "gelu-2-1",
    "tanh-a-1",
    "tanh-8-4",
    "tanh-b-bias-1",
    "arctan-a-2",
    "softsign-b-1",
    "elu-a-2",
    "selu-b-2",
)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_bad_strict_minimum_is_a_bad_valley(name: str, root: Path) -> None:
    """A shipped certificate shows one of this very loss: a small ball around it has a higher rim.
    The minor of 4.8p is invertible, and smaller than the number of different inputs: where the
    activation is strictly monotone and takes the value 0, nothing else is wrong.
    """
    shown = read_certificate(root / "proofs" / "narrow" / f"{name}.cert.json")
    assert shown.statement.kind is StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
    problem = shown.problem
    assert says_no_bad_valley(problem, {"rule": "4.8"}).rule == "4.8"
    first = problem.x[0][0]
    step = one_by_one(0, ["1"] * problem.parameters, str(1 / first))
    assert says_no_bad_valley(problem, step).rule == "4.8p"


TANH = network((1, "tanh", False), rows=PLANE)
GOOD: Wire = {
    "rule": "4.8p",
    "layer": "0",
    "center": ["0", "0", "0"],
    "rows": ["0", "1"],
    "columns": ["0", "1"],
    "inverse": [["1", "0"], ["0", "1"]],
    "precision": "64",
}


def test_what_is_named_twice_counts_once() -> None:
    assert says_no_bad_valley(TANH, {**GOOD, "rows": ["1", "0", "1", "7"]}).status == "verified"
    for twice in ({"rows": ["0", "0"]}, {"columns": ["1", "1"]}, {"rows": ["0", "7"]}):
        assert says_no_bad_valley(TANH, {**GOOD, **twice}).rule == "4.8p"


MALFORMED: dict[str, Wire] = {
    "a negative layer": {**GOOD, "layer": "-1"},
    "a layer that is a number": {**GOOD, "layer": None},
    "a center that is too short": {**GOOD, "center": ["0", "0"]},
    "a center that is too long": {**GOOD, "center": ["0"] * 4},
    "rows that are no counts": {**GOOD, "rows": ["0", "1/2"]},
    "too little precision": {**GOOD, "precision": "31"},
    "too much precision": {**GOOD, "precision": "4097"},
    "no columns": {name: value for name, value in GOOD.items() if name != "columns"},
    "identities": {**GOOD, "identities": []},
    "4.8 with a layer": {"rule": "4.8", "layer": "0"},
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_step_of_another_form_is_malformed(name: str) -> None:
    assert says_no_bad_valley(TANH, GOOD).status == "verified"
    assert says_no_bad_valley(TANH, MALFORMED[name]).status == "malformed"


FLAT = activation(
    {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["1", "1"], "value_at_0": "0"}}
)
OTHERS_AFTER = {
    "twice tanh": activation({"expression": ["*", "2", ["tanh", "x"]]}),
    "x as a polynomial": activation({"polynomial": ["0", "1"]}),
    "a number": activation({"expression": "3"}),
    "a constant, in pieces": activation(
        {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["0", "0"], "value_at_0": "1"}}
    ),
    "sine": "sin",
    "hard tanh": "hard-tanh",
}


@pytest.mark.parametrize("name", OTHERS_AFTER)
def test_other_activations_after_the_layer_are_not_proved(name: str) -> None:
    problem = network((1, OTHERS_AFTER[name], False), rows=PLANE)
    assert says_no_bad_valley(problem, GOOD).rule == "4.8p"


@pytest.mark.parametrize("name", ["relu", "hard-tanh", "swish", "gelu", "mish", "sin"])
def test_nor_are_those_that_turn_with_a_bias_that_follows(name: str) -> None:
    problem = network((1, name, False), rows=PLANE, output_bias=True)
    assert says_no_bad_valley(problem, {**GOOD, "center": ["0"] * 4}).rule == "4.8p"


def test_layers_that_grow_are_not_proved() -> None:
    """A hidden layer wider than the one before, and outputs."""
    grows = network((1, "tanh", False), (2, "tanh", False), rows=PLANE)
    assert says_no_bad_valley(grows, {**GOOD, "center": ["0"] * 6}).rule == "4.8p"
    two = replace(
        TANH, network=replace(TANH.network, outputs=2), y=tuple((*y, Fraction(0)) for y in TANH.y)
    )
    assert says_no_bad_valley(two, {**GOOD, "center": ["0"] * 4}).rule == "4.8p"
    same = network((1, "tanh", False), (1, "tanh", False), rows=PLANE)
    assert says_no_bad_valley(same, {**GOOD, "center": ["0"] * 4}).status == "verified"


@pytest.mark.parametrize("widths", [(2, 2), (2, 1), (1, 2)])
def test_a_wide_layer_of_two_is_not_proved(widths: tuple[int, int]) -> None:
    layers = [(units, "tanh", True) for units in widths]
    verdict = says_no_bad_valley(network(*layers, rows=PLANE), {"rule": "4.8"})
    assert (verdict.status, verdict.rule) == ("rejected", "4.8")


@pytest.mark.parametrize("layer", [2, 3, 10**6])
def test_outputs_enter_no_layer(layer: int) -> None:
    """Of one sample they are a matrix of rank 1."""
    problem = network((1, "tanh", False), rows=[[1]])
    assert says_no_bad_valley(problem, one_by_one(1, ["1", "1"], "5/4")).status == "verified"
    assert says_no_bad_valley(problem, one_by_one(layer, ["1", "1"], "5/4")).rule == "4.8p"


@pytest.mark.parametrize("first", ["elu", "softsign", "selu", "leaky-relu", FLAT])
def test_pieces_before_the_layer_are_not_proved_where_there_are_two(first: Any) -> None:
    """Lines that never bend are in pieces, too, as files write them."""
    for own in ([(2, first, True), (2, "sin", True)], [(2, "sin", True), (2, first, True)]):
        problem = network(*own, rows=[[1], [3]])
        assert says_no_bad_valley(problem, pyramid(problem, 2)).rule == "4.8p"
    alone = network((2, first, True), rows=[[1], [3]])
    assert says_no_bad_valley(alone, pyramid(alone, 1)).status == "verified"


def test_many_rows_that_are_not_there_take_no_longer() -> None:
    """A list of them would be gone through for every sample, more than a minute."""
    problem = network((1, "tanh", False), rows=[[1]] * 10**5)
    far = [str(k) for k in range(3 * 10**5, 4 * 10**5)]
    step = {**one_by_one(0, ["1", "1"], "1"), "rows": far}
    assert says_no_bad_valley(problem, step).rule == "4.8p"
