"""Exported Coq files: the statement is the claim, written out.

With Coq (`-m coq`) true ones compile, false ones fail in their proof.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.certificates.kinds import Rule, StatementKind
from exactland.certificates.statements import Statement, at, of_the_loss
from exactland.certificates.steps import (
    STEPS,
    ConstantLine,
    ExactMinimum,
    LineReason,
    PotentialReason,
    Potentials,
    RescaledUnit,
    Step,
    SubOptimal,
    WideTheorem,
)
from exactland.cli.main import main
from exactland.constructions.saturated_units import saturated
from exactland.errors import InputError
from exactland.exporters.coq import coq_text, enclosed, wide
from exactland.exporters.coq.rules import BY_STEP, NotExported, export_of
from exactland.exporters.coq.terms import real
from exactland.kernel import check
from exactland.model.activations import NAMED, evaluate_exactly, polynomial
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.numerics.floats import evaluate
from tests.coqc import FORMAL, MISSING, coqc, is_there
from tests.edited import PROBLEM, STATEMENT, STEP, apply, plus, times

PROOF = "(* The proof. *)"
F = Fraction


SUB_OPTIMAL = (
    StatementKind.SUB_OPTIMAL_STRICT_MINIMUM,
    StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM,
    StatementKind.BAD_BASIN,
)
KINDS = (
    StatementKind.BASIN,
    StatementKind.BAD_BASIN,
    StatementKind.LOCAL_MINIMUM,
    StatementKind.STRICT_MINIMUM,
    StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM,
)


def said(data: bytes, kind: StatementKind) -> bytes:
    """The certificate with a weaker statement, and without the steps that it does not need."""
    known = certificate_from_bytes(data)
    local = tuple(step for step in known.steps if step.rule.startswith("3"))
    gap = known.statement.gap if kind in SUB_OPTIMAL else None
    distance = known.statement.distance or F(0)
    statement = Statement(kind, known.statement.center, distance, gap)
    steps = local[:1] if gap is None else local
    weaker = replace(known, statement=statement, steps=steps).to_bytes()
    assert check(weaker).status == "verified"
    return weaker


def vector(text: str) -> tuple[Fraction, ...]:
    return tuple(map(F, text.split()))


WEAKER = [
    *(("cubic-exact", kind) for kind in KINDS),
    *(("sigmoid-2-1", kind) for kind in KINDS[:3]),
]
WIDE = (
    "phase/relu/3-3",
    "wide/theorem-no-basin",
    "phase/gelu/3-3",
    "phase/selu/3-3",
    "phase/softsign/3-3",
    "phase/hard-tanh/3-3",
)
LOCAL = (
    "swirszcz-one-unit",
    "swirszcz-two-units",
    "yun-any-relu",
    "yun-any-leaky-relu",
    "ding-3",
    "ding-30",
)


@pytest.fixture(scope="module")
def files(root: Path) -> dict[str, bytes]:
    return {
        name: (root / "proofs" / "literature" / f"{name}.cert.json").read_bytes() for name in LOCAL
    }


def test_the_statement_is_the_claim(shipped: dict[str, bytes]) -> None:
    """Nothing of the evidence stands before the end of the statement; every number of the claim
    does.
    """
    data = shipped["tanh-bias"]
    value = json.loads(data)
    statement = coq_text(certificate_from_bytes(data)).partition(PROOF)[0]
    value["evidence"]["steps"][0]["radius"] = value["evidence"]["steps"][0]["lambda"] = "1/1000"
    other = certificate_from_bytes(json.dumps(value).encode())
    assert coq_text(other).partition(PROOF)[0] == statement
    for q in [
        F(v)
        for row in (
            *value["claim"]["problem"]["data"]["x"],
            *value["claim"]["problem"]["data"]["y"],
        )
        for v in row
    ]:
        assert real(q) in statement
    assert real(F(value["claim"]["statement"]["gap"])) in statement


@pytest.mark.parametrize("name", ["cubic-exact", "hard-tanh-h-7-3", *LOCAL])
def test_nor_does_an_exact_statement_show_the_evidence(
    name: str, shipped: dict[str, bytes], files: dict[str, bytes]
) -> None:
    data = (
        shipped[name]
        if name in shipped
        else said(files[name], StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM)
    )
    statement = coq_text(certificate_from_bytes(data)).partition(PROOF)[0]
    for path in ((*STEP, 0, "center"), (*STEP, 1, "witness")):
        other = apply(data, path, lambda old: ["1/1000"] * len(old))
        assert coq_text(certificate_from_bytes(other)).partition(PROOF)[0] == statement


def value_of(
    text: str, theta: list[Fraction], act: Callable[[Fraction], Fraction] | None = None
) -> Fraction:
    """E of an exported file, calculated by Python from the Coq text; its activation is `act` if
    that is given, else as the text defines it.
    """
    environment: dict[str, Any] = {
        "F": F,
        "Rmax": lambda a: lambda b: max(a, b),
        "Rmin": lambda a: lambda b: min(a, b),
        "exp": math.exp,
        "ln": math.log,
    }
    for name, arguments, body in re.findall(
        r"Definition (\w+) (\(.*?\)) : R :=\s*(.*?)\.\n", text, re.DOTALL
    ):
        python = (
            re.sub(r"\bf(\d+) th \(", r"f\1(th)(", re.sub(r"th (\d+)%nat", r"th[\1]", body))
            .replace("²", "**2")
            .replace("^", "**")
        )
        python = re.sub(
            r"if Rle_dec t \((.*?)\) then (.*?) else ", r"(\2) if t <= (\1) else ", python
        )
        python = re.sub(
            r"(Rmax|Rmin) (\d+|\([^()]*\)) (\w+|\(.*\))",
            r"\1(\2)(\3)",
            re.sub(r"Rmin 1 t", "Rmin(1)(t)", python),
        )
        python = re.sub(r"(?<![\w\[*])(\d+)(?![\w\]])", r"F(\1)", " ".join(python.split()))
        parameters = "".join(
            f"lambda {word}: "
            for words in re.findall(r"\((.*?) :", arguments)
            for word in words.split()
        )
        # our own text
        environment[name] = (
            eval(parameters + python, environment)
            if act is None or not re.fullmatch(r"\(t : R\)", arguments)
            else act
        )
    found: Fraction = environment["E"](theta)
    return found


def exact_loss(problem: Problem, theta: list[Fraction]) -> Fraction:
    """Half the squared error, by plain rational arithmetic; one hidden layer."""
    (hidden, biases), (outer, output_biases) = problem.network.split(theta)
    activation = problem.network.hidden[0].activation
    total = F(0)
    for x, y in zip(problem.x, problem.y):
        sums = [dot(row, x) + b for row, b in zip(hidden, biases or [F(0)] * len(hidden))]
        units = [evaluate_exactly(activation, z) for z in sums]
        for row, b, target in zip(outer, output_biases or [F(0)] * len(outer), y):
            total += (dot(row, units) + b - target) ** 2
    return total / 2


def dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, b)), F(0))


@pytest.mark.parametrize("square", [False, True])
@pytest.mark.parametrize("name", ["sigmoid-2-1", "sigmoid-3-2", "sigmoid-bias"])
def test_the_loss_written_out_is_the_loss(
    name: str, square: bool, shipped: dict[str, bytes]
) -> None:
    certificate = certificate_from_bytes(shipped[name])
    problem = certificate.problem
    theta = [F(2 * k + 1, k + 3) for k in range(problem.parameters)]
    (layer,), network = problem.network.hidden, problem.network
    plain = Layer(
        layer.units, polynomial((F(0), F(0), F(1)) if square else (F(0), F(1))), layer.bias
    )
    same = Problem(
        Network(network.inputs, (plain,), network.outputs, network.output_bias),
        problem.x,
        problem.y,
    )
    assert value_of(
        coq_text(certificate), theta, (lambda t: t * t) if square else (lambda t: t)
    ) == exact_loss(same, theta)


@pytest.mark.parametrize(
    "name", ["cubic-exact", "quartic-exact", "hard-tanh-h-7-3", *LOCAL, "bends"]
)
def test_the_loss_written_out_with_its_activation(
    name: str, shipped: dict[str, bytes], files: dict[str, bytes]
) -> None:
    """The text of the activation too, on both sides of every kink."""
    data = {**shipped, **files}["hard-tanh-h-7-3" if name == "bends" else name]
    if name == "bends":
        body = {
            "breakpoints": ["-3/2", "0", "1/2", "2"],
            "slopes": ["-1/2", "3", "3", "0", "7"],
            "value_at_0": "-5/3",
        }
        data = apply(
            data,
            (*PROBLEM, "network", "hidden", 0, "activation"),
            lambda old: {"piecewise-linear": body},
        )
    if name in files:
        data = said(data, StatementKind.LOCAL_MINIMUM)
    certificate = certificate_from_bytes(data)
    problem = certificate.problem
    for turn in range(-3, 4):
        theta = [F((2 * k + 1) * turn, k + 3) + F(1, 7) for k in range(problem.parameters)]
        assert value_of(coq_text(certificate), theta) == exact_loss(problem, theta)


def in_floats(body: str, t: float) -> float:
    """An activation as Coq text, calculated by Python."""
    python = body.replace("²", "**2").replace("^", "**")
    python = re.sub(
        r"RInt \(V := R_CompleteNormedModule\) \(fun u => (.*?)\) 0 t",
        r"quad(lambda u: \1, 0, t)[0]",
        python,
    )
    python = re.sub(
        r"if Rle_dec t \((.*?)\) then (.*?) else ",
        r"(\2) if t <= (\1) else ",
        python.replace("Rle_dec t 0", "Rle_dec t (0)"),
    )
    python = re.sub(r"\b(exp|ln|sin|atan|sqrt|Rabs) (t)\b", r"\1(\2)", python)
    python = re.sub(r"(^|\(|\* )/ \(", r"\g<1>1 / (", python)
    names = {
        "exp": math.exp,
        "ln": math.log,
        "sin": math.sin,
        "atan": math.atan,
        "sqrt": math.sqrt,
        "Rabs": abs,
        "PI": math.pi,
        "quad": quad,
    }
    found: float = eval(python, {**names, "t": t})  # our own text
    return found


@pytest.mark.parametrize("name", [*wide.ACTIVATIONS, *enclosed.ACTIVATIONS])
def test_the_text_of_an_activation_is_that_activation(name: str) -> None:
    """Rule 4.2 holds for any: only this sees that gelu is gelu.

    As training calculates it, on both sides of 0 and at it.
    """
    body = (
        wide.ACTIVATIONS.get(name)
        or enclosed.ACTIVATIONS[name][1]
        or f"{enclosed.ACTIVATIONS[name][0]} t"
    )
    for t in (-5.0, -2.5, -0.7, -1e-3, 0.0, 1e-3, 0.3, 1.9, 4.0):
        assert in_floats(body, t) == pytest.approx(
            float(evaluate(NAMED[name], np.array([t]))[0][0]), rel=1e-9, abs=1e-12
        )


def test_a_line_is_taken_before_rule_41h_whose_degree_is_checked() -> None:
    square = Problem(
        Network(1, (Layer(2, polynomial((F(0), F(0), F(1))), False),)), ((F(1),),), ((F(1),),)
    )
    center = vector("1 1 1/2 1/2")
    statement = Statement(StatementKind.LOCAL_MINIMUM_IN_NO_BASIN, center)
    scaled = RescaledUnit(center)
    flat = Potentials(center, (PotentialReason.FLAT,) * 2, (), fitted=False)
    line = ConstantLine(center, vector("1 1 1 0"), LineReason.KERNEL)
    assert "on_line" in coq_text(Certificate(square, statement, (scaled, line, flat), {}))
    with pytest.raises(InputError, match="homogeneous of degree 1"):
        coq_text(Certificate(square, statement, (scaled, flat), {}))


def test_a_line_through_another_point_is_not_taken() -> None:
    relu = Problem(Network(1, (Layer(1, NAMED["relu"], False),)), ((F(1),),), ((F(1),),))
    center = vector("1 1")
    statement = Statement(StatementKind.LOCAL_MINIMUM_IN_NO_BASIN, center)
    flat = Potentials(center, (PotentialReason.FLAT,), (), fitted=False)
    elsewhere = ConstantLine(vector("0 0"), vector("0 1"), LineReason.KERNEL)
    with pytest.raises(InputError, match="of points in no basin only"):
        coq_text(Certificate(relu, statement, (elsewhere, flat), {}))
    scaled = RescaledUnit(center)
    text = coq_text(Certificate(relu, statement, (elsewhere, scaled, flat), {}))
    assert "homogeneous_check" in text
    assert "on_line" not in text


@pytest.mark.parametrize(("name", "kind"), WEAKER)
def test_a_weaker_claim_is_the_one_that_is_written(
    name: str, kind: StatementKind, shipped: dict[str, bytes]
) -> None:
    statement, _, proof = coq_text(certificate_from_bytes(said(shipped[name], kind))).partition(
        PROOF
    )
    is_basin = kind in (StatementKind.BASIN, StatementKind.BAD_BASIN)
    is_strict = kind is StatementKind.STRICT_MINIMUM
    assert ("exists S, Basins.basin" in statement) == is_basin
    assert ("Definition strict_local_minimum" in statement) == is_strict
    assert ("exists u, " in statement) == (kind in SUB_OPTIMAL)
    assert ("exact L." in proof) == (kind in SUB_OPTIMAL)


def test_with_many_parameters_a_hint_is_written() -> None:
    text = coq_text(certificate_from_bytes(saturated_certificate(13, 6)))
    assert "hint_check" in text
    assert "exact_check" not in text


def test_too_large_a_loss_is_refused_before_it_is_written() -> None:
    x = (tuple(map(F, range(1000))),)
    problem = Problem(Network(1000, (Layer(1000, NAMED["relu"], True),), 1000), x, x)
    statement = of_the_loss(StatementKind.NO_BASIN)
    with pytest.raises(InputError, match="claim.problem: a loss of 1002000000 products"):
        coq_text(Certificate(problem, statement, (WideTheorem(),), {}))


@pytest.mark.parametrize(
    "edited", [{"distance": F(-1)}, {"gap": F(0)}, {"gap": F(-1)}, {"center": (F(1),)}]
)
def test_numbers_that_no_certificate_has_are_refused(
    edited: dict[str, Any], shipped: dict[str, bytes]
) -> None:
    known = certificate_from_bytes(shipped["cubic-exact"])
    with pytest.raises(InputError, match=r"claim\.statement"):
        coq_text(replace(known, statement=replace(known.statement, **edited)))


def test_every_step_is_exported_or_says_why_not() -> None:
    assert [*BY_STEP] == [*STEPS.values()]
    for step, export in BY_STEP.items():
        if isinstance(export, NotExported):
            assert export.reason, step


def test_the_reason_is_that_of_the_step(root: Path) -> None:
    data = (root / "proofs" / "rims" / "rim-kink.cert.json").read_bytes()
    (rim, *_) = certificate_from_bytes(data).steps
    reason = BY_STEP[type(rim)]
    assert isinstance(reason, NotExported)
    with pytest.raises(InputError, match=f"of rule 3.3: {reason.reason}"):
        export_of(rim)
    assert rim.rule is Rule.RIM


def test_the_head_names_the_digest_that_is_given_or_that_of_the_claim(
    shipped: dict[str, bytes],
) -> None:
    certificate = certificate_from_bytes(shipped["cubic-exact"])
    own = certificate.claim_sha256
    assert own == json.loads(shipped["cubic-exact"])["evidence"]["claim_sha256"]
    text = coq_text(certificate)
    assert text.count(own) == 1
    assert coq_text(certificate, "0" * 64) == text.replace(own, "0" * 64)


def test_a_gap_needs_a_better_point(shipped: dict[str, bytes]) -> None:
    known = certificate_from_bytes(shipped["cubic-exact"])
    steps: tuple[Step, ...] = tuple(s for s in known.steps if not isinstance(s, SubOptimal))
    with pytest.raises(InputError, match="only what rule"):
        coq_text(replace(known, steps=steps))


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("sine-6-5", "parameters"),
        ("elu-a-1", "by rule 3.1 cannot be exported"),
        ("yun-tanh", "only flat and definite units"),
        ("rim-kink", "only what rule"),
        ("two-layers-1-1", "one hidden layer"),
        ("logistic-1", "half-squared-error|half the squared"),
    ],
)
def test_what_cannot_be_exported_says_why(name: str, field: str, root: Path) -> None:
    (file,) = (root / "proofs").glob(f"*/{name}.cert.json")
    with pytest.raises(InputError, match=field):
        coq_text(certificate_from_bytes(file.read_bytes()))


def test_other_degrees_say_why(files: dict[str, bytes]) -> None:
    other = {
        "piecewise-linear": {
            "breakpoints": ["0", "100"],
            "slopes": ["0", "1", "2"],
            "value_at_0": "0",
        }
    }
    bent = apply(
        files["swirszcz-one-unit"],
        (*PROBLEM, "network", "hidden", 0, "activation"),
        lambda old: other,
    )
    with pytest.raises(InputError, match="homogeneous of degree 1"):
        coq_text(certificate_from_bytes(bent))


def test_other_exact_activations_say_why(shipped: dict[str, bytes]) -> None:
    other = apply(
        shipped["cubic-exact"],
        (*PROBLEM, "network", "hidden", 0, "activation"),
        lambda old: "softsign",
    )
    with pytest.raises(InputError, match="polynomials, piecewise-linear ones and some by name can"):
        coq_text(certificate_from_bytes(other))
    known = certificate_from_bytes(shipped["cubic-exact"])
    kind = StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM_IN_NO_BASIN
    statement = Statement(kind, known.statement.center, gap=known.statement.gap)
    with pytest.raises(InputError, match="of points in no basin only"):
        coq_text(replace(known, statement=statement))


def test_the_command(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:

    file = root / "proofs" / "narrow" / "sigmoid-2-1.cert.json"
    assert main(["export", str(file), "--to", "coq"]) == 0
    printed = capsys.readouterr().out
    assert printed == coq_text(certificate_from_bytes(file.read_bytes()))
    assert main(["export", str(file), "--to", "coq", "--out", str(tmp_path / "claim.v")]) == 0
    assert (tmp_path / "claim.v").read_text() == printed
    broken = tmp_path / "broken.cert.json"
    broken.write_bytes(file.read_bytes().replace(b"sigmoid", b"tanh"))
    assert main(["export", str(broken), "--to", "coq"]) in (1, 2)
    assert main(["export", str(file)]) == 2
    assert (
        main(["export", str(root / "proofs" / "narrow" / "elu-a-1.cert.json"), "--to", "coq"]) == 2
    )


@pytest.fixture(scope="session")
def allowed() -> set[str]:
    """What a proof may assume."""
    assert is_there(), MISSING
    return set((FORMAL / "assumptions.txt").read_text(encoding="utf-8").split())


SEEN = (
    "Require claim. Check (claim.claim_holds : claim.claim). Print Assumptions claim.claim_holds."
)


def assert_compiles(text: str, folder: Path, allowed: set[str]) -> None:
    """And `claim_holds` is a proof of the file's first `claim`, seen from another file."""
    done = coqc(text, folder)
    assert done.returncode == 0, done.stderr
    seen = coqc(SEEN, folder, "seen")
    assert seen.returncode == 0, seen.stderr
    assumed = {
        line.split()[0]
        for line in seen.stdout.partition("Axioms:\n")[2].splitlines()
        if not line.startswith(" ")
    }
    assert assumed
    assert assumed <= allowed


