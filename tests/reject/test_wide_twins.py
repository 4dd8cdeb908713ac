"""False twins of the wide side: an accepted certificate, one thing in it made false, rejected by
the rule that must see it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from exactland.engine.outcomes import Certified
from exactland.engine.paths import escape
from exactland.engine.points import classify_exactly
from exactland.model.activations import NAMED, Activation, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.testing.properties import exact_loss
from tests.provers.test_points import column, vector
from tests.reject.twins import (
    PROBLEM,
    STATEMENT,
    STEP,
    Path,
    always,
    apply,
    check,
    first,
    plus,
    read,
    second,
    times,
)
from tests.wire import about, certificate, numbers, path_step

F = Fraction
UNITS: Path = (*PROBLEM, "network", "hidden", 0, "units")
ACTIVATION: Path = (*PROBLEM, "network", "hidden", 0, "activation")
OUTPUT_BIAS: Path = (*PROBLEM, "network", "output_bias")
Twins = list[tuple[str, str, Path, Callable[[Any], Any], str]]


def step(k: int, name: str) -> Path:
    return (*STEP, k, name)


def one_row_less(old: dict[str, Any]) -> dict[str, Any]:
    inverse = [row[:3] for row in old["inverse"][:3]]
    return {**old, "rows": old["rows"][:3], "columns": old["columns"][:3], "inverse": inverse}


def no_minimum_at(center: list[str]) -> dict[str, Any]:
    return {"kind": "no-local-minimum", "center": center, "distance": "0"}


TWINS: Twins = [
    # 4.1, lines
    (
        "no line: the points are equal",
        "point-equal-units",
        first("witness"),
        lambda old: ["1", "1", "-1/2", "-1/2", "2", "3"],
        "4.1",
    ),
    (
        "a vector that is not in the kernel",
        "point-equal-units",
        (*first("witness"), 5),
        plus(1),
        "4.1",
    ),
    (
        "a vector off by a millionth",
        "point-equal-units",
        (*first("witness"), 5),
        plus(F(1, 10**6)),
        "4.1",
    ),
    (
        "the vector moves the wrong layer",
        "point-equal-units",
        first("witness"),
        always(["2", "0", "-1/2", "-1/2", "2", "3"]),
        "4.1",
    ),
    ("two layers move", "point-equal-units", (*first("witness"), 0), plus(1), "4.1"),
    (
        "units that are not quite equal",
        "point-equal-units",
        (*first("center"), 0),
        plus(F(1, 10**9)),
        "4.1",
    ),
    (
        "opposite units of an activation that is not odd",
        "point-opposite-units",
        (*PROBLEM, "network", "hidden", 1, "activation"),
        always("sigmoid"),
        "4.1",
    ),
    (
        "opposite units that are equal",
        "point-opposite-units",
        (*first("center"), 4),
        always("1"),
        "4.1",
    ),
    ("a relu unit that is not dead", "point-dead-relu", (*first("center"), 3), always("3"), "4.1"),
    ("an idle unit that is not idle", "point-idle-gelu", (*first("center"), 3), always("1"), "4.1"),
    (
        "an idle unit with a tiny weight",
        "point-idle-gelu",
        (*first("center"), 3),
        always("1/1000000000000"),
        "4.1",
    ),
    (
        "the other unit moves",
        "point-idle-gelu",
        first("witness"),
        always(["2", "2", "1", "0"]),
        "4.1",
    ),
    ("a kernel line called idle", "point-equal-units", first("reason"), always("idle"), "4.1"),
    ("an idle line called kernel", "point-idle-gelu", first("reason"), always("kernel"), "4.1"),
    (
        "idle, with an activation not defined everywhere",
        "point-idle-gelu",
        ACTIVATION,
        always({"expression": ["log", ["+", "9", "x"]]}),
        "4.1",
    ),
    (
        "a line through another point",
        "point-equal-units",
        (*STATEMENT, "center", 0),
        plus(1),
        "claim",
    ),
    (
        "a bad point claimed in no basin from nothing",
        "point-equal-units",
        STEP,
        always([]),
        "claim",
    ),
    # 4.1c, rows and columns
    (
        "as many rows as columns",
        "point-more-units",
        first("columns"),
        always(["0", "1", "2"]),
        "4.1c",
    ),
    (
        "one column four times",
        "point-more-units",
        first("columns"),
        always(["0", "0", "0", "0"]),
        "4.1c",
    ),
    (
        "columns that do not exist",
        "point-more-units",
        first("columns"),
        always(["0", "1", "2", "7", "8"]),
        "4.1c",
    ),
    ("no column", "point-more-units", first("columns"), always([]), "4.1c"),
    ("the wrong layer", "point-more-units", first("layer"), always("0"), "4.1c"),
    ("the outputs as a layer", "point-more-units", first("layer"), always("2"), "4.1c"),
    (
        "a fourth sample",
        "point-more-units",
        (*PROBLEM, "data"),
        always({"x": [["1"], ["2"], ["3"], ["4"]], "y": [["1"], ["0"], ["1"], ["0"]]}),
        "4.1c",
    ),
    (
        "a unit that is not constant",
        "point-constant-units",
        (*first("center"), 0),
        always("1"),
        "4.1c",
    ),
    # 4.2, the wide theorem
    (
        "width N - 1 dressed as wide",
        "theorem-relu-3-5",
        (*PROBLEM, "network", "hidden", 1, "units"),
        always("4"),
        "4.2",
    ),
    ("the output bias forgotten", "theorem-any-loss", OUTPUT_BIAS, always(False), "4.2"),
    (
        "the first layer is wide, the last is not",
        "theorem-relu-3-5",
        (*PROBLEM, "network", "hidden"),
        lambda old: old[::-1],
        "4.2",
    ),
    ("no basin at all, at width N", "theorem-no-basin", UNITS, always("5"), "claim"),
    (
        "no basin at all, from no sub-optimal one",
        "theorem-relu-3-5",
        (*STATEMENT, "kind"),
        always("no-basin"),
        "claim",
    ),
    # 4.3, rank
    (
        "a rank off by one: fewer rows",
        "point-full-rank",
        STEP,
        lambda old: [one_row_less(old[0])],
        "4.3",
    ),
    (
        "in no basin, from full rank",
        "point-full-rank",
        (*STATEMENT, "kind"),
        always("in-no-basin"),
        "claim",
    ),
    ("a row twice", "point-full-rank", first("rows"), always(["0", "1", "2", "2"]), "4.3"),
    (
        "a row that does not exist",
        "point-full-rank",
        first("rows"),
        always(["0", "1", "2", "9"]),
        "4.3",
    ),
    (
        "a column that does not exist",
        "point-full-rank",
        first("columns"),
        always(["0", "1", "2", "9"]),
        "4.3",
    ),
    ("two equal units", "point-full-rank", (*first("center"), 1), always("1"), "4.3"),
    (
        "an inverse of zero",
        "point-full-rank",
        first("inverse"),
        lambda old: [["0"] * len(row) for row in old],
        "4.3",
    ),
    (
        "an inverse that is not square",
        "point-full-rank",
        first("inverse"),
        lambda old: old[:3],
        "4.3",
    ),
    ("two equal inputs", "point-full-rank", (*PROBLEM, "data", "x", 1), always(["1/2"]), "4.3"),
    (
        "identities that are none",
        "escape-duplicates",
        (*first("identities"), 0),
        always(["1", "0", "-1", "0"]),
        "4.3",
    ),
    (
        "an identity of zero",
        "escape-duplicates",
        (*first("identities"), 0),
        always(["0", "0", "0", "0"]),
        "4.3",
    ),
    (
        "an identity of the wrong length",
        "escape-duplicates",
        (*first("identities"), 0),
        always(["1", "-1"]),
        "4.3",
    ),
    (
        "the same identity twice",
        "escape-duplicates",
        first("identities"),
        lambda old: [*old, *old],
        "4.3",
    ),
    (
        "an identity of other inputs",
        "escape-duplicates",
        (*PROBLEM, "data", "x", 1),
        always(["3/2"]),
        "4.3",
    ),
    ("no identity", "escape-duplicates", first("identities"), always([]), "4.3"),
    # 3.6 and 3.7, global ends
    (
        "an end that is not global: another target",
        "escape-affine",
        (*PROBLEM, "data", "y", 0),
        always(["5"]),
        "3.7",
    ),
    (
        "an end that is not global: another degree",
        "escape-square",
        ACTIVATION,
        always({"polynomial": ["0", "0", "1", "1"]}),
        "3.7",
    ),
    ("an end off by a millionth", "escape-affine", (*first("center"), 4), plus(F(1, 10**6)), "3.7"),
    # 4.4, paths
    ("convex called idle", "escape-affine", (*second("reasons"), 0), always("idle"), "4.4"),
    ("convex called kernel", "escape-affine", (*second("reasons"), 0), always("kernel"), "4.4"),
    ("idle called convex", "escape-zero-tanh", (*second("reasons"), 0), always("convex"), "4.4"),
    ("idle called kernel", "escape-zero-tanh", (*second("reasons"), 0), always("kernel"), "4.4"),
    ("idle called slope", "escape-zero-tanh", (*second("reasons"), 0), always("slope"), "4.4"),
    (
        "kernel called convex",
        "escape-equal-sigmoid",
        (*second("reasons"), 0),
        always("convex"),
        "4.4",
    ),
    ("a small step without eta", "eta-escape", second("eta"), always("0"), "4.4"),
    ("a small step with too small an eta", "eta-escape", second("eta"), times(F(1, 1000)), "4.4"),
    ("eta negative", "eta-escape", second("eta"), times(-1), "4.4"),
    (
        "an eta-escape claimed as an escape",
        "eta-escape",
        STATEMENT,
        lambda old: {"kind": "escape", "center": old["center"], "end": old["end"]},
        "claim",
    ),
    (
        "eta understated in the statement",
        "eta-escape",
        (*STATEMENT, "eta"),
        always("1/200"),
        "claim",
    ),
    ("a path to elsewhere", "escape-zero-tanh", (*step(1, "points"), 1, 0), plus(F(1, 8)), "4.4"),
    ("a path from elsewhere", "escape-equal-sigmoid", (*STATEMENT, "center", 0), plus(1), "claim"),
    ("one reason too few", "escape-equal-sigmoid", second("reasons"), lambda old: old[:1], "4.4"),
    (
        "one reason too many",
        "escape-equal-sigmoid",
        second("reasons"),
        lambda old: [*old, "convex"],
        "4.4",
    ),
    ("the end understated", "escape-narrow", first("end"), times(F(9, 10)), "4.4"),
    (
        "the end understated in the statement",
        "escape-narrow",
        (*STATEMENT, "end"),
        times(F(9, 10)),
        "claim",
    ),
    (
        "the infimum claimed on a narrow network",
        "escape-narrow",
        (*STATEMENT, "end"),
        always("infimum"),
        "claim",
    ),
    ("below a smaller loss", "escape-logistic", first("end"), always(f"1/{10**40}"), "4.4"),
    (
        "an idle unit that is not idle at the start",
        "escape-zero-tanh",
        (*step(1, "points"), 0, 8),
        always("1/1000000000"),
        "4.4",
    ),
    ("a slope the wrong way", "escape-slope", second("points"), lambda old: old[::-1], "4.4"),
    (
        "the end names a step that is not one",
        "escape-zero-tanh",
        second("end"),
        always({"step": "1"}),
        "order",
    ),
    (
        "the end names a later step",
        "escape-zero-tanh",
        second("end"),
        always({"step": "5"}),
        "order",
    ),
    (
        "no local minimum, from a first step that is not convex",
        "escape-slope",
        STATEMENT,
        lambda old: no_minimum_at(old["center"]),
        "claim",
    ),
    (
        "no local minimum within a distance",
        "point-better-outputs",
        (*STATEMENT, "distance"),
        always("1/1000"),
        "claim",
    ),
    # 4.5, one more unit
    (
        "weights of the wrong length",
        "one-more-sine-3-2",
        step(2, "weights"),
        lambda old: [*old, "1"],
        "4.5",
    ),
    (
        "an inverse of another matrix",
        "one-more-sine-3-2",
        step(2, "inverse"),
        lambda old: old[::-1],
        "4.5",
    ),
    (
        "an inverse of zero, one more",
        "one-more-sine-3-2",
        step(2, "inverse"),
        lambda old: [["0"] * len(row) for row in old],
        "4.5",
    ),
    ("one more unit, without the step", "one-more-sine-3-2", STEP, lambda old: old[:2], "claim"),
    (
        "one more unit of a minimum that is not shown sub-optimal",
        "one-more-sine-3-2",
        STEP,
        lambda old: [old[0], {**old[2], "minimum": "0"}],
        "claim",
    ),
    ("the gap overstated, one more", "one-more-sine-3-2", (*STATEMENT, "gap"), times(2), "claim"),
]


@pytest.mark.parametrize(
    ("name", "original", "path", "edit", "rule"),
    TWINS,
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_false_twin_is_rejected_by_the_named_rule(
    name: str, original: str, path: Path, edit: Any, rule: str, opened: dict[str, bytes]
) -> None:
    data = opened[original]
    assert check(data).status == "verified"
    twin = apply(data, path, edit)
    assert twin != data
    verdict = check(twin)
    assert (verdict.status, verdict.rule) == ("rejected", rule), verdict
    assert verdict.fact is None


def test_there_are_enough_of_them() -> None:
    assert len({(t[0], t[1]) for t in TWINS}) >= 70


def test_a_minor_that_is_singular_somewhere_in_the_box_is_rejected(
    opened: dict[str, bytes],
) -> None:
    """sine-2-1 has its minimum at w = pi/2, in a box of radius 1/16: a new unit at 25/16 equals the
    old one somewhere in the box, not at its center.
    """
    step_3_1 = json.loads(data := opened["one-more-sine-2-1"])["evidence"]["steps"][0]
    assert abs(read(step_3_1["center"][0]) - F(25, 16)) < read(step_3_1["radius"])
    verdict = check(apply(data, step(2, "weights"), always(["25/16"])))
    assert (verdict.status, verdict.rule) == ("rejected", "4.5"), verdict
    zero = check(apply(data, step(2, "weights"), always(["0"])))
    assert (zero.status, zero.rule) == ("rejected", "4.5"), "sin(0) = 0: a column of zeros"


def test_one_more_unit_needs_a_box(opened: dict[str, bytes], shipped: dict[str, bytes]) -> None:
    """A minimum by 3.1b has no box."""
    value = json.loads(shipped["cubic-exact"])
    unit = [[str(int(i == j)) for j in range(3)] for i in range(3)]
    steps = [
        *value["evidence"]["steps"],
        {"rule": "4.5", "minimum": "1", "weights": ["1"], "inverse": unit, "precision": "64"},
    ]
    verdict = check(
        apply(
            apply(shipped["cubic-exact"], STEP, always(steps)),
            (*STATEMENT, "kind"),
            always("one-more-unit"),
        )
    )
    assert (verdict.status, verdict.rule) == ("rejected", "4.5")
    assert "no box" in verdict.says


def made(
    activation: Activation,
    units: int,
    x: str,
    y: str,
    *,
    bias: bool = False,
    output_bias: bool = False,
    outputs: int = 1,
) -> Problem:
    targets = tuple(vector(row) for row in y.split(";")) if ";" in y else column(y)
    return Problem(
        Network(1, (Layer(units, activation, bias),), outputs, output_bias), column(x), targets
    )


def verdict_on(
    problem: Problem, said: dict[str, Any], *steps: dict[str, Any]
) -> tuple[str, str | None]:
    verdict = check(certificate(problem, said, steps, {}).to_bytes())
    return verdict.status, verdict.rule


def crossing(p: str, q: str) -> tuple[str, str | None]:
    """Two relu units w and -w on x = 1, targets 1 and 1 (for x and -x), output weights 1."""
    problem = Problem(Network(1, (Layer(2, NAMED["relu"], False),)), column("1 -1"), column("1 1"))
    points = [vector(p), vector(q)]
    return verdict_on(
        problem, about("escape", points[0], end="1/2"), path_step(points, ["convex"], F(1, 2), 64)
    )


def test_a_hidden_layer_that_crosses_a_kink_is_not_convex() -> None:
    """f(x) = relu(wx) + relu(-w'x): from w = -1 to 1 pre-activations cross the kink; within one
    piece the segment is convex.
    """
    assert crossing("1/2 -1/2 1 1", "3/4 -3/4 1 1") == ("verified", None)
    assert crossing("-1 1 1 1", "3/4 -3/4 1 1") == ("rejected", "4.4")
    assert crossing("0 0 1 1", "3/4 -3/4 1 1") == ("verified", None), (
        "a kink at an end is in the closed piece"
    )
    assert crossing("-1/2 1/2 1 1", "3/4 -3/4 1 1") == ("rejected", "4.4"), (
        "losses 1/4, 1/16 at the ends, 1 between"
    )


def test_the_two_relu_units_of_the_crossing_rise_between_equal_ends() -> None:
    """w from -1 to 1: losses 1/2, 1, 1/2 for targets 1 and 1 with one unit dead at each end; no
    reason lets it pass.
    """
    problem = Problem(Network(1, (Layer(2, NAMED["relu"], False),)), column("1 1"), column("1 1"))
    ends = [vector("-1 1 1 1"), vector("1 -1 1 1")]
    assert [
        exact_loss(problem, tuple(a + t * (b - a) for a, b in zip(*ends)))
        for t in (F(0), F(1, 2), F(1))
    ] == [0, 1, 0]
    for reason in ("convex", "kernel", "idle", "slope", "small"):
        said = about("escape", ends[0], end="1")
        assert verdict_on(problem, said, path_step(ends, [reason], F(1), 64)) == ("rejected", "4.4")


def test_a_path_that_rises_by_a_billionth_is_rejected() -> None:
    """identity, f = v w x on x = 1, 2 with targets 1, 2: above v = 1 the loss rises with v, by 5e-9
    for a step of 1e-9 at v = 2.
    """
    problem = made(NAMED["identity"], 1, "1 2", "1 2")
    low, high = vector("1 2"), (F(1), 2 + F(1, 10**9))
    assert F(1, 10**9) < exact_loss(problem, high) - exact_loss(problem, low) < F(1, 10**8)
    for start, end, expected in (
        (high, low, ("verified", None)),
        (low, high, ("rejected", "4.4")),
        (low, low, ("rejected", "4.4")),
    ):
        assert (
            verdict_on(
                problem,
                about("escape", start, end="3"),
                path_step([start, end], ["convex"], F(3), 128),
            )
            == expected
        )


def test_a_hidden_move_under_a_smooth_activation_is_not_convex() -> None:
    problem = made(NAMED["tanh"], 1, "1 2", "1 1")
    points = [vector("1/2 1"), vector("5/8 1")]
    assert verdict_on(
        problem, about("escape", points[0], end="1"), path_step(points, ["convex"], F(1), 64)
    ) == ("rejected", "4.4")
    assert verdict_on(
        problem, about("escape", points[0], end="1"), path_step(points, ["slope"], F(1), 64)
    ) == ("verified", None)


def test_pre_activations_that_are_not_rational_are_not_judged() -> None:
    """A relu layer after a tanh layer: where its kinks are cannot be decided exactly."""
    layers = (Layer(1, NAMED["tanh"], False), Layer(1, NAMED["relu"], False))
    problem = Problem(Network(1, layers), column("1 2"), column("1 1"))
    points = [vector("1 1/2 1"), vector("1 3/4 1")]
    verdict = check(
        certificate(
            problem,
            about("escape", points[0], end="1"),
            [path_step(points, ["convex"], F(1), 64)],
            {},
        ).to_bytes()
    )
    assert (verdict.status, verdict.rule) == ("rejected", "4.4")
    assert "not rational" in verdict.says


def test_a_unit_with_one_outgoing_weight_is_not_idle() -> None:
    problem = made(NAMED["tanh"], 1, "1 2", "1 0;0 1", outputs=2)
    for outgoing, expected in (
        ("0 0", ("verified", None)),
        ("0 1", ("rejected", "4.1")),
        ("1 0", ("rejected", "4.1")),
    ):
        theta = vector(f"1 {outgoing}")
        step = {
            "rule": "4.1",
            "center": numbers(theta),
            "witness": numbers((F(2), *theta[1:])),
            "reason": "idle",
        }
        assert verdict_on(problem, about("in-no-basin", theta), step) == expected


def test_the_same_point_twice_is_no_line() -> None:
    problem = made(NAMED["tanh"], 1, "1 2", "1 0")
    theta = vector("1 0")
    for witness, expected in ((vector("2 0"), ("verified", None)), (theta, ("rejected", "4.1"))):
        step = {
            "rule": "4.1",
            "center": numbers(theta),
            "witness": numbers(witness),
            "reason": "idle",
        }
        assert verdict_on(problem, about("in-no-basin", theta), step) == expected


def test_outputs_are_not_features() -> None:
    """One sample and two outputs: fewer rows than columns, of what enters no layer. (tanh, width 1:
    a strict minimum of the sum would be a basin.)
    """
    problem = Problem(
        Network(1, (Layer(1, NAMED["tanh"], False),), 2), column("1"), (vector("1 2"),)
    )
    theta = vector("1 1 1")
    step = {"rule": "4.1c", "center": numbers(theta), "layer": "2", "columns": ["0", "1"]}
    assert verdict_on(problem, about("in-no-basin", theta), step) == ("rejected", "4.1c")


def test_a_convex_segment_moves_one_layer() -> None:
    problem = made(NAMED["leaky-relu"], 1, "1 2", "1 2")
    both = [vector("1/2 1/2"), vector("3/4 3/4")]
    assert verdict_on(
        problem, about("escape", both[0], end="2"), path_step(both, ["convex"], F(2), 64)
    ) == ("rejected", "4.4")


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "exp", "cos of it"])
def test_formal_numbers_do_not_confuse_what_differs(name: str) -> None:
    """Units u and -u are dependent with the inputs or a constant only for the activations that say
    so.
    """
    s = NAMED.get(name) or polynomial(vector("0 1 1"))
    problem = made(s, 2, "1 2 3", "1 0 2")
    theta, witness = vector("1 -1 1 1"), vector("1 -1 2 2")
    said = about("in-no-basin", theta)
    step = {
        "rule": "4.1",
        "center": numbers(theta),
        "witness": numbers(witness),
        "reason": "kernel",
    }
    assert verdict_on(problem, said, step) == ("rejected", "4.1")


def test_global_by_identities_needs_every_output_and_the_bias() -> None:
    """s = z^2, x = 1, 2, 3, y = 1: the best multiple of x^2 leaves a residual orthogonal to x^2,
    but not to 1.
    """
    square = polynomial(vector("0 0 1"))
    best = F(14, 98)
    for output_bias, expected in ((False, ("verified", None)), (True, ("rejected", "3.7"))):
        problem = made(square, 1, "1 2 3", "1 1 1", output_bias=output_bias)
        theta: Vector = (F(1), best, *([F(0)] if output_bias else []))
        assert (
            verdict_on(
                problem, about("global-minimum", theta), {"rule": "3.7", "center": numbers(theta)}
            )
            == expected
        )
    two = made(square, 1, "1 2 3", "1 1;1 1;1 1", outputs=2)
    for other, expected in ((best, ("verified", None)), (best + F(1, 10**9), ("rejected", "3.7"))):
        theta = (F(1), best, other)
        assert (
            verdict_on(
                two, about("global-minimum", theta), {"rule": "3.7", "center": numbers(theta)}
            )
            == expected
        )
    biased = made(square, 1, "1 2 3", "1 1 1", bias=True)
    theta = (F(1), F(0), best)
    assert verdict_on(
        biased, about("global-minimum", theta), {"rule": "3.7", "center": numbers(theta)}
    ) == ("rejected", "3.7")


def test_a_point_where_the_loss_is_not_defined_is_neither_global_nor_in_no_basin() -> None:
    from exactland.model import trees
    from exactland.model.activations import Expression

    problem = made(Expression(trees.apply("log", trees.X)), 2, "1 2", "0 0")
    theta = vector("-1 -1 0 0")
    assert verdict_on(
        problem, about("global-minimum", theta), {"rule": "3.7", "center": numbers(theta)}
    ) == ("rejected", "3.7")
    line = {
        "rule": "4.1",
        "center": numbers(theta),
        "witness": numbers(vector("-1 -1 1 -1")),
        "reason": "kernel",
    }
    assert verdict_on(problem, about("in-no-basin", theta), line) == ("rejected", "4.1")


def test_other_losses_have_no_global_minimum_by_3_7() -> None:
    problem = Problem(
        Network(1, (Layer(2, NAMED["tanh"], True),)), column("1 2"), column("1 -1"), "logistic"
    )
    theta = (F(0),) * 6
    assert verdict_on(
        problem, about("global-minimum", theta), {"rule": "3.7", "center": numbers(theta)}
    ) == ("rejected", "3.7")
    fitted = Problem(
        Network(1, (Layer(1, NAMED["identity"], False),)),
        column("1 -1"),
        column("1 -1"),
        "logistic",
    )
    theta = vector("1 1")
    assert verdict_on(
        fitted, about("global-minimum", theta), {"rule": "3.7", "center": numbers(theta)}
    ) == ("rejected", "3.7"), "not the best fit"


TRUE: Twins = [
    (
        "a longer vector in the kernel",
        "point-equal-units",
        first("witness"),
        always(["1", "1", "-1/2", "-1/2", "9", "-4"]),
        "",
    ),
    (
        "in no sub-optimal basin, from in no basin",
        "point-equal-units",
        (*STATEMENT, "kind"),
        always("in-no-sub-optimal-basin"),
        "",
    ),
    (
        "no sub-optimal basin, from no basin",
        "theorem-no-basin",
        (*STATEMENT, "kind"),
        always("no-sub-optimal-basin"),
        "",
    ),
    (
        "a wider network",
        "theorem-relu-3-5",
        (*PROBLEM, "network", "hidden", 1, "units"),
        always("9"),
        "",
    ),
    (
        "another activation",
        "theorem-relu-3-5",
        (*PROBLEM, "network", "hidden", 1, "activation"),
        always({"expression": ["log", "x"]}),
        "",
    ),
    (
        "an escape, from features of full rank",
        "point-full-rank",
        STATEMENT,
        lambda old: {"kind": "escape", "center": old["center"], "end": "infimum"},
        "",
    ),
    (
        "in no sub-optimal basin, from an escape",
        "escape-zero-tanh",
        STATEMENT,
        lambda old: {"kind": "in-no-sub-optimal-basin", "center": old["center"]},
        "",
    ),
    (
        "a bad basin, from one more unit",
        "one-more-sine-3-2",
        (*STATEMENT, "kind"),
        always("bad-basin"),
        "",
    ),
    ("a smaller box, one more unit", "one-more-sine-3-2", first("radius"), times(F(1, 2)), ""),
    ("more precision", "point-full-rank", first("precision"), always("512"), ""),
    (
        "a later start of the path",
        "escape-equal-sigmoid",
        (*STEP, 1),
        lambda old: {**old, "points": old["points"][1:], "reasons": old["reasons"][1:]},
        "start",
    ),
]


@pytest.mark.parametrize(
    ("name", "original", "path", "edit", "also"),
    TRUE,
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_true_twin_is_accepted(
    name: str, original: str, path: Path, edit: Any, also: str, opened: dict[str, bytes]
) -> None:
    data = apply(opened[original], path, edit)
    if also:
        start = [str(read(v)) for v in json.loads(data)["evidence"]["steps"][1]["points"][0]]
        data = apply(data, (*STATEMENT, "center"), always(start))
    verdict = check(data)
    assert verdict.status == "verified", verdict


def test_originals_made_by_the_prover_are_accepted() -> None:
    problem = made(NAMED["tanh"], 3, "1 2 3", "1 0 2", bias=True)
    for outcome in (escape(problem), classify_exactly(problem, (F(1),) * 9)):
        assert isinstance(outcome, Certified)
        assert check(outcome.certificate.to_bytes()).status == "verified"
