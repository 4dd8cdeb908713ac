"""Constants that do not exist, or are 0 unseen, in an activation that is exact but for them.

Each is multiplied by or divides a term whose value and first derivatives vanish at the center: a
checker that took the constant for some number would find an exact minimum where the loss is
defined nowhere, or not at the center.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from exactland import second_checker
from exactland.kernel import check
from exactland.kernel.reading.canonical_json import canonical, claim_digest

CUBIC = ["+", "x", ["*", "x", "x"], ["*", "-1", "x", "x", "x"]]
# 0 at the three pre-activations, -1/2, 1/2 and 1
ZERO = ["*", ["+", "x", "1/2"], ["+", "x", "-1/2"], ["+", "x", "-1"]]
FLAT = ["^", ZERO, "3"]
TERMS: dict[str, Any] = {
    "a logarithm": ["*", ["log", "-1"], FLAT],
    "a root": ["*", ["sqrt", "-1"], FLAT],
    "a divisor 0 everywhere": ["/", FLAT, ["+", ["sqrt", "4"], "-2"]],
    "a pole at a pre-activation": ["/", FLAT, ["^", ["+", ["sqrt", "4"], "-3", "x"], "4"]],
    "a plain pole": ["/", FLAT, ["^", ["+", "-1", "x"], "4"]],
    "0/0 at a pre-activation": [
        "/",
        ["*", "64/27", FLAT],
        ["^", ["+", ["sqrt", "4"], "-3", "x"], "3"],
    ],
    "a number that is not rational": ["*", ["exp", "1"], FLAT],
}


def exact_minimum(term: Any) -> dict[str, Any]:
    """A file that says by rule 3.1b that (1/2, 1/2) is a strict minimum."""
    expression = CUBIC if term is None else ["+", CUBIC, term]
    layer = {"units": "1", "activation": {"expression": expression}, "bias": False}
    network = {"inputs": "1", "hidden": [layer], "outputs": "1", "output_bias": False}
    problem = {
        "format": "exactland-problem/1",
        "network": network,
        "loss": "half-squared-error",
        "data": {"x": [["-1"], ["1"], ["2"]], "y": [["31/16"], ["-71/80"], ["3/2"]]},
    }
    said = {"kind": "strict-minimum", "center": ["1/2", "1/2"], "distance": "0"}
    claim = {"format": "exactland-certificate/2", "problem": problem, "statement": said}
    step = {"rule": "3.1b", "center": ["1/2", "1/2"]}
    return {"claim": claim, "evidence": {"steps": [step]}, "provenance": {}}


def bound(value: dict[str, Any]) -> bytes:
    value = json.loads(json.dumps(value))
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    return canonical(value) + b"\n"


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_without_such_a_term_it_is_verified(checker: Any) -> None:
    assert checker(bound(exact_minimum(None))).status == "verified"


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_with_it_no_exact_minimum_is_found(checker: Any, term: str) -> None:
    verdict = checker(bound(exact_minimum(TERMS[term])))
    assert (verdict.status, verdict.rule) == ("rejected", "3.1b")


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_a_point_next_to_a_pole_does_not_make_the_minimum_bad(checker: Any) -> None:
    value = exact_minimum(TERMS["0/0 at a pre-activation"])
    value["claim"]["statement"].update(kind="sub-optimal-strict-minimum", gap="3/10")
    near = [str(2**999 + 1), "-1000"]
    step = {"rule": "3.2", "minimum": "0", "witness": [near, "1/2"], "gap": "3/10"}
    value["evidence"]["steps"].append({**step, "precision": "4000"})
    assert checker(bound(value)).status == "rejected"
