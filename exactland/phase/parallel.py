"""Cells are independent: several processes may decide them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


@contextmanager
def in_parallel(processes: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """`map`, with several processes if that is what is asked for; an interruption drops what has not begun."""
    if processes == 1:
        yield map
        return
    with ProcessPoolExecutor(processes) as pool:
        try:
            yield pool.map
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
