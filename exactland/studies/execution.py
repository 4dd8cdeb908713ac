"""Cells are independent: several processes may decide them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.pool import Pool
from threading import current_thread, main_thread
from typing import Any


@contextmanager
def in_parallel(
    processes: int,
) -> Iterator[Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]]:
    """`map` of a picklable function of one argument, in order, with several processes if that is
    what is asked for. An interruption ends them at once.
    """
    if processes == 1:
        yield map
        return
    with _started(processes) as pool:
        yield pool.imap


def _started(processes: int) -> Pool:
    """Processes that ignore interruptions from their first moment on, as what is ignored is
    inherited: only the parent is interrupted, and ends the others.
    """
    if current_thread() is not main_thread():
        return get_context("spawn").Pool(processes)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return get_context("spawn").Pool(processes)
    finally:
        signal.signal(signal.SIGINT, before)
