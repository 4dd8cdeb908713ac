"""How often a strategy produces each kind: a strategy that never makes dead units, say, is itself a
bug.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

OFTEN = 600  # examples that are looked at
LEAST = 0.02  # the share of them that must have a kind


def rare(found: Sequence[frozenset[str]], kinds: Iterable[str]) -> dict[str, float]:
    """The kinds that fewer than LEAST of the problems have, and how many do.

    `found`: the `degeneracies` of every problem.
    """
    counts = Counter(kind for having in found for kind in having)
    return {kind: counts[kind] / len(found) for kind in kinds if counts[kind] < LEAST * len(found)}
