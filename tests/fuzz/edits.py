"""Random edits of certificates that stay certificates in form: canonical bytes, the digest
recomputed.
"""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

from exactland.kernel.reading.canonical_json import canonical, claim_digest

LEAVES: tuple[Any, ...] = (
    "0",
    "1",
    "-1",
    "2/4",
    "1/3",
    "-0",
    "01",
    "1e3",
    "x",
    "",
    "33",
    "5000",
    "infinity",
    "kernel",
    "relu",
    "tanh",
    "first",
    True,
    None,
)
SPARE: tuple[Any, ...] = (
    *LEAVES,
    [],
    {},
    ["1"],
    ["1", "2"],
    ["3", "-2"],
    ["+", "x", "1"],
    ["exp", "x"],
    ["exp", "x", "x"],
    [["1"]],
    {"step": "0"},
)
REASONS = (
    "kernel",
    "idle",
    "convex",
    "slope",
    "small",
    "flat",
    "definite",
    "midpoints",
    "first",
    "second",
    "infinity",
)
FUNCTIONS = (
    "x",
    "exp",
    "sin",
    "tanh",
    "+",
    "*",
    "/",
    "^",
    "relu",
    "sigmoid",
    "softplus",
    "hard-tanh",
    "elu",
    "softsign",
)
LOSSES = ("half-squared-error", "logistic", "softmax-cross-entropy", "multinomial-logistic")
RULES = (
    "3.1",
    "3.1b",
    "3.2",
    "3.3",
    "3.4",
    "3.4b",
    "3.5",
    "3.7",
    "4.1",
    "4.1c",
    "4.1h",
    "4.2",
    "4.3",
    "4.4",
    "4.5",
)
MINIMA = (
    "strict-minimum",
    "basin",
    "bad-basin",
    "local-minimum",
    "sub-optimal-strict-minimum",
    "one-more-unit",
    "no-local-minimum",
)
KINDS = (
    *MINIMA,
    "in-no-basin",
    "in-no-sub-optimal-basin",
    "no-basin",
    "no-sub-optimal-basin",
    "global-minimum",
    "escape",
    "eta-escape",
)
WORDS = (*REASONS, *FUNCTIONS, *LOSSES, *RULES, *KINDS)
Place = tuple[Any, ...]


def places(value: Any, at: Place = ()) -> list[Place]:
    """Of all parts of a JSON value, itself first."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(place for key, part in inner for place in places(part, (*at, key)))]


def edited(value: Any, random: Random, spare: tuple[Any, ...] = SPARE) -> Any:
    """One part of a JSON value nudged or taken from elsewhere, mostly; or left out, doubled, added,
    wrapped, replaced.
    """
    value = deepcopy(value)
    everywhere = places(value)[1:]
    if not everywhere:
        return value
    texts = [place for place in everywhere if isinstance(part_at(value, place), str)]
    kind = random.choice(
        ("nudge", "nudge", "nudge", "move", "move", "leave out", "double", "add", "wrap", "replace")
    )
    place = random.choice(texts if kind == "nudge" and texts else everywhere)
    *path, last = place
    holder = part_at(value, tuple(path))
    if kind == "nudge" and isinstance(holder[last], str):
        holder[last] = nudged(holder[last], random)
    elif kind == "move":
        alike = [
            other
            for other in everywhere
            if type(part_at(value, other)) is type(holder[last]) and other[-1:] == place[-1:]
        ]
        holder[last] = deepcopy(part_at(value, random.choice(alike)))
    elif kind == "leave out":
        holder.pop(last)
    elif kind == "double" and isinstance(holder, list):
        holder.insert(last, deepcopy(holder[last]))
    elif kind == "add" and isinstance(holder, dict):
        holder[random.choice(("extra", "rule", "gap", "units"))] = random.choice(spare)
    elif kind == "wrap":
        holder[last] = [holder[last]]
    else:
        holder[last] = random.choice(spare)
    return value


def part_at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


def nudged(text: str, random: Random) -> str:
    """A rational a little or a lot different; a word becomes another."""
    try:
        q = Fraction(text) if len(text) < 2000 else Fraction(0)
    except (ValueError, ZeroDivisionError):
        return str(random.choice(WORDS))
    tiny = Fraction(1, 10 ** random.choice((1, 3, 12, 30)))
    return str(
        random.choice(
            (
                q + 1,
                q - 1,
                -q,
                2 * q,
                q / 2,
                q + tiny,
                q - tiny,
                q * (1 + tiny),
                10**40 * q,
                Fraction(0),
            )
        )
    )


def bound(value: Any) -> bytes:
    """The canonical bytes, the claim's digest put right where there is a place for it."""
    if isinstance(value, dict) and isinstance(value.get("evidence"), dict) and "claim" in value:
        value = {
            **value,
            "evidence": {**value["evidence"], "claim_sha256": claim_digest(value["claim"])},
        }
    return canonical(value) + b"\n"


def edited_bytes(data: bytes, random: Random) -> bytes | None:
    """One to three edits of a certificate; None for what is no JSON."""
    try:
        value = json.loads(data)
        for _ in range(random.choice((1, 1, 2, 3))):
            value = edited(value, random)
        return bound(value)
    except (ValueError, RecursionError):
        return None
