"""Constants that do not exist, or are 0 unseen, in an activation that is exact but for them.

Each is multiplied by or divides a term whose value and first derivatives vanish at the center: a
checker that took the constant for some number would find an exact minimum where the loss is
defined nowhere, or not at the center.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from exactland import second_checker
from exactland.kernel import check
from exactland.kernel.arithmetic.formal import atom
from exactland.kernel.network.activation_values import derivatives
from exactland.kernel.network.activations import NAMES
from exactland.kernel.reading.canonical_json import canonical, claim_digest
from exactland.kernel.refusals import Undefined

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


def prod_of(factors: list[Any]) -> Any:
    return ["*", *factors]


def cancelled() -> dict[str, Any]:
    """Two softsign units whose arguments are not rational, and whose values cancel at all samples
    where the loss has a slope: the derivatives do not, and the point is not critical.
    """
    inside = [Fraction(k, 2) for k in (1, 3, 4, 5, 6, 7, -1, -3, -5)]
    squares = sorted({x * x for x in inside})
    at_1 = Fraction(1)
    for c in squares:
        at_1 *= (1 - c) ** 2
    zeros = [["^", ["+", ["*", "x", "x"], str(-c)], "2"] for c in squares]
    formal = prod_of([["exp", "1"], prod_of(["x", *zeros, str(1 / at_1)])])
    first = {"expression": ["+", ["*", "x", "x"], "x", "-1", formal]}
    last = {"polynomial": ["0", "1", "-1/2", "1/3"]}

    def output(x: Fraction) -> Fraction:
        units = [y * y + y - 1 for y in (x, -x)]
        z = sum(s * u / (1 + abs(u)) for s, u in ((1, units[0]), (-1, 2 * units[0] + units[1])))
        return z - z * z / 2 + z**3 / 3

    x = [*inside, Fraction(1), Fraction(-1)]
    y = [*map(output, inside), Fraction(-1), Fraction(-1)]
    layers = ((2, first), (2, "softsign"), (1, last))
    hidden = [{"units": str(m), "activation": s, "bias": False} for m, s in layers]
    center = ["1", "-1", "1", "0", "2", "1", "1", "-1", "1"]
    value = exact_minimum(None)
    problem = value["claim"]["problem"]
    problem["network"]["hidden"] = hidden
    problem["data"] = {"x": [[str(v)] for v in x], "y": [[str(v)] for v in y]}
    value["claim"]["statement"]["center"] = center
    value["evidence"]["steps"][0]["center"] = center
    return value


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_derivatives_that_are_not_known_are_not_zero(checker: Any) -> None:
    assert checker(bound(cancelled())).status == "rejected"


def test_a_formal_number_has_no_derivative_in_pieces() -> None:
    for name in ("softsign", "relu", "elu"):
        assert len(derivatives(NAMES[name], atom("a"), 0)) == 1
        for order in (1, 2):
            with pytest.raises(Undefined, match="no derivative is known"):
                derivatives(NAMES[name], atom("a"), order)


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_a_point_next_to_a_pole_does_not_make_the_minimum_bad(checker: Any) -> None:
    value = exact_minimum(TERMS["0/0 at a pre-activation"])
    value["claim"]["statement"].update(kind="sub-optimal-strict-minimum", gap="3/10")
    near = [str(2**999 + 1), "-1000"]
    step = {"rule": "3.2", "minimum": "0", "witness": [near, "1/2"], "gap": "3/10"}
    value["evidence"]["steps"].append({**step, "precision": "4000"})
    assert checker(bound(value)).status == "rejected"
