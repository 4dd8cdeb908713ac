"""Rules 4.8 and 4.8p: no bad valley; and each hypothesis has a file that fails by it alone, with
both checkers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from exactland import Problem, activation
from exactland.certificates.codec import spelled_step
from exactland.certificates.kinds import StatementKind
from exactland.certificates.steps import Pyramid
from exactland.provers.valleys import full_rank
from exactland.testing.strategies import problems
from tests.reject.test_wide_layer import both, network
from tests.wire import about, certificate

LINE = [[1], [2], [3]]
PLANE = [[1, 0], [0, 1]]
REPEATED = [[1], [2], [1], [3]]
LOG = activation({"expression": ["log", ["+", "4", "x"]]})
ROOT = activation({"expression": ["sqrt", ["+", "9", "x"]]})
QUOTIENT = activation({"expression": ["/", "1", ["+", "2", ["^", "x", "2"]]]})
FALLING = activation(
    {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["-1", "-2"], "value_at_0": "3"}}
)
FLAT_IN_PART = activation(
    {"piecewise-linear": {"breakpoints": ["0"], "slopes": ["1", "0"], "value_at_0": "0"}}
)
CUBE = activation({"polynomial": ["0", "1", "0", "1"]})  # strictly monotone, and not of the list
NO_BAD_VALLEY = about("no-bad-valley")
Layers = list[tuple[int, Any, bool]]


def alone(problem: Problem) -> bytes:
    return certificate(problem, NO_BAD_VALLEY, [{"rule": "4.8"}], {}).to_bytes()


def pyramid(problem: Problem, step: Pyramid) -> bytes:
    return certificate(problem, NO_BAD_VALLEY, [spelled_step(step)], {}).to_bytes()


def step_at(problem: Problem, layer: int) -> Pyramid:
    """With full rank; other hypotheses may fail."""
    step = full_rank(problem, layer, 0)
    assert step is not None, "there is no full rank"
    return step


ONE_LAYER: dict[str, tuple[Layers, Any, bool, bool]] = {
    "as wide as samples": ([(3, "relu", True)], LINE, False, True),
    "with the output bias": ([(2, "relu", False)], LINE, True, True),
    "one unit short": ([(2, "relu", False)], LINE, False, False),
    "one unit short, with the output bias": ([(1, "relu", False)], LINE, True, False),
    "its own bias does not count": ([(2, "relu", True)], LINE, False, False),
    "different inputs count": ([(3, "sin", True)], REPEATED, False, True),
    "one short of different inputs": ([(2, "sin", True)], REPEATED, False, False),
    "two layers, the last wide": ([(3, "tanh", True), (3, "tanh", True)], LINE, False, False),
    "two layers, the first wide": ([(3, "tanh", True), (1, "tanh", True)], LINE, False, False),
    "a logarithm": ([(3, LOG, True)], LINE, False, False),
    "a root": ([(3, ROOT, True)], LINE, False, False),
    "a quotient that is not seen to be defined": ([(3, QUOTIENT, True)], LINE, False, False),
    "in pieces": ([(3, "softsign", True)], LINE, False, True),
    "a wide input is no wide layer": ([(1, "tanh", True)], [[1, 0, 0], [0, 1, 0]], False, False),
}


@pytest.mark.parametrize("name", ONE_LAYER)
def test_one_hidden_layer(name: str) -> None:
    layers, rows, output_bias, is_true = ONE_LAYER[name]
    verdict = both(alone(network(*layers, rows=rows, output_bias=output_bias)))
    assert verdict.status == ("verified" if is_true else "rejected"), verdict
    assert verdict.rule in (None, "4.8")


@pytest.mark.parametrize("name", ["one unit short", "its own bias does not count"])
def test_one_unit_short_there_can_be_a_bad_valley(name: str) -> None:
    """A certified bad strict minimum is one: a small ball around it has a higher rim. Sine units
    without output bias have them at every narrower width (construction C).
    """
    from exactland import Certified, certify
    from exactland.constructions import sine

    problem, point = sine(samples=3, units=2)
    assert isinstance(certify(problem, point, starts=2), Certified)
    assert ONE_LAYER[name][3] is False
    assert both(alone(problem)).rule == "4.8"


# layers, inputs, output bias, the layer that features enter, and what is refused (nothing: true)
DEEP: dict[str, tuple[Layers, Any, bool, int, str]] = {
    "the last of two, analytic": ([(2, "sin", True), (3, "gelu", True)], LINE, False, 2, ""),
    "lines before the last of two": (
        [(3, "identity", True), (3, "sigmoid", True)],
        LINE,
        False,
        2,
        "",
    ),
    "the first of two": ([(3, "relu", True), (2, "tanh", False)], LINE, False, 1, ""),
    "the first of three": (
        [(3, "relu", True), (2, "elu", True), (2, "sigmoid", False)],
        LINE,
        True,
        1,
        "",
    ),
    "independent inputs": ([(2, "tanh", False), (2, FALLING, False)], PLANE, False, 0, ""),
    "independent inputs, one unit": ([(1, "softsign", False)], PLANE, False, 0, ""),
    "equal inputs": ([(3, "relu", True), (2, "tanh", False)], REPEATED, False, 1, ""),
    "the middle of three": (
        [(2, "sin", True), (3, "mish", True), (1, "exp", False)],
        LINE,
        True,
        2,
        "",
    ),
    "pieces before the last of two": (
        [(2, "relu", True), (4, "gelu", True)],
        LINE,
        False,
        2,
        "before",
    ),
    "softsign before the last of two": (
        [(2, "softsign", True), (4, "gelu", True)],
        LINE,
        False,
        2,
        "before",
    ),
    "elu as the last of two": ([(2, "gelu", True), (4, "elu", True)], LINE, False, 2, "before"),
    "a logarithm before": ([(3, LOG, True), (1, "tanh", False)], LINE, False, 1, "before"),
    "a quotient before": ([(3, QUOTIENT, True), (1, "tanh", False)], LINE, False, 1, "before"),
    "relu after": ([(3, "relu", True), (2, "relu", True)], LINE, True, 1, "monotone"),
    "hard tanh after": ([(3, "relu", True), (2, "hard-tanh", True)], LINE, True, 1, "monotone"),
    "gelu after": ([(3, "relu", True), (2, "gelu", True)], LINE, True, 1, "monotone"),
    "sine after": ([(3, "relu", True), (2, "sin", True)], LINE, True, 1, "monotone"),
    "flat in part after": ([(3, "relu", True), (2, FLAT_IN_PART, True)], LINE, True, 1, "monotone"),
    "monotone and not of the list": ([(3, "relu", True), (2, CUBE, True)], LINE, True, 1, "list"),
    "gelu on independent inputs": ([(1, "gelu", False)], PLANE, False, 0, "monotone"),
    "sigmoid and no bias": ([(3, "relu", True), (2, "sigmoid", True)], LINE, False, 1, "bias"),
    "softplus and no bias": ([(3, "relu", True), (2, "softplus", True)], LINE, False, 1, "bias"),
    "exp and no bias between": (
        [(3, "relu", True), (2, "exp", True), (2, "tanh", False)],
        LINE,
        True,
        1,
        "bias",
    ),
    "layers that grow": (
        [(3, "relu", True), (1, "tanh", True), (2, "tanh", True)],
        LINE,
        True,
        1,
        "wider",
    ),
}


@pytest.mark.parametrize("name", DEEP)
def test_pyramids(name: str) -> None:
    layers, rows, output_bias, layer, refused = DEEP[name]
    problem = network(*layers, rows=rows, output_bias=output_bias)
    verdict = both(pyramid(problem, step_at(problem, layer)))
    assert verdict.status == ("rejected" if refused else "verified"), verdict
    assert verdict.rule in (None, "4.8p")


def test_more_outputs_than_last_units() -> None:
    """Two outputs of one unit: outputs at any two samples are proportional."""
    problem = network((3, "relu", True), (1, "tanh", True), rows=LINE, output_bias=True)
    wide = replace(
        problem,
        network=replace(problem.network, outputs=2),
        y=tuple((*y, Fraction(0)) for y in problem.y),
    )
    assert both(pyramid(problem, step_at(problem, 1))).status == "verified"
    verdict = both(pyramid(wide, step_at(wide, 1)))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


GOOD = network((3, "relu", True), (2, "tanh", False), rows=LINE)


def edited(**changes: Any) -> Pyramid:
    return replace(step_at(GOOD, 1), **changes)


MINORS: dict[str, Any] = {
    "no such layer": {"layer": 3},
    "another layer, of which it is no minor": {"layer": 0},
    "a row less": {"rows": (0, 1), "columns": (0, 1)},
    "a column that is not there": {"columns": (0, 1, 7)},
    "an inverse that is none": {"inverse": ((Fraction(0),) * 3,) * 3},
    "an inverse of other signs": {
        "inverse": tuple(tuple(-v for v in row) for row in step_at(GOOD, 1).inverse)
    },
    "an inverse of another size": {"inverse": ((Fraction(1),),)},
    "a center of rank 1": {"center": (Fraction(0),) * GOOD.parameters},
}


@pytest.mark.parametrize("name", MINORS)
def test_a_minor_that_shows_nothing(name: str) -> None:
    assert both(pyramid(GOOD, edited())).status == "verified"
    verdict = both(pyramid(GOOD, edited(**MINORS[name])))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p"), verdict


def test_a_minor_of_equal_inputs() -> None:
    """Two rows of one input are equal."""
    problem = network((3, "relu", True), rows=REPEATED)
    step = step_at(problem, 1)
    assert both(pyramid(problem, step)).status == "verified"
    verdict = both(pyramid(problem, replace(step, rows=(0, 1, 2))))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


def test_as_many_rows_as_samples_are_too_many_where_inputs_are_equal() -> None:
    problem = network((4, "relu", True), rows=REPEATED)
    step = step_at(problem, 1)
    verdict = both(pyramid(problem, replace(step, rows=(0, 1, 2, 3), columns=(0, 1, 2, 3))))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


def test_dependent_inputs_have_no_full_rank() -> None:
    """So a step about them is refused: with one unit there can be a bad strict minimum."""
    problem = network((1, "tanh", False), rows=[[1], [2]])
    one = Fraction(1)
    step = Pyramid(0, (one, one), (0, 1), (0, 1), ((one, 0 * one), (0 * one, one)), 64)
    verdict = both(pyramid(problem, step))
    assert (verdict.status, verdict.rule) == ("rejected", "4.8p")


def test_no_bad_valley_is_not_no_basin() -> None:
    """The statement is that of the steps, and no other."""
    problem = network((3, "relu", True), rows=LINE)
    for kind in (StatementKind.NO_BASIN, StatementKind.NO_SUB_OPTIMAL_BASIN):
        data = certificate(problem, about(str(kind)), [{"rule": "4.8"}], {}).to_bytes()
        assert both(data).rule == "claim"
    data = certificate(problem, NO_BAD_VALLEY, [{"rule": "4.2"}], {}).to_bytes()
    assert both(data).rule == "claim"


@given(problems(depths=(1, 2)))
def test_both_checkers_decide_alike(problem: Problem) -> None:
    both(alone(problem))
    for layer in range(len(problem.network.hidden) + 1):
        step = full_rank(problem, layer, 0)
        if step is not None:
            both(pyramid(problem, step))


def twins_of_fields() -> Iterator[tuple[bytes, bytes]]:
    """For every field of a step by 4.8p, and the kind, a true file and a false one."""
    true = pyramid(GOOD, step_at(GOOD, 1))
    changes: list[dict[str, Any]] = [
        {"layer": 0},
        MINORS["a center of rank 1"],
        {"rows": (0, 1)},
        {"columns": (0, 1)},
        MINORS["an inverse that is none"],
    ]
    for change in changes:
        yield true, pyramid(GOOD, edited(**change))
    steps = [{"rule": "4.2"}]
    wide = network((3, "relu", True), rows=LINE)
    yield (
        certificate(wide, about("no-sub-optimal-basin"), steps, {}).to_bytes(),
        certificate(wide, NO_BAD_VALLEY, steps, {}).to_bytes(),
    )


def test_twins_of_fields_are_rejected() -> None:
    for true, twin in twins_of_fields():
        assert both(true).status == "verified"
        assert both(twin).status == "rejected"
