"""The losses and their slopes."""

from typing import Any

from flint import arb, fmpq

from exactland.second_checker.arithmetic.ball import hull, narrower, square
from exactland.second_checker.arithmetic.elementary import sigmoid, softplus
from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.refusals import Refused

Entry = Any  # arb or fmpq

LOSSES = (
    "half-squared-error",
    "logistic",
    "softmax-cross-entropy",
    "multinomial-logistic",
)


def variance(p: arb) -> arb:
    """p (1 - p)."""
    return narrower(arb(fmpq(1, 4)) - square(p - arb(fmpq(1, 2))), p * (1 - p))


def probabilities(f: list[arb]) -> list[arb]:
    """The class probabilities; each is monotone in every output."""
    result: list[arb] = []
    for k in range(len(f)):
        others = [f[m] - f[k] for m in range(len(f)) if m != k]
        result.append(
            hull(
                [
                    sigmoid(-_log_sum([pick(t) for t in others]))
                    for pick in (arb.lower, arb.upper)
                ]
            )
        )
    return result


def _log_sum(f: list[arb]) -> arb:
    """log(e^f_1 + ... + e^f_K)."""
    total = f[0]
    for t in f[1:]:
        total = total + softplus(t - total)
    return total


def loss(name: str, f: list[Entry], y: Vector) -> Entry:
    """The loss at one sample."""
    if name == LOSSES[0]:
        if f and type(f[0]) is fmpq:
            return sum(
                ((a - b) * (a - b) / 2 for a, b in zip(f, y, strict=True)), fmpq(0)
            )
        return sum((square(a - b) / 2 for a, b in zip(f, y, strict=True)), arb(0))
    if type(f[0]) is not arb:
        raise Refused("not half the squared error")
    if name == LOSSES[1]:
        return softplus(-f[0] * y[0])
    every = f if name == LOSSES[2] else [arb(0), *f]
    total = hull(
        (_log_sum([t.lower() for t in every]), _log_sum([t.upper() for t in every]))
    )
    return total - sum((a * b for a, b in zip(f, y, strict=True)), arb(0))


def slopes(name: str, f: list[Entry], y: Vector) -> list[Entry]:
    """The gradient of the loss in the outputs at one sample."""
    if name == LOSSES[0]:
        return [a - b for a, b in zip(f, y, strict=True)]
    if type(f[0]) is not arb:
        raise Refused("not half the squared error")
    if name == LOSSES[1]:
        return [sigmoid(-f[0] * y[0]) * (-y[0])]
    p = probabilities(f) if name == LOSSES[2] else probabilities([arb(0), *f])[1:]
    return [a - b for a, b in zip(p, y, strict=True)]
