"""Work that falls into independent parts, done by several processes.

Every process has a pipe of its own, and the parent has no threads: so there is nothing to wait for
when the processes are to be ended at once, and a process that dies is noticed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from traceback import format_exception
from typing import Any, Protocol, TypeVar

from exactland.errors import ResourceLimitError

T = TypeVar("T")
R = TypeVar("R")
ENDED = "a process was ended from outside (is there too little memory?)"


class Each(Protocol):
    """`map` for a picklable function of one argument: results in the order of the items, or, with
    `as_finished`, whichever is there first.
    """

    def __call__(
        self, function: Callable[[T], R], items: Iterable[T], *, as_finished: bool = False
    ) -> Iterator[R]: ...


def available() -> int:
    """How many processes this machine has cores for."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def in_parallel(processes: int) -> Iterator[Each]:
    """An `Each` that has so many processes; with one, all is done here and no process is started.

    Processes are started by spawning, so a script that gets here needs the usual `if __name__ ==
    "__main__"`. They are ended when the block is left, however it is left: an interruption, or an
    error in the block or in one of the parts, ends them at once, whatever they do. They ignore
    interruptions from their first moment on. What a part raises is raised here. Raises
    ResourceLimitError when a process was ended from outside. One `Each` does one list at a time.
    """
    if processes == 1:
        yield _here
        return
    team = _Team(processes)
    try:
        yield team.each
    finally:
        team.end()


def _here(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    as_finished: bool = False,  # noqa: ARG001  (one after the other, either way)
) -> Iterator[R]:
    return map(function, items)


class _Team:
    """Processes, by the parent's end of their pipes."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._members: dict[Connection, BaseProcess] = {}

    def each(
        self, function: Callable[[T], R], items: Iterable[T], *, as_finished: bool = False
    ) -> Iterator[R]:
        finished = self._finished(function, enumerate(items))
        if as_finished:
            for _, result in finished:
                yield result
            return
        early: dict[int, R] = {}
        due = 0
        for number, result in finished:
            early[number] = result
            while due in early:
                yield early.pop(due)
                due += 1

    def end(self) -> None:
        """Not gently: what they have not sent is lost, and files are not for them to write."""
        for process in self._members.values():
            process.kill()
        for connection, process in self._members.items():
            process.join()
            connection.close()
        self._members.clear()

    def _finished(
        self, function: Callable[[T], R], numbered: Iterator[tuple[int, T]]
    ) -> Iterator[tuple[int, R]]:
        """The number and the result of every item, as they come."""
        idle = list(self._members)
        busy: dict[Connection, int] = {}
        self._hand_out(function, numbered, idle, busy)
        while busy:
            finished = []
            for connection in wait(list(busy)):
                assert isinstance(connection, Connection)
                finished.append((busy.pop(connection), _received(connection)))
                idle.append(connection)
            self._hand_out(function, numbered, idle, busy)
            yield from finished

    def _hand_out(
        self,
        function: Callable[[T], R],
        numbered: Iterator[tuple[int, T]],
        idle: list[Connection],
        busy: dict[Connection, int],
    ) -> None:
        """An item to every idle process, and to new ones while there may be more."""
        while idle or len(self._members) < self._size:
            number, item = next(numbered, (None, None))
            if number is None:
                return
            connection = idle.pop() if idle else self._started()
            try:
                connection.send((function, item))
            except OSError as error:
                raise ResourceLimitError(ENDED) from error
            busy[connection] = number

    def _started(self) -> Connection:
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there,), daemon=True)
        with _interruptions_held_back():
            process.start()
            self._members[here] = process
        there.close()
        return here


def _received(connection: Connection) -> Any:
    try:
        good, result = connection.recv()
    except (EOFError, OSError) as error:
        raise ResourceLimitError(ENDED) from error
    if not good:
        raise result
    return result


def _work(connection: Connection) -> None:
    """What a process does: one item after the other, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, item = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, function(item))
        except Exception as error:
            error.add_note("".join(format_exception(error)))
            answer = (False, error)
        try:
            connection.send(answer)
        except OSError:
            return


@contextmanager
def _interruptions_held_back() -> Iterator[None]:
    """What is held back is inherited by processes started meanwhile; here it comes afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
