"""What is imported when: nothing heavy before it is needed.

How long that takes is measured, and not tested, in tests/benchmarks/startup.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "scipy", "sympy", "mpmath", "flint", "matplotlib", "rich", "hypothesis"}
SLOW = {"json", "fractions", "decimal", "pathlib", "importlib.metadata", "multiprocessing"}
CERTIFICATE = "proofs/narrow/sigmoid-2-1.cert.json"
SHOWN = "\nimport sys\nprint(*sys.modules, file=sys.stderr)\n"
UNRELATED = """
import sys

def test_nothing():
    ours = {name for name in sys.modules if name.partition(".")[0] == "exactland"}
    assert ours == {"exactland", "exactland.testing", "exactland.testing.plugin"}
"""


def imported(program: str, root: Path) -> set[str]:
    """The modules a program has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program + SHOWN],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def imported_by(arguments: list[str], root: Path) -> set[str]:
    """The modules a command has imported at its end."""
    program = f"from exactland.cli.main import main\nassert main({arguments}) == 0"
    return imported(program, root)


def test_importing_exactland_imports_nothing_else(root: Path) -> None:
    before = imported("", root)
    assert imported("import exactland", root) - before == {"exactland"}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_need_click_alone(option: str, root: Path) -> None:
    found = imported_by([option], root)
    assert not found & (HEAVY | SLOW)
    ours = {name for name in found if name.startswith("exactland")}
    assert ours == {
        "exactland",
        "exactland.cli",
        "exactland.cli.main",
        "exactland.cli.statuses",
        "exactland.cli.terminal",
        "exactland.errors",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", CERTIFICATE],
        ["check", "--json", CERTIFICATE, "proofs/wide/theorem-no-basin.cert.json"],
        ["check", "proofs/literature"],
        ["schema", "problem"],
        ["check", "--help"],
        ["schema", "--help"],
        ["export", "--help"],
    ],
)
def test_these_commands_need_the_standard_library_and_click(
    arguments: list[str], root: Path
) -> None:
    assert not imported_by(arguments, root) & HEAVY


def test_the_second_checker_needs_flint_alone(root: Path) -> None:
    assert imported_by(["check", "--checker", "both", CERTIFICATE], root) & HEAVY == {"flint"}


@pytest.mark.parametrize(
    "program",
    [
        "from exactland import check; check(b'')",
        "from exactland import Layer, Network, Problem, named",
        "from exactland import read_problem, read_certificate, activation",
        "from exactland.testing import plugin",
    ],
)
def test_reading_and_checking_need_the_standard_library(program: str, root: Path) -> None:
    assert not imported(program, root) & HEAVY


def test_an_unrelated_run_of_pytest_imports_the_plugin_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "test_unrelated.py").write_text(UNRELATED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout
