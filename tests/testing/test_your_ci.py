"""Everything docs/how-to/your-ci.md shows is run: the test file, the workflow, the messages, the
functions it names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from exactland import InputError, activation
from exactland.model.activations import Expression, Pieces
from exactland.model.trees import X, add, apply, constant
from exactland.testing import architectures, properties
from exactland.testing.strategies import named, problems, wide_problems
from tests import pages
from tests.examples import examples
from tests.tools.shown import BLOCK


@pytest.fixture
def page(root: Path) -> str:
    return pages.page(pages.YOUR_CI)


@pytest.fixture
def users(page: str, tmp_path: Path, shipped: dict[str, bytes]) -> Path:
    """A user's repository: the test file of the page, and two certificates."""
    (tmp_path / "certificates").mkdir()
    (tmp_path / "test_mine.py").write_text(block(page, "python"))
    for name in ("sigmoid-2-1", "cubic-exact"):
        (tmp_path / "certificates" / f"{name}.cert.json").write_bytes(shipped[name])
    return tmp_path


def block(page: str, kind: str) -> str:
    (found,) = (body for language, body in BLOCK.findall(page) if language == kind)
    return found


def test_both_files_have_ten_lines(page: str) -> None:
    for kind in ("python", "yaml"):
        assert len(block(page, kind).splitlines()) == 10


def test_the_workflow_runs(page: str, users: Path) -> None:
    """Its `run` steps, one after the other, in the user's repository."""
    commands = re.findall(r"- run: (.*)", block(page, "yaml"))
    assert [command.split()[0] for command in commands] == ["pip", "pytest"]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=users,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "does not provide the extra" not in done.stderr
    assert "3 passed" in done.stdout


MESSAGES = {
    "width: the last hidden layer (layer 1) has 2 units; for 3 samples it needs width 3": (
        problems(activations=named("relu"), wide=False, samples=3, depths=(1,)).filter(
            lambda p: (
                p.samples == 3 and p.network.hidden[0].units == 2 and not p.network.output_bias
            )
        )
    ),
    "continuity: the activation of hidden layer 1 jumps at 0, from 0 to 1.00000": wide_problems(
        Pieces((Fraction(0),), (constant(0), constant(1)), (0,)), depths=(1,)
    ),
    "continuity: the activation of hidden layer 1 is not shown to be continuous:"
    " it has the log of what is not shown to be positive": wide_problems(
        Expression(apply("log", add(9, X))), depths=(1,)
    ),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_the_failing_hypothesis_is_named(message: str, page: str) -> None:
    assert f"`{message}`" in page
    problem = examples(MESSAGES[message], 1)[0]
    for check in (
        properties.wide_network,
        properties.decided,
        properties.escapes,
        properties.no_basin_certified,
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            check(problem)


def test_a_user_sees_the_message(users: Path) -> None:
    test = (users / "test_mine.py").read_text()
    for old, new, words in (
        (
            "strategies.wide_problems(MINE, samples=4)",
            "strategies.problems(activations=MINE, wide=False)",
            "does not speak of this network: width: the last",
        ),
        (
            '["*", "x", ["sigmoid", ["*", "2", "x"]]]',
            '["/", "1", "x"]',
            "layer 1 is not shown to be continuous: it has a quotient",
        ),
        ('"2", "x"', '"2", "y"', "activation.expression[2][1][2]: 'y' is not a rational number"),
    ):
        assert old in test
        (users / "test_mine.py").write_text(test.replace(old, new))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "test_mine.py"],
            cwd=users,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert words in done.stdout


def test_every_function_the_page_names_exists(page: str) -> None:
    table = page[page.index("| P1, P7") : page.index("*Exact*")]
    for name in re.findall(r"`(\w+)`", table):
        place = properties if hasattr(properties, name) else architectures
        assert callable(getattr(place, name)), name
    assert activation({"polynomial": ["0", "1"]}).is_exact
