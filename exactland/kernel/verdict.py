"""What the kernel says of a file."""

from typing import NamedTuple

from .facts import Fact

EXIT = {"verified": 0, "rejected": 1, "malformed": 2, "too large": 4}


class Verdict(NamedTuple):
    """status is a key of EXIT; `says` what was verified, or why not; rule and place
    name what failed; fact carries the proved numbers.
    """

    status: str
    says: str
    rule: str | None = None
    place: str | None = None
    kind: str | None = None
    fact: Fact | None = None
