"""Bytecode of one session, where Python may write none beside the modules."""

from __future__ import annotations

import atexit
import os
import shutil
import sysconfig
from pathlib import Path
from tempfile import mkdtemp

NOT_WRITTEN = "PYTHONDONTWRITEBYTECODE"


def share_bytecode() -> None:
    """Workers, and the processes that their tests start, compile a module once, not each again.

    Does nothing unless Python is told to write no bytecode. Then it goes into a folder that is
    removed at the end, and that has what is compiled already of the libraries.
    """
    if not os.environ.pop(NOT_WRITTEN, ""):
        return
    folder = Path(mkdtemp(prefix="exactland-bytecode-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for place in {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}:
        for compiled in Path(place).rglob("__pycache__"):
            _link(compiled, folder / compiled.parent.relative_to(compiled.anchor))
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def _link(compiled: Path, there: Path) -> None:
    there.mkdir(parents=True, exist_ok=True)
    for file in compiled.iterdir():
        if ".opt-" not in file.name and not (there / file.name).exists():
            (there / file.name).symlink_to(file)
