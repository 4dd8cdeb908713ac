"""The pages of the documentation, as text."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
FORMAT = DOCS / "reference" / "format.md"
TRUST = DOCS / "explanation" / "trust.md"
YOUR_CI = DOCS / "how-to" / "your-ci.md"
THEOREMS = DOCS / "theorems"


def page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def theorems() -> str:
    """All pages of theorems, one after the other."""
    return "\n".join(page(path) for path in sorted(THEOREMS.glob("*.md")))


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, after = text.partition(f"\n{heading}\n")
    assert found, f"no heading {heading!r}"
    return re.split(rf"^#{{1,{level}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]
