"""The page and the pictures that go with the certificates are the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from exactland.kernel import Verdict
from exactland.reports.reproduced import write_pictures_and_tables
from exactland.studies.phase import diagram, read_diagram
from exactland.studies.reproduce import NAMED, reproduce
from exactland.studies.rows import Reproduced


@pytest.mark.parametrize(
    ("side", "file"), [("literature", "literature/README.md"), ("wide", "wide/transition.svg")]
)
def test_what_goes_with_a_side_made_alone(side: str, file: str, tmp_path: Path, root: Path) -> None:
    done = reproduce(tmp_path / "certificates", only=side, processes=1)
    write_pictures_and_tables(done, tmp_path / "shown")
    (made,) = [path for path in (tmp_path / "shown").rglob("*") if path.is_file()]
    assert made == tmp_path / "shown" / file
    assert made.read_bytes() == (root / "proofs" / file).read_bytes()


def test_all_diagrams_are_in_one_picture(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the kernel accepts the cells is seen where they are made (tests/test_readme.py)."""
    monkeypatch.setattr(diagram, "check", lambda data: Verdict("verified", ""))
    shipped = root / "proofs" / "phase"
    diagrams = [read_diagram(shipped / f"{name}.json") for name in NAMED]
    write_pictures_and_tables(Reproduced([], [], [], [], [], [], [], diagrams), tmp_path)
    made = (tmp_path / "phase" / "overview.svg").read_bytes()
    assert made == (shipped / "overview.svg").read_bytes()


def test_nothing_is_shown_of_nothing(tmp_path: Path) -> None:
    write_pictures_and_tables(Reproduced([], [], [], [], [], [], [], []), tmp_path)
    assert list(tmp_path.iterdir()) == []
