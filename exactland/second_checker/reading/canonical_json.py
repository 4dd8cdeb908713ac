"""JSON of one spelling."""

import json
import re
from typing import Any

from exactland.second_checker.reading.values import keys
from exactland.second_checker.refusals import Malformed, TooLarge

LIMIT_BYTES = 64 * 1024 * 1024


LIMIT_NESTING = 100


def _nesting(data: bytes) -> None:
    depth, quoted, i = 0, False, 0
    for token in re.finditer(rb'\\.|["\[\]{}]', data, re.DOTALL):
        c = token.group()
        i += 1
        if c == b'"':
            quoted = not quoted
        elif quoted:
            continue
        elif c in b"[{":
            depth += 1
            if depth > LIMIT_NESTING:
                raise Malformed("file", "nesting above 100")
        elif c in b"]}":
            depth -= 1


def _refuse(text: str) -> Any:
    raise Malformed("file", "a JSON number: " + text[:20])


def canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def load(data: bytes) -> dict[str, Any]:
    """The JSON value of a file in canonical spelling."""
    if len(data) > LIMIT_BYTES:
        raise TooLarge("file above 64 MiB")
    _nesting(data)
    try:
        value = json.loads(
            data.decode("ascii"),
            parse_int=_refuse,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("file", "not JSON") from error
    if canonical(value) + b"\n" != data:  # also finds duplicate keys
        raise Malformed("file", "not the canonical bytes")
    return keys(value, "claim evidence provenance", "file")
