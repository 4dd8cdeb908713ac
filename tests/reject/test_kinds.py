"""The false twins once more for every activation kind and every loss: each edit of an accepted
certificate is rejected by the rule it breaks.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction

import pytest

from exactland.certificates.kinds import Rule
from exactland.certificates.steps import Order
from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified
from exactland.files.problem_file import problem_from_json
from exactland.model.activations import NAMED, PiecewiseLinear, specification
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, exact_from_float
from exactland.model.problem import Problem
from exactland.numerics.floats import float_problem
from exactland.provers.no_minimum import no_minimum_step
from exactland.provers.strict_minimum import strict_evidence
from exactland.search.newton import polish
from exactland.search.training import descend
from tests.reject.twins import (
    PROBLEM,
    STATEMENT,
    STEP,
    Path,
    always,
    apply,
    certified_at,
    check,
    first,
    plus,
    read,
    second,
    sub,
    theta,
    times,
    write,
)
from tests.wire import certificate, statement

ORIGINALS = {
    "sigmoid": "sigmoid-b-1",
    "tanh": "tanh-b-1",
    "arctan": "arctan-b-1",
    "softplus": "softplus-b-1",
    "swish": "swish-b-1",
    "gelu": "gelu-b-1",
    "mish": "mish-b-1",
    "sin": "sin-b-1",
    "exp": "exp-b-1",
    "softsign": "softsign-a-1",
    "elu": "elu-b-2",
    "selu": "selu-a-2",
    "logistic": "logistic-1",
    "multinomial-logistic": "multinomial-1",
}
NEIGHBOUR = {
    "elu": "selu",
    "selu": "elu",
    "softsign": "arctan",
    "arctan": "softsign",
    "swish": "gelu",
    "gelu": "mish",
    "mish": "swish",
    "softplus": "elu",
}
PAIRS = [
    *(
        f"{name}-b-2"
        for name in (
            "sigmoid",
            "tanh",
            "arctan",
            "softplus",
            "swish",
            "gelu",
            "mish",
            "sin",
            "exp",
            "elu",
        )
    ),
    "softsign-a-2",
    "selu-a-2",
]


def _label(old: str) -> str:
    return {"-1": "1", "1": "-1"}.get(old, str(Fraction(old) + Fraction(1, 1000)))


EDITS: list[tuple[str, Path, object, str]] = [
    ("center moved", (*first("center"), 0), plus(Fraction(1, 1000)), "3.1"),
    ("radius enlarged until curvature is lost", first("radius"), times(2**14), "3.1"),
    ("radius zero", first("radius"), always("0"), "3.1"),
    ("lambda five times", first("lambda"), times(5), "3.1"),
    ("lambda negative", first("lambda"), times(-1), "3.1"),
    ("gamma understated", first("gamma"), times(Fraction(1, 1000)), "3.1"),
    ("gamma zero", first("gamma"), always("0"), "3.1"),
    (
        "an input changed",
        (*PROBLEM, "data", "x", 0, 0),
        lambda old: str(Fraction(old) + Fraction(1, 100)),
        "3.1",
    ),
    ("a gap overstated", second("gap"), times(2), "3.2"),
    ("a witness that is worse", second("witness"), lambda old: ["0"] * len(old), "3.2"),
    ("no steps", STEP, always([]), "claim"),
    ("steps out of order", STEP, lambda old: old[::-1], "order"),
    ("sub-optimal without a witness", STEP, lambda old: old[:1], "claim"),
    ("a minimum claimed elsewhere", (*STATEMENT, "center", 0), plus(1), "claim"),
    (
        "a refutation claimed from a minimum",
        (*STATEMENT, "kind"),
        always("no-local-minimum"),
        "claim",
    ),
]


@pytest.mark.parametrize("name", [edit[0] for edit in EDITS])
@pytest.mark.parametrize("kind", ORIGINALS)
def test_a_false_twin_of_every_kind_is_rejected_by_the_named_rule(
    kind: str, name: str, shipped: dict[str, bytes]
) -> None:
    data = shipped[ORIGINALS[kind]]
    path, edit, rule = next(entry[1:] for entry in EDITS if entry[0] == name)
    assert check(data).status == "verified"
    if name == "a refutation claimed from a minimum":
        data = apply(
            data,
            STATEMENT,
            lambda old: (
                {key: value for key, value in old.items() if key != "gap"}
                | {"kind": "strict-minimum"}
            ),
        )
        assert check(data).status == "verified"
    verdict = check(apply(data, path, edit))  # type: ignore[arg-type]
    assert (verdict.status, verdict.rule) == ("rejected", rule), verdict


@pytest.mark.parametrize("kind", ORIGINALS)
def test_a_target_a_witness_and_the_function_itself_matter(
    kind: str, shipped: dict[str, bytes]
) -> None:
    data = shipped[ORIGINALS[kind]]
    targets = apply(
        data,
        (*PROBLEM, "data", "y", 0),
        (
            lambda old: (
                old[::-1] if len(old) > 1 and old[0] != old[1] else [_label(old[0]), *old[1:]]
            )
        ),
    )
    if kind == "multinomial-logistic":
        targets = apply(data, (*PROBLEM, "data", "y", 0), always(["1", "0"]))
    verdict = check(targets)
    assert (verdict.status, verdict.rule) == ("rejected", "3.1"), verdict
    same = check(
        apply(data, second("witness"), always(json.loads(data)["evidence"]["steps"][0]["center"]))
    )
    assert (same.status, same.rule) == ("rejected", "3.2"), "a witness equal to the minimum"
    if kind in NEIGHBOUR:
        other = check(
            apply(data, (*PROBLEM, "network", "hidden", 0, "activation"), always(NEIGHBOUR[kind]))
        )
        assert (other.status, other.rule) == ("rejected", "3.1"), "another activation"
    if kind in ("logistic", "multinomial-logistic"):
        other = check(apply(data, (*PROBLEM, "loss"), always("half-squared-error")))
        assert (other.status, other.rule) == ("rejected", "3.1"), "another loss"
        assert (
            check(apply(data, (*PROBLEM, "data", "y", 0, 0), always("3"))).status == "malformed"
        ), "no target of this loss"


def _critical(problem: Problem, starts: tuple[Vector, ...]) -> Vector:
    """A critical point of one unit, by descent and Newton's iteration from given starts."""
    for start in starts:
        stopped = descend(float_problem(problem), [float(v) for v in start])
        found = polish(problem, tuple(map(exact_from_float, stopped.theta))) if stopped else None
        if found is not None and max(map(abs, found)) < 50:
            return found
    raise AssertionError("no critical point found")


