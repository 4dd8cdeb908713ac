"""Starts for construction D that were found by search once: by name of the setting, N and m; the
first that can be certified is taken.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.gallery import case_data as data
from exactland.gallery.cases import vector
from exactland.model.numbers import Vector

Start = tuple[Vector, Vector, Vector, Vector, Fraction]  # x, w, v, r, t

FOUND = (  # beyond the shipped cases: activation, x, w, v, r, t
    (
        "tanh",
        "0.6698 0.7223 0.8241 0.9749 1.165 1.3662 1.5113",
        "1.7208 2.0556 2.8148085504024271553 3.5675263256970932131",
        "1/10 1/10 1/10 1/10",
        (
            "0.1016422413641902 -0.294307482425061 0.4437378977032856 -0.5230196784849892"
            " 0.5125455170192553 -0.3857720193316056 0.1451760886051578"
        ),
        "1000",
    ),
)


def _recorded() -> dict[tuple[str, int, int], tuple[Start, ...]]:
    rows = [*FOUND, *((activation, *row[:-1]) for activation, *row in data.SEARCHED.values())]
    rows += [(row[1], *row[2:-1]) for row in data.DOUBLE_ZEROS.values() if row[0] == "D"]
    found: dict[tuple[str, int, int], tuple[Start, ...]] = {}
    for activation, x, w, v, r, t in rows:
        start = (vector(x), vector(w.replace(";", " ")), vector(v), vector(r), vector(t)[0])
        key = (activation, len(start[0]), len(start[1]))
        found[key] = (*found.get(key, ()), start)
    return found


RECORDED = _recorded()
