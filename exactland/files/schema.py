"""JSON Schemas (draft 2020-12) of the file formats, for editors and other programs.

Nothing here trusts them: the readers decide.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from exactland.errors import InputError

NAMES = ("problem", "point", "certificate", "phase", "phase-statistics")


def schema(name: str) -> dict[str, Any]:
    """The schema of `exactland-NAME/1`.

    Whatever the reader of the format accepts, the schema accepts; the converse fails where lengths
    must agree, numbers must be in lowest terms, breakpoints increase and the like
    (tests/files/test_schema.py has the list). Raises InputError for an unknown name.

    >>> schema("point")["required"]
    ['format', 'theta']
    """
    if name not in NAMES:
        raise InputError("schema", f"{name[:40]!a} is not known (known: {', '.join(NAMES)})")
    value: dict[str, Any] = json.loads(
        (files("exactland.files") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return value
