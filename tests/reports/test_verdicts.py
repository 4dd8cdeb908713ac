"""Verdicts as JSON: the keys programs rely on, and numbers on the safe side."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from exactland.certificates.statements import INFIMUM
from exactland.kernel import Minimum, NoMinimumBox, Verdict, check
from exactland.reports.verdicts import end_json, verdict_json

F = Fraction
OF_MINIMA = [
    "kind",
    "says",
    "loss_low",
    "loss_high",
    "curvature",
    "distance",
    "radius",
    "barrier",
    "witness_loss",
    "gap",
]


def test_of_a_minimum(shipped: dict[str, bytes]) -> None:
    verdict = check(shipped["sigmoid-2-1"])
    fact = verdict.fact
    assert isinstance(fact, Minimum)
    assert fact.witness_loss is not None
    shown = verdict_json(verdict)
    assert [*shown] == OF_MINIMA
    assert (shown["kind"], shown["says"]) == (verdict.kind, verdict.says)
    assert F(shown["loss_low"]) <= fact.low <= fact.high <= F(shown["loss_high"])
    assert F(shown["curvature"]) <= fact.curvature
    assert F(shown["distance"]) >= fact.distance
    assert F(shown["radius"]) <= fact.radius
    assert F(shown["barrier"]) <= fact.curvature / 2 * (fact.radius - fact.distance) ** 2
    assert F(shown["witness_loss"]) >= fact.witness_loss
    assert F(shown["gap"]) <= fact.gap
    json.dumps(shown)


def test_of_a_minimum_without_a_better_point() -> None:
    fact = Minimum([F(0)], F(0), F(1), F(1), "local-minimum")
    shown = verdict_json(Verdict("verified", "so", kind="local-minimum", fact=fact))
    assert shown["witness_loss"] is None
    assert [shown[key] for key in OF_MINIMA[2:8]] == ["1", "1", "0", "0", "0", "0"]


def test_of_a_box_without_minimum(root: Path) -> None:
    data = (root / "proofs" / "literature" / "swirszcz-misprint.cert.json").read_bytes()
    verdict = check(data)
    fact = verdict.fact
    assert isinstance(fact, NoMinimumBox)
    shown = verdict_json(verdict)
    assert [*shown] == ["kind", "says", "radius", "direction", "order"]
    assert F(shown["radius"]) <= fact.radius
    assert len(shown["direction"]) == len(fact.direction)
    assert shown["order"] == fact.order


def test_of_what_has_no_numbers(opened: dict[str, bytes]) -> None:
    verdict = check(opened["theorem-relu-3-5"])
    assert verdict_json(verdict) == {"kind": verdict.kind, "says": verdict.says}
    assert verdict_json(Verdict("malformed", "no")) == {"kind": None, "says": "no"}


def test_ends_of_paths() -> None:
    assert end_json(INFIMUM) == "infimum"
    assert end_json(F(1, 3)) == "0.33333333333333334"
