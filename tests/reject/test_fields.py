"""Every field of every rule and of every kind of statement has a twin in which it, or the kind
itself, is false.

The twins of the other tables are sorted by what they change; those that are missing there are here.
`precision` alone has none: it makes no claim false, and what is shown with fewer bits is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from exactland.kernel.conclusion import STATEMENTS
from exactland.kernel.rules.table import RULES
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from exactland.testing.properties import exact_loss
from tests.provers.test_points import vector
from tests.reject import (
    test_rough_twins,
    test_twins,
    test_valleys,
    test_wide_layer,
    test_wide_twins,
    twins,
)
from tests.reject.test_generated import no_minimum, problem_of
from tests.reject.twins import STATEMENT, Path, always, apply, check, first, plus, read, times
from tests.wire import about, certificate, numbers, path_step, statement

F = Fraction
Value = dict[str, Any]
# of cubic-exact: a strict minimum with loss 3.22, and a point with loss 0.02
BAD, LOW = vector("1/2 1/2"), vector("-2/5 41/10")
ETA = F(1, 10**6)


@pytest.fixture(scope="module")
def originals(shipped: dict[str, bytes], opened: dict[str, bytes]) -> dict[str, bytes]:
    cubic = problem_of(json.loads(shipped["cubic-exact"]))
    line = {
        "rule": "4.1",
        "center": numbers(vector("1 0")),
        "witness": numbers(vector("2 0")),
        "reason": "idle",
    }
    points = [vector("-2/5 4"), LOW]

    def path(eta: Fraction) -> dict[str, Any]:
        return {**path_step(points, ["convex"], F(1, 10), 64), "eta": numbers([eta])[0]}

    said = {
        "cubic, idle": (about("in-no-sub-optimal-basin", vector("1 0")), [line]),
        "cubic, escape": (about("escape", points[0], end="1/10"), [path(F(0))]),
        "cubic, eta-escape": (
            about("eta-escape", points[0], end="1/10", eta=numbers([ETA])[0]),
            [path(ETA)],
        ),
        "cubic, strict": (
            statement("strict-minimum", BAD, F(0)),
            json.loads(shipped["cubic-exact"])["evidence"]["steps"][:1],
        ),
    }
    made = {
        name: certificate(cubic, what, steps, {}).to_bytes() for name, (what, steps) in said.items()
    }
    for name, kind in (("anscombe-iii", "bad-basin"), ("cubic-exact", "sub-optimal-local-minimum")):
        made[f"{name}, {kind}"] = apply(shipped[name], (*STATEMENT, "kind"), always(kind))
    for kind in ("strict-minimum", "local-minimum"):
        made[f"anscombe, {kind}"] = apply(
            shipped["anscombe-iii"],
            STATEMENT,
            lambda old, kind=kind: {**{k: old[k] for k in old if k != "gap"}, "kind": kind},
        )
    square = json.loads(opened["escape-square"])
    step = square["evidence"]["steps"][0]
    made["square, global"] = certificate(
        problem_of(square), about("global-minimum", tuple(map(read, step["center"]))), [step], {}
    ).to_bytes()
    in_no_basin = test_rough_twins.MADE["hinge, in no basin"]()
    made["hinge, local"] = apply(
        in_no_basin,
        STATEMENT,
        lambda old: {"kind": "local-minimum-in-no-basin", "center": old["center"]},
    )
    return {**shipped, **opened, **made}


# Why a twin is false: functions that decide it, without a checker, from the whole twin.


def at_the_bad_minimum(value: Value) -> bool:
    """The exact bad minimum is stated to be in no (sub-optimal) basin, a global minimum, or left
    without climbing.
    """
    problem, said = problem_of(value), value["claim"]["statement"]
    assert tuple(map(read, said["center"])) == BAD
    assert exact_loss(problem, LOW) + 3 < exact_loss(problem, BAD)
    return said["kind"] != "eta-escape" or barrier(problem) > read(said["eta"])


def a_bad_minimum(value: Value) -> bool:
    """Gradient 0 and a positive definite Hessian, by Arb from exact parameters, and a lower loss
    elsewhere.
    """
    problem = problem_of(value)
    return barrier(problem) > 0 and exact_loss(problem, LOW) < exact_loss(problem, BAD)


def barrier(problem: Problem) -> Fraction:
    """On the circle with radius 1/100 around the bad minimum the loss is higher by at least this:
    r^2 / 2 times the least eigenvalue of the Hessian nearby.
    """
    with precision(128):
        h = enclose(problem, box(BAD, F(1, 100)), 2).hessian
        least = min(from_midpoint((h[k, k] - abs(h[0, 1])).lower()) for k in range(2))
    return least / 2 * F(1, 100) ** 2


def higher(value: Value) -> bool:
    """A global minimum is stated where the loss is higher than at the center of the evidence."""
    step, said = value["evidence"]["steps"][0], value["claim"]["statement"]
    at, stated = (
        exact_loss(problem_of(value), tuple(map(read, holder["center"]))) for holder in (step, said)
    )
    return stated > at


def better_output_bias(value: Value) -> bool:
    """The loss is a quadratic in the output bias: where its slope is not 0, as near as one likes
    there is less.
    """
    center = tuple(map(read, value["claim"]["statement"]["center"]))
    moved = [
        exact_loss(problem_of(value), (*center[:-1], center[-1] + t))
        for t in (F(-1, 10**6), F(1, 10**6))
    ]
    return moved[0] != moved[1]


def nothing_below_zero(value: Value) -> bool:
    """A loss below 0 is stated: as an end, or as a gap above the loss at the center."""
    said = value["claim"]["statement"]
    if "gap" in said:
        return read(said["gap"]) > 1 + exact_loss(
            problem_of(value), tuple(map(read, said["center"]))
        )
    return read(said["end"]) < 0


def no_such_step(value: Value) -> bool:
    """The step is about a minimum without a gap, and the statement has one: it is not what was
    shown.
    """
    return value["evidence"]["steps"][2]["minimum"] == "0"


def not_critical(value: Value) -> bool:
    """The stated point has not the loss that a point with the same w and the best v has."""
    problem, center = problem_of(value), tuple(map(read, value["evidence"]["steps"][0]["center"]))
    return exact_loss(problem, (center[0], center[1] + ETA)) != exact_loss(
        problem, (center[0], center[1] - ETA)
    )


def at_bad(kind: str, **fields: str) -> Callable[[Any], Any]:
    return always({"kind": kind, "center": numbers(BAD), **fields})


CENTER: Path = (*STATEMENT, "center")
TWINS: list[tuple[str, str, Path, Callable[[Any], Any], str, Callable[[Value], bool]]] = [
    ("3.1b center", "cubic-exact", (*first("center"), 1), plus(F(1, 10**12)), "3.1b", not_critical),
    (
        "4.5 minimum",
        "one-more-sine-3-2",
        test_wide_twins.step(2, "minimum"),
        always("0"),
        "claim",
        no_such_step,
    ),
    (
        "bad-basin center",
        "anscombe-iii, bad-basin",
        (*CENTER, 0),
        plus(F(1, 100)),
        "claim",
        no_minimum,
    ),
    (
        "strict-minimum center",
        "anscombe, strict-minimum",
        (*CENTER, 0),
        plus(F(1, 100)),
        "claim",
        no_minimum,
    ),
    (
        "strict-minimum distance",
        "anscombe, strict-minimum",
        (*STATEMENT, "distance"),
        times(F(1, 10**9)),
        "claim",
        no_minimum,
    ),
    (
        "local-minimum distance",
        "anscombe, local-minimum",
        (*STATEMENT, "distance"),
        times(F(1, 10**9)),
        "claim",
        no_minimum,
    ),
    (
        "one-more-unit center",
        "one-more-sine-3-2",
        (*CENTER, 0),
        plus(F(1, 100)),
        "claim",
        no_minimum,
    ),
    (
        "one-more-unit distance",
        "one-more-sine-3-2",
        (*STATEMENT, "distance"),
        times(F(1, 10**9)),
        "claim",
        no_minimum,
    ),
    (
        "sub-optimal-local-minimum gap",
        "cubic-exact, sub-optimal-local-minimum",
        (*STATEMENT, "gap"),
        plus(10**6),
        "claim",
        nothing_below_zero,
    ),
    (
        "local-minimum-in-no-basin center",
        "hinge, local",
        (*CENTER, -1),
        plus(F(1, 10**12)),
        "claim",
        better_output_bias,
    ),
    ("global-minimum center", "square, global", (*CENTER, -1), plus(F(1, 1000)), "claim", higher),
    (
        "in-no-sub-optimal-basin center",
        "cubic, idle",
        CENTER,
        always(numbers(BAD)),
        "claim",
        at_the_bad_minimum,
    ),
    ("escape center", "cubic, escape", CENTER, always(numbers(BAD)), "claim", at_the_bad_minimum),
    (
        "eta-escape center",
        "cubic, eta-escape",
        CENTER,
        always(numbers(BAD)),
        "claim",
        at_the_bad_minimum,
    ),
    (
        "eta-escape end",
        "cubic, eta-escape",
        (*STATEMENT, "end"),
        always("-1"),
        "claim",
        nothing_below_zero,
    ),
    (
        "eta-escape",
        "cubic, escape",
        STATEMENT,
        at_bad("eta-escape", end="1/10", eta="1/1000000"),
        "claim",
        at_the_bad_minimum,
    ),
    (
        "in-no-sub-optimal-basin",
        "cubic, strict",
        STATEMENT,
        at_bad("in-no-sub-optimal-basin"),
        "claim",
        at_the_bad_minimum,
    ),
    (
        "no-sub-optimal-basin",
        "cubic-exact",
        STATEMENT,
        always({"kind": "no-sub-optimal-basin"}),
        "claim",
        a_bad_minimum,
    ),
]


@pytest.mark.parametrize(
    ("name", "original", "path", "edit", "rule", "is_false"), TWINS, ids=[twin[0] for twin in TWINS]
)
def test_a_false_twin_is_rejected_by_the_named_rule(
    name, original, path, edit, rule, is_false, originals: dict[str, bytes]
) -> None:
    assert check(originals[original]).status == "verified"
    twin = apply(originals[original], path, edit)
    assert is_false(json.loads(twin))
    verdict = check(twin)
    assert (verdict.status, verdict.rule) == ("rejected", rule), verdict


def changes(original: bytes, twin: bytes) -> set[str]:
    """`rule field` and `kind field` for every field that differs; `kind` alone if the kind of the
    statement does.
    """
    before, after = json.loads(original), json.loads(twin)
    old, new = before["claim"]["statement"], after["claim"]["statement"]
    found = (
        {new["kind"]}
        if old["kind"] != new["kind"]
        else {f"{old['kind']} {name}" for name in old if old[name] != new.get(name)}
    )
    steps, others = before["evidence"]["steps"], after["evidence"]["steps"]
    if len(steps) == len(others):
        found |= {
            f"{a['rule']} {name}"
            for a, b in zip(steps, others)
            if a["rule"] == b["rule"]
            for name in a
            if a[name] != b.get(name)
        }
    return found


def test_every_field_of_every_rule_and_statement_has_a_twin(originals: dict[str, bytes]) -> None:
    known = {
        **originals,
        **{name: make() for name, make in (twins.MADE | test_rough_twins.MADE).items()},
    }
    found: set[str] = set()
    for twin in twins.TWINS:
        found |= changes(known[twin.original], test_twins.edited(twin, known))
    for _, original, edits, _ in test_rough_twins.TWINS:
        found |= changes(known[original], test_rough_twins.twin(known[original], edits))
    for _, original, path, edit, *_ in [*test_wide_twins.TWINS, *TWINS]:
        found |= changes(known[original], apply(known[original], path, edit))
    for true, twin in (*test_wide_layer.twins_of_fields(), *test_valleys.twins_of_fields()):
        found |= changes(true, twin)
    fields = {
        f"{rule} {name.rstrip('_')}"
        for rule, step in RULES.items()
        for name in step.__annotations__
    }
    fields |= set(STATEMENTS) | {
        f"{kind} {name}" for kind, (_, names, _) in STATEMENTS.items() for name in names
    }
    precise = ("3.1", "3.2", "3.3", "3.4b", "3.5", "4.3", "4.4", "4.5", "4.8p")
    assert fields - found == {f"{rule} precision" for rule in precise}
