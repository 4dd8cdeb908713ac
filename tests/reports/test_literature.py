"""`proofs/literature/README.md` is what its rows, its prose and exact algebra make."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sympy

from exactland.reports.literature import literature_markdown
from exactland.studies.rows import LiteratureRow


@pytest.fixture
def rows(root: Path) -> list[LiteratureRow]:
    text = (root / "proofs" / "literature" / "summary.json").read_text()
    return [LiteratureRow(**row) for row in json.loads(text)]


@pytest.fixture
def written(root: Path) -> str:
    return (root / "proofs" / "literature" / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def papers(rows: list[LiteratureRow], written: str) -> dict[str, str]:
    """Their titles, as the shipped file has them."""
    titles = [line.removeprefix("## ") for line in written.splitlines() if line.startswith("## ")]
    return dict(zip(dict.fromkeys(row.paper for row in rows), titles))


def test_the_shipped_file_is_made_from_the_shipped_rows(
    rows: list[LiteratureRow], papers: dict[str, str], written: str
) -> None:
    assert literature_markdown(rows, papers) == written


def test_every_row_says_which_certificate_it_is_from_and_what_the_kernel_said(
    rows: list[LiteratureRow], papers: dict[str, str]
) -> None:
    rejected = replace(rows[0], verdict="rejected", witness_loss="")
    text = literature_markdown([rejected], papers)
    assert f"[{rejected.case}]({Path(rejected.file).name}): rejected |" in text
    assert f"| {rejected.loss} |" in text
    assert rows[1].case not in text


def test_nothing_is_written_that_exact_algebra_contradicts(
    papers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sympy, "log", lambda _: sympy.Integer(0))  # another point
    with pytest.raises(ArithmeticError, match="published point for sigmoid"):
        literature_markdown([], papers)
