"""The picture of the transition: the shipped one, and one without a data set."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from exactland.reports.pictures.transition import transition_svg


@dataclass(frozen=True)
class Opened:
    activation: str
    samples: int
    width: int


def test_the_shipped_picture_is_made_from_what_it_shows(root: Path) -> None:
    shipped = (root / "proofs" / "wide" / "transition.svg").read_text()
    rows = re.findall(r'">([^<]*), N = (\d+)</text>\n.*\n.*>width (\d+)<', shipped)
    assert len(rows) == shipped.count("N = ")
    assert transition_svg([Opened(a, int(n), int(m)) for a, n, m in rows]) == shipped


def test_a_pair_is_shown_at_its_width_and_at_the_next() -> None:
    picture = transition_svg([Opened("tanh", 5, 3)])
    ET.fromstring(picture)
    assert picture.index(">width 3<") < picture.index(">width 4<")
    ET.fromstring(transition_svg([]))
