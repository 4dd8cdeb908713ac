"""The one spelling of a certificate: its bytes must be the canonical encoding of what
they parse to.
"""

import json
from hashlib import sha256
from typing import Any, NoReturn

from ..refusals import Malformed, TooLarge

FORMAT = "exactland-certificate/1"
MAX_BYTES = 4 << 20
MAX_NESTING = 100
# Of the exponent of 2 in a dyadic number.
MAX_SHIFT = 4096
# So many digits every Python reads, whatever its settings.
MAX_DIGITS = 640

SPELLING = "(sorted keys, no spaces, one final newline, no duplicate key)"


def canonical(value: Any) -> bytes:
    """The one encoding of a JSON value without numbers."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def claim_digest(claim: Any) -> str:
    """What binds evidence to its claim."""
    return sha256(b"exactland-claim/1\0" + canonical(claim)).hexdigest()


def parse(data: bytes) -> Any:
    """The JSON value in canonical bytes: no number, no duplicate key, no deep nesting,
    no second spelling.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("file: more than 4 MiB")
    try:
        value = json.loads(
            data.decode("ascii"),
            parse_int=_no_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"file: not JSON: {str(error)[:80]}") from None
    level = [value]
    for _ in range(MAX_NESTING + 1):
        level = _entries_of_all(level)
    if any(isinstance(inner, dict | list) for inner in level):
        raise Malformed(f"file: nested deeper than {MAX_NESTING}")
    # Two readers might take a second spelling for two different files.
    if canonical(value) + b"\n" != data:
        raise Malformed(f"file: not in canonical form {SPELLING}")
    return value


def _entries_of_all(values: list[Any]) -> list[Any]:
    """The entries of those that are lists or objects."""
    inside: list[Any] = []
    for value in values:
        if isinstance(value, list):
            inside.extend(value)
        elif isinstance(value, dict):
            inside.extend(value.values())
    return inside


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:20]} is not in a string")
