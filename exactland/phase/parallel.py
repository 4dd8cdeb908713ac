"""Cells are independent: several processes may decide them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any


@contextmanager
def in_parallel(processes: int) -> Iterator[Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]]:
    """`map` of a picklable function of one argument, in order, with several processes if that is what is asked for. An interruption ends them at once."""
    if processes == 1:
        yield map
        return
    with get_context("spawn").Pool(processes, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:  # only the parent is interrupted, and ends the others
        yield pool.imap
