"""The reader's log of docs/contributing/review-the-kernel.md: `python -m tests.tools.review` prints
which of its rows are about a file that has changed since it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.tools.syntax import syntax_digest

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "contributing" / "review-the-kernel.md"
KERNEL = ROOT / "exactland" / "kernel"
ROW = re.compile(r"\| (\S+\.py) \| ([0-9a-f]{12}) \| (.+) \| (.+) \|")


class Asked(NamedTuple):
    """A question about a file of the kernel, as its syntax was, and the answer."""

    file: str
    digest: str
    question: str
    answer: str


def log() -> Iterator[Asked]:
    """All rows of the log."""
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        found = ROW.fullmatch(line)
        if found:
            yield Asked(*found.groups())


def digest(file: str) -> str:
    """Of the syntax of a file of the kernel, as it is: its first digits."""
    return syntax_digest((KERNEL / file).read_text(encoding="utf-8"))[:12]


if __name__ == "__main__":
    for asked in log():
        state = "as read" if digest(asked.file) == asked.digest else "changed since"
        print(f"{state}: {asked.file}: {asked.question}")
