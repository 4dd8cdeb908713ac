"""What the exact arithmetic of one file may cost."""

from contextvars import ContextVar

from flint import fmpq

from exactland.second_checker.refusals import TooLarge

LEFT: ContextVar[list[int]] = ContextVar(
    "left of the budgets: exact operations, terms of formal numbers"
)


class Meter:
    """The budgets of one file."""

    @staticmethod
    def reset() -> None:
        LEFT.set([10**7, 2 * 10**6])

    @staticmethod
    def charge(cost: int, which: int = 0) -> None:
        left = LEFT.get()
        left[which] -= cost
        if left[which] < 0:
            raise TooLarge("exact arithmetic" if which == 0 else "formal arithmetic")

    @staticmethod
    def charge_terms(cost: int) -> None:
        Meter.charge(cost, 1)


def bits(q: fmpq) -> int:
    return int(q.p.bit_length()) + int(q.q.bit_length())


def cost(q: fmpq) -> int:
    return 1 + (bits(q) // 512) ** 2


def metered(q: fmpq) -> fmpq:
    Meter.charge(cost(q))
    return q
