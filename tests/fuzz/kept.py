"""The corpus of earlier campaigns: inputs that reached something new, as Latin-1 texts, one a
line.
"""

from __future__ import annotations

import json
from pathlib import Path

KEPT = Path(__file__).with_name("kept.jsonl")


def read_kept(path: Path = KEPT) -> list[bytes]:
    return (
        [
            json.loads(line).encode("latin-1")
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        if path.exists()
        else []
    )
