"""The public names are what they are called, whichever is imported first."""

from __future__ import annotations

import doctest
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from inspect import isfunction
from operator import attrgetter
from pathlib import Path

import pytest

import exactland
from tests.tools.stub import PATH, stub

ALONE = """
import gc, os, sys, click, flint, numpy, rich, scipy.optimize, sympy
# each module is compiled once, also where Python is told to write no bytecode beside it
sys.pycache_prefix, sys.dont_write_bytecode = sys.argv[1], False
gc.disable()  # what is imported above would be looked at in each process
failed = []
for first in sys.argv[2:]:
    child = os.fork()
    if child == 0:
        try:
            import exactland
            getattr(exactland, first)
            import exactland.cli
            assert callable(exactland.certify) and callable(exactland.check)
        except BaseException as error:
            print(first, repr(error), flush=True)
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        failed.append(first)
sys.exit(len(failed))
"""


def test_names_do_not_hide_each_other(tmp_path: Path) -> None:
    """Whichever is asked for first: each in a process of its own that has not imported exactland
    yet.
    """
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path), "nonsense", *exactland.__all__],
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.fullmatch("nonsense AttributeError.*\n", done.stdout), done.stdout + done.stderr
    assert done.returncode == 1


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        exactland.nonsense  # noqa: B018


def test_every_name_is_offered() -> None:
    assert set(exactland.__all__) <= set(dir(exactland))
    assert len(set(exactland.__all__)) == len(exactland.__all__)


def test_type_checkers_see_the_same_names() -> None:
    """If not: `python -m tests.tools.stub`."""
    assert PATH.read_text(encoding="utf-8") == stub()


@pytest.mark.parametrize(
    "name",
    [
        m.name
        for m in pkgutil.walk_packages(exactland.__path__, "exactland.")
        if not m.name.endswith("__main__")
    ],
)
def test_examples_in_docstrings_run(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder that has `proofs/`."""
    monkeypatch.chdir(root)
    failed, _ = doctest.testmod(import_module(name))
    assert failed == 0


FUNCTIONS = [name for name in exactland.__all__ if isfunction(getattr(exactland, name))]


def test_most_public_names_are_functions() -> None:
    assert {"certify", "check", "escape", "named", "read_problem"} <= set(FUNCTIONS)


@pytest.mark.parametrize("name", [*exactland._PUBLIC, "Problem.from_arrays"])
def test_every_public_name_has_an_example(name: str) -> None:
    """Which `test_examples_in_docstrings_run` runs."""
    function = attrgetter(name)(exactland)
    example = function.__doc__.partition(">>>")[2]
    assert name.rpartition(".")[2] in example
