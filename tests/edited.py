"""A certificate with one field edited, and the digest of its claim calculated anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from typing import Any

Path = tuple[Any, ...]
Edit = Callable[[Any], Any]
STEP: Path = ("evidence", "steps")
STATEMENT: Path = ("claim", "statement")
PROBLEM: Path = ("claim", "problem")


def apply(data: bytes, path: Path, edit: Edit) -> bytes:
    """`edit` maps what stands at the path to what stands there now."""
    value = json.loads(data)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = edit(place[path[-1]])
    claim = b"exactland-claim/1\0" + canonical(value["claim"])
    value["evidence"]["claim_sha256"] = sha256(claim).hexdigest()
    return canonical(value) + b"\n"


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value (docs/reference/format.md)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def times(factor: Fraction | int) -> Edit:
    return lambda old: written(read(old) * factor)


def plus(amount: Fraction | int) -> Edit:
    return lambda old: written(read(old) + amount)


def read(number: Any) -> Fraction:
    """A number as files spell it: "p/q", or [mantissa, exponent]."""
    if isinstance(number, str):
        return Fraction(number)
    mantissa, exponent = map(int, number)
    return Fraction(mantissa) * Fraction(2) ** exponent


def written(q: Fraction) -> Any:
    """As a certificate spells a number: dyadic ones as [mantissa, exponent], odd unless whole."""
    denominator = q.denominator
    if denominator & (denominator - 1):
        return f"{q.numerator}/{denominator}"
    mantissa, exponent = q.numerator, 1 - denominator.bit_length()
    while exponent >= 0 and mantissa and mantissa % 2 == 0:
        mantissa, exponent = mantissa // 2, exponent + 1
    return [str(mantissa), str(exponent)]
