"""Coq, for tests and benchmarks that compile exported files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

FORMAL = Path(__file__).parent.parent / "proofs" / "formal"
MISSING = "needs Coq, and the development built: make -C proofs/formal"


def is_there() -> bool:
    return shutil.which("coqc") is not None and (FORMAL / "Exact.vo").exists()


def coqc(text: str, folder: Path, name: str = "claim") -> subprocess.CompletedProcess[str]:
    (folder / f"{name}.v").write_text(text)
    return subprocess.run(
        ["coqc", "-Q", str(FORMAL), "Exactland", f"{name}.v"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