@pytest.mark.coq
def test_another_claim_further_down_is_seen(
    shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]
) -> None:
    text = coq_text(certificate_from_bytes(shipped["cubic-exact"])).partition(PROOF)[0]
    assert "<= E th - " in text
    other = (
        "Module A. Definition claim : Prop := True. End A. Import A. Theorem claim_holds : claim."
        " Proof. exact I. Qed."
    )
    forged = text.replace("<= E th - ", "<= E th - 1000 - ") + other
    assert coqc(forged, tmp_path).returncode == 0
    seen = coqc(SEEN, tmp_path, "seen")
    assert seen.returncode == 1
    assert 'expected to have type "claim.claim"' in " ".join(seen.stderr.split())


def assert_fails_in_its_proof(text: str, folder: Path) -> None:
    """Not before: what is false is still a statement."""
    done = coqc(text, folder)
    assert done.returncode == 1
    place = re.search(r"line (\d+), characters .*\nError", done.stderr)
    assert place, done.stderr
    assert int(place[1]) > text.partition(PROOF)[0].count("\n") + 1, done.stderr


@pytest.mark.coq
@pytest.mark.parametrize(
    "name",
    [
        "sigmoid-2-1",
        "sine-2-1",
        "sigmoid-3-2",
        "cubic-exact",
        "quartic-exact",
        "hard-tanh-h-7-3",
        *LOCAL,
    ],
)
def test_true_claims_compile(
    name: str, shipped: dict[str, bytes], files: dict[str, bytes], tmp_path: Path, allowed: set[str]
) -> None:
    assert_compiles(coq_text(certificate_from_bytes({**shipped, **files}[name])), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize(
    "name", ["tanh-a-1", "softplus-a-1", "swish-a-1", "mish-a-1", "exp-a-1", "arctan-a-1"]
)
def test_every_smooth_activation_compiles(
    name: str, shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]
) -> None:
    """What the statement calls tanh is what Activations.v has derivatives of: the proof would not
    fit another function.
    """
    assert_compiles(coq_text(certificate_from_bytes(shipped[name])), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.skipif(
    os.environ.get("EXACTLAND_PROFILE") != "nightly", reason="takes a minute and more"
)
@pytest.mark.parametrize("name", ["sine-4-3", "sine-5-4", "tanh-8-4"])
def test_true_claims_with_more_parameters_compile(
    name: str, shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]
) -> None:
    assert_compiles(coq_text(certificate_from_bytes(shipped[name])), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize("file", WIDE)
def test_wide_networks_compile(file: str, root: Path, tmp_path: Path, allowed: set[str]) -> None:
    assert_compiles(
        coq_text(certificate_from_bytes((root / "proofs" / f"{file}.cert.json").read_bytes())),
        tmp_path,
        allowed,
    )


@pytest.mark.coq
@pytest.mark.parametrize("kind", [StatementKind.NO_BASIN, StatementKind.NO_SUB_OPTIMAL_BASIN])
@pytest.mark.parametrize("name", ["cubic-exact", "sigmoid-2-1", "hard-tanh-h-7-3"])
def test_a_network_with_a_bad_minimum_is_not_wide(
    name: str, kind: StatementKind, shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]
) -> None:
    """False, as its certificate shows, which is shipped."""
    problem = certificate_from_bytes(shipped[name]).problem
    wrong = Certificate(problem, of_the_loss(kind), (WideTheorem(),), {})
    assert check(wrong.to_bytes()).rule == "4.2"
    assert_fails_in_its_proof(coq_text(wrong), tmp_path)


