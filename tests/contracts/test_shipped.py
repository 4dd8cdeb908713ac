"""What is shipped stays what it is: every certificate, problem, summary and picture below
`proofs/`, byte for byte.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path


def test_every_shipped_file_has_the_bytes_on_record(root: Path) -> None:
    """`tests/records/shipped.json`: path -> SHA-256.

    A file may be added with its digest; none may change or disappear unseen.
    """
    recorded: dict[str, str] = json.loads((root / "tests" / "records" / "shipped.json").read_text())
    there = [
        path
        for path in (root / "proofs").rglob("*")
        if path.suffix in (".json", ".svg") and "formal" not in path.parts
    ]
    there.append(root / "proofs" / "literature" / "README.md")
    digests = {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest() for path in there
    }
    assert digests == recorded


def test_the_record_has_all_certificates(root: Path) -> None:
    recorded = json.loads((root / "tests" / "records" / "shipped.json").read_text())
    assert sum(name.endswith(".cert.json") for name in recorded) == 568
