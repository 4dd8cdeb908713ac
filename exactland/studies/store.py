"""Files of a study: written whole, and read back."""

from __future__ import annotations

from pathlib import Path

from exactland.errors import InputError
from exactland.files.atomic import write_atomic


def write_and_compare(path: Path, data: bytes) -> None:
    """Write data to path, whole or not at all, read it back, and compare.

    Raises InputError naming the path when it cannot be written, or holds something else then.
    """
    write_atomic(path, data)
    try:
        same = path.read_bytes() == data
    except OSError as error:
        raise InputError(str(path), f"cannot be read back: {error.strerror or error}") from None
    if not same:
        raise InputError(str(path), "does not hold what was just written there")
