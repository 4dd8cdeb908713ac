"""Few verdicts on record that reach every statement and branch of the kernel, but for its command
line: `python -m tests.kernel_only.reach` writes their numbers to `reaching.json`.

Coverage is measured with them first (tests/tools/trust.py), as tracing the whole suite takes
twenty times as long. A list that has become too short costs that time, and nothing else.
"""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).with_name("reaching.json")


def reaching() -> list[int]:
    numbers: list[int] = json.loads(FILE.read_text(encoding="utf-8"))
    return numbers


def found() -> list[int]:
    """Of the verdicts, the shortest files first, those that go where none before them did."""
    from coverage import Coverage

    measured = Coverage(branch=True, source_pkgs=["exactland.kernel"], data_file=None)
    measured.start()
    from tests.kernel_only.record import recorded, told  # the kernel has to be imported traced

    rows, kept, before = recorded(), [], 0
    for k in sorted(range(len(rows)), key=lambda k: len(rows[k]["data"])):
        told(rows[k]["data"].encode("latin-1"))
        data = measured.get_data()
        now = sum(len(data.arcs(name) or ()) for name in data.measured_files())
        if now > before:
            kept.append(k)
        before = now
    measured.stop()
    return sorted(kept)


if __name__ == "__main__":
    FILE.write_text(json.dumps(found()) + "\n", encoding="utf-8")
