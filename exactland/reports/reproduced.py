"""The pictures and the page that go with what `exactland reproduce` made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from exactland.files.atomic import write_atomic
from exactland.gallery.entries import papers
from exactland.gallery.narrow import problem_and_start
from exactland.reports.literature import literature_markdown
from exactland.reports.pictures.axes import Place, axes_svg
from exactland.reports.pictures.overview import overview_svg
from exactland.reports.pictures.transition import transition_svg
from exactland.studies.phase import Diagram
from exactland.studies.phase.cells import BAD
from exactland.studies.reproduce import MOST
from exactland.studies.rows import Reproduced, Row

AXES = range(2, 6)  # the N of phase/axes.svg


def write_pictures_and_tables(done: Reproduced, out: Path) -> None:
    """Write phase/overview.svg, phase/axes.svg, literature/README.md and wide/transition.svg below
    `out`, each if there is something to show.

    Raises InputError when `out` cannot be written.
    """
    if done.diagrams:
        overview = overview_svg(done.diagrams, MOST[-1])
        write_atomic(out / "phase" / "overview.svg", overview.encode())
        sigmoid = next((each for each in done.diagrams if each.setting.name == "sigmoid"), None)
        if sigmoid is not None and done.narrow:
            axes = axes_svg(AXES, {*_of_one_input(sigmoid), *_of_more(done.narrow)})
            write_atomic(out / "phase" / "axes.svg", axes.encode())
    if done.literature:
        write_atomic(
            out / "literature" / "README.md",
            literature_markdown(done.literature, papers()).encode(),
        )
    if done.wide:
        write_atomic(out / "wide" / "transition.svg", transition_svg(done.pairs).encode())


def _of_one_input(diagram: Diagram) -> set[Place]:
    """The cells of a diagram, of one input, with a certified bad basin."""
    return {
        (cell.samples, cell.units, 1)
        for cell in diagram.cells
        if cell.verdict == BAD and cell.certificate is not None
    }


def _of_more(rows: Sequence[Row]) -> set[Place]:
    """Narrow cases of one layer of sigmoid units without biases, of any number of inputs."""
    found = set()
    for row in rows:
        if row.activation == "sigmoid" and row.units.isdigit():
            made, _ = problem_and_start(row.case)
            network = made.network
            if not (network.hidden[0].bias or network.output_bias):
                found.add((len(set(made.x)), network.hidden[0].units, network.inputs))
    return found