@pytest.mark.parametrize(
    "share", [Fraction(1, 2), Fraction(3, 2)], ids=["a flat direction", "a saddle"]
)
@pytest.mark.parametrize("name", PAIRS)
def test_a_duplicated_unit_is_rejected_by_its_curvature(
    name: str, share: Fraction, shipped: dict[str, bytes]
) -> None:
    """One unit's critical point, doubled: equal output weights leave a flat direction, opposite
    ones a saddle. Critical both times.
    """
    data = shipped[name]
    problem = problem_from_json(json.loads(data)["claim"]["problem"])
    one = sub(problem, 1)
    w, v = _critical(
        one, tuple((Fraction(k, 2), Fraction(s)) for k in (1, 2, -1, 3, -3) for s in (1, -1, 4))
    )
    verdict = check(apply(data, first("center"), always(theta((w, w, v * share, v * (1 - share))))))
    assert (verdict.status, verdict.rule) == ("rejected", "3.1"), verdict
    assert "gradient" not in verdict.says


@pytest.mark.parametrize(
    "name", ["swish-b-2", "gelu-b-2", "mish-b-2", "arctan-b-2", "softsign-a-2"]
)
def test_an_idle_unit_is_rejected_by_its_curvature(name: str, shipped: dict[str, bytes]) -> None:
    """One unit's critical point and a unit with w = 0, v = 0, where s(0) = 0: critical and idle.
    softsign has no second derivative there either.
    """
    data = shipped[name]
    one = sub(problem_from_json(json.loads(data)["claim"]["problem"]), 1)
    w, v = _critical(
        one, tuple((Fraction(k, 2), Fraction(s)) for k in (1, 2, -1, 3, -3) for s in (1, -1, 4))
    )
    verdict = check(apply(data, first("center"), always(theta((w, Fraction(0), v, Fraction(0))))))
    assert (verdict.status, verdict.rule) == ("rejected", "3.1"), verdict
    assert "gradient" not in verdict.says


