"""Starts for construction D that were found by search once, for phase diagrams: those of the narrow
cases, and recorded.toml.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from exactland.gallery.entries import Entry, entry, names
from exactland.model.numbers import Vector

Start = tuple[Vector, Vector, Vector, Vector, Fraction]  # x, w, v, r, t; one input, no biases
Key = tuple[str, int, int]  # name of the activation, N, m


@cache
def recorded() -> dict[Key, tuple[Start, ...]]:
    """By name of the activation, N and m; the first start that can be certified is to be taken."""
    found: dict[Key, tuple[Start, ...]] = {}
    for table in _tables():
        start = _start(table)
        key = (table.text("activation"), len(start[0]), len(start[1]))
        found[key] = (*found.get(key, ()), start)
    return found


def _tables() -> list[Entry]:
    further = [entry("recorded", name) for name in names("recorded")]
    narrow = [entry("narrow", name) for name in names("narrow")]
    return further + [table for table in narrow if table.text("about") == "construction D"]


def _start(table: Entry) -> Start:
    x = tuple(value for (value,) in table.rows("inputs"))
    w = tuple(value for (value,) in table.rows("hidden_weights"))
    v, r = table.vector("output_weights"), table.vector("residual")
    return x, w, v, r, table.number("scale")
