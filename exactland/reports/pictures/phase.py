"""A phase diagram as a picture (matplotlib, the optional extra `pictures`)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from exactland.errors import InputError
from exactland.files.atomic import write_atomic
from exactland.studies.phase.cells import BAD, OPEN, PROVED, WIDE, Cell
from exactland.studies.phase.diagram import Diagram, verify_cell
from exactland.studies.phase.statistics import Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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

    heights = [cell.samples for cell in diagram.cells]
    widths = [cell.units for cell in diagram.cells]
    size = (1.2 + 0.62 * max(widths), 1.9 + 0.62 * (max(heights) - min(heights) + 1))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    for cell in diagram.cells:
        _draw_cell(axes, cell)
    axes.set_xlim(0.5, max(widths) + 0.5)
    axes.set_ylim(min(heights) - 0.5, max(heights) + 0.5)
    axes.set_aspect("equal")
    axes.set_xticks(range(1, max(widths) + 1))
    axes.set_yticks(range(min(heights), max(heights) + 1))
    axes.set_xlabel("width m")
    axes.set_ylabel("samples N")
    axes.set_title(diagram.setting.name)
    _draw_legend(figure, {cell.verdict for cell in diagram.cells})
    _save(figure, path)


def _draw_cell(axes: Axes, cell: Cell) -> None:
    from matplotlib.patches import Rectangle

    corner = (cell.units - 0.5, cell.samples - 0.5)
    colour = COLOURS[cell.verdict]
    axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white", linewidth=2))
    if cell.verdict == OPEN:
        axes.text(cell.units, cell.samples, "?", ha="center", va="center", color="#666666")


def _draw_legend(figure: Figure, verdicts: Set[str]) -> None:
    """The verdicts there are, in the order of COLOURS."""
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colour, label=verdict)
        for verdict, colour in COLOURS.items()
        if verdict in verdicts
    ]
    figure.legend(handles=handles, loc="outside lower center", frameon=False, fontsize=8)


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
        below = [m - share.low for m, share in zip(middle, line)]
        above = [share.high - m for m, share in zip(middle, line)]
        label = f"N = {samples}"
        axes.errorbar(at, middle, yerr=[below, above], marker="o", capsize=3, label=label)
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

    buffer = BytesIO()
    form = path.suffix[1:]
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[form]
    with mpl.rc_context({"svg.hashsalt": "exactland"}):
        figure.savefig(buffer, format=form, dpi=160, metadata=date, bbox_inches="tight")
    write_atomic(path, buffer.getvalue())
