"""Functions of one variable over balls: the tight range, by monotony where there is
some.
"""

from collections.abc import Callable

from flint import arb

from ..refusals import TooLarge
from .ball import WITHIN_ONE, hull, narrower

LARGEST_EXPONENT = 512  # of exp
LARGEST_ANGLE = arb(1) * (1 << 512)  # of sin and cos


def range_of_increasing(f: Callable[[arb], arb], x: arb) -> arb:
    """The range of an increasing function: from the value at the lower end to that at
    the upper end.
    """
    if x.is_exact():
        return f(x)
    return hull([f(x.lower()), f(x.upper())])


def exp(x: arb) -> arb:
    """e^x; of more than 512 it would be a number that nothing here calculates with."""
    if x < LARGEST_EXPONENT:
        return range_of_increasing(arb.exp, x)
    raise TooLarge("exp of more than 512")


def _sigmoid_at(x: arb) -> arb:
    """1 / (1 + e^-x), without an e^t of large t."""
    if x < 0:
        growth = x.exp()
        return growth / (1 + growth)
    return 1 / (1 + (-x).exp())


def sigmoid(x: arb) -> arb:
    """1 / (1 + e^-x)."""
    return range_of_increasing(_sigmoid_at, x)


def _softplus_at(x: arb) -> arb:
    """log(1 + e^x), without an e^t of large t."""
    if x > 0:
        return x + (-x).exp().log1p()
    return x.exp().log1p()


def softplus(x: arb) -> arb:
    """log(1 + e^x)."""
    return range_of_increasing(_softplus_at, x)


def _swinging(f: Callable[[arb], arb], x: arb) -> arb:
    """sin or cos: near its middle value as |f'| <= 1, and within -1 and 1."""
    if abs(x) < LARGEST_ANGLE:
        near_middle = f(x.mid()) + WITHIN_ONE * x.rad()
        return narrower(narrower(f(x), near_middle), WITHIN_ONE)
    raise TooLarge("sin or cos beyond 2^512")


def sin(x: arb) -> arb:
    """The sine."""
    return _swinging(arb.sin, x)


def cos(x: arb) -> arb:
    """The cosine."""
    return _swinging(arb.cos, x)
