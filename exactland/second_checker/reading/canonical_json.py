"""JSON of one spelling: the bytes of a file must be the canonical ones of what they
parse to (docs/reference/format.md, section 3).
"""

import json
import re
from typing import Any, NoReturn

from ..refusals import Malformed, TooLarge
from .values import keys

LIMIT_BYTES = 64 * 1024 * 1024
LIMIT_NESTING = 100
SHOWN = 20  # characters of a number that should not be there

_MARK = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)  # what opens, closes, or is escaped


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def _check_nesting(data: bytes) -> None:
    """Python's parser would stop somewhere else, depending on its version."""
    depth = 0
    quoted = False
    for match in _MARK.finditer(data):
        mark = match.group()
        if mark == b'"':
            quoted = not quoted
        elif quoted:
            continue
        elif mark in (b"[", b"{"):
            depth += 1
            if depth > LIMIT_NESTING:
                raise Malformed("file", "nesting above 100")
        elif mark in (b"]", b"}"):
            depth -= 1


def _refuse_number(text: str) -> NoReturn:
    """Numbers are strings: a JSON number may be read as a double."""
    raise Malformed("file", "a JSON number: " + text[:SHOWN])


def load(data: bytes) -> dict[str, Any]:
    """The JSON value of a file in canonical spelling."""
    if len(data) > LIMIT_BYTES:
        raise TooLarge("file above 64 MiB")
    _check_nesting(data)
    try:
        value = json.loads(
            data.decode("ascii"),
            parse_int=_refuse_number,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("file", "not JSON") from error
    if canonical(value) + b"\n" != data:  # also finds duplicate keys
        raise Malformed("file", "not the canonical bytes")
    return keys(value, "claim evidence provenance", "file")
