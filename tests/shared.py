"""Results that several tests ask for, found once in a session, by whichever asks first."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def found_once(
    request: pytest.FixtureRequest,
    factory: pytest.TempPathFactory,
    name: str,
    find: Callable[[], T],
) -> T:
    """What `find` returns. Where xdist has several workers, one finds it and the others wait."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        return find()
    # the folder of all workers; the name of the run, as the folder may be that of several runs
    file: Path = factory.getbasetemp().parent / f"{name}-{worker['testrunuid']}.pickle"
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_bytes(pickle.dumps(find()))
        result: T = pickle.loads(file.read_bytes())
        return result
