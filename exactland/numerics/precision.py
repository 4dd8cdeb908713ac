"""The one place that touches python-flint's process-global working precision.

Not thread-safe: use processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from flint import ctx

T = TypeVar("T")
CAP = 4096  # bits


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work at `bits` bits inside the block, and restore the former precision after it."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def extra_precision(bits: int) -> AbstractContextManager[None]:
    """Work at `bits` bits more than now inside the block."""
    return precision(ctx.prec + bits)


def raise_precision(
    attempt: Callable[[int], T | None], start: int = 128, cap: int = CAP
) -> T | None:
    """attempt(bits) at doubling working precision until it decides (returns something but None);
    None when even `cap` bits decide nothing.
    """
    bits = start
    while bits <= cap:
        with precision(bits):
            decision = attempt(bits)
        if decision is not None:
            return decision
        bits *= 2
    return None
