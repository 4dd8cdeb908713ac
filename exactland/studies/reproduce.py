"""The main job: build the built-in cases, certify them, write the certificates, read them back, let
the kernel check them, and tabulate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.engine.outcomes import Certified, Inconclusive, Outcome, Refuted
from exactland.engine.prove import certify_start
from exactland.errors import CertificateError
from exactland.files.atomic import write_atomic
from exactland.files.problem_file import problem_from_json, problem_text
from exactland.gallery import wide_cases
from exactland.gallery.cases import Case, core
from exactland.gallery.large import large
from exactland.gallery.published import Published, published
from exactland.gallery.rim_cases import Rimmed, rims
from exactland.kernel import Verdict, check
from exactland.kernel.reader import number
from exactland.kernel.rules import Minimum
from exactland.model.activations import NAMED, specification
from exactland.model.numbers import decimal_text, rational_text
from exactland.model.problem import Problem
from exactland.reports.literature import LiteratureRow, literature_markdown
from exactland.reports.pictures.overview import overview_svg
from exactland.reports.pictures.transition import transition_svg
from exactland.reports.rough_steps import planes
from exactland.studies.phase import Diagram, Setting, phase, read_diagram
from exactland.studies.phase.cells import VERDICTS

SIDES = ("narrow", "rims", "wide", "literature", "phase")
SAMPLES = {"sin": range(2, 9), "tanh": range(2, 9)}  # of the phase diagrams, where it is not
MOST = range(2, 8)
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


@dataclass(frozen=True)
class WideRow:
    """One line of the table of the wide side: what was asked, and the kind of statement the kernel
    verified.
    """

    case: str
    about: str
    kind: str
    rules: str
    file: str
    verdict: str


@dataclass(frozen=True)
class RimRow:
    """One line of the table of basins certified by their rim; every number recomputed by the
    kernel, decimals rounded outward.
    """

    case: str
    about: str
    parameters: int
    loss: str
    witness_loss: str
    planes: int
    file: str
    verdict: str


@dataclass(frozen=True)
class PhaseRow:
    """One phase diagram (one input, no biases): how many cells of each verdict.

    Every cell was read back and verified.
    """

    activation: str
    samples: str
    cells: dict[str, int]
    certificates: int
    file: str
    verdict: str


@dataclass(frozen=True)
class Pair:
    """The same data, one more unit: a bad basin, and the way out of it."""

    activation: str
    samples: int
    width: int
    loss: str
    narrow: Row
    wide: WideRow


@dataclass(frozen=True)
class Reproduced:
    """Everything `exactland reproduce` made, in the order of its tables."""

    narrow: list[Row]
    rims: list[RimRow]
    wide: list[WideRow]
    pairs: list[Pair]
    literature: list[LiteratureRow]
    phase: list[PhaseRow]

    @property
    def rows(self) -> list[Row | RimRow | WideRow | LiteratureRow | PhaseRow]:
        return [*self.narrow, *self.rims, *self.wide, *self.literature, *self.phase]

    @property
    def certificates(self) -> int:
        return (
            len(self.narrow)
            + len(self.rims)
            + len(self.wide)
            + len(self.literature)
            + sum(row.certificates for row in self.phase)
        )


def reproduce(
    out: Path,
    *,
    everything: bool = False,
    only: str | None = None,
    resume: bool = False,
    step: Step = lambda name, done, total: None,
) -> Reproduced:
    """Write problems/NAME.json, SIDE/NAME.cert.json and SIDE/summary.json below `out`,
    wide/transition.svg, LITERATURE.md, and the phase diagrams with phase/overview.svg; the rows of
    the tables.

    With `everything`, the larger cases too; with `only` one part of `SIDES` (for the wide side, the
    narrow certificates it starts from are made, not written). With `resume`, a certificate that is
    already there is kept if the kernel accepts it and it makes the same claim about the same
    problem. Raises CertificateError when a case could not be certified, InputError when `out`
    cannot be written.
    """
    cases = (
        [] if only not in (None, "narrow", "wide") else [*core(), *(large() if everything else [])]
    )
    cases = [case for case in cases if case.name in wide_cases.PAIRS] if only == "wide" else cases
    wide = list(wide_cases.core()) if only in (None, "wide") else []
    rough: list[Rimmed | Published] = [
        *(rims() if only in (None, "rims") else []),
        *(published() if only in (None, "literature") else []),
    ]
    diagrams = list(NAMED) if only in (None, "phase") else []
    total = len(cases) + len(wide) + len(rough) + len(diagrams)
    narrow_rows, wide_rows, made = [], [], dict[str, Certificate]()
    for done, case in enumerate(cases):
        step(case.name, done, total)
        file = Path("narrow") / f"{case.name}.cert.json"
        data = _kept(out / file, resume, partial(_is_done, case)) or _build(case)
        made[case.name] = certificate_from_bytes(data)
        if only != "wide":
            data = _written(out, file, data, case.problem)
        narrow_rows.append(_row(case, file, check(data)))
    for done, wide_case in enumerate(wide, len(cases)):
        step(wide_case.name, done, total)
        wide_rows.append(_wide_row(out, wide_case, made, resume))
    rim_rows, literature_rows = [], []
    for done, entry in enumerate(rough, len(cases) + len(wide)):
        step(entry.name, done, total)
        if isinstance(entry, Rimmed):
            rim_rows.append(_rim_row(out, entry, resume))
        else:
            literature_rows.append(_literature_row(out, entry, resume))
    phase_rows, drawn = [], []
    for done, name in enumerate(diagrams, len(cases) + len(wide) + len(rough)):
        step(f"phase diagram of {name}", done, total)
        row, diagram = _phase_row(out, name, resume)
        phase_rows.append(row)
        drawn.append(diagram)
    step("", total, total)
    pairs = [
        _pair(row, opened)
        for opened in wide_rows
        for row in narrow_rows
        if opened.case == f"one-more-{row.case}"
    ]
    result = Reproduced(
        [] if only == "wide" else narrow_rows,
        rim_rows,
        wide_rows,
        pairs,
        literature_rows,
        phase_rows,
    )
    for side, rows in (
        ("narrow", result.narrow),
        ("rims", rim_rows),
        ("wide", wide_rows),
        ("literature", literature_rows),
    ):
        if rows:
            write_atomic(
                out / side / "summary.json",
                (json.dumps([asdict(row) for row in rows], indent=1) + "\n").encode(),
            )
    if drawn:
        write_atomic(out / "phase" / "overview.svg", overview_svg(drawn, MOST[-1]).encode())
    if literature_rows:
        write_atomic(out / "LITERATURE.md", literature_markdown(literature_rows).encode())
    if wide:
        write_atomic(out / "wide" / "transition.svg", transition_svg(pairs).encode())
    return result


def _written(out: Path, file: Path, data: bytes, problem: Problem) -> bytes:
    """Write a certificate and its problem file; the bytes read back."""
    write_atomic(
        out / "problems" / f"{file.name.removesuffix('.cert.json')}.json",
        problem_text(problem).encode(),
    )
    write_atomic(out / file, data)
    return (out / file).read_bytes()


def _wide_row(
    out: Path, case: wide_cases.WideCase, narrow: dict[str, Certificate], resume: bool
) -> WideRow:
    file, verdict, made = _made(out, "wide", case.name, case.make(narrow), resume)
    return WideRow(case.name, case.about, str(verdict.kind), _rules(made), file, verdict.status)


def _rim_row(out: Path, case: Rimmed, resume: bool) -> RimRow:
    file, verdict, made = _made(out, "rims", case.name, case.make(), resume)
    fact = _minimum(case.name, verdict)
    loss, lower = enclosure_text(fact, 6), decimal_text(fact.witness_loss or fact.low, 4, up=True)
    return RimRow(
        case.name,
        case.about,
        case.problem.parameters,
        loss,
        f"<= {lower}",
        planes(made.steps[0], case.problem.parameters),
        file,
        verdict.status,
    )


def _literature_row(out: Path, entry: Published, resume: bool) -> LiteratureRow:
    file, verdict, made = _made(out, "literature", entry.name, entry.make(), resume)
    fact = verdict.fact
    loss = enclosure_text(fact, 6) if isinstance(fact, Minimum) else ""
    lower = (
        f"<= {decimal_text(fact.witness_loss, 4, up=True)}"
        if isinstance(fact, Minimum) and fact.witness_loss is not None
        else ""
    )
    said = (entry.name, entry.paper, entry.claims, entry.about, verdict.says, str(verdict.kind))
    return LiteratureRow(*said, _rules(made), loss, lower, file, verdict.status)


def _made(
    out: Path, side: str, name: str, outcome: Outcome, resume: bool
) -> tuple[str, Verdict, Certificate]:
    """Write a certificate, or keep one of the same claim; its file, what the kernel says of what is
    read back, and that.
    """
    if isinstance(outcome, Inconclusive):
        raise CertificateError(f"{name}: not certified: {outcome.reason}")
    file = Path(side) / f"{name}.cert.json"
    data = (
        _kept(out / file, resume, partial(_same_claim, outcome.certificate))
        or outcome.certificate.to_bytes()
    )
    data = _written(out, file, data, _problem_with_point(outcome.certificate))
    return file.as_posix(), check(data), certificate_from_bytes(data)


def _rules(made: Certificate) -> str:
    return ", ".join(step["rule"] for step in made.steps)


def _minimum(name: str, verdict: Verdict) -> Minimum:
    if not isinstance(verdict.fact, Minimum):
        raise CertificateError(f"{name}: the kernel says {verdict.status}: {verdict.says}")
    return verdict.fact


def _phase_row(out: Path, name: str, resume: bool) -> tuple[PhaseRow, Diagram]:
    """Decide the cells of one activation without any search, which would depend on the machine's
    floating point; read them back, and verify each.
    """
    samples = SAMPLES.get(name, MOST)
    setting = Setting(NAMED[name], starts=0)
    phase(setting, samples, out, resume=resume)
    file = Path("phase") / f"{setting.name}.json"
    diagram = read_diagram(out / file)
    counts = {
        verdict: sum(cell.verdict == verdict for cell in diagram.cells) for verdict in VERDICTS
    }
    certificates = sum(cell.certificate is not None for cell in diagram.cells)
    return PhaseRow(
        name, f"{samples[0]}..{samples[-1]}", counts, certificates, file.as_posix(), "verified"
    ), diagram


def _problem_with_point(certificate: Certificate) -> Problem:
    """The problem of a certificate, with the exact parameters that its statement, or a rim or
    potentials, are about, if there are any.
    """
    statement, first = certificate.claim["statement"], certificate.steps[0]
    exact = "center" in statement and statement.get("distance", "0") == "0"
    center = (
        statement["center"]
        if exact
        else first["center"]
        if first["rule"] in ("3.3", "3.4b")
        else None
    )
    point = (
        {} if center is None else {"point": [rational_text(number(v, "center")) for v in center]}
    )
    return problem_from_json({**certificate.claim["problem"], **point})


def _pair(row: Row, opened: WideRow) -> Pair:
    with_bias = "-output-bias-" in row.case
    return Pair(
        f"{row.activation}{' and output bias' if with_bias else ''}",
        row.samples,
        int(row.units),
        row.loss,
        row,
        opened,
    )


def _kept(path: Path, resume: bool, is_done: Callable[[bytes], bool]) -> bytes | None:
    """The bytes of a certificate that is already there, if it may be kept."""
    try:
        data = path.read_bytes() if resume else b""
    except OSError:
        return None
    return data if data and check(data).status == "verified" and is_done(data) else None


def _same_claim(wanted: Certificate, data: bytes) -> bool:
    return bool(json.loads(data)["claim"] == wanted.claim)


def _build(case: Case) -> bytes:
    provenance = {"recipe": case.recipe, "start": [rational_text(v) for v in case.start]}
    outcome = certify_start(case.problem, case.start, case.witness, provenance)
    match outcome:
        case Certified(certificate, _):
            return certificate.to_bytes()
        case Refuted() | Inconclusive():
            raise CertificateError(
                f"{case.name}: not certified: {getattr(outcome, 'reason', 'refuted')}"
            )


def _is_done(case: Case, data: bytes) -> bool:
    claim = json.loads(data)["claim"]
    kind = "sub-optimal-strict-minimum" if case.witness else "strict-minimum"
    return bool(
        claim["problem"] == case.problem.specification() and claim["statement"]["kind"] == kind
    )


def _row(case: Case, file: Path, verdict: Verdict) -> Row:
    fact = _minimum(case.name, verdict)
    if (fact.witness_loss is None) is not (case.witness is None):
        raise CertificateError(f"{case.name}: the kernel says {verdict.says}")
    return Row(
        case=case.name,
        activation=describe_activations(case.problem),
        samples=case.problem.samples,
        units="+".join(str(layer.units) for layer in case.problem.network.hidden),
        loss=enclosure_text(fact),
        witness_loss="none recorded"
        if fact.witness_loss is None
        else f"<= {decimal_text(fact.witness_loss, 4, up=True)}",
        curvature=f">= {decimal_text(fact.curvature, 3, up=False)}",
        file=file.as_posix(),
        verdict=verdict.status,
    )


def describe_activations(problem: Problem) -> str:
    """The activations of the hidden layers, in a few words."""
    names = []
    for layer in problem.network.hidden:
        form = specification(layer.activation)
        name = (
            form
            if isinstance(form, str)
            else next(
                f"{kind} {body}" if kind == "polynomial" else kind for kind, body in form.items()
            )
        )
        names.append(name.replace("'", "") + (" with bias" if layer.bias else ""))
    return names[0] if len(set(names)) == 1 else ", ".join(names)


def enclosure_text(fact: Minimum, digits: int = 8) -> str:
    """The loss at the minimum: one decimal if exact to `digits`, else [low, high] rounded
    outward.
    """
    low, high = decimal_text(fact.low, digits, up=False), decimal_text(fact.high, digits, up=True)
    return low if low == high else f"[{low}, {high}]"


def worst(rows: Sequence[Row | RimRow | WideRow | LiteratureRow | PhaseRow]) -> int:
    return 0 if all(row.verdict == "verified" for row in rows) else 1
