"""`python -m tests.tools.stub` writes `exactland/__init__.pyi`: the public names, for type
checkers, which do not see what is loaded lazily.
"""

from __future__ import annotations

from pathlib import Path

from exactland import _PUBLIC

PATH = Path(__file__).resolve().parents[2] / "exactland" / "__init__.pyi"
HEAD = """\
# Written by `python -m tests.tools.stub` from the list in __init__.py.

from collections.abc import Callable

"""
TAIL = """
__version__: str
_when_the_model_is_there: list[Callable[[], None]]
"""


def stub() -> str:
    """One import for every name, classes before functions, as the linter wants them."""
    listed = sorted(_PUBLIC, key=lambda name: (_PUBLIC[name], name.islower(), name))
    imports = [f"from {_PUBLIC[name]} import {name} as {name}\n" for name in listed]
    return HEAD + "".join(imports) + TAIL


if __name__ == "__main__":
    PATH.write_text(stub(), encoding="utf-8")
