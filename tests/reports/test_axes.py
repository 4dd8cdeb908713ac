"""The picture of the three axes: a cell is what a theorem or a certificate says, or open."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path

import pytest

from exactland import Certified, read_certificate, wide_theorem
from exactland.reports.pictures.axes import BAD, INPUTS, OPEN, WIDE, axes_svg, verdict_at
from tests.reject.test_wide_layer import network

CELL = re.compile(r'fill="(#\w+)"><title>N = (\d+), m = (\d+), d = (\d+): ([^<]*)</title>')


def cells(picture: str) -> dict[tuple[int, int, int], str]:
    ET.fromstring(picture)
    return {(int(n), int(m), int(d)): colour for colour, n, m, d, _ in CELL.findall(picture)}


@pytest.mark.parametrize("n", [2, 3, 4])
def test_green_and_blue_cells_are_what_the_kernel_says(n: int) -> None:
    """Of generic inputs; and of an open one it says nothing."""
    for m, d in product(range(1, n + 2), repeat=2):
        rows = [[(i + 2) ** k for k in range(1, d + 1)] for i in range(n)]
        outcome = wide_theorem(network((m, "sigmoid", False), rows=rows), "no-basin")
        says = isinstance(outcome, Certified)
        assert says == (verdict_at(n, m, d, {}) in (WIDE, INPUTS)), (n, m, d)


def test_the_shipped_picture_has_a_certificate_for_every_red_cell(root: Path) -> None:
    shown = cells((root / "proofs" / "phase" / "axes.svg").read_text())
    assert {n for n, _, _ in shown} == {2, 3, 4, 5}
    certified = set()
    for path in sorted((root / "proofs" / "narrow").glob("sigmoid-*.cert.json")):
        problem = read_certificate(path).problem
        (layer,) = problem.network.hidden
        if not (layer.bias or problem.network.output_bias):
            certified.add((len(set(problem.x)), layer.units, problem.network.inputs))
    for (n, m, d), colour in shown.items():
        if colour == BAD and d > 1:
            assert (n, m, d) in certified
        if d == 1 and n >= 2:
            assert colour == (WIDE if m >= n else BAD)
    assert BAD in shown.values()


def test_a_theorem_comes_before_a_certificate_that_cannot_be() -> None:
    picture = axes_svg((2,), {(2, 1, 1), (2, 2, 1), (2, 1, 2)})
    assert cells(picture)[2, 1, 1] == BAD
    assert cells(picture)[2, 2, 1] == WIDE
    assert cells(picture)[2, 1, 2] == INPUTS
    assert cells(axes_svg((2,), ()))[2, 1, 1] == OPEN
