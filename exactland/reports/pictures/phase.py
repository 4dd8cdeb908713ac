"""A phase diagram as a picture (matplotlib, the optional extra `pictures`)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from exactland.errors import InputError
from exactland.files.atomic import write_atomic
from exactland.studies.phase.cells import BAD, OPEN, PROVED, WIDE
from exactland.studies.phase.diagram import Diagram, verify_cell
from exactland.studies.phase.statistics import Share

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png", ".pdf")
COLOURS = {BAD: "#c0392b", WIDE: "#1e8449", PROVED: "#7dcea0", OPEN: "#eeeeee"}


def prepare(path: Path) -> None:
    """Raises InputError when a picture could not be drawn there: the ending, or matplotlib
    missing.
    """
    if path.suffix not in FORMATS:
        raise InputError("--picture", f"{path.name[:60]!r} does not end in {', '.join(FORMATS)}")
    try:
        import matplotlib as mpl  # noqa: F401
    except ImportError:
        raise InputError(
            "--picture", "needs matplotlib: pip install 'exactland[pictures]'"
        ) from None


def draw(diagram: Diagram, path: Path) -> None:
    """N upwards, the width to the right; one coloured square a cell.

    Every cell is verified before it is coloured; raises CertificateError if one is not supported,
    InputError if the file cannot be written. The same bytes for the same diagram and the same
    matplotlib.
    """
    prepare(path)
    for cell in diagram.cells:
        verify_cell(diagram.setting, cell)
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, Rectangle

    heights, widths = (
        [cell.samples for cell in diagram.cells],
        [cell.units for cell in diagram.cells],
    )
    figure = Figure(
        figsize=(1.2 + 0.62 * max(widths), 1.9 + 0.62 * (max(heights) - min(heights) + 1)),
        layout="constrained",
    )
    axes = figure.add_subplot()
    for cell in diagram.cells:
        axes.add_patch(
            Rectangle(
                (cell.units - 0.5, cell.samples - 0.5),
                1,
                1,
                facecolor=COLOURS[cell.verdict],
                edgecolor="white",
                linewidth=2,
            )
        )
        if cell.verdict == OPEN:
            axes.text(cell.units, cell.samples, "?", ha="center", va="center", color="#666666")
    axes.set(
        xlim=(0.5, max(widths) + 0.5), ylim=(min(heights) - 0.5, max(heights) + 0.5), aspect="equal"
    )
    axes.set_xticks(range(1, max(widths) + 1))
    axes.set_yticks(range(min(heights), max(heights) + 1))
    axes.set_xlabel("width m")
    axes.set_ylabel("samples N")
    axes.set_title(diagram.setting.name)
    used = [
        verdict for verdict in COLOURS if any(cell.verdict == verdict for cell in diagram.cells)
    ]
    figure.legend(
        handles=[Patch(facecolor=COLOURS[verdict], label=verdict) for verdict in used],
        loc="outside lower center",
        frameon=False,
        fontsize=8,
    )
    _save(figure, path)


def draw_shares(name: str, shares: Sequence[Share], path: Path) -> None:
    """The share of random data sets with a certified bad minimum against m/N, with Wilson
    intervals; one line per N, 0 at m = N by rule 4.2.
    """
    prepare(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot()
    for samples in sorted({share.samples for share in shares}):
        line = [share for share in shares if share.samples == samples]
        at = [share.units / samples for share in line]
        middle = [share.certified / max(1, share.drawn) for share in line]
        ends = [
            [m - s.low for m, s in zip(middle, line)],
            [s.high - m for m, s in zip(middle, line)],
        ]
        axes.errorbar(at, middle, yerr=ends, marker="o", capsize=3, label=f"N = {samples}")
    axes.set(
        xlabel="m / N",
        ylabel="share of data sets",
        ylim=(-0.02, 1.02),
        title=f"{name}: a bad minimum found and certified",
    )
    axes.legend(frameon=False)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    import matplotlib as mpl

    buffer, form = BytesIO(), path.suffix[1:]
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[form]
    with mpl.rc_context({"svg.hashsalt": "exactland"}):
        figure.savefig(buffer, format=form, dpi=160, metadata=date, bbox_inches="tight")
    write_atomic(path, buffer.getvalue())
