"""The pictures and the page that go with what `exactland reproduce` made."""

from __future__ import annotations

from pathlib import Path

from exactland.files.atomic import write_atomic
from exactland.gallery.entries import papers
from exactland.reports.literature import literature_markdown
from exactland.reports.pictures.overview import overview_svg
from exactland.reports.pictures.transition import transition_svg
from exactland.studies.reproduce import MOST
from exactland.studies.rows import Reproduced


def write_pictures_and_tables(done: Reproduced, out: Path) -> None:
    """Write phase/overview.svg, literature/README.md and wide/transition.svg below `out`, each if
    there is something to show.

    Raises InputError when `out` cannot be written.
    """
    if done.diagrams:
        overview = overview_svg(done.diagrams, MOST[-1])
        write_atomic(out / "phase" / "overview.svg", overview.encode())
    if done.literature:
        write_atomic(
            out / "literature" / "README.md",
            literature_markdown(done.literature, papers()).encode(),
        )
    if done.wide:
        write_atomic(out / "wide" / "transition.svg", transition_svg(done.pairs).encode())
