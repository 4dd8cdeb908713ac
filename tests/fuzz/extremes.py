"""Files whose numbers are at their extremes: `python -m tests.fuzz.extremes` checks them all.

Of verified files, one of every rule; in each step every numeric field in turn, and all together,
takes numbers that are as long, as large or as small as the format allows, at the lowest and the
highest precision. The same for the data.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from exactland.kernel import check
from exactland.kernel.reading.canonical_json import canonical, claim_digest
from exactland.kernel.reading.values import MAX_DIGITS
from tests.kernel_only.record import recorded

NINES = "9" * MAX_DIGITS
LONG = f"{NINES[:-1]}8/{NINES}"
DATA: tuple[Any, ...] = (NINES, LONG)
NUMBERS: tuple[Any, ...] = (*DATA, [NINES, "4096"], [f"{NINES[:-1]}7", "-4096"])
PRECISIONS = ("32", "4096")
KEPT = ("rule", "order", "reason", "reasons", "units", "fitted", "precision", "minimum", "layer")
KEPT += ("rows", "columns", "cover")
VECTORS = ("center", "witness", "direction", "radii", "weights")
MATRICES = ("points", "identities", "inverse")


def bases() -> Iterator[dict[str, Any]]:
    """A verified file of every rule, the shortest."""
    found: dict[str, str] = {}
    for row in recorded():
        if row["verdict"][0] == "verified":
            for step in json.loads(row["data"])["evidence"]["steps"]:
                known = found.setdefault(step["rule"], row["data"])
                if len(row["data"]) < len(known):
                    found[step["rule"]] = row["data"]
    yield from map(json.loads, dict.fromkeys(found.values()))


def filled(name: str, value: Any, number: Any) -> Any:
    """The field with this number for all of its numbers."""
    if name in MATRICES:
        return [[number] * len(row) for row in value]
    if name in VECTORS:
        return [number] * len(value)
    if name == "midpoints":
        return [{**midpoint, "weight": number} for midpoint in value]
    return number


def files() -> Iterator[tuple[str, bytes]]:
    """Names and files."""
    for base in bases():
        rules = "+".join(step["rule"] for step in base["evidence"]["steps"])
        for field in ("x", "y"):
            for number in DATA:
                value = json.loads(json.dumps(base))
                data = value["claim"]["problem"]["data"]
                data[field] = [[number] * len(row) for row in data[field]]
                yield f"{rules}, data {field}", _bytes(value)
        for k, step in enumerate(base["evidence"]["steps"]):
            fields = [name for name in step if name not in KEPT]
            for names in (*([name] for name in fields), fields):
                for number in NUMBERS:
                    for precision in PRECISIONS:
                        value = json.loads(json.dumps(base))
                        changed = value["evidence"]["steps"][k]
                        changed |= {name: filled(name, step[name], number) for name in names}
                        if "precision" in step:
                            changed["precision"] = precision
                        yield f"{rules}, step {k}, {names}, {precision}", _bytes(value)


def _bytes(value: dict[str, Any]) -> bytes:
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    return canonical(value) + b"\n"


def main() -> None:
    share = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for k, (name, data) in enumerate(files()):
        if k % share == 0:
            print(check(data).status, name, flush=True)


if __name__ == "__main__":
    main()
