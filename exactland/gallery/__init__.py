"""The built-in cases, as data: TOML files with named keys, and what reads them.

narrow.toml: bad minima of narrow networks. rims.toml: bad basins by their rim. wide.toml: one more
unit, points, paths, the theorem about wide networks. literature.toml: published counterexamples.
Loading one case by its name builds no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from exactland.errors import InputError
from exactland.gallery import entries
from exactland.gallery.cases import SIDES, Case
from exactland.gallery.large import LARGE
from exactland.gallery.narrow import narrow_case
from exactland.gallery.published import published_case
from exactland.gallery.rims import rim_case
from exactland.gallery.wide import wide_case

__all__ = ["LARGE", "SIDES", "Case", "case", "cases_of", "names"]

_READ: dict[str, Callable[[str], Case]] = {
    "narrow": narrow_case,
    "rims": rim_case,
    "wide": wide_case,
    "literature": published_case,
}


def names(side: str) -> tuple[str, ...]:
    """The names of the cases of one side, in the order of its table; nothing is built."""
    if side not in SIDES:
        raise InputError("side", f"{side!a} is not known (known: {', '.join(SIDES)})")
    return entries.names(side)


def case(name: str) -> Case:
    """The case of this name, one of `names` or of `LARGE`.

    Raises InputError when there is none.

    >>> case("sine-2-1").about
    'construction C: sin, N=2, m=1'
    """
    if name in LARGE:
        return LARGE[name]()
    for side in SIDES:
        if name in entries.names(side):
            return _READ[side](name)
    raise InputError("case", f"{name[:60]!a} is not the name of a built-in case")


def cases_of(side: str) -> Iterator[Case]:
    """All cases of one side, in the order of its table, each built when it is asked for."""
    for name in names(side):
        yield case(name)
