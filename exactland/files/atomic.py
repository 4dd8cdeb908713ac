"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

from exactland.errors import InputError


def write_atomic(path: Path, data: bytes) -> None:
    """Write data to path through a temporary file in the same folder, making folders as needed.

    Raises InputError naming the path.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError(
            str(path), "cannot be written: it is neither a file nor a folder, and would be replaced"
        )
    # Named before it exists, so that no interruption can leave it behind, and apart from the names
    # of others that write here at the same time.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            raise InputError(str(path), f"cannot be written: {error.strerror or error}") from None
        raise


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
