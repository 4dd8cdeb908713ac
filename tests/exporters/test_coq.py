"""Exported Coq files: the statement is the claim, written out.

With Coq (`-m coq`) true ones compile, false ones fail in their proof.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from exactland.certificates.certificate import (
    Certificate,
    certificate,
    certificate_from_bytes,
    numbers,
)
from exactland.cli.main import main
from exactland.constructions.saturated_units import saturated
from exactland.errors import InputError
from exactland.exporters.coq import coq_text, enclosed, wide
from exactland.exporters.coq.statement import real
from exactland.kernel import check
from exactland.kernel.reader import canonical, claim_digest
from exactland.model.activations import NAMED, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem
from exactland.search.training import evaluate
from exactland.testing.properties import exact_loss
from tests.coqc import FORMAL, MISSING, coqc, is_there
from tests.reject.twins import PROBLEM, STATEMENT, STEP, apply, plus, times

PROOF = "(* The proof. *)"
F = Fraction


def said(data: bytes, kind: str) -> bytes:
    """The certificate with a weaker statement, and without the steps that it does not need."""
    value = json.loads(data)
    gap, local = (
        kind in SUB_OPTIMAL,
        [step for step in value["evidence"]["steps"] if step["rule"][0] == "3"],
    )
    value["claim"]["statement"] = {**value["claim"]["statement"], "kind": kind}
    value["claim"]["statement"].setdefault("distance", "0")
    if not gap:
        del value["claim"]["statement"]["gap"]
    value["evidence"]["steps"] = local if gap else local[:1]
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    data = canonical(value) + b"\n"
    assert check(data).status == "verified"
    return data


SUB_OPTIMAL = ("sub-optimal-strict-minimum", "sub-optimal-local-minimum", "bad-basin")
KINDS = ("basin", "bad-basin", "local-minimum", "strict-minimum", "sub-optimal-local-minimum")
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
    data = shipped[name] if name in shipped else said(files[name], "sub-optimal-local-minimum")
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


@pytest.mark.parametrize("square", [False, True])
@pytest.mark.parametrize("name", ["sigmoid-2-1", "sigmoid-3-2", "sigmoid-bias"])
def test_the_loss_written_out_is_the_loss(
    name: str, square: bool, shipped: dict[str, bytes]
) -> None:
    from exactland.files.problem_file import problem_from_json

    certificate = certificate_from_bytes(shipped[name])
    problem = problem_from_json(certificate.claim["problem"])
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
    ) == exact_loss(same, tuple(theta))


@pytest.mark.parametrize(
    "name", ["cubic-exact", "quartic-exact", "hard-tanh-h-7-3", *LOCAL, "bends"]
)
def test_the_loss_written_out_with_its_activation(
    name: str, shipped: dict[str, bytes], files: dict[str, bytes]
) -> None:
    """The text of the activation too, on both sides of every kink."""
    from exactland.files.problem_file import problem_from_json

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
    certificate = certificate_from_bytes(data if name not in files else said(data, "local-minimum"))
    problem = problem_from_json(certificate.claim["problem"])
    for turn in range(-3, 4):
        theta = [F((2 * k + 1) * turn, k + 3) + F(1, 7) for k in range(problem.parameters)]
        assert value_of(coq_text(certificate), theta) == exact_loss(problem, tuple(theta))


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
    center, said = (
        ["1", "1", "1/2", "1/2"],
        {"kind": "local-minimum-in-no-basin", "center": ["1", "1", "1/2", "1/2"], "distance": "0"},
    )
    scaled, flat = (
        {"rule": "4.1h", "center": center, "unit": "0"},
        {"rule": "3.4b", "center": center, "units": ["flat"] * 2, "fitted": []},
    )
    line = {
        "rule": "4.1",
        "center": [["1", "0"], *center[1:]],
        "witness": ["1", "1", "1", "0"],
        "reason": "kernel",
    }
    assert "on_line" in coq_text(certificate(square, said, [scaled, line, flat], {}))
    with pytest.raises(InputError, match="homogeneous of degree 1"):
        coq_text(certificate(square, said, [scaled, flat], {}))


def test_too_large_a_loss_is_refused_before_it_is_written() -> None:
    x = (tuple(map(F, range(1000))),)
    problem = Problem(Network(1000, (Layer(1000, NAMED["relu"], True),), 1000), x, x)
    with pytest.raises(InputError, match="claim.problem: a loss of 1002000000 products"):
        coq_text(certificate(problem, {"kind": "no-basin"}, [{"rule": "4.2"}], {}))


@pytest.mark.parametrize(
    ("field", "value"), [("distance", "-1"), ("gap", "0"), ("gap", "-1"), ("center", ["1"])]
)
def test_numbers_that_no_certificate_has_are_refused(
    field: str, value: object, shipped: dict[str, bytes]
) -> None:
    known = certificate_from_bytes(shipped["cubic-exact"])
    with pytest.raises(InputError, match=r"claim\.statement"):
        coq_text(
            Certificate(
                {**known.claim, "statement": {**known.claim["statement"], field: value}},
                known.steps,
                {},
            )
        )


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
    line = apply(
        shipped["cubic-exact"],
        (*STATEMENT, "kind"),
        lambda old: "sub-optimal-local-minimum-in-no-basin",
    )
    with pytest.raises(InputError, match="of points in no basin only"):
        coq_text(certificate_from_bytes(line))


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
@pytest.mark.parametrize("kind", ["no-basin", "no-sub-optimal-basin"])
@pytest.mark.parametrize("name", ["cubic-exact", "sigmoid-2-1", "hard-tanh-h-7-3"])
def test_a_network_with_a_bad_minimum_is_not_wide(
    name: str, kind: str, shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]
) -> None:
    """False, as its certificate shows, which is shipped."""
    value = json.loads(shipped[name])
    value["claim"]["statement"], value["evidence"]["steps"] = {"kind": kind}, [{"rule": "4.2"}]
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    data = canonical(value) + b"\n"
    assert check(data).rule == "4.2"
    assert_fails_in_its_proof(coq_text(certificate_from_bytes(data)), tmp_path)


@pytest.mark.coq
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *WEAKER,
        *(
            (name, kind)
            for name in LOCAL[1:3]
            for kind in ("local-minimum", "sub-optimal-local-minimum")
        ),
    ],
)
def test_weaker_claims_compile(
    name: str,
    kind: str,
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
    center = [rational_text(v) for v in point]
    claim = {
        "format": "exactland-certificate/1",
        "problem": problem.specification(),
        "statement": {"kind": "strict-minimum", "center": center, "distance": "0"},
    }
    evidence = {
        "claim_sha256": claim_digest(claim),
        "steps": [{"rule": "3.1b", "center": numbers(point)}],
    }
    data = canonical({"claim": claim, "evidence": evidence, "provenance": {}}) + b"\n"
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
    data = shipped[name] if name in shipped else said(files[name], "sub-optimal-local-minimum")
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