# Breakpoints


def fitted_softsign(last: Fraction) -> bytes:
    """softsign(w x + b) v fits four samples exactly at (1, 0, 1): a strict minimum with rule 3.1,
    the last sample's pre-activation being its input.
    """
    x = (Fraction(-3), Fraction(-1), Fraction(2), last)
    y = tuple(v / (1 + abs(v)) for v in x)
    problem = Problem(
        Network(1, (Layer(1, NAMED["softsign"], True),)),
        tuple((v,) for v in x),
        tuple((v,) for v in y),
    )
    point = (Fraction(1), Fraction(0), Fraction(1))
    strict = strict_evidence(problem, point)
    assert strict is not None
    return certificate(
        problem, statement("strict-minimum", point, Fraction(1, 100)), [strict.step], {}
    ).to_bytes()


def test_a_break_inside_the_box_is_refused_by_3_1() -> None:
    data = fitted_softsign(Fraction(1))
    assert check(data).status == "verified"
    moved = apply(
        data,
        (*PROBLEM, "data"),
        lambda old: {"x": [*old["x"][:3], ["0"]], "y": [*old["y"][:3], ["0"]]},
    )
    verdict = check(moved)
    assert (verdict.status, verdict.rule) == ("rejected", "3.1")
    assert "touches 0, where the activation has only 1 continuous derivatives" in verdict.says


def test_a_break_at_a_pre_activation_is_refused_by_3_1b() -> None:
    x, one = (Fraction(-3), Fraction(-1), Fraction(2), Fraction(1)), Fraction(1)
    problem = Problem(
        Network(1, (Layer(1, NAMED["softsign"], True),)),
        tuple((v,) for v in x),
        tuple((v / (1 + abs(v)),) for v in x),
    )
    outcome = certify(problem, (one, Fraction(0), one), within=Fraction(0), claim="strict-minimum")
    assert isinstance(outcome, Certified)
    assert outcome.certificate.rules[0] is Rule.EXACT_MINIMUM
    moved = apply(
        outcome.certificate.to_bytes(),
        (*PROBLEM, "data"),
        lambda old: {"x": [*old["x"][:3], ["0"]], "y": [*old["y"][:3], ["0"]]},
    )
    verdict = check(moved)
    assert (verdict.status, verdict.rule) == ("rejected", "3.1b")
    assert "touches 0" in verdict.says


def refuted(name: str, w: Fraction, order: str) -> bytes:
    """Rule 3.5 for f = v s(w), y = -1, at (w, 1), made by hand."""
    one = Fraction(1)
    problem = Problem(Network(1, (Layer(1, NAMED[name], False),)), ((one,),), ((-one,),))
    step = no_minimum_step(problem, (Fraction(1), one), Fraction(1, 100))
    assert step is not None
    direction = (one, Fraction(0)) if order == "first" else (one, Fraction(-4))
    by_hand = replace(step, center=(w, one), order=Order(order), direction=direction)
    return certificate(
        problem, statement("no-local-minimum", (w, one), Fraction(1, 100)), [by_hand], {}
    ).to_bytes()


@pytest.mark.parametrize(
    ("name", "across"), [("softsign", True), ("elu", True), ("selu", False), ("relu", False)]
)
def test_a_slope_across_0_needs_one_continuous_derivative(name: str, across: bool) -> None:
    assert check(refuted(name, Fraction(1), "first")).status == "verified"
    verdict = check(refuted(name, Fraction(0), "first"))
    assert (verdict.status == "verified") is across, verdict
    if not across:
        assert (verdict.rule, "touches 0" in verdict.says) == ("3.5", True)


@pytest.mark.parametrize("name", ["softsign", "elu", "selu"])
def test_curvature_across_0_is_refused(name: str) -> None:
    verdict = check(refuted(name, Fraction(0), "second"))
    assert (verdict.status, verdict.rule) == ("rejected", "3.5")
    assert "touches 0" in verdict.says


# Softmax: certificates about points that are no local minimum


