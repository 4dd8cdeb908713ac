"""The four ways in which the kernel says no."""

from fractions import Fraction

from .explanation import compared, tell


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


def require(condition: bool, reason: str, numbers: str = "") -> None:
    """Reject the file where the condition does not hold."""
    tell(f"  {'ruled out' if condition else 'the case'}: {reason}{numbers}")
    if not condition:
        raise Rejected(reason)


def require_at_most(low: Fraction, high: Fraction, reason: str) -> None:
    """Reject the file where low is above high."""
    require(low <= high, reason, compared(low, "<=", high))


def require_below(low: Fraction, high: Fraction, reason: str) -> None:
    """Reject the file where low is not below high."""
    require(low < high, reason, compared(low, "<", high))
