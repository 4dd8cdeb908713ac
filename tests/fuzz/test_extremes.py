"""Numbers at their extremes take bounded time and memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

SECONDS = 60  # some twenty times what the share takes
MEMORY = 600 << 20
SHARE = "10"


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def test_numbers_at_their_extremes_are_bounded(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.extremes", SHARE],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert len(said) > 40
    assert {line.split()[0] for line in said} <= {"verified", "rejected", "too", "malformed"}
