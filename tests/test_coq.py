"""Exported Coq files: the statement is the claim, written out. With Coq (`-m coq`) true ones compile, false ones fail in their proof."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactland.certificate import certificate_from_bytes, numbers
from exactland.cli import main
from exactland.coq import coq_text
from exactland.coq.statement import real
from exactland.errors import InputError
from exactland.exact import rational_text
from exactland.kernel import check
from exactland.kernel.reader import canonical, claim_digest
from exactland.narrow.saturated import saturated
from exactland.testing.properties import exact_loss
from tests.reject.twins import PROBLEM, STATEMENT, STEP, apply, plus, times

FORMAL = Path(__file__).parent.parent / "proofs" / "formal"
PROOF = "(* The proof. *)"
F = Fraction


def said(data: bytes, kind: str) -> bytes:
    """The certificate with a weaker statement, and without the steps that it does not need."""
    value = json.loads(data)
    gap, local = kind in SUB_OPTIMAL, [step for step in value["evidence"]["steps"] if step["rule"][0] == "3"]
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
WEAKER = [*(("cubic-exact", kind) for kind in KINDS), *(("sigmoid-2-1", kind) for kind in KINDS[:3])]
WIDE = ("phase/relu/3-3", "wide/theorem-no-basin", "phase/gelu/3-3", "phase/selu/3-3", "phase/softsign/3-3", "phase/hard-tanh/3-3")
LOCAL = ("swirszcz-one-unit", "swirszcz-two-units", "yun-any-relu", "yun-any-leaky-relu", "ding-3", "ding-30")


@pytest.fixture(scope="module")
def files(root: Path) -> dict[str, bytes]:
    return {name: (root / "proofs" / "literature" / f"{name}.cert.json").read_bytes() for name in LOCAL}


def test_the_statement_is_the_claim(shipped: dict[str, bytes]) -> None:
    """Nothing of the evidence stands before the end of the statement; every number of the claim does."""
    data = shipped["tanh-bias"]
    value = json.loads(data)
    statement = coq_text(certificate_from_bytes(data)).partition(PROOF)[0]
    value["evidence"]["steps"][0]["radius"] = value["evidence"]["steps"][0]["lambda"] = "1/1000"
    other = certificate_from_bytes(json.dumps(value).encode())
    assert coq_text(other).partition(PROOF)[0] == statement
    for q in [F(v) for row in (*value["claim"]["problem"]["data"]["x"], *value["claim"]["problem"]["data"]["y"]) for v in row]:
        assert real(q) in statement
    assert real(F(value["claim"]["statement"]["gap"])) in statement


@pytest.mark.parametrize("name", ["cubic-exact", "hard-tanh-h-7-3", *LOCAL])
def test_nor_does_an_exact_statement_show_the_evidence(name: str, shipped: dict[str, bytes], files: dict[str, bytes]) -> None:
    data = shipped[name] if name in shipped else said(files[name], "sub-optimal-local-minimum")
    statement = coq_text(certificate_from_bytes(data)).partition(PROOF)[0]
    for path in ((*STEP, 0, "center"), (*STEP, 1, "witness")):
        other = apply(data, path, lambda old: ["1/1000"] * len(old))
        assert coq_text(certificate_from_bytes(other)).partition(PROOF)[0] == statement


def value_of(text: str, theta: list[Fraction], act: Callable[[Fraction], Fraction] | None = None) -> Fraction:
    """E of an exported file, calculated by Python from the Coq text; its activation is `act` if that is given, else as the text defines it."""
    environment: dict[str, Any] = {"F": F, "Rmax": lambda a: lambda b: max(a, b), "Rmin": lambda a: lambda b: min(a, b)}
    for name, arguments, body in re.findall(r"Definition (\w+) (\(.*?\)) : R :=\s*(.*?)\.\n", text, re.DOTALL):
        python = re.sub(r"\bf(\d+) th \(", r"f\1(th)(", re.sub(r"th (\d+)%nat", r"th[\1]", body)).replace("²", "**2").replace("^", "**")
        python = re.sub(r"if Rle_dec t \((.*?)\) then (.*?) else ", r"(\2) if t <= (\1) else ", python)
        python = re.sub(r"(Rmax|Rmin) (\d+|\([^()]*\)) (\w+|\(.*\))", r"\1(\2)(\3)", re.sub(r"Rmin 1 t", "Rmin(1)(t)", python))
        python = re.sub(r"(?<![\w\[*])(\d+)(?![\w\]])", r"F(\1)", " ".join(python.split()))
        parameters = "".join(f"lambda {word}: " for words in re.findall(r"\((.*?) :", arguments) for word in words.split())
        environment[name] = eval(parameters + python, environment) if act is None or not re.fullmatch(r"\(t : R\)", arguments) else act  # our own text
    found: Fraction = environment["E"](theta)
    return found


@pytest.mark.parametrize("square", [False, True])
@pytest.mark.parametrize("name", ["sigmoid-2-1", "sigmoid-3-2", "sigmoid-bias"])
def test_the_loss_written_out_is_the_loss(name: str, square: bool, shipped: dict[str, bytes]) -> None:
    from exactland.activations import polynomial
    from exactland.io.problem_file import problem_from_json
    from exactland.problem import Layer, Network, Problem

    certificate = certificate_from_bytes(shipped[name])
    problem = problem_from_json(certificate.claim["problem"])
    theta = [F(2 * k + 1, k + 3) for k in range(problem.parameters)]
    (layer,), network = problem.network.hidden, problem.network
    plain = Layer(layer.units, polynomial((F(0), F(0), F(1)) if square else (F(0), F(1))), layer.bias)
    same = Problem(Network(network.inputs, (plain,), network.outputs, network.output_bias), problem.x, problem.y)
    assert value_of(coq_text(certificate), theta, (lambda t: t * t) if square else (lambda t: t)) == exact_loss(same, tuple(theta))


@pytest.mark.parametrize("name", ["cubic-exact", "quartic-exact", "hard-tanh-h-7-3", *LOCAL, "bends"])
def test_the_loss_written_out_with_its_activation(name: str, shipped: dict[str, bytes], files: dict[str, bytes]) -> None:
    """The text of the activation too, on both sides of every kink."""
    from exactland.io.problem_file import problem_from_json

    data = {**shipped, **files}["hard-tanh-h-7-3" if name == "bends" else name]
    if name == "bends":
        body = {"breakpoints": ["-3/2", "0", "1/2", "2"], "slopes": ["-1/2", "3", "3", "0", "7"], "value_at_0": "-5/3"}
        data = apply(data, (*PROBLEM, "network", "hidden", 0, "activation"), lambda old: {"piecewise-linear": body})
    certificate = certificate_from_bytes(data if name not in files else said(data, "local-minimum"))
    problem = problem_from_json(certificate.claim["problem"])
    for turn in range(-3, 4):
        theta = [F((2 * k + 1) * turn, k + 3) + F(1, 7) for k in range(problem.parameters)]
        assert value_of(coq_text(certificate), theta) == exact_loss(problem, tuple(theta))


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


def test_other_exact_activations_say_why(shipped: dict[str, bytes]) -> None:
    other = apply(shipped["cubic-exact"], (*PROBLEM, "network", "hidden", 0, "activation"), lambda old: "softsign")
    with pytest.raises(InputError, match="polynomials, piecewise-linear ones and some by name can"):
        coq_text(certificate_from_bytes(other))
    line = apply(shipped["cubic-exact"], (*STATEMENT, "kind"), lambda old: "sub-optimal-local-minimum-in-no-basin")
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
    assert main(["export", str(root / "proofs" / "narrow" / "elu-a-1.cert.json"), "--to", "coq"]) == 2


@pytest.fixture(scope="session")
def allowed() -> set[str]:
    """What a proof may assume. Without Coq there is nothing to test; without the development, nothing would compile."""
    if shutil.which("coqc") is None:
        pytest.skip("needs Coq")
    assert (FORMAL / "Exact.vo").exists(), "build it first: make -C proofs/formal"
    return set((FORMAL / "assumptions.txt").read_text(encoding="utf-8").split())


def coqc(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "claim.v").write_text(text + "Print Assumptions claim_holds.\n")
    return subprocess.run(["coqc", "-Q", str(FORMAL), "Exactland", "claim.v"], cwd=folder, capture_output=True, text=True, check=False, timeout=600)


def assert_compiles(text: str, folder: Path, allowed: set[str]) -> None:
    done = coqc(text, folder)
    assert done.returncode == 0, done.stderr
    assumed = set(re.findall(r"^([\w.]+) *(?:$|:)", done.stdout.partition("Axioms:")[2], re.MULTILINE))
    assert assumed
    assert assumed <= allowed


def assert_fails_in_its_proof(text: str, folder: Path) -> None:
    """Not before: what is false is still a statement."""
    done = coqc(text, folder)
    assert done.returncode == 1
    place = re.search(r"line (\d+), characters .*\nError", done.stderr)
    assert place, done.stderr
    assert int(place[1]) > text.partition(PROOF)[0].count("\n") + 1, done.stderr


@pytest.mark.coq
@pytest.mark.parametrize("name", ["sigmoid-2-1", "sine-2-1", "sigmoid-3-2", "cubic-exact", "quartic-exact", "hard-tanh-h-7-3", *LOCAL])
def test_true_claims_compile(name: str, shipped: dict[str, bytes], files: dict[str, bytes], tmp_path: Path, allowed: set[str]) -> None:
    assert_compiles(coq_text(certificate_from_bytes({**shipped, **files}[name])), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.skipif(os.environ.get("EXACTLAND_PROFILE") != "nightly", reason="takes a minute and more")
@pytest.mark.parametrize("name", ["sine-4-3", "sine-5-4", "tanh-8-4"])
def test_true_claims_with_more_parameters_compile(name: str, shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]) -> None:
    assert_compiles(coq_text(certificate_from_bytes(shipped[name])), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize("file", WIDE)
def test_wide_networks_compile(file: str, root: Path, tmp_path: Path, allowed: set[str]) -> None:
    assert_compiles(coq_text(certificate_from_bytes((root / "proofs" / f"{file}.cert.json").read_bytes())), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize("kind", ["no-basin", "no-sub-optimal-basin"])
@pytest.mark.parametrize("name", ["cubic-exact", "sigmoid-2-1", "hard-tanh-h-7-3"])
def test_a_network_with_a_bad_minimum_is_not_wide(name: str, kind: str, shipped: dict[str, bytes], tmp_path: Path, allowed: set[str]) -> None:
    """False, as its certificate shows, which is shipped."""
    value = json.loads(shipped[name])
    value["claim"]["statement"], value["evidence"]["steps"] = {"kind": kind}, [{"rule": "4.2"}]
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    data = canonical(value) + b"\n"
    assert check(data).rule == "4.2"
    assert_fails_in_its_proof(coq_text(certificate_from_bytes(data)), tmp_path)


@pytest.mark.coq
@pytest.mark.parametrize(("name", "kind"), [*WEAKER, *((name, kind) for name in LOCAL[1:3] for kind in ("local-minimum", "sub-optimal-local-minimum"))])
def test_weaker_claims_compile(name: str, kind: str, shipped: dict[str, bytes], files: dict[str, bytes], tmp_path: Path, allowed: set[str]) -> None:
    assert_compiles(coq_text(certificate_from_bytes(said({**shipped, **files}[name], kind))), tmp_path, allowed)


def saturated_certificate(samples: int, units: int) -> bytes:
    """Construction H with more parameters than elimination is used for: a hint shows that the Hessian is positive definite."""
    problem, point = saturated(samples, units)
    center = [rational_text(v) for v in point]
    claim = {
        "format": "exactland-certificate/1",
        "problem": problem.specification(),
        "statement": {"kind": "strict-minimum", "center": center, "distance": "0"},
    }
    evidence = {"claim_sha256": claim_digest(claim), "steps": [{"rule": "3.1b", "center": numbers(point)}]}
    data = canonical({"claim": claim, "evidence": evidence, "provenance": {}}) + b"\n"
    assert check(data).status == "verified"
    return data


@pytest.mark.coq
def test_with_a_hint(tmp_path: Path, allowed: set[str]) -> None:
    data = saturated_certificate(13, 6)
    text = coq_text(certificate_from_bytes(data))
    assert "hint_check" in text
    assert_compiles(text, tmp_path, allowed)
    for path, edit in [((*PROBLEM, "data", "y", 3, 0), plus(F(1, 10**9))), ((*STATEMENT, "center", 2), plus(F(1, 10**9)))]:
        assert_fails_in_its_proof(coq_text(certificate_from_bytes(apply(data, path, edit))), tmp_path)
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
        "the activation changed": ((*PROBLEM, "network", "hidden", 0, "activation", "polynomial", 3), plus(F(1, 10**9))),
        "another point": ((*STEP, 0, "center", 1), plus(F(1, 10**9))),
        "not the better point": ((*STEP, 1, "witness"), lambda old: ["1/2", "1/2"]),
    },
    "hard-tanh-h-7-3": {
        "the gap raised": ((*STATEMENT, "gap"), plus(1)),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 1000))),
        "another activation": ((*PROBLEM, "network", "hidden", 0, "activation"), lambda old: "relu"),
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
        "the activation changed": ((*PROBLEM, "network", "hidden", 0, "activation"), lambda old: "leaky-relu"),
        "an output weight of the other sign": ((*STEP, 0, "center", 4), lambda old: ["-1", "0"]),
    },
    "ding-3 in no basin": {
        "the activation changed": ((*PROBLEM, "network", "hidden", 0, "activation", "polynomial", 3), plus(F(1, 10**9))),
        "a target changed": ((*PROBLEM, "data", "y", 0, 0), plus(F(1, 10**9))),
        "the gap raised": ((*STATEMENT, "gap"), plus(F(1, 100))),
    },
    "yun-any-leaky-relu in no basin": {
        "a line that is not constant": ((*STEP, 1, "witness", 9), plus(1)),
        "no line at all": ((*STEP, 1, "witness"), lambda old: ["3/5", "1/5", "0", "0", "0", "0", "1", "1", "1", "1", "0", "0", "-4/5"]),
        "the center elsewhere": ((*STATEMENT, "center", 0), plus(F(1, 10**9))),
        "the gap raised": ((*STATEMENT, "gap"), plus(F(1, 100))),
    },
    "swirszcz-one-unit in no basin": {
        "another kink": (
            (*PROBLEM, "network", "hidden", 0, "activation"),
            lambda old: {"piecewise-linear": {"breakpoints": ["0", "100"], "slopes": ["0", "1", "2"], "value_at_0": "0"}},
        ),
    },
}


@pytest.mark.coq
@pytest.mark.parametrize(("name", "twin"), [(name, twin) for name in FALSE for twin in FALSE[name]])
def test_false_claims_do_not(name: str, twin: str, shipped: dict[str, bytes], files: dict[str, bytes], tmp_path: Path, allowed: set[str]) -> None:
    """Nor if the proof is that of the true one: a false twin of the statement alone."""
    shipped = {**shipped, **{f"{name} in no basin": data for name, data in files.items()}}
    data = shipped[name] if name in shipped else said(files[name], "sub-optimal-local-minimum")
    false, true = (coq_text(certificate_from_bytes(d)) for d in (apply(data, *FALSE[name][twin]), data))
    assert_fails_in_its_proof(false, tmp_path)
    statement, true_statement = (text.partition(PROOF)[0].partition("*)")[2] for text in (false, true))
    assert (statement != true_statement) == (FALSE[name][twin][0][0] == "claim")
    if statement != true_statement:
        assert_fails_in_its_proof(statement + PROOF + true.partition(PROOF)[2], tmp_path)