def softmax(point: Vector) -> bytes:
    x = tuple((Fraction(v),) for v in (-2, -1, 1, 2))
    y = tuple((Fraction(v), 1 - Fraction(v)) for v in (0, 1, 0, 1))
    problem = Problem(
        Network(1, (Layer(1, NAMED["tanh"], False),), 2), x, y, "softmax-cross-entropy"
    )
    step = no_minimum_step(problem, point, Fraction(1, 100))
    assert step is not None
    return certificate(
        problem, statement("no-local-minimum", point, Fraction(1, 100)), [step], {}
    ).to_bytes()


@pytest.mark.parametrize(
    ("name", "path", "edit", "rule"),
    [
        ("no direction", first("direction"), lambda old: ["0"] * len(old), "3.5"),
        ("the direction that changes nothing", first("direction"), always(["0", "1", "1"]), "3.5"),
        ("a box too large", first("radius"), always("3"), "3.5"),
        ("labels the network predicts", (*PROBLEM, "data", "y"), None, "3.5"),
        ("a minimum claimed", (*STATEMENT, "kind"), always("strict-minimum"), "claim"),
        ("no steps", STEP, always([]), "claim"),
    ],
)
@pytest.mark.parametrize("point", [("1", "1", "-1"), ("0", "0", "0")], ids=["slope", "bend"])
def test_false_twins_of_softmax(
    point: tuple[str, ...], name: str, path: Path, edit, rule: str
) -> None:
    data = softmax(tuple(map(Fraction, point)))
    assert check(data).status == "verified"
    if edit is None:
        v = [float(q) for q in point]
        shares = [1 / (1 + math.exp((v[2] - v[1]) * math.tanh(v[0] * x))) for x in (-2, -1, 1, 2)]
        edit = always(
            [
                [str(Fraction(round(p * 10**6), 10**6)), str(1 - Fraction(round(p * 10**6), 10**6))]
                for p in shares
            ]
        )
    verdict = check(apply(data, path, edit))
    assert (verdict.status, verdict.rule) == ("rejected", rule), (name, verdict)


def test_a_saddle_of_softmax_has_no_slope() -> None:
    verdict = check(apply(softmax((Fraction(0),) * 3), first("order"), always("first")))
    assert (verdict.status, verdict.rule) == ("rejected", "3.5")


def test_softmax_as_a_strict_minimum_is_rejected(shipped: dict[str, bytes]) -> None:
    """A true certificate of the multinomial loss, its class 0 written as a third output with
    weights 0: the same function, softmax, and flat.
    """
    value = json.loads(shipped["multinomial-1"])
    problem = value["claim"]["problem"]
    problem["loss"] = "softmax-cross-entropy"
    problem["network"]["outputs"] = "3"
    problem["data"]["y"] = [
        [*row, str(1 - sum(map(Fraction, row)))] for row in problem["data"]["y"]
    ]
    step = value["evidence"]["steps"][0]
    step["center"].append("0")
    data = certificate(
        problem_from_json(problem),
        statement("strict-minimum", [Fraction(0)] * 5, Fraction(100)),
        [step],
        {},
    ).to_bytes()
    verdict = check(data)
    assert (verdict.status, verdict.rule) == ("rejected", "3.1")
    assert "Hessian" in verdict.says, "the gradient is as small as before; it is the curvature"


def test_every_activation_and_loss_has_its_twins() -> None:
    smooth = {
        name
        for name, s in NAMED.items()
        if specification(s) not in ("identity", "relu", "leaky-relu", "hard-tanh")
    }
    assert smooth | {"logistic", "multinomial-logistic"} == set(ORIGINALS)


# Saddles with P = 2 and P = 6


@pytest.mark.parametrize(
    "name",
    ["tanh-b-1", "arctan-b-1", "swish-b-1", "gelu-b-1", "mish-b-1", "sin-b-1", "softsign-a-1"],
)
def test_the_saddle_at_0_is_rejected(name: str, shipped: dict[str, bytes]) -> None:
    """s(0) = 0 makes (0, 0) critical; the Hessian is indefinite. softsign has no second derivative
    there.
    """
    verdict = check(apply(shipped[name], first("center"), always(["0", "0"])))
    assert (verdict.status, verdict.rule) == ("rejected", "3.1"), verdict
    assert "gradient" not in verdict.says


