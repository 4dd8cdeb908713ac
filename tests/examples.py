"""What a strategy produces, as a list: for benchmarks, and for tests of the strategies
themselves.
"""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
# for a test of which one example takes a tenth of a second or more
HEAVY = settings(max_examples=settings.default.max_examples // 6 + 10)


def examples(strategy: SearchStrategy[T], count: int, at: int = 0) -> list[T]:
    """Up to `count` examples; the same for the same seed."""
    found: list[T] = []

    @seed(at)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return found[:count]
