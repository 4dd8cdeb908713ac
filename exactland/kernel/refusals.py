"""The four ways in which the kernel says no."""


class Malformed(Exception):
    """Not a certificate: the place, and what is wrong there."""


class Rejected(Exception):
    """Well formed, but a rule fails."""


class OutOfOrder(Rejected):
    """A step names another one that cannot be what it has to be."""


class Undefined(ArithmeticError):
    """An operation left its domain (a divisor containing zero, the logarithm of a
    non-positive number, a kink).
    """


class TooLarge(Exception):
    """Numbers or work above a stated cap."""


def require(condition: bool, reason: str) -> None:
    """Reject the file where the condition does not hold."""
    if not condition:
        raise Rejected(reason)
