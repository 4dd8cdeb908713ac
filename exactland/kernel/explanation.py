"""What was checked, line by line, for a reader who follows a verdict with a pencil.

Rules write into it and nothing reads it but the command line: no verdict depends on it.
"""

from contextvars import ContextVar
from decimal import Context, Decimal
from fractions import Fraction

DIGITS = Context(prec=12)

STORY: ContextVar[list[str] | None] = ContextVar("what was checked", default=None)


def tell(line: str) -> None:
    """One more line, where somebody wants to know."""
    story = STORY.get()
    if story is not None:
        story.append(line)


def compared(low: Fraction, sign: str, high: Fraction) -> str:
    """Both numbers; nothing where nobody wants to know."""
    return "" if STORY.get() is None else f": {_shown(low)} {sign} {_shown(high)}"


def _shown(q: Fraction) -> str:
    """To twelve digits, with a mark where these are not all."""
    rounded = DIGITS.divide(Decimal(q.numerator), Decimal(q.denominator))
    mark = "" if Fraction(rounded) == q else "~"
    return f"{mark}{rounded}"
