"""The kernel's grammar: each malformed part is named by its place; each legal spelling is read as
what it says.
"""

from __future__ import annotations

import json
import time
from contextvars import copy_context
from fractions import Fraction
from typing import Any

import pytest

from exactland.certificates.proved_numbers import barrier
from exactland.kernel import check
from exactland.kernel import facts as kernel_facts
from exactland.kernel import verification as kernel_verification
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.meter import BUDGET, MOST, Budget
from exactland.kernel.network.activation_values import derivatives
from exactland.kernel.network.activations import NAMES, SMOOTH, Pieces, piecewise_linear
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.reading import values as kernel_values
from exactland.kernel.reading.canonical_json import canonical, claim_digest
from exactland.kernel.refusals import Malformed, TooLarge, Undefined
from exactland.model.activations import NAMED, Expression, polynomial
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.model.trees import X, apply, power
from tests.kernel_trees import kernel_tree
from tests.reject.twins import MADE
from tests.wire import certificate, statement


@pytest.fixture(autouse=True)
def a_small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that ask for too much are refused after seconds, not minutes."""
    monkeypatch.setattr(kernel_verification, "MOST", 10**7)


LAYER = ("claim", "problem", "network", "hidden", 0)
ACTIVATION = (*LAYER, "activation")


def edited(data: bytes, path: tuple[Any, ...], value: Any) -> bytes:
    parsed = json.loads(data)
    place = parsed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    parsed["evidence"]["claim_sha256"] = claim_digest(parsed["claim"])
    return canonical(parsed) + b"\n"


DEEP: Any = "x"
for _ in range(45):
    DEEP = ["exp", DEEP]
WIDE = ["+", *(["*", "x", "x"] for _ in range(400))]
PIECES = {"breakpoints": ["0"], "slopes": ["1", "2"], "value_at_0": "0"}

MALFORMED: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "unknown activation": (ACTIVATION, "sigmoyd", "hidden[0].activation: expected 'sigmoid'"),
    "activation with two keys": (ACTIVATION, {"polynomial": ["1"], "expression": "x"}, "one key"),
    "activation as a list": (ACTIVATION, ["x"], "one key"),
    "unknown kind": (ACTIVATION, {"spline": ["1"]}, "unknown kind of activation 'spline'"),
    "long polynomial": (ACTIVATION, {"polynomial": ["1"] * 66}, "more than 65"),
    "dyadic coefficient": (ACTIVATION, {"polynomial": [["1", "0"]]}, "expected a rational"),
    "unsorted breakpoints": (
        ACTIVATION,
        {"piecewise-linear": {**PIECES, "breakpoints": ["1", "0"], "slopes": ["1"] * 3}},
        "not increasing",
    ),
    "many breakpoints": (
        ACTIVATION,
        {
            "piecewise-linear": {
                **PIECES,
                "breakpoints": [str(k) for k in range(65)],
                "slopes": ["1"] * 66,
            }
        },
        "more than 64",
    ),
    "few slopes": (
        ACTIVATION,
        {"piecewise-linear": {**PIECES, "slopes": ["1"]}},
        "slopes: expected a list of 2",
    ),
    "deep expression": (ACTIVATION, {"expression": DEEP}, "more than 40 levels"),
    "wide expression": (ACTIVATION, {"expression": WIDE}, "more than 1000 nodes"),
    "unknown operator": (
        ACTIVATION,
        {"expression": ["sinh", "x"]},
        "not an operator of the grammar",
    ),
    "operator that is a list": (
        ACTIVATION,
        {"expression": [["x"], "x"]},
        "not an operator of the grammar",
    ),
    "function of two": (ACTIVATION, {"expression": ["exp", "x", "x"]}, "with 2 operands"),
    "sum of one": (ACTIVATION, {"expression": ["+", "x"]}, "with 1 operands"),
    "power too high": (ACTIVATION, {"expression": ["^", "x", "65"]}, "integer from -64 to 64"),
    "power of two operands": (ACTIVATION, {"expression": ["^", "x"]}, "not an operator"),
    "empty expression": (ACTIVATION, {"expression": []}, "list of at least 1"),
    "units zero": ((*LAYER, "units"), "0", "integer from 1"),
    "units as text": ((*LAYER, "units"), "two", "integer from 1"),
    "bias as text": ((*LAYER, "bias"), "true", "expected True or False"),
    "no layers": (LAYER[:-1], [], "list of at least 1"),
    "layer that is no object": (LAYER, "x", "an object is needed"),
    "unknown loss": (
        ("claim", "problem", "loss"),
        "hinge",
        "claim.problem.loss: expected 'half-squared-error'",
    ),
    "ragged data": (
        ("claim", "problem", "data", "x", 0),
        ["1", "2"],
        "data.x[0]: expected a list of 1",
    ),
    "more targets": (("claim", "problem", "data", "y"), [["1"]], "data.y: expected a list of"),
    "a point in the problem": (("claim", "problem", "point"), ["1"], "unknown field 'point'"),
    "zero denominator": (("claim", "problem", "data", "x", 0, 0), "1/0", "expected a rational"),
    "long number": (("claim", "problem", "data", "x", 0, 0), "9" * 641, "expected a rational"),
    "not lowest": (("claim", "problem", "data", "x", 0, 0), "2/4", "in lowest terms"),
    "denominator one": (("claim", "problem", "data", "x", 0, 0), "2/1", "in lowest terms"),
    "dyadic of fractions": (
        ("evidence", "steps", 0, "radius"),
        ["1/2", "0"],
        "mantissa that is not an integer",
    ),
    "dyadic of three": (
        ("evidence", "steps", 0, "radius"),
        ["1", "0", "0"],
        "expected a list of 2",
    ),
    "exponent too large": (
        ("evidence", "steps", 0, "radius"),
        ["1", "4097"],
        "integer from -4096 to 4096",
    ),
    "short center": (("evidence", "steps", 0, "center"), ["1"], "center: expected a list of"),
    "a matrix of format 1": (
        ("evidence", "steps", 0, "preconditioner"),
        [["1", "0"], ["0", "1"]],
        "steps[0]: unknown field 'preconditioner'",
    ),
    "format 1": (
        ("claim", "format"),
        "exactland-certificate/1",
        "claim.format: expected 'exactland-certificate/2', not 'exactland-certificate/1'",
    ),
    "no rule": (("evidence", "steps", 0), {}, "steps[0].rule: expected '3.1'"),
    "step that is no object": (("evidence", "steps", 0), "3.1", "steps[0]: an object is needed"),
    "steps that are no list": (("evidence", "steps"), {}, "a list of at least 1"),
    "statement that is no object": (("claim", "statement"), "true", "claim.statement: an object"),
    "provenance that is no object": (("provenance",), "me", "provenance: an object"),
    "nesting": (
        ("provenance", "deep"),
        json.loads("[" * 120 + "]" * 120),
        "nested deeper than 100",
    ),
    "statement without gap": (
        ("claim", "statement", "kind"),
        "strict-minimum",
        "unknown field 'gap'",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_parts_are_named(name: str, shipped: dict[str, bytes]) -> None:
    path, value, words = MALFORMED[name]
    verdict = check(edited(shipped["sine-2-1"], path, value))
    assert verdict.status == "malformed", verdict
    assert words in verdict.says


def test_a_digest_must_look_like_one(shipped: dict[str, bytes]) -> None:
    value = json.loads(shipped["sine-2-1"])
    value["evidence"]["claim_sha256"] = value["evidence"]["claim_sha256"].upper() + "0"
    assert check(canonical(value) + b"\n").status == "malformed"


def test_all_is_read_before_anything_is_computed(shipped: dict[str, bytes]) -> None:
    """A false first step and a malformed second one: malformed."""
    data = edited(shipped["sine-2-1"], ("evidence", "steps", 0, "lambda"), "1000")
    assert check(data).status == "rejected"
    assert check(edited(data, ("evidence", "steps", 1, "gap"), "x")).status == "malformed"


def test_brackets_in_strings_are_not_nesting(shipped: dict[str, bytes]) -> None:
    assert (
        check(edited(shipped["sine-2-1"], ("provenance", "recipe"), "[" * 500)).status == "verified"
    )


def test_a_minimum_must_be_one() -> None:
    """Rule 3.2 about a step that proved a box without minima."""
    value = json.loads(MADE["slope"]())
    value["evidence"]["steps"].append(
        {"rule": "3.2", "minimum": "0", "witness": ["0", "0"], "gap": "1", "precision": "64"}
    )
    verdict = check(canonical(value) + b"\n")
    assert (verdict.status, verdict.rule) == ("rejected", "order")


def test_work_adds_up_over_steps(shipped: dict[str, bytes]) -> None:
    value = json.loads(shipped["two-layers-2-1"])
    step = {**value["evidence"]["steps"][0], "precision": "4096"}
    value["evidence"]["steps"] = [step] * 1500
    verdict = check(canonical(value) + b"\n")
    assert verdict.status == "too large"
    assert str(verdict.place).startswith("evidence.steps[")


def test_memory_is_estimated(shipped: dict[str, bytes]) -> None:
    value = json.loads(MADE["bend"]())
    value["claim"]["problem"]["network"]["hidden"][0]["units"] = "2000"
    numbers = ["0"] * 4000
    value["claim"]["statement"]["center"] = numbers
    value["evidence"]["steps"][0] |= {"center": numbers, "direction": numbers}
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    assert check(canonical(value) + b"\n").status == "too large"


def test_every_function_works_at_every_order() -> None:
    for name in kernel_problem.FUNCTIONS:
        for x in (Ball(3 << 62, 0, 64), Ball(3 << 62, 5, 64)):
            tree = kernel_problem.read_tree([name, "x"], "tree", 2)[0]
            everything = derivatives(tree, x, 3)
            for order in range(3):
                for low, high in zip(derivatives(tree, x, order), everything):
                    assert abs(low.m - high.m) <= low.r + high.r


def test_powers_and_quotients_leave_their_domain_by_refusal() -> None:
    for tree in (("^", "x", -2), ("/", Fraction(1), "x")):
        assert derivatives(tree, Fraction(1, 2), 0) == [
            Fraction(2) if tree[0] == "/" else Fraction(4)
        ]
        for zero in (Fraction(0), Ball(0, 3, 64)):
            with pytest.raises(Undefined):
                derivatives(tree, zero, 1)


def test_abbreviations_mean_the_same_as_what_they_abbreviate() -> None:
    assert kernel_problem.read_activation({"polynomial": ["0", "1", "1/2"]}, "a") == kernel_tree(
        polynomial((Fraction(0), Fraction(1), Fraction(1, 2))).tree
    )
    zero, one = Fraction(0), Fraction(1)
    assert NAMES["relu"] == Pieces(
        (zero,), (("+", zero, ("*", zero, "x")), ("+", zero, ("*", one, "x"))), (0,), (zero, one)
    )
    assert piecewise_linear([one], [one, one], one).smooth == (SMOOTH,)


def test_balls_of_different_precision_do_not_meet() -> None:
    with pytest.raises(ValueError, match="different precision"):
        Ball(1, 0, 64) + Ball(1, 0, 65)
    with pytest.raises(TooLarge):
        Ball(1 << 20000, 0, 64)


def test_a_barrier_is_a_barrier(shipped: dict[str, bytes]) -> None:
    fact = check(shipped["anscombe-iii"]).fact
    assert isinstance(fact, kernel_facts.Minimum)
    assert barrier(fact) == fact.curvature / 2 * (fact.radius - fact.distance) ** 2 > 0
    exact = check(shipped["cubic-exact"]).fact
    assert isinstance(exact, kernel_facts.Minimum)
    assert barrier(exact) == 0


def test_malformed_names_its_place() -> None:
    with pytest.raises(Malformed, match="^here: expected a rational"):
        kernel_values.rational("1.5", "here")


# Work and memory are bounded before anything is computed


def asked(
    hidden: tuple[Layer, ...],
    outputs: int,
    loss: str = "half-squared-error",
    order: str = "second",
    samples: int = 1,
    inputs: int = 1,
) -> bytes:
    """A small file by rule 3.5 that asks for the derivatives of a network, all of whose parameters
    are 1.
    """
    target = {
        "half-squared-error": [Fraction(0)] * outputs,
        "softmax-cross-entropy": [Fraction(1), *[Fraction(0)] * (outputs - 1)],
    }[loss]
    problem = Problem(
        Network(inputs, hidden, outputs),
        ((Fraction(1),) * inputs,) * samples,
        (tuple(target),) * samples,
        loss,
    )
    ones = ["1"] * problem.parameters
    step = {
        "rule": "3.5",
        "center": ones,
        "radius": "0",
        "direction": ones,
        "order": order,
        "precision": "32",
    }
    return certificate(
        problem,
        statement("no-local-minimum", [Fraction(1)] * problem.parameters, Fraction(0)),
        [step],
        {},
    ).to_bytes()


IDENTITY = NAMED["identity"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a dense Hessian of many outputs", asked((Layer(1, IDENTITY, False),), 10000)),
        (
            "softmax over many outputs, at many samples",
            asked((Layer(1, IDENTITY, False),), 400, "softmax-cross-entropy", samples=50),
        ),
        (
            "softmax over many outputs, first order",
            asked((Layer(1, IDENTITY, False),), 8000, "softmax-cross-entropy", "first"),
        ),
        (
            "a wide first-order gradient",
            asked(
                (Layer(1, IDENTITY, False), Layer(2000, IDENTITY, False)),
                1,
                order="first",
                inputs=2000,
            ),
        ),
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_computed(name: str, data: bytes) -> None:
    started = time.process_time()
    assert check(data).status == "too large"
    assert time.process_time() - started < 20, "reading, not computing"


def test_rows_of_probabilities_with_endless_denominators_are_refused(
    shipped: dict[str, bytes],
) -> None:
    value = json.loads(shipped["multinomial-1"])
    value["claim"]["problem"]["network"]["outputs"] = "3000"
    value["claim"]["problem"]["data"]["y"] = [[f"1/{10**600 + k}" for k in range(3000)]] * 9
    assert check(canonical(value) + b"\n").status in ("too large", "malformed")
    assert _spent_on_targets([Fraction(1, 10**600 + k) for k in range(3000)]) is None
    assert kernel_problem.TARGETS["multinomial-logistic"]([Fraction(1, 3)] * 3)


def _spent_on_targets(row: list[Fraction]) -> bool | None:
    """Whether they are class probabilities; None where that costs more than a file may."""

    def within_budget() -> bool | None:
        BUDGET.set(Budget(MOST))
        try:
            return kernel_problem.TARGETS["multinomial-logistic"](row)
        except TooLarge:
            return None

    return copy_context().run(within_budget)


def test_numbers_do_not_grow_without_bound() -> None:
    with pytest.raises(TooLarge, match="grew past 2\\^4096"):
        derivatives(("^", ("^", ("^", "x", 64), 64), 64), Ball(2 << 64, 0, 64), 0)


# Files that asked for much more than their size lets expect


def point_step(problem: Problem, rule: str, kind: str, **fields: object) -> bytes:
    """A file about the point of ones by one rule of the wide side."""
    ones = ["1"] * problem.parameters
    said = {"kind": kind, "center": ones}
    return certificate(problem, said, [{"rule": rule, "center": ones, **fields}], {}).to_bytes()


NINES = Fraction("9" * 640)
POWER = Expression(power(X, 64))


@pytest.mark.parametrize(
    ("name", "hidden", "x", "rule", "fields"),
    [
        (
            "features of a million digits",
            (Layer(1, Expression(apply("sin", power(X, 8))), False),),
            (NINES,),
            "4.1",
            {"witness": ["1", "2"], "reason": "kernel"},
        ),
        (
            "columns of a million digits",
            (Layer(1, Expression(power(X, 64)), False),),
            (NINES,),
            "4.1c",
            {"layer": "1", "columns": ["0"]},
        ),
        (
            "names of names",
            tuple(Layer(68, NAMED["exp"], False) for _ in range(4)),
            (Fraction(1),),
            "4.1c",
            {"layer": "4", "columns": ["0"]},
        ),
        (
            "a sum of ten thousand atoms",
            (Layer(1, NAMED["sin"], False),),
            tuple(map(Fraction, range(1, 10001))),
            "3.7",
            {},
        ),
        (
            "powers of powers",
            (Layer(1, POWER, False),) * 4 + (Layer(1, NAMED["relu"], False),),
            (Fraction(2),),
            "4.1c",
            {"layer": "5", "columns": ["0"]},
        ),
        (
            "many columns",
            (Layer(1, NAMED["relu"], False),),
            (Fraction(1),),
            "4.1c",
            {"layer": "1", "columns": ["999"] * 200000},
        ),
    ],
)
def test_formal_numbers_are_bounded(
    name: str,
    hidden: tuple[Layer, ...],
    x: tuple[Fraction, ...],
    rule: str,
    fields: dict[str, object],
) -> None:
    inputs = len(x) if rule == "3.7" else 1
    problem = Problem(
        Network(inputs, hidden),
        (x,) if rule == "3.7" else tuple((v,) for v in x),
        ((Fraction(1),),),
    )
    data = point_step(problem, rule, "global-minimum" if rule == "3.7" else "in-no-basin", **fields)
    started = time.process_time()
    verdict = check(data)
    assert verdict.status in ("too large", "rejected"), name
    assert time.process_time() - started < 30


def test_many_steps_stop_at_the_cap() -> None:
    """Every step of a deep network costs as much as reading it."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["identity"], False),) * 3000),
        ((Fraction(1),),),
        ((Fraction(1),),),
    )
    data = certificate(
        problem, {"kind": "no-sub-optimal-basin"}, [{"rule": "4.2"}] * 20000, {}
    ).to_bytes()
    started = time.process_time()
    assert check(data).status == "too large"
    assert time.process_time() - started < 30


