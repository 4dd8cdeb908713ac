"""The public names are what they are called, whichever is imported first."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import exactland


@pytest.mark.parametrize("first", exactland.__all__)
def test_names_do_not_hide_each_other(first: str) -> None:
    code = f"import exactland; exactland.{first}; import exactland.cli; assert callable(exactland.certify) and callable(exactland.check)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        exactland.nonsense  # noqa: B018


@pytest.mark.parametrize("name", [m.name for m in pkgutil.walk_packages(exactland.__path__, "exactland.") if not m.name.endswith("__main__")])
def test_examples_in_docstrings_run(name: str) -> None:
    failed, _ = doctest.testmod(import_module(name))
    assert failed == 0


@pytest.mark.parametrize("name", ["certify", "classify", "enclose", "encode"])
def test_the_main_functions_have_examples(name: str) -> None:
    assert ">>>" in str(getattr(exactland, name).__doc__)
