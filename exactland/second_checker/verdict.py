"""What is said of a file (docs/reference/format.md, section 3, verdicts)."""

from typing import NamedTuple


class Verdict(NamedTuple):
    """The verdict on the bytes of a certificate."""

    status: str  # "verified", "rejected", "malformed" or "too large"
    says: str
    rule: str | None = None
    place: str | None = None
    kind: str | None = None  # of the statement verified
