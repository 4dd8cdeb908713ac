"""The one spelling of a certificate: its bytes must be the canonical encoding of what
they parse to.
"""

import json
from hashlib import sha256
from typing import Any, NoReturn

from ..refusals import Malformed, TooLarge

FORMAT = "exactland-certificate/2"
MAX_BYTES = 4 << 20
MAX_NESTING = 100

SPELLING = "(sorted keys, no spaces, one final newline, no duplicate key)"


def canonical(value: Any) -> bytes:
    """The one encoding of a JSON value without numbers."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
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
    _require_shallow(value, MAX_NESTING)
    # Two readers might take a second spelling for two different files.
    if canonical(value) + b"\n" != data:
        raise Malformed(f"file: not in canonical form {SPELLING}")
    return value


def _require_shallow(value: Any, levels: int) -> None:
    """No list or object inside of more than so many others."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        if levels < 0:
            raise Malformed(f"file: nested deeper than {MAX_NESTING}")
        for inner in value:
            _require_shallow(inner, levels - 1)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:20]} is not in a string")
