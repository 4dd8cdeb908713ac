"""The ways in which this checker says no."""


class Malformed(Exception):
    """Not a certificate by the specification."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(says)
        self.place = place
        self.says = says


class Unbound(Exception):
    """claim_sha256 is not the digest of the claim."""


class Order(Exception):
    """A step refers to one of the wrong kind, to itself or to a later one."""


class Refused(Exception):
    """A rule fails."""


class TooLarge(Exception):
    """More work than this checker takes on."""


def require(condition: bool, says: str) -> None:
    """Refuse unless the condition is True itself: what is merely not false proves
    nothing.
    """
    if condition is not True:
        raise Refused(says)
