"""Every false twin is rejected by the rule it breaks, and its original, next to it, is accepted."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from exactland.files.problem_file import problem_from_json
from tests.reject import twins
from tests.reject.twins import CENTERS, MADE, TWINS, Twin, check


@pytest.fixture(scope="module")
def originals(shipped: dict[str, bytes]) -> dict[str, bytes]:
    return {**shipped, **{name: make() for name, make in MADE.items()}}


def edited(twin: Twin, originals: dict[str, bytes]) -> bytes:
    data = originals[twin.original]
    edit = twin.edit
    if twin.name == "witness equal to the center":
        edit = twins.always(json.loads(data)["evidence"]["steps"][0]["center"])
    if twin.name == "steps of another problem":
        edit = twins.always(json.loads(originals["sine-5-2"])["evidence"]["steps"])
    return twins.apply(data, twin.path, edit)


@pytest.mark.parametrize("twin", TWINS, ids=lambda t: f"{t.original}: {t.name}")
def test_a_false_twin_is_rejected_by_the_named_rule(
    twin: Twin, originals: dict[str, bytes]
) -> None:
    assert check(originals[twin.original]).status == "verified"
    verdict = check(edited(twin, originals))
    assert (verdict.status, verdict.rule) == ("rejected", twin.rule), verdict
    assert verdict.fact is None


@pytest.mark.parametrize(
    ("name", "original", "build", "rule"), CENTERS, ids=[c[0] for c in CENTERS]
)
def test_a_critical_point_that_is_no_strict_minimum_is_rejected(
    name, original, build, rule, originals
) -> None:
    data = originals[original]
    assert check(data).status == "verified"
    center = build(problem_from_json(json.loads(data)["claim"]["problem"]))
    verdict = check(twins.apply(data, twins.first("center"), twins.always(center)))
    assert (verdict.status, verdict.rule) == ("rejected", rule), verdict
    assert "gradient" not in verdict.says, "it must be the curvature that gives it away"


def test_there_are_enough_of_them() -> None:
    assert len({(t.original, t.name) for t in TWINS}) + len(CENTERS) >= 60


def test_without_a_new_digest_every_edit_is_unbound(originals: dict[str, bytes]) -> None:
    value = json.loads(originals["anscombe-iii"])
    value["claim"]["problem"]["data"]["y"][0] = ["1"]
    verdict = check(twins.canonical(value) + b"\n")
    assert (verdict.status, verdict.rule) == ("rejected", "bind")


TRUE = (
    Twin(
        "a smaller radius", "anscombe-iii", twins.first("radius"), twins.times(Fraction(1, 2)), ""
    ),
    Twin(
        "a weaker lambda", "anscombe-iii", twins.first("lambda"), twins.times(Fraction(99, 100)), ""
    ),
    Twin("a larger gamma", "anscombe-iii", twins.first("gamma"), twins.times(2), ""),
    Twin(
        "a smaller gap in the statement",
        "anscombe-iii",
        (*twins.STATEMENT, "gap"),
        twins.times(Fraction(1, 2)),
        "",
    ),
    Twin("a larger distance", "anscombe-iii", (*twins.STATEMENT, "distance"), twins.times(10), ""),
    Twin(
        "a local minimum instead of a strict one",
        "kinked",
        (*twins.STATEMENT, "kind"),
        twins.always("local-minimum"),
        "",
    ),
    Twin(
        "a basin instead of a strict minimum",
        "kinked",
        (*twins.STATEMENT, "kind"),
        twins.always("basin"),
        "",
    ),
    Twin(
        "a bad basin instead of a sub-optimal strict minimum",
        "sine-2-1",
        (*twins.STATEMENT, "kind"),
        twins.always("bad-basin"),
        "",
    ),
    Twin(
        "a smaller stated ball",
        "slope",
        (*twins.STATEMENT, "distance"),
        twins.times(Fraction(1, 3)),
        "",
    ),
    Twin("another precision", "sine-2-1", twins.first("precision"), twins.always("256"), ""),
    Twin("another provenance", "sine-2-1", ("provenance",), twins.always({"recipe": "none"}), ""),
)


@pytest.mark.parametrize("twin", TRUE, ids=lambda t: t.name)
def test_a_true_twin_is_accepted(twin: Twin, originals: dict[str, bytes]) -> None:
    verdict = check(edited(twin, originals))
    assert verdict.status == "verified", verdict
