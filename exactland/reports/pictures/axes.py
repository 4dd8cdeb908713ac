"""The transition along three axes as a small picture: samples N, width m and inputs d of one hidden
layer of sigmoid units without biases. A panel for every N; m to the right, d downwards.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

WIDE = "#1e8449"  # rule 4.6
INPUTS = "#2874a6"  # rule 4.7
BAD = "#c0392b"
OPEN = "#d5d8dc"
INK = "#222222"
LEGEND = (
    (BAD, "bad basin certified"),
    (WIDE, "m >= N: no basin (4.6)"),
    (INPUTS, "d >= N: no basin (4.7)"),
    (OPEN, "open"),
)
CELL = 20
GAP = 46
TOP = 62

Place = tuple[int, int, int]  # N, m, d


def axes_svg(samples: Sequence[int], bad: Collection[Place]) -> str:
    """The picture for these N. A cell is red where `bad` has a certificate of a bad basin for some
    data of N different inputs; green and blue cells are by a theorem about every data set of N
    linearly independent, or spanning, inputs; what nothing shows is open.
    """
    width = max(GAP + sum(_panel(n) for n in samples), 560)
    height = TOP + _panel(max(samples))
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' font-family="sans-serif" font-size="12" fill="{INK}">'
        ),
        *_legend(),
    ]
    left = GAP
    for n in samples:
        lines += _one_panel(n, bad, left)
        left += _panel(n)
    return "\n".join([*lines, "</svg>"]) + "\n"


def verdict_at(n: int, m: int, d: int, bad: Collection[Place]) -> str:
    """The colour of a cell. Theorems come first: where they speak, no certificate can exist."""
    if m >= n:
        return WIDE
    if d >= n:
        return INPUTS
    return BAD if (n, m, d) in bad else OPEN


def _panel(n: int) -> int:
    return CELL * (n + 1) + GAP


def _legend() -> list[str]:
    lines = []
    for k, (colour, words) in enumerate(LEGEND):
        x = GAP + (0, 140, 300, 460)[k]
        lines.append(
            f'<rect x="{x}" y="6" width="10" height="10" fill="{colour}"/><text x="{x + 14}"'
            f' y="15" font-size="10">{words}</text>'
        )
    return lines


def _one_panel(n: int, bad: Collection[Place], left: int) -> list[str]:
    lines = [f'<text x="{left}" y="{TOP - 20}" font-weight="bold">N = {n}</text>']
    for k in range(1, n + 2):
        at = left + CELL * (k - 1) + 6
        beside = TOP + CELL * (k - 1) + 14
        lines.append(f'<text x="{at}" y="{TOP - 4}" font-size="9">{k}</text>')
        lines.append(f'<text x="{left - 12}" y="{beside}" font-size="9">{k}</text>')
    lines.append(f'<text x="{left + CELL * (n + 1)}" y="{TOP - 4}" font-size="9">m</text>')
    lines.append(f'<text x="{left - 12}" y="{TOP - 4}" font-size="9">d</text>')
    for d in range(1, n + 2):
        for m in range(1, n + 2):
            x = left + CELL * (m - 1)
            y = TOP + CELL * (d - 1)
            colour = verdict_at(n, m, d, bad)
            words = next(words for of, words in LEGEND if of == colour)
            lines.append(
                f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" fill="{colour}">'
                f"<title>N = {n}, m = {m}, d = {d}: {words}</title></rect>"
            )
    return lines
