"""The public names are what they are called, whichever is imported first."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import exactland

ALONE = """
import os, sys, click, flint, numpy, rich, scipy.optimize, sympy
failed = []
for first in sys.argv[1:]:
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


def test_names_do_not_hide_each_other() -> None:
    """Whichever is asked for first: each in a process of its own that has not imported exactland
    yet.
    """
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *exactland.__all__],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    assert (
        subprocess.run(
            [sys.executable, "-c", ALONE, "nonsense"], capture_output=True, check=False
        ).returncode
        == 1
    )


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        exactland.nonsense  # noqa: B018


@pytest.mark.parametrize(
    "name",
    [
        m.name
        for m in pkgutil.walk_packages(exactland.__path__, "exactland.")
        if not m.name.endswith("__main__")
    ],
)
def test_examples_in_docstrings_run(name: str) -> None:
    failed, _ = doctest.testmod(import_module(name))
    assert failed == 0


@pytest.mark.parametrize("name", ["certify", "classify", "enclose", "encode"])
def test_the_main_functions_have_examples(name: str) -> None:
    assert ">>>" in str(getattr(exactland, name).__doc__)
