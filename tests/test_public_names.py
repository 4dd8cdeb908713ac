"""The public names are what they are called, whichever is imported first."""

from __future__ import annotations

import subprocess
import sys

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
