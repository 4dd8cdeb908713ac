"""What is said of a file."""

from typing import NamedTuple


class Verdict(NamedTuple):
    status: str  # "verified", "rejected", "malformed" or "too large"
    says: str
    rule: str | None = None
    place: str | None = None
    kind: str | None = None
