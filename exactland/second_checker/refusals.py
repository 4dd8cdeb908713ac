"""The ways in which this checker says no."""

from typing import Any


class Malformed(Exception):
    """Not a certificate by the specification."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(says)
        self.place = place
        self.says = says


class TooLarge(Exception):
    """More work than this checker takes on."""


class Refused(Exception):
    """A rule fails."""


class Order(Exception):
    """A step refers to one of the wrong kind, to itself or to a later one."""


class Unbound(Exception):
    """claim_sha256 is not the digest of the claim."""


def require(condition: Any, says: str) -> None:
    """Refuse unless the condition is True itself."""
    if condition is not True:
        raise Refused(says)
