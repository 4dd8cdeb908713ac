"""A whole phase diagram: its cells in parallel, its folder of certificates and summary, and the
checks without which no cell is read back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from exactland.certificates.certificate import certificate_from_bytes
from exactland.certificates.kinds import StatementKind
from exactland.checking import check
from exactland.errors import CertificateError, InputError
from exactland.files import json_text
from exactland.files.atomic import write_atomic
from exactland.files.problem_file import activation
from exactland.model.activations import specification
from exactland.studies.execution import in_parallel
from exactland.studies.phase.cells import (
    BAD,
    OPEN,
    PROVED,
    VERDICTS,
    WIDE,
    Cell,
    Setting,
    decide_cell,
)
from exactland.studies.store import write_and_compare
from exactland.walls.theorems import wall

FORMAT = "exactland-phase/1"
MOST_SAMPLES = 64
# what the certificate of a cell has to say
STATED = {
    BAD: StatementKind.SUB_OPTIMAL_STRICT_MINIMUM,
    WIDE: StatementKind.NO_SUB_OPTIMAL_BASIN,
}
Step = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Diagram:
    """The cells of one setting, by N and m."""

    setting: Setting
    cells: tuple[Cell, ...]

    def cell(self, samples: int, units: int) -> Cell | None:
        return next(
            (cell for cell in self.cells if (cell.samples, cell.units) == (samples, units)), None
        )


def phase(
    setting: Setting,
    samples: Sequence[int],
    out: Path,
    *,
    processes: int = 1,
    resume: bool = False,
    step: Step = lambda name, done, total: None,
) -> Diagram:
    """Decide the cells 1 <= m <= N for every N of `samples`; write OUT/phase/NAME.json after every
    cell, and a certificate OUT/phase/NAME/N-m.cert.json where there is one. The same cells for the
    same setting, in whatever order they are finished.

    With `resume`, cells that are there already are kept, also those of other N: those with a
    certificate if the kernel accepts it, open ones if they were looked for as hard, with the same
    seed. Raises InputError for sizes below 1 or a folder that cannot be written.
    """
    kept = kept_cells(out, setting) if resume else ()
    growing = GrowingDiagram(setting, samples, out, kept)
    total = len(growing.wanted)
    done = total - len(growing.missing)
    step("", done, total)
    with in_parallel(processes) as each:
        for cell in each(partial(_decide, setting), growing.missing, as_finished=True):
            growing.add(cell)
            done += 1
            step(f"N = {cell.samples}, m = {cell.units}", done, total)
    return growing.written()


class GrowingDiagram:
    """The diagram of a setting below OUT/phase, cell by cell: NAME/N-m.cert.json, and the summary
    NAME.json. The same files, in whatever order the cells are added.

    `wanted` are the cells 1 <= m <= N for every N of `samples`, as (N, m); `missing` those that
    were not among the `kept` ones. Raises InputError for sizes below 1.
    """

    def __init__(
        self, setting: Setting, samples: Sequence[int], out: Path, kept: Iterable[Cell] = ()
    ) -> None:
        for count in samples:
            if count < 1:
                raise InputError("--samples", f"{count} is not positive")
        self.setting = setting
        self.file = out / "phase" / f"{setting.name}.json"
        self.wanted = [(n, m) for n in sorted(set(samples)) for m in range(1, n + 1)]
        self._cells = {(cell.samples, cell.units): cell for cell in kept}
        self.missing = [key for key in self.wanted if key not in self._cells]

    def add(self, cell: Cell) -> None:
        """Write the cell, whose certificate, if it has one, the kernel has verified, and the
        summary; the certificate is read back and compared.

        Raises CertificateError for a verdict that the certificate or the theorem does not support,
        InputError for what cannot be written.
        """
        _supported(self.setting, cell)
        if cell.certificate is not None:
            file = self.file.parent / self.setting.name / f"{cell.samples}-{cell.units}.cert.json"
            write_and_compare(file, cell.certificate.to_bytes())
        self._cells[cell.samples, cell.units] = cell
        self.written()

    def written(self) -> Diagram:
        """The diagram of the cells so far, written."""
        diagram = Diagram(self.setting, tuple(self._cells[key] for key in sorted(self._cells)))
        write_atomic(self.file, diagram_text(diagram).encode())
        return diagram


def _decide(setting: Setting, key: tuple[int, int]) -> Cell:
    return decide_cell(setting, *key)


def kept_cells(out: Path, setting: Setting) -> tuple[Cell, ...]:
    """The cells of an earlier run that stand up: those with a certificate if the kernel accepts it,
    open ones if they were looked for as hard, with the same seed.

    Raises InputError when there is a summary of another activation, number of inputs or bias.
    """
    path = out / "phase" / f"{setting.name}.json"
    if not path.exists():
        return ()
    earlier, cells = _summary(json_text.parse(json_text.read_bytes(path)))
    if replace(earlier, seed=0, starts=1) != replace(setting, seed=0, starts=1):
        raise InputError(str(path), "is about another activation, number of inputs or bias")
    kept = []
    for k, cell in enumerate(cells):
        with suppress(CertificateError, InputError):  # what does not stand up is decided again
            kept.append(_verified(earlier, cell, f"cells[{k}]", path.parent))
    return tuple(cell for cell in kept if cell.verdict != OPEN or earlier == setting)


def diagram_text(diagram: Diagram) -> str:
    """The summary: the setting, and every cell with its verdict, what it rests on, and its file."""
    setting = diagram.setting
    cells = []
    for cell in diagram.cells:
        file = (
            f"{setting.name}/{cell.samples}-{cell.units}.cert.json"
            if cell.certificate is not None
            else None
        )
        residual = None if cell.residual is None else f"{cell.residual:.1e}"
        cells.append(
            {
                "samples": cell.samples,
                "units": cell.units,
                "verdict": cell.verdict,
                "by": cell.by,
                "file": file,
                "residual": residual,
            }
        )
    about = {
        "activation": specification(setting.activation),
        "inputs": setting.inputs,
        "bias": setting.bias,
        "seed": setting.seed,
        "starts": setting.starts,
    }
    return json.dumps({"format": FORMAT, **about, "cells": cells}, indent=1) + "\n"


def read_diagram(path: Path) -> Diagram:
    """A summary with its certificates.

    Every cell is verified anew, see `verify_cell`. Raises InputError for what is not a summary,
    CertificateError for a cell whose colour nothing supports.
    """
    return diagram_from_json(json_text.parse(json_text.read_bytes(path)), path.parent)


def diagram_from_json(value: Any, folder: Path) -> Diagram:
    """The same for a summary that is read already, with its certificates in folders of this one."""
    setting, cells = _summary(value)
    read = tuple(_verified(setting, cell, f"cells[{k}]", folder) for k, cell in enumerate(cells))
    for k, cell in enumerate(read):
        if (cell.samples, cell.units) in {(other.samples, other.units) for other in read[:k]}:
            raise InputError(f"cells[{k}]", f"N = {cell.samples}, m = {cell.units} is there twice")
    return Diagram(setting, read)


def _summary(value: Any) -> tuple[Setting, tuple[Any, ...]]:
    """The setting of a summary, and its cells, not read yet."""
    form, s, inputs, bias, seed, starts, cells = json_text.fields(
        value, "phase", ("format", "activation", "inputs", "bias", "seed", "starts", "cells")
    )
    json_text.word(form, "format", FORMAT)
    setting = Setting(
        activation(s),
        json_text.count(inputs, "inputs"),
        json_text.flag(bias, "bias"),
        whole(seed, "seed"),
        whole(starts, "starts"),
    )
    return setting, json_text.listed(cells, "cells", lambda cell, place: cell)


def _verified(setting: Setting, value: Any, place: str, folder: Path) -> Cell:
    cell = _cell(value, place, folder)
    _supported(setting, cell)
    return cell


def whole(value: Any, place: str) -> int:
    """A whole number from 0, out of a summary."""
    number = json_text.number(value, place)
    if number.denominator != 1 or number < 0:
        raise InputError(place, f"{number} is not a whole number from 0")
    return int(number)


def _cell(value: Any, place: str, folder: Path) -> Cell:
    samples, units, verdict, by, file, residual = json_text.fields(
        value, place, ("samples", "units", "verdict", "by", "file", "residual")
    )
    json_text.word(verdict, f"{place}.verdict", *VERDICTS)
    if not isinstance(by, str):
        raise InputError(f"{place}.by", "is not a text")
    made = None
    if file is not None:
        data = json_text.read_bytes(folder / Path(str(file)))
        made = certificate_from_bytes(data) if check(data).status == "verified" else None
        if made is None:
            raise CertificateError(f"{place}: the kernel does not accept {file}")
    left = None if residual is None else json_text.number(residual, f"{place}.residual")
    if left is not None and not 0 <= left <= 10**9:
        raise InputError(f"{place}.residual", "is not between 0 and 10^9")
    sizes = [
        json_text.count(size, f"{place}.{name}")
        for name, size in (("samples", samples), ("units", units))
    ]
    if max(sizes) > MOST_SAMPLES:
        raise InputError(place, f"samples and units go up to {MOST_SAMPLES}")
    return Cell(sizes[0], sizes[1], verdict, by, made, None if left is None else float(left))


def verify_cell(setting: Setting, cell: Cell) -> None:
    """Raises CertificateError unless the cell's verdict is supported: by a certificate the kernel
    accepts, about N samples and m units of this setting, that says what the verdict needs (for WIDE
    with m >= N); by a theorem that `walls` knows under this name; or not coloured at all.
    """
    if cell.certificate is not None and check(cell.certificate.to_bytes()).status != "verified":
        raise CertificateError(
            f"cell N = {cell.samples}, m = {cell.units}: the kernel does not accept the certificate"
        )
    _supported(setting, cell)


def _supported(setting: Setting, cell: Cell) -> None:
    """The same for a cell whose certificate, if it has one, the kernel has accepted."""
    where = f"cell N = {cell.samples}, m = {cell.units}"
    if cell.verdict == PROVED:
        theorem = wall(
            setting.activation, cell.samples, cell.units, inputs=setting.inputs, bias=setting.bias
        )
        if theorem is None or theorem != cell.by:
            raise CertificateError(f"{where}: no theorem {cell.by!r} says that there is none")
    if (cell.certificate is not None) is not (cell.verdict in STATED):
        raise CertificateError(
            f"{where}: {cell.verdict!r} {'without' if cell.verdict in STATED else 'with'} a"
            " certificate"
        )
    if cell.certificate is not None:
        problem, kind = cell.certificate.problem, cell.certificate.statement.kind
        if kind is not STATED[cell.verdict]:
            raise CertificateError(
                f"{where}: the certificate says {kind}, not {STATED[cell.verdict]}"
            )
        if (problem.network, problem.samples, problem.loss) != (
            setting.network(cell.units),
            cell.samples,
            "half-squared-error",
        ):
            raise CertificateError(
                f"{where}: the certificate is about another network, another number of samples or"
                " another loss"
            )
        if cell.verdict == WIDE and cell.units < cell.samples:
            raise CertificateError(f"{where}: the wide theorem needs as many units as samples")