def test_convex_moves_look_at_every_later_layer() -> None:
    problem = Problem(
        Network(1, (Layer(1, NAMED["relu"], False),) * 600), ((Fraction(1),),), ((Fraction(1),),)
    )
    ones = ["1"] * problem.parameters
    step = {
        "rule": "4.4",
        "points": [ones, ["1/2", *ones[1:]]],
        "reasons": ["convex"],
        "eta": "0",
        "end": "1",
        "precision": "64",
    }
    data = certificate(
        problem, {"kind": "escape", "center": ones, "end": "1"}, [step], {}
    ).to_bytes()
    assert check(data).status == "too large"


def test_slopes_are_counted_as_gradients() -> None:
    problem = Problem(
        Network(1, (Layer(40, NAMED["sin"], False),) * 8), ((Fraction(1),),), ((Fraction(1),),)
    )
    ones = ["1"] * problem.parameters
    step = {
        "rule": "4.4",
        "points": [ones, ["1", *ones[1:]]],
        "reasons": ["slope"],
        "eta": "0",
        "end": "1",
        "precision": "64",
    }
    data = certificate(
        problem, {"kind": "escape", "center": ones, "end": "1"}, [step], {}
    ).to_bytes()
    assert check(data).status == "too large"


# Reading takes time in proportion to the bytes


