"""The main job: build the built-in cases, certify them, write the certificates, read them back, and
tabulate.

The cases are made in several processes. Whatever their number, and whoever is finished first, the
bytes are the same: a certificate depends on its case alone, rows are put into the order of the
tables, and files are written by one process.

Nothing is checked twice. `check` is a pure function of bytes, so of a certificate that the kernel
verified when it was made it is enough that the bytes read back from the disk are the bytes that
were verified. Whatever else is read from the disk, with `resume`, is checked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.certificates.steps import Potentials, Rim
from exactland.checking import check
from exactland.engine.outcomes import Inconclusive
from exactland.errors import CertificateError
from exactland.files.atomic import write_atomic
from exactland.files.problem_file import problem_text
from exactland.gallery import LARGE, case, names
from exactland.gallery import SIDES as CASE_SIDES
from exactland.gallery.cases import Case, MinimumNear
from exactland.gallery.wide import narrow_case_before
from exactland.kernel import Verdict
from exactland.model.activations import NAMED
from exactland.model.problem import Problem
from exactland.studies.execution import Each, available, in_parallel
from exactland.studies.making import made
from exactland.studies.phase import Cell, Setting
from exactland.studies.phase.cells import decide_cell
from exactland.studies.phase.diagram import GrowingDiagram, kept_cells
from exactland.studies.rows import CaseRow, LiteratureRow, Reproduced, RimRow, Row, WideRow
from exactland.studies.store import write_and_compare
from exactland.studies.tabulating import case_row, deep_pairs, pairs, phase_row

SIDES = (*CASE_SIDES, "phase")
SAMPLES = {"sin": range(2, 9), "tanh": range(2, 14)}  # of the phase diagrams, where it is not
MOST = range(2, 8)
Step = Callable[[str, int, int], None]  # name of what is finished, done, total


@dataclass(frozen=True)
class Chain:
    """Cases for one process, one after the other: later ones may start from earlier ones.

    `earlier_run` is the folder of an earlier run whose certificates may be kept.
    """

    names: tuple[str, ...]
    earlier_run: Path | None


@dataclass(frozen=True)
class Column:
    """Cells of one phase diagram for one process: one width, several numbers of samples.

    Constructions for one width have a part in common, which is computed once.
    """

    activation: str
    units: int
    samples: tuple[int, ...]


@dataclass(frozen=True)
class FinishedCase:
    """A certificate that the kernel verified in this run, the problem file and the row."""

    side: str
    file: str
    certificate: bytes
    problem: bytes
    row: CaseRow


@dataclass(frozen=True)
class FinishedCell:
    """A cell of the phase diagram of an activation."""

    activation: str
    cell: Cell


def reproduce(
    out: Path,
    *,
    everything: bool = False,
    only: str | None = None,
    resume: bool = False,
    processes: int | None = None,
    step: Step = lambda name, done, total: None,
) -> Reproduced:
    """Write problems/NAME.json, SIDE/NAME.cert.json and SIDE/summary.json below `out`, and the
    phase diagrams; the rows of the tables.

    With `everything`, the larger cases too; with `only` one part of `SIDES` (for the wide side, the
    narrow certificates it starts from are made, not written). With `resume`, a certificate that is
    already there is kept if the kernel accepts it and it makes the same claim about the same
    problem. `processes` is how many there are beside this one (None: one for every core); with 1
    everything is done here. `step(name, done, total)` is called whenever a case, or a cell of a
    phase diagram, is finished. An interruption ends everything at once and leaves nothing
    half-written. Raises CertificateError when a case could not be certified, InputError when `out`
    cannot be written.
    """
    earlier_run = out if resume else None
    chains = _chains(only, everything, earlier_run)
    settings = _settings() if only in (None, "phase") else []
    with in_parallel(available() if processes is None else processes) as each:
        diagrams = _diagrams(out, settings, resume, each)
        columns = [column for name in diagrams for column in _columns(name, diagrams[name])]
        jobs = _longest_first(chains, columns)
        progress = _Progress(chains, diagrams, step)
        rows: dict[str, CaseRow] = {}
        for parts in each(_finished, jobs, as_finished=True):
            for part in parts:
                if isinstance(part, FinishedCell):
                    diagrams[part.activation].add(part.cell)
                    cell = f"N = {part.cell.samples}, m = {part.cell.units}"
                    progress.one_more(f"phase diagram of {part.activation}: {cell}")
                else:
                    if only in (None, part.side):
                        _write(out, part)
                    rows[part.row.case] = part.row
                    progress.one_more(part.row.case)
    return _tabulated(out, only, rows, diagrams)


def _chains(only: str | None, everything: bool, earlier_run: Path | None) -> list[Chain]:
    """All cases asked for; those of the wide side behind the narrow ones they start from."""
    wanted = [side for side in CASE_SIDES if only in (None, side)]
    following: dict[str, list[str]] = {}
    alone = []
    for name in names("wide") if "wide" in wanted else ():
        before = narrow_case_before(name)
        if before is None:
            alone.append(name)
        else:
            following.setdefault(before, []).append(name)
    narrow = names("narrow") if "narrow" in wanted else tuple(following)
    chains = [(name, *following.get(name, ())) for name in narrow]
    chains += [(name,) for name in alone]
    for side in ("rims", "literature"):
        chains += [(name,) for name in names(side) if side in wanted]
    if everything and "narrow" in wanted:
        chains += [(name,) for name in LARGE]
    return [Chain(chain, earlier_run) for chain in chains]


def _settings() -> list[Setting]:
    """No search in any diagram: it would depend on the machine's floating point."""
    return [Setting(activation, starts=0) for activation in NAMED.values()]


