"""All phase diagrams in one small picture, as SVG text: for every activation a triangle of cells, N
downwards, m to the right.
"""

from __future__ import annotations

from collections.abc import Sequence

from exactland.studies.phase.cells import BAD, OPEN, PROVED, VERDICTS, WIDE
from exactland.studies.phase.diagram import Diagram

COLOURS = {BAD: "#c0392b", WIDE: "#1e8449", PROVED: "#7fbf93", OPEN: "#d5d8dc"}
CELL, GAP, TOP, ACROSS, INK = 15, 34, 40, 4, "#222222"
LEGEND = (0, 90, 230, 410)  # where the verdicts stand


def overview_svg(diagrams: Sequence[Diagram], most: int) -> str:
    """One triangle a diagram, with N up to `most`; every coloured cell stands for a verified
    certificate or a named theorem, as in the diagram itself.
    """
    panel = CELL * most + GAP
    width, height = ACROSS * panel + GAP, TOP + (panel - CELL) * -(-len(diagrams) // ACROSS)
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' font-family="sans-serif" font-size="11" fill="{INK}">'
        )
    ]
    for k, verdict in enumerate(VERDICTS):
        x = GAP + LEGEND[k]
        lines.append(
            f'<rect x="{x}" y="6" width="10" height="10" fill="{COLOURS[verdict]}"/><text'
            f' x="{x + 14}" y="15" font-size="9">{verdict}</text>'
        )
    for k, diagram in enumerate(diagrams):
        left, top = GAP + panel * (k % ACROSS), TOP + (panel - CELL) * (k // ACROSS)
        lines.append(f'<text x="{left}" y="{top}" font-weight="bold">{diagram.setting.name}</text>')
        for cell in diagram.cells:
            if cell.samples <= most:
                x, y = left + CELL * (cell.units - 1), top + 6 + CELL * (cell.samples - 2)
                shown = f"N = {cell.samples}, m = {cell.units}: {cell.verdict}"
                lines.append(
                    f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}"'
                    f' fill="{COLOURS[cell.verdict]}"><title>{shown}</title></rect>'
                )
        rows = [(n, top + 6 + CELL * (n - 2) + 11) for n in (2, most)]
        lines += [
            f'<text x="{left - 6}" y="{y}" font-size="8" text-anchor="end">N={n}</text>'
            for n, y in rows
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"