def filled(part: str) -> bytes:
    """A file of almost 4 MiB, nearly all of it one part."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["tanh"], True),)), ((Fraction(1),),), ((Fraction(1),),)
    )
    value = json.loads(certificate(problem, {"kind": "no-basin"}, [], {}).to_bytes())
    ones, row = ["1"] * 900_000, [["1"]] * 300_000
    data = value["claim"]["problem"]["data"]
    if part == "a list of rationals":
        value["claim"]["problem"]["network"]["inputs"] = "900000"
        data["x"] = [ones]
    if part == "rows of one rational":
        data["x"] = data["y"] = row
    if part == "empty steps":
        value["evidence"]["steps"] = [{"rule": "4.2"}] * 270_000
    if part == "a cover":
        few = ["1"] * problem.parameters
        value["evidence"]["steps"] = [
            {"rule": "3.3", "center": few, "radii": few, "cover": ones, "precision": "64"}
        ]
    if part == "small lists":
        value["provenance"] = {"lists": [[[[]]]] * 500_000}
    if part == "one text":
        value["provenance"] = {"text": "a" * 4_100_000}
    if part == "targets with many denominators":
        value["claim"]["problem"]["network"]["outputs"] = "700"
        value["claim"]["problem"]["loss"] = "multinomial-logistic"
        data["x"], data["y"] = (
            [["1"]] * 500,
            [[f"1/{d}" for d in range(2048, 2748)]] * 500,
        )
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    return canonical(value) + b"\n"


@pytest.mark.parametrize(
    "part",
    [
        "a list of rationals",
        "rows of one rational",
        "empty steps",
        "a cover",
        "small lists",
        "one text",
        "targets with many denominators",
    ],
)
def test_large_files_are_read_in_seconds(part: str) -> None:
    data = filled(part)
    assert (2 << 20) < len(data) <= (4 << 20)
    started = time.process_time()
    assert check(data).status in ("rejected", "too large")
    assert time.process_time() - started < 6, "two seconds where nothing else runs"
