"""The main job: build the built-in cases, certify them, write the certificates, read them back, let the kernel check them, and tabulate."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from exactland.activations import specification
from exactland.cases import Case, core
from exactland.errors import CertificateError
from exactland.exact import decimal_text, rational_text
from exactland.io.atomic import write_atomic
from exactland.io.problem_file import problem_text
from exactland.kernel import Verdict, check
from exactland.kernel.rules import Minimum
from exactland.large_cases import large
from exactland.outcome import Certified, Inconclusive, Refuted
from exactland.problem import Problem
from exactland.prove import certify_start

FOLDERS = {"narrow": "narrow"}
Step = Callable[[str, int, int], None]  # name of the case, done, total


@dataclass(frozen=True)
class Row:
    """One line of the table; every number recomputed by the kernel, decimals rounded outward."""

    case: str
    activation: str
    samples: int
    units: str
    loss: str
    witness_loss: str
    curvature: str
    file: str
    verdict: str


def reproduce(out: Path, *, everything: bool = False, resume: bool = False, step: Step = lambda name, done, total: None) -> list[Row]:
    """Write problems/NAME.json, narrow/NAME.cert.json and narrow/summary.json below `out`; the rows of the table.

    With `everything`, the larger cases too. With `resume`, a certificate that is already there is kept if the kernel accepts it and it makes the same claim
    about the same problem. Raises CertificateError when a case could not be certified, InputError when `out` cannot be written.
    """
    cases = [*core(), *(large() if everything else [])]
    rows = []
    for done, case in enumerate(cases):
        step(case.name, done, len(cases))
        path = out / FOLDERS["narrow"] / f"{case.name}.cert.json"
        write_atomic(out / "problems" / f"{case.name}.json", problem_text(case.problem).encode())
        if not (resume and _is_done(path, case)):
            write_atomic(path, _build(case))
        rows.append(_row(case, path.relative_to(out), check(path.read_bytes())))
    step("", len(cases), len(cases))
    write_atomic(out / FOLDERS["narrow"] / "summary.json", (json.dumps([asdict(row) for row in rows], indent=1) + "\n").encode())
    return rows


def _build(case: Case) -> bytes:
    provenance = {"recipe": case.recipe, "start": [rational_text(v) for v in case.start]}
    outcome = certify_start(case.problem, case.start, case.witness, provenance)
    match outcome:
        case Certified(certificate, _):
            return certificate.to_bytes()
        case Refuted() | Inconclusive():
            raise CertificateError(f"{case.name}: not certified: {getattr(outcome, 'reason', 'refuted')}")


def _is_done(path: Path, case: Case) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    if check(data).status != "verified":
        return False
    claim = json.loads(data)["claim"]
    kind = "sub-optimal-strict-minimum" if case.witness else "strict-minimum"
    return bool(claim["problem"] == case.problem.specification() and claim["statement"]["kind"] == kind)


def _row(case: Case, file: Path, verdict: Verdict) -> Row:
    fact = verdict.fact
    if not isinstance(fact, Minimum) or (fact.witness_loss is None) is not (case.witness is None):
        raise CertificateError(f"{case.name}: the kernel says {verdict.status}: {verdict.says}")
    return Row(
        case=case.name,
        activation=describe_activations(case.problem),
        samples=case.problem.samples,
        units="+".join(str(layer.units) for layer in case.problem.network.hidden),
        loss=enclosure_text(fact),
        witness_loss="none recorded" if fact.witness_loss is None else f"<= {decimal_text(fact.witness_loss, 4, up=True)}",
        curvature=f">= {decimal_text(fact.curvature, 3, up=False)}",
        file=file.as_posix(),
        verdict=verdict.status,
    )


def describe_activations(problem: Problem) -> str:
    """The activations of the hidden layers, in a few words."""
    names = []
    for layer in problem.network.hidden:
        form = specification(layer.activation)
        name = form if isinstance(form, str) else next(f"{kind} {body}" if kind == "polynomial" else kind for kind, body in form.items())
        names.append(name.replace("'", "") + (" with bias" if layer.bias else ""))
    return names[0] if len(set(names)) == 1 else ", ".join(names)


def enclosure_text(fact: Minimum, digits: int = 8) -> str:
    """The loss at the minimum: one decimal if exact to `digits`, else [low, high] rounded outward."""
    low, high = decimal_text(fact.low, digits, up=False), decimal_text(fact.high, digits, up=True)
    return low if low == high else f"[{low}, {high}]"


def worst(rows: Sequence[Row]) -> int:
    return 0 if all(row.verdict == "verified" for row in rows) else 1