def _samples(setting: Setting) -> range:
    return SAMPLES.get(setting.name, MOST)


def _diagrams(
    out: Path, settings: Sequence[Setting], resume: bool, each: Each
) -> dict[str, GrowingDiagram]:
    kept: list[tuple[Cell, ...]] = [()] * len(settings)
    if resume:
        kept = list(each(partial(kept_cells, out), settings))
    return {
        setting.name: GrowingDiagram(setting, _samples(setting), out, cells)
        for setting, cells in zip(settings, kept)
    }


def _columns(activation: str, diagram: GrowingDiagram) -> list[Column]:
    columns: dict[int, list[int]] = {}
    for samples, units in diagram.missing:
        columns.setdefault(units, []).append(samples)
    return [Column(activation, units, tuple(samples)) for units, samples in columns.items()]


def _longest_first(chains: Sequence[Chain], columns: Sequence[Column]) -> list[Chain | Column]:
    """So that at the end no process works alone: what takes seconds, what takes one, the rest."""
    long = {*LARGE, *names("rims")}
    seconds = [chain for chain in chains if chain.names[0] in long]
    rest = [chain for chain in chains if chain.names[0] not in long]
    return [*reversed(seconds), *columns, *rest]


class _Progress:
    """How many cases and cells of all are finished."""

    def __init__(
        self, chains: Sequence[Chain], diagrams: dict[str, GrowingDiagram], step: Step
    ) -> None:
        cells = sum(len(diagram.wanted) for diagram in diagrams.values())
        missing = sum(len(diagram.missing) for diagram in diagrams.values())
        self._total = sum(len(chain.names) for chain in chains) + cells
        self._done = cells - missing
        self._step = step
        step("", self._done, self._total)

    def one_more(self, name: str) -> None:
        self._done += 1
        self._step(name, self._done, self._total)


def _tabulated(
    out: Path,
    only: str | None,
    rows: dict[str, CaseRow],
    diagrams: dict[str, GrowingDiagram],
) -> Reproduced:
    """Everything in the order of the tables; the summaries are written."""
    ordered = [rows[name] for side in CASE_SIDES for name in _names(side) if name in rows]
    narrow = [row for row in ordered if isinstance(row, Row)]
    wide = [row for row in ordered if isinstance(row, WideRow)]
    drawn = [diagram.written() for diagram in diagrams.values()]
    result = Reproduced(
        narrow=[] if only == "wide" else narrow,
        rims=[row for row in ordered if isinstance(row, RimRow)],
        wide=wide,
        pairs=pairs(narrow, wide),
        deep_pairs=deep_pairs(narrow, wide),
        literature=[row for row in ordered if isinstance(row, LiteratureRow)],
        phase=[
            phase_row(diagram, _samples(diagram.setting), f"phase/{diagram.setting.name}.json")
            for diagram in drawn
        ],
        diagrams=drawn,
    )
    _write_summary(out, "narrow", result.narrow)
    _write_summary(out, "rims", result.rims)
    _write_summary(out, "wide", result.wide)
    _write_summary(out, "literature", result.literature)
    return result


