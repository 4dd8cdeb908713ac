"""Functions of one variable over balls."""

from collections.abc import Callable

from flint import arb

from exactland.second_checker.arithmetic.ball import hull, narrower
from exactland.second_checker.refusals import TooLarge


def rising(f: Callable[[arb], arb], x: arb) -> arb:
    """The range of an increasing function over a ball."""
    if x.is_exact():
        return f(x)
    return hull((f(x.lower()), f(x.upper())))


def _sigmoid(x: arb) -> arb:
    if x < 0:
        t = x.exp()
        return t / (1 + t)
    return 1 / (1 + (-x).exp())


def softplus(x: arb) -> arb:
    """log(1 + e^x)."""
    return rising(lambda t: (t + (-t).exp().log1p()) if t > 0 else t.exp().log1p(), x)


def sigmoid(x: arb) -> arb:
    return rising(_sigmoid, x)


def swing(f: Callable[[arb], arb], x: arb) -> arb:
    """sin or cos over a ball: near its middle value, and within -1 and 1."""
    if not abs(x) < arb(1) * (1 << 512):
        raise TooLarge("sin or cos beyond 2^512")
    rough = narrower(f(x), f(x.mid()) + arb(0, 1) * x.rad())
    return narrower(rough, arb(0, 1))
