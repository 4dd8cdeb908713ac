"""Text says what was proved, and no more, of shipped certificates and of odd ones that are true."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.certificates.kinds import Claim, StatementKind
from exactland.certificates.statements import at
from exactland.certificates.steps import (
    ConstantLine,
    DependentColumns,
    LineReason,
    NoMinimum,
    Order,
    Step,
    SubOptimal,
)
from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified
from exactland.engine.widths import one_more_unit
from exactland.kernel import Verdict, check
from exactland.model import losses
from exactland.model.activations import NAMED, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.reports.text import describe_certificate, describe_problem, headline
from exactland.reports.verdicts import carried
from exactland.reports.view import view

F = Fraction
IDENTITY = Problem(Network(1, (Layer(1, NAMED["identity"], False),)), ((F(1),),), ((F(1),),))


def shown(data: bytes) -> str:
    return shown_with(data, check(data))


def shown_with(data: bytes, verdict: Verdict) -> str:
    assert verdict.status == "verified", verdict.says
    return "\n".join(describe_certificate(view(certificate_from_bytes(data), verdict)))


def vector(text: str) -> Vector:
    return tuple(map(F, text.split()))


@pytest.mark.slow
def test_the_text_of_every_shipped_certificate_is_the_one_on_record(
    root: Path, verdicts: dict[str, Verdict]
) -> None:
    """`tests/records/shown.json`: certificate -> SHA-256 of its text."""
    recorded: dict[str, str] = json.loads((root / "tests" / "records" / "shown.json").read_text())
    proofs = root / "proofs"
    found = {}
    for path in sorted(proofs.rglob("*.cert.json")):
        name = path.relative_to(proofs).as_posix()
        text = shown_with(path.read_bytes(), verdicts[name])
        found[name] = sha256(text.encode()).hexdigest()
    assert found == recorded


def test_one_more_unit_reaches_zero_loss_only_where_there_is_such() -> None:
    """The infimum of a loss for probabilities is their entropy: here about 1.2."""
    assert losses.LOSSES["multinomial-logistic"]
    x, (w, v) = ((F(1),), (F(3),)), (F(math.pi / 2).limit_denominator(10**8), F(1, 4))
    outputs = [float(v) * math.sin(float(w) * float(a[0])) for a in x]
    y = tuple((F(round((1 / (1 + math.exp(-f)) - 0.2) * 10**9), 10**9),) for f in outputs)
    network = Network(1, (Layer(1, NAMED["sin"], bias=False),))
    problem = Problem(network, x, y, "multinomial-logistic")
    narrow = certify(problem, (w, v), within=F(1, 1000), claim=Claim.BAD_BASIN, starts=16)
    assert isinstance(narrow, Certified)
    wide = one_more_unit(narrow.certificate)
    assert isinstance(wide, Certified)
    said = shown(wide.certificate.to_bytes())
    assert "zero loss" not in said
    assert said.count("or as near") == 2  # in the verdict and in the rule's line


@pytest.mark.parametrize("power", [2000, -2000])
@pytest.mark.parametrize("rule", ["3.5", "4.1"])
def test_numbers_that_floats_have_no_room_for(rule: str, power: int) -> None:
    far = (F(2) ** power, F(0))
    step: Step
    if rule == "3.5":
        center = vector("1 1/2")
        step = NoMinimum(center, F(1, 100), far, Order.FIRST, precision=4096)
        statement = at(StatementKind.NO_LOCAL_MINIMUM, center)
    else:
        center = vector("0 0")
        step = ConstantLine(center, far, LineReason.IDLE)
        statement = at(StatementKind.IN_NO_BASIN, center)
    said = shown(Certificate(IDENTITY, statement, (step,), {}).to_bytes())
    assert "along " in said
    assert "v[1,1]" not in said.partition("along")[2].splitlines()[0]


def test_columns_are_counted_once_and_only_if_they_are_there() -> None:
    rows = tuple((F(k),) for k in (1, 2, 3))
    problem = Problem(Network(1, (Layer(4, NAMED["relu"], False),)), rows, rows)
    center = vector("1 2 3 4 1 0 0 0")
    step = DependentColumns(center, layer=1, columns=(0, 0, 0, 1, 2, 3, 77, 99))
    statement = at(StatementKind.IN_NO_BASIN, center)
    said = shown(Certificate(problem, statement, (step,), {}).to_bytes())
    assert (
        "4 columns of the features of layer 1 (a bias counts as one) have fewer than 4 different"
        " rows" in said
    )


def test_a_step_about_another_point_is_not_passed_off_as_about_the_stated_one(
    shipped: dict[str, bytes],
) -> None:
    known = certificate_from_bytes(shipped["sine-2-1"])
    elsewhere = ConstantLine(vector("0 0"), vector("0 1"), LineReason.KERNEL)
    minimum, better = known.steps
    assert isinstance(better, SubOptimal)
    steps = (elsewhere, minimum, replace(better, minimum=1))
    data = replace(known, steps=steps, provenance={}).to_bytes()
    assert "(not about the stated parameters: line" in shown(data)
    assert "not about" not in shown(shipped["sine-2-1"])


def test_a_problem_without_names_for_its_activations() -> None:
    """Depth, biases, rows that are too long or too many, and one unit as well as several."""
    square = polynomial((F(0), F(1, 2), F(1)))
    hidden = (Layer(1, square, True), Layer(2, NAMED["relu"], False))
    x = tuple(tuple(F(i + k) for k in range(9)) for i in range(13))
    y = tuple((F(i), F(0)) for i in range(13))
    assert describe_problem(Problem(Network(9, hidden, outputs=2, output_bias=True), x, y)) == [
        (
            "Network   9 inputs; 1 unit with bias (polynomial [0, 1/2, 1]), then 2 units without"
            " bias (relu); 2 linear outputs with bias."
        ),
        (
            "          P = 18 parameters: w1[1,1], w1[1,2], w1[1,3], w1[1,4], w1[1,5], w1[1,6],"
            " w1[1,7], w1[1,8], w1[1,9], b1[1], w2[1,1], w2[2,1], v[1,1], v[1,2], v[2,1], v[2,2],"
            " ...."
        ),
        "          Layer 2: linear between its kinks at 0; not differentiable there.",
        "Loss      half-squared-error, summed over the samples.",
        "Data      N = 13 samples (x -> y):",
        *(
            f"            ({', '.join(str(i + k) for k in range(8))}, ...) -> ({i}, 0)"
            for i in range(12)
        ),
        "            ... and 1 more",
    ]


@pytest.mark.parametrize("kind", StatementKind)
def test_a_headline_is_the_kind_in_words(kind: StatementKind) -> None:
    assert headline(kind) == f"{kind.words} certified"


def test_what_follows_a_verdict_is_the_loss_of_a_minimum_and_a_lower_one(
    shipped: dict[str, bytes], opened: dict[str, bytes]
) -> None:
    exact = check(shipped["cubic-exact"])
    assert carried(exact).startswith("; its loss is ")
    assert carried(exact).endswith(" is reachable")
    assert carried(check(opened["theorem-relu-3-5"])) == ""
    assert carried(Verdict("rejected", "no")) == ""
