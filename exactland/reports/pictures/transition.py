"""The phase transition as a small picture: for every data set, the width with a certified bad basin
and the next one, where the way out is certified.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

ROW, LEFT, COLUMN, TOP = 26, 150, 210, 44
BAD, OPEN, INK = "#c0392b", "#1e8449", "#222222"


class Opened(Protocol):
    """What the picture shows of a pair."""

    @property
    def activation(self) -> str: ...
    @property
    def samples(self) -> int: ...
    @property
    def width(self) -> int: ...


def transition_svg(pairs: Sequence[Opened]) -> str:
    """One line per data set: a valley that keeps what is in it at one width, a way down at the
    next. Every line stands for two verified certificates.
    """
    height, width = TOP + ROW * len(pairs) + 16, LEFT + 2 * COLUMN + 10
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' font-family="sans-serif" font-size="12" fill="{INK}">'
        ),
        f'<text x="{LEFT}" y="18" fill="{BAD}" font-weight="bold">bad basin certified</text>',
        (
            f'<text x="{LEFT + COLUMN}" y="18" fill="{OPEN}" font-weight="bold">one more unit:'
            " escape certified</text>"
        ),
        (
            '<text x="10" y="18" font-weight="bold">data</text><line x1="10" y1="28"'
            f' x2="{width - 10}" y2="28" stroke="{INK}" stroke-width="0.5"/>'
        ),
    ]
    for k, pair in enumerate(pairs):
        y = TOP + ROW * k
        lines.append(f'<text x="10" y="{y + 6}">{pair.activation}, N = {pair.samples}</text>')
        lines += _curve(
            LEFT, y, BAD, f"width {pair.width}", "C 15,22 25,22 40,4 C 48,-6 54,-6 62,10", 20, 13
        )
        lines += _curve(
            LEFT + COLUMN,
            y,
            OPEN,
            f"width {pair.width + 1}",
            "C 10,0 20,0 30,1 C 44,3 50,14 62,14",
            20,
            -4,
        )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _curve(
    x: int, y: int, colour: str, words: str, path: str, ball_x: int, ball_y: int
) -> list[str]:
    return [
        (
            f'<g transform="translate({x},{y - 4})"><path d="M 0,0 {path}" fill="none"'
            f' stroke="{colour}" stroke-width="2"/>'
        ),
        (
            f'<circle cx="{ball_x}" cy="{ball_y}" r="3.5" fill="{colour}"/><text x="74"'
            f' y="10">{words}</text></g>'
        ),
    ]
