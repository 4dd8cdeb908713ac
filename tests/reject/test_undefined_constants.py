"""Constants that do not exist, or are 0 unseen, in an activation that is exact but for them.

Each is multiplied by or divides a term whose value and first derivatives vanish at the center: a
checker that took the constant for some number would find an exact minimum where the loss is
defined nowhere, or not at the center.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from exactland import activation, second_checker
from exactland.kernel import check
from exactland.kernel.arithmetic.formal import atom
from exactland.kernel.network.activation_values import derivatives
from exactland.kernel.network.activations import NAMES
from exactland.kernel.reading.canonical_json import FORMAT
from exactland.kernel.refusals import Undefined
from tests.reject.test_wide_layer import both, network
from tests.wire import RawCertificate, Wire, about, certificate

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


def exact_minimum(term: Any) -> RawCertificate:
    """A file that says by rule 3.1b that (1/2, 1/2) is a strict minimum."""
    expression = CUBIC if term is None else ["+", CUBIC, term]
    layers = [{"units": "1", "activation": {"expression": expression}, "bias": False}]
    data = {"x": [["-1"], ["1"], ["2"]], "y": [["31/16"], ["-71/80"], ["3/2"]]}
    return by_exact_minimum(layers, data, ["1/2", "1/2"])


def by_exact_minimum(layers: list[Wire], data: Wire, center: list[str]) -> RawCertificate:
    problem = {
        "format": "exactland-problem/1",
        "network": {"inputs": "1", "hidden": layers, "outputs": "1", "output_bias": False},
        "loss": "half-squared-error",
        "data": data,
    }
    said = {"kind": "strict-minimum", "center": center, "distance": "0"}
    claim = {"format": FORMAT, "problem": problem, "statement": said}
    return RawCertificate(claim, ({"rule": "3.1b", "center": center},), {})


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_without_such_a_term_it_is_verified(checker: Any) -> None:
    assert checker(exact_minimum(None).to_bytes()).status == "verified"


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_with_it_no_exact_minimum_is_found(checker: Any, term: str) -> None:
    verdict = checker(exact_minimum(TERMS[term]).to_bytes())
    assert (verdict.status, verdict.rule) == ("rejected", "3.1b")


def cancelled() -> RawCertificate:
    """Two softsign units whose arguments are not rational, and whose values cancel at all samples
    where the loss has a slope: the derivatives do not, and the point is not critical.
    """
    inside = [Fraction(k, 2) for k in (1, 3, 4, 5, 6, 7, -1, -3, -5)]
    squares = sorted({x * x for x in inside})
    at_1 = Fraction(1)
    for c in squares:
        at_1 *= (1 - c) ** 2
    zeros = [["^", ["+", ["*", "x", "x"], str(-c)], "2"] for c in squares]
    formal = ["*", ["exp", "1"], "x", *zeros, str(1 / at_1)]
    first = {"expression": ["+", ["*", "x", "x"], "x", "-1", formal]}
    last = {"polynomial": ["0", "1", "-1/2", "1/3"]}

    def output(x: Fraction) -> Fraction:
        units = [y * y + y - 1 for y in (x, -x)]
        z = sum(s * u / (1 + abs(u)) for s, u in ((1, units[0]), (-1, 2 * units[0] + units[1])))
        return z - z * z / 2 + z**3 / 3

    x = [*inside, Fraction(1), Fraction(-1)]
    y = [*map(output, inside), Fraction(-1), Fraction(-1)]
    widths = ((2, first), (2, "softsign"), (1, last))
    layers = [{"units": str(m), "activation": s, "bias": False} for m, s in widths]
    data = {"x": [[str(v)] for v in x], "y": [[str(v)] for v in y]}
    return by_exact_minimum(layers, data, ["1", "-1", "1", "0", "2", "1", "1", "-1", "1"])


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_derivatives_that_are_not_known_are_not_zero(checker: Any) -> None:
    verdict = checker(cancelled().to_bytes())
    assert (verdict.status, verdict.rule) == ("rejected", "3.1b")


def test_a_formal_number_has_no_derivative_in_pieces() -> None:
    for name in ("softsign", "relu", "elu"):
        assert len(derivatives(NAMES[name], atom("a"), 0)) == 1
        for order in (1, 2):
            with pytest.raises(Undefined, match="no derivative is known"):
                derivatives(NAMES[name], atom("a"), order)


@pytest.mark.parametrize("checker", [check, second_checker.check])
def test_a_point_next_to_a_pole_does_not_make_the_minimum_bad(checker: Any) -> None:
    exact = exact_minimum(TERMS["0/0 at a pre-activation"])
    said = {"kind": "sub-optimal-strict-minimum", "gap": "3/10"}
    claim = {**exact.claim, "statement": {**exact.claim["statement"], **said}}
    witness = [[str(2**999 + 1), "-1000"], "1/2"]
    step = {"rule": "3.2", "minimum": "0", "witness": witness, "gap": "3/10", "precision": "4000"}
    verdict = checker(RawCertificate(claim, (*exact.steps, step), {}).to_bytes())
    assert (verdict.status, verdict.rule) == ("rejected", "3.1b")


# added to x; and whether it is a number
CONSTANTS: dict[str, tuple[Any, bool]] = {
    "log 2": (["log", "2"], True),
    "log 0": (["log", "0"], False),
    "log -1": (["log", "-1"], False),
    "a root of 2": (["sqrt", "2"], True),
    "a root of 0, which is not defined here": (["sqrt", "0"], False),
    "a root of -1": (["sqrt", "-1"], False),
    "1 by 2": (["/", "1", "2"], True),
    "0 by -2": (["/", "0", "-2"], True),
    "1 by 0": (["/", "1", "0"], False),
    "2 to the -1": (["^", "2", "-1"], True),
    "-2 to the -3": (["^", "-2", "-3"], True),
    "0 to the -1": (["^", "0", "-1"], False),
}


@pytest.mark.parametrize("rule", ["4.6", "4.8"])
@pytest.mark.parametrize("name", CONSTANTS)
def test_nothing_is_said_of_all_parameters_of_a_loss_that_is_defined_nowhere(
    name: str, rule: str
) -> None:
    """It would be true of no parameters: "from all parameters a path leads down" says more."""
    constant, exists = CONSTANTS[name]
    s = activation({"expression": ["+", "x", constant]})
    problem = network((2, s, True), rows=[[1], [2]])
    fields = {"layer": "0", "identities": []} if rule == "4.6" else {}
    kind = "no-basin" if rule == "4.6" else "no-bad-valley"
    verdict = both(certificate(problem, about(kind), [{"rule": rule, **fields}], {}).to_bytes())
    assert verdict.status == ("verified" if exists else "rejected"), verdict
