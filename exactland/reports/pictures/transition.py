"""The phase transition as a small picture: for every data set, the width with a certified bad basin
and the next one, where the way out is certified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ROW = 26
LEFT = 150
COLUMN = 210
TOP = 44
BAD = "#c0392b"
OPEN = "#1e8449"
INK = "#222222"


class Opened(Protocol):
    """What the picture shows of a pair."""

    @property
    def activation(self) -> str: ...
    @property
    def samples(self) -> int: ...
    @property
    def width(self) -> int: ...


@dataclass(frozen=True)
class Curve:
    """A small curve with a ball on it: where it starts, its colour, its path, and the ball."""

    left: int
    colour: str
    path: str
    ball: tuple[int, int]


VALLEY = Curve(LEFT, BAD, "C 15,22 25,22 40,4 C 48,-6 54,-6 62,10", (20, 13))
WAY_DOWN = Curve(LEFT + COLUMN, OPEN, "C 10,0 20,0 30,1 C 44,3 50,14 62,14", (20, -4))


def transition_svg(pairs: Sequence[Opened]) -> str:
    """One line per data set: a valley that keeps what is in it at one width, a way down at the
    next. Every line stands for two verified certificates.
    """
    lines = _headings(len(pairs))
    for k, pair in enumerate(pairs):
        y = TOP + ROW * k
        lines.append(f'<text x="10" y="{y + 6}">{pair.activation}, N = {pair.samples}</text>')
        lines += _curve(VALLEY, y, f"width {pair.width}")
        lines += _curve(WAY_DOWN, y, f"width {pair.width + 1}")
    return "\n".join([*lines, "</svg>"]) + "\n"


def _headings(rows: int) -> list[str]:
    height = TOP + ROW * rows + 16
    width = LEFT + 2 * COLUMN + 10
    return [
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


def _curve(curve: Curve, y: int, words: str) -> list[str]:
    ball_x, ball_y = curve.ball
    return [
        (
            f'<g transform="translate({curve.left},{y - 4})"><path d="M 0,0 {curve.path}"'
            f' fill="none" stroke="{curve.colour}" stroke-width="2"/>'
        ),
        (
            f'<circle cx="{ball_x}" cy="{ball_y}" r="3.5" fill="{curve.colour}"/><text x="74"'
            f' y="10">{words}</text></g>'
        ),
    ]
