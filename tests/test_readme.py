"""The README: at most a page, and its two commands do what they say.

What else it shows is run by tests/docs/test_pages.py, as of every page.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studies.test_reproduce import contents
from tests.tools.shown import blocks

MOST_LINES = 150


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def of_kind(readme: str, kind: str) -> list[str]:
    return [block.text for block in blocks(readme) if block.kind == kind]


def test_it_is_a_page(readme: str) -> None:
    assert len(readme.splitlines()) <= MOST_LINES


def test_the_main_job_prints_what_the_readme_shows(readme: str, root: Path, tmp_path: Path) -> None:
    """And makes the shipped files, byte for byte."""
    assert of_kind(readme, "sh")[0].endswith(".venv/bin/exactland reproduce\n")
    done = subprocess.run(
        [sys.executable, "-m", "exactland", "reproduce"],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_CORETYPE": "Prescott", "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    shipped = contents(root / "proofs")
    assert sum(name.endswith(".cert.json") for name in shipped) >= 28
    assert contents(tmp_path / "proofs") == shipped
    printed = iter(line.rstrip() for line in done.stdout.splitlines())
    for line in of_kind(readme, "text")[0].splitlines():
        assert line == "..." or line in printed, f"not printed, or not in this order: {line}"


def test_the_test_command_is_the_one_ci_runs(readme: str, root: Path) -> None:
    command = of_kind(readme, "sh")[1].strip()
    assert command == next(
        line for line in readme.splitlines() if re.match(r"python3 -m venv .* -m pytest", line)
    )
    assert command.endswith(".venv/bin/python -m pytest -q -n 2")
    assert "grep -m1 -E '^python3 -m venv .* -m pytest' README.md" in (root / ".ci/run").read_text()
