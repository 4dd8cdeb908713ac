"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called often: what is being done, how much of it is done, and how much there is in all.

    It may raise, to stop the work: whoever calls it leaves nothing behind that would have to be
    cleaned up.
    """

    def __call__(self, what: str, done: int, total: int, /) -> None: ...


def no_progress(_what: str, _done: int, _total: int, /) -> None:
    """Reports to nobody."""