@pytest.mark.coq
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *WEAKER,
        *(
            (name, kind)
            for name in LOCAL[1:3]
            for kind in (
                StatementKind.LOCAL_MINIMUM,
                StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM,
            )
        ),
    ],
)
def test_weaker_claims_compile(
    name: str,
    kind: StatementKind,
    shipped: dict[str, bytes],
    files: dict[str, bytes],
    tmp_path: Path,
    allowed: set[str],
) -> None:
    assert_compiles(
        coq_text(certificate_from_bytes(said({**shipped, **files}[name], kind))), tmp_path, allowed
    )


def saturated_certificate(samples: int, units: int) -> bytes:
    """Construction H with more parameters than elimination is used for: a hint shows that the
    Hessian is positive definite.
    """
    problem, point = saturated(samples, units)
    statement = at(StatementKind.STRICT_MINIMUM, point)
    data = Certificate(problem, statement, (ExactMinimum(tuple(point)),), {}).to_bytes()
    assert check(data).status == "verified"
    return data


@pytest.mark.coq
def test_with_a_hint(tmp_path: Path, allowed: set[str]) -> None:
    data = saturated_certificate(13, 6)
    text = coq_text(certificate_from_bytes(data))
    assert "hint_check" in text
    assert_compiles(text, tmp_path, allowed)
    for path, edit in [
        ((*PROBLEM, "data", "y", 3, 0), plus(F(1, 10**9))),
        ((*STATEMENT, "center", 2), plus(F(1, 10**9))),
    ]:
        assert_fails_in_its_proof(
            coq_text(certificate_from_bytes(apply(data, path, edit))), tmp_path
        )
    too_much = re.sub(r"(at_ \d+ \(\()(\d+)", r"\g<1>9\2", text)
    assert too_much != text
    assert_fails_in_its_proof(too_much, tmp_path)