SPLIT = [
    "logistic-1",
    "multinomial-1",
    "anscombe-iii",
    *(f"{name}-b-bias-1" for name in ("sigmoid", "tanh", "softplus", "swish", "gelu", "mish")),
]


def split(data: bytes, share: Fraction) -> bytes:
    """The one unit written twice, its output weights shared out: a critical point again, and flat
    (or a saddle, when a share is negative).
    """
    value = json.loads(data)
    problem = value["claim"]["problem"]
    problem["network"]["hidden"][0]["units"] = "2"
    step = value["evidence"]["steps"][0]
    w, b, *v = map(read, step["center"])
    center = (
        w,
        w,
        b,
        b,
        *(part for weight in v for part in (weight * share, weight * (1 - share))),
    )
    step |= {"center": theta(center), "gamma": write(read(step["gamma"]) * 8)}
    return certificate(
        problem_from_json(problem), statement("strict-minimum", center, Fraction(1)), [step], {}
    ).to_bytes()


@pytest.mark.parametrize(
    "share",
    [Fraction(1, 2), Fraction(3, 2), Fraction(1)],
    ids=["a flat direction", "a saddle", "an idle unit"],
)
@pytest.mark.parametrize("name", SPLIT)
def test_a_unit_written_twice_is_rejected_by_its_curvature(
    name: str, share: Fraction, shipped: dict[str, bytes]
) -> None:
    data = split(shipped[name], share)
    assert problem_from_json(json.loads(data)["claim"]["problem"]).parameters >= 6
    verdict = check(data)
    assert (verdict.status, verdict.rule) == ("rejected", "3.1"), verdict
    assert "at least lambda" in verdict.says


@pytest.mark.parametrize("precision", ["32", "33", "4096"])
def test_a_kink_that_no_precision_represents_is_seen(precision: str) -> None:
    """A kink at 1/3, and a pre-activation of exactly 1/3: whichever way either is rounded, the
    range touches the kink.
    """
    third, one = Fraction(1, 3), Fraction(1)
    kink = PiecewiseLinear((third,), (Fraction(0), one), Fraction(0))
    problem = Problem(Network(1, (Layer(1, kink, False),)), ((third,),), ((-one,),))
    step = {
        "rule": "3.5",
        "center": ["1", "1"],
        "radius": "0",
        "direction": ["1", "0"],
        "order": "first",
        "precision": precision,
    }
    verdict = check(
        certificate(
            problem, statement("no-local-minimum", (one, one), Fraction(0)), [step], {}
        ).to_bytes()
    )
    assert (verdict.status, verdict.rule) == ("rejected", "3.5")
    assert "touches 1/3" in verdict.says


def late_kink(at: Fraction) -> bytes:
    """exp, then a unit z + 1 right of a kink with slope 3 left of it: fitted at x = 0, 1, 2 to
    twelve digits, the pre-activation at x = 0 being 1.
    """
    s = PiecewiseLinear((at,), (Fraction(3), Fraction(1)), 1 - 2 * at if at > 0 else Fraction(1))
    network = Network(1, (Layer(1, NAMED["exp"], False), Layer(1, s, False)))
    y = ("2", "3.718281828459", "8.389056098931")
    problem = Problem(
        network, tuple((Fraction(k),) for k in range(3)), tuple((Fraction(v),) for v in y)
    )
    return certified_at(problem, (Fraction(1),) * 3, Fraction(1, 100))


def test_a_kink_in_a_later_layer_beside_the_center_is_seen() -> None:
    """In the box but not at its center, so that the gradient there is that of the smooth piece;
    just outside the box it does no harm.
    """
    base = late_kink(Fraction(-50))
    assert check(base).status == "verified"
    radius = read(json.loads(base)["evidence"]["steps"][0]["radius"])
    for off, status in (
        (radius / 10**4, "rejected"),
        (radius / 100, "rejected"),
        (radius * 2, "verified"),
    ):
        b = 1 - Fraction(round(off * 10**15), 10**15)
        kink = {
            "piecewise-linear": {
                "breakpoints": [str(b)],
                "slopes": ["3", "1"],
                "value_at_0": str(1 - 2 * b),
            }
        }
        verdict = check(apply(base, (*PROBLEM, "network", "hidden", 1, "activation"), always(kink)))
        assert verdict.status == status, verdict
        assert status == "verified" or "touches" in verdict.says