def _names(side: str) -> tuple[str, ...]:
    return (*names(side), *LARGE) if side == "narrow" else names(side)


def _write(out: Path, finished: FinishedCase) -> None:
    problem = out / "problems" / f"{finished.row.case}.json"
    write_atomic(problem, finished.problem)
    write_and_compare(out / finished.file, finished.certificate)


def _write_summary(out: Path, side: str, rows: Sequence[CaseRow]) -> None:
    if rows:
        text = json.dumps([asdict(row) for row in rows], indent=1) + "\n"
        write_atomic(out / side / "summary.json", text.encode())


# What the processes do


def _finished(job: Chain | Column) -> list[FinishedCase | FinishedCell]:
    return list(_cells(job)) if isinstance(job, Column) else list(_cases(job))


def _cells(column: Column) -> Iterator[FinishedCell]:
    setting = Setting(NAMED[column.activation], starts=0)
    for samples in column.samples:
        yield FinishedCell(column.activation, decide_cell(setting, samples, column.units))


def _cases(chain: Chain) -> Iterator[FinishedCase]:
    earlier: dict[str, Certificate] = {}
    for name in chain.names:
        built = case(name)
        file = f"{built.side}/{name}.cert.json"
        kept_at = None if chain.earlier_run is None else chain.earlier_run / file
        data, verdict = _verified(built, earlier, kept_at)
        certificate = certificate_from_bytes(data)
        row = case_row(built, certificate, verdict, file)
        problem = problem_text(_problem_to_write(built, certificate)).encode()
        earlier[name] = certificate
        yield FinishedCase(built.side, file, data, problem, row)


def _verified(
    built: Case, earlier: dict[str, Certificate], kept_at: Path | None
) -> tuple[bytes, Verdict]:
    """The certificate of a case and what the kernel said of it in this run; the one that is there
    already, if it may be kept.
    """
    if kept_at is not None and isinstance(built.task, MinimumNear):
        kept = _kept(kept_at, partial(_is_of, built))
        if kept is not None:
            return kept
    outcome = made(built, earlier)
    if isinstance(outcome, Inconclusive):
        raise CertificateError(f"{built.name}: not certified: {outcome.reason}")
    if kept_at is not None:
        kept = _kept(kept_at, partial(_says_the_same, outcome.certificate))
        if kept is not None:
            return kept
    return outcome.certificate.to_bytes(), outcome.verdict


def _kept(path: Path, may_be: Callable[[Certificate], bool]) -> tuple[bytes, Verdict] | None:
    """What is there already, if the kernel accepts it and its claim may be kept."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    verdict = check(data)
    if verdict.status == "verified" and may_be(certificate_from_bytes(data)):
        return data, verdict
    return None


def _is_of(built: Case, there: Certificate) -> bool:
    """Whether the claim is of the kind that is expected, about the same problem."""
    return there.problem == built.problem and there.statement.kind == built.expected


def _says_the_same(wanted: Certificate, there: Certificate) -> bool:
    return (there.problem, there.statement) == (wanted.problem, wanted.statement)


def _problem_to_write(built: Case, certificate: Certificate) -> Problem:
    """The problem of a case, with the exact parameters that its statement, or a rim or potentials,
    are about, if there are any.
    """
    if built.side == "narrow":
        return built.problem
    statement, first = certificate.statement, certificate.steps[0]
    point = None
    if statement.is_about_exactly_the_center:
        point = statement.center
    elif isinstance(first, Rim | Potentials):
        point = first.center
    return replace(certificate.problem, point=point)