Edit = tuple[tuple[Any, ...], Callable[[Any], Any]]
FALSE: dict[str, dict[str, Edit]] = {
    "sigmoid-2-1": {
        "the gap raised": ((*STATEMENT, "gap"), plus(10)),
        "the center elsewhere": ((*STATEMENT, "center", 0), plus(1)),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 1000))),
        "the distance cut": ((*STATEMENT, "distance"), times(F(1, 10**30))),
    },
    "cubic-exact": {
        "the gap raised": ((*STATEMENT, "gap"), plus(F(1, 100))),
        "the center elsewhere": ((*STATEMENT, "center", 0), plus(F(1, 10**9))),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 10**9))),
        "an input changed": ((*PROBLEM, "data", "x", 1, 0), plus(F(1, 10**9))),
        "the activation changed": (
            (*PROBLEM, "network", "hidden", 0, "activation", "polynomial", 3),
            plus(F(1, 10**9)),
        ),
        "another point": ((*STEP, 0, "center", 1), plus(F(1, 10**9))),
        "not the better point": ((*STEP, 1, "witness"), lambda old: ["1/2", "1/2"]),
    },
    "hard-tanh-h-7-3": {
        "the gap raised": ((*STATEMENT, "gap"), plus(1)),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 1000))),
        "another activation": (
            (*PROBLEM, "network", "hidden", 0, "activation"),
            lambda old: "relu",
        ),
    },
    "swirszcz-one-unit": {
        "the gap raised": ((*STATEMENT, "gap"), plus(F(1, 100))),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 10**9))),
        "the center elsewhere": ((*STATEMENT, "center", 3), plus(F(1, 10**9))),
        "another point": ((*STEP, 0, "center", 3), plus(F(1, 10**9))),
        "not the better point": ((*STEP, 1, "witness"), lambda old: ["1", "-3", "1", "0"]),
    },
    "yun-any-relu": {
        "the kink reached": ((*PROBLEM, "data", "x", 0, 0), lambda old: "83/3"),
        "the activation changed": (
            (*PROBLEM, "network", "hidden", 0, "activation"),
            lambda old: "leaky-relu",
        ),
        "an output weight of the other sign": ((*STEP, 0, "center", 4), lambda old: ["-1", "0"]),
    },
    "ding-3 in no basin": {
        "the activation changed": (
            (*PROBLEM, "network", "hidden", 0, "activation", "polynomial", 3),
            plus(F(1, 10**9)),
        ),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 10**9))),
        "the gap raised": ((*STATEMENT, "gap"), plus(F(1, 100))),
    },
    "yun-any-leaky-relu in no basin": {
        "a line that is not constant": ((*STEP, 1, "witness", 9), plus(1)),
        "no line at all": (
            (*STEP, 1, "witness"),
            lambda old: ["3/5", "1/5", "0", "0", "0", "0", "1", "1", "1", "1", "0", "0", "-4/5"],
        ),
        "the center elsewhere": ((*STATEMENT, "center", 0), plus(F(1, 10**9))),
        "the gap raised": ((*STATEMENT, "gap"), plus(F(1, 100))),
    },
}


@pytest.mark.coq
@pytest.mark.parametrize(("name", "twin"), [(name, twin) for name in FALSE for twin in FALSE[name]])
def test_false_claims_do_not(
    name: str,
    twin: str,
    shipped: dict[str, bytes],
    files: dict[str, bytes],
    tmp_path: Path,
    allowed: set[str],
) -> None:
    """Nor if the proof is that of the true one: a false twin of the statement alone."""
    shipped = {**shipped, **{f"{name} in no basin": data for name, data in files.items()}}
    data = (
        shipped[name]
        if name in shipped
        else said(files[name], StatementKind.SUB_OPTIMAL_LOCAL_MINIMUM)
    )
    false, true = (
        coq_text(certificate_from_bytes(d)) for d in (apply(data, *FALSE[name][twin]), data)
    )
    assert_fails_in_its_proof(false, tmp_path)
    statement, true_statement = (
        text.partition(PROOF)[0].partition("*)")[2] for text in (false, true)
    )
    assert (statement != true_statement) == (FALSE[name][twin][0][0] == "claim")
    if statement != true_statement:
        assert_fails_in_its_proof(statement + PROOF + true.partition(PROOF)[2], tmp_path)
