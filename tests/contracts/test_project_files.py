"""What stands about the project in several files says the same; prose is not too wide."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from exactland import __version__
from tests.tools import reference
from tests.tools.shown import BLOCK, all_pages

TEXTS = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "README.md")
WIDE = re.compile(r"^\||^#|\$|\]\(|`[^`]{50,}`|^!\[")


def test_the_version_is_one(root: Path) -> None:
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    assert f"## {__version__}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_one(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT"
    assert (root / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "\nlicense: MIT\n" in (root / "CITATION.cff").read_text(encoding="utf-8")


def test_extras_that_pages_name_exist(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = "".join(path.read_text(encoding="utf-8") for path in all_pages())
    named = re.findall(r"pip install (?:-q )?(?:-e )?'(?:exactland|\.)\[([\w,]+)\]'", text)
    assert {"test", "pictures", "testing", "docs"} <= {*named}
    assert {*",".join(named).split(",")} <= {*project["optional-dependencies"]}


def test_everything_of_the_source_is_in_the_source_distribution(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {*TEXTS, "CITATION.cff", "LICENSE", "docs", "proofs", "tests", "exactland"} == {*packed}
    assert all((root / name).exists() for name in packed)


def prose(root: Path) -> list[Path]:
    made = {root / "docs" / "reference" / name for name in reference.PAGES}
    return [*(root / name for name in TEXTS), *(path for path in all_pages() if path not in made)]


def test_prose_is_at_most_a_hundred_wide(root: Path) -> None:
    """But for tables, headings, formulas, links and long pieces of code, which do not break."""
    for path in prose(root):
        for line in BLOCK.sub("", path.read_text(encoding="utf-8")).splitlines():
            assert len(line) <= 100 or WIDE.search(line), f"{path.name}: {line}"


@pytest.mark.parametrize("name", TEXTS)
def test_there_is_no_word_of_where_it_was_made(name: str, root: Path) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert not re.search(r"/(tmp|home|root|work)/", text)
