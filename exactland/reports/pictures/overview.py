"""All phase diagrams in one small picture, as SVG text: for every activation a triangle of cells, N
downwards, m to the right.
"""

from __future__ import annotations

from collections.abc import Sequence

from exactland.studies.phase.cells import BAD, OPEN, PROVED, VERDICTS, WIDE, Cell
from exactland.studies.phase.diagram import Diagram

COLOURS = {BAD: "#c0392b", WIDE: "#1e8449", PROVED: "#7fbf93", OPEN: "#d5d8dc"}
CELL = 15
GAP = 34
TOP = 40
ACROSS = 4  # diagrams
INK = "#222222"
LEGEND = (0, 90, 230, 410)  # where the verdicts stand


def overview_svg(diagrams: Sequence[Diagram], most: int) -> str:
    """One triangle a diagram, with N up to `most`; every coloured cell stands for a verified
    certificate or a named theorem, as in the diagram itself.
    """
    panel = CELL * most + GAP
    rows = -(-len(diagrams) // ACROSS)
    width = ACROSS * panel + GAP
    height = TOP + (panel - CELL) * rows
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' font-family="sans-serif" font-size="11" fill="{INK}">'
        ),
        *_legend(),
    ]
    for k, diagram in enumerate(diagrams):
        row, column = divmod(k, ACROSS)
        lines += _triangle(diagram, most, GAP + panel * column, TOP + (panel - CELL) * row)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _legend() -> list[str]:
    lines = []
    for verdict, offset in zip(VERDICTS, LEGEND):
        x = GAP + offset
        lines.append(
            f'<rect x="{x}" y="6" width="10" height="10" fill="{COLOURS[verdict]}"/><text'
            f' x="{x + 14}" y="15" font-size="9">{verdict}</text>'
        )
    return lines


def _triangle(diagram: Diagram, most: int, left: int, top: int) -> list[str]:
    """The cells of one diagram below its name, with the first and the last N beside them."""
    lines = [f'<text x="{left}" y="{top}" font-weight="bold">{diagram.setting.name}</text>']
    lines += [_square(cell, left, top) for cell in diagram.cells if cell.samples <= most]
    for samples in (2, most):
        y = _row(top, samples) + 11
        lines.append(
            f'<text x="{left - 6}" y="{y}" font-size="8" text-anchor="end">N={samples}</text>'
        )
    return lines


def _square(cell: Cell, left: int, top: int) -> str:
    x = left + CELL * (cell.units - 1)
    y = _row(top, cell.samples)
    shown = f"N = {cell.samples}, m = {cell.units}: {cell.verdict}"
    return (
        f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}"'
        f' fill="{COLOURS[cell.verdict]}"><title>{shown}</title></rect>'
    )


def _row(top: int, samples: int) -> int:
    return top + 6 + CELL * (samples - 2)
