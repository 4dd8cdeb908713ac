"""What a file may cost: arithmetic itself pays (docs/reference/format.md, "Verdicts").

Every number that is made takes its cost from the budget of the file, by the lengths of
the integers that are multiplied or divided for it. So a verdict takes bounded time,
whatever the file asks for.
"""

from contextvars import ContextVar
from fractions import Fraction
from math import inf

from .refusals import TooLarge


class Budget:
    """What is left of it."""

    def __init__(self, left: float) -> None:
        self.left = left


# About two minutes: a unit is about a third of a microsecond.
MOST = 3 * 10**8

# Outside of a check nothing runs out.
ENDLESS = Budget(inf)
BUDGET: ContextVar[Budget] = ContextVar("budget of a file", default=ENDLESS)

# Exact numbers cost more than their time: they take memory, too. A rational, a term
# of a formal one, and each of its atoms.
COST_OF_A_RATIONAL = 30
COST_OF_A_TERM = 150

# Numbers of fewer bits cost all the same.
SHORT = 1 << 10


def cost_of_product(size: int) -> int:
    """Of one with so many bits: by the square of its length, as it takes that long."""
    return 1 + (size // SHORT) ** 2


def cost_of_rational(q: Fraction) -> int:
    """As its products take that long."""
    size = q.numerator.bit_length() + q.denominator.bit_length()
    return COST_OF_A_RATIONAL * cost_of_product(2 * size)


def charge(cost: int) -> None:
    """Takes a cost from the budget of the file."""
    budget = BUDGET.get()
    budget.left -= cost
    if budget.left < 0:
        raise TooLarge("the steps ask for more work than the cap")
