"""What exact arithmetic may cost in one file (docs/reference/format.md, section 3,
work).

Exact numbers grow as they are calculated with, and no estimate made from the sizes of a
file knows how much.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from flint import fmpq

from .refusals import TooLarge

EXACT_COST = 10**7  # of the sums, products and quotients of one file
FORMAL_TERMS = 2 * 10**6  # each counts once, and once more for every atom in it
BITS_OF_A_UNIT = 512  # a rational of b bits costs 1 + floor(b / 512)^2


@dataclass
class Budget:
    """What is left for one file."""

    exact: int = EXACT_COST
    terms: int = FORMAL_TERMS


LEFT: ContextVar[Budget] = ContextVar("what is left for the file being checked")


def start_budget() -> None:
    """Every file has a budget of its own."""
    LEFT.set(Budget())


def charge(cost: int) -> None:
    """Take the cost of an exact operation from the budget."""
    budget = LEFT.get()
    budget.exact -= cost
    if budget.exact < 0:
        raise TooLarge("exact arithmetic")


def charge_terms(count: int) -> None:
    """Take terms of formal numbers from the budget."""
    budget = LEFT.get()
    budget.terms -= count
    if budget.terms < 0:
        raise TooLarge("formal arithmetic")


def bits(value: fmpq) -> int:
    """The length of numerator and denominator."""
    return int(value.p.bit_length()) + int(value.q.bit_length())


def cost_of(value: fmpq) -> int:
    """What an operation costs that gives this rational."""
    return 1 + (bits(value) // BITS_OF_A_UNIT) ** 2


def metered(value: fmpq) -> fmpq:
    """A rational just calculated, paid for."""
    charge(cost_of(value))
    return value
