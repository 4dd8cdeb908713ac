"""The losses l(f, y) at one sample, their slopes in the outputs f and their curvature,
over balls (docs/reference/format.md, section 2).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flint import arb, fmpq

from ..arithmetic.ball import (
    ONE,
    ZERO,
    hull,
    narrower,
    square,
)
from ..arithmetic.elementary import sigmoid, softplus
from ..arithmetic.exact import Vector

HALF_SQUARED_ERROR = "half-squared-error"
LOGISTIC = "logistic"
SOFTMAX_CROSS_ENTROPY = "softmax-cross-entropy"
MULTINOMIAL_LOGISTIC = "multinomial-logistic"

HALF = fmpq(1, 2)
QUARTER = fmpq(1, 4)

Balls = Sequence[arb]
# weights w and coefficients c: the sum of w (c . v)^2 is the second derivative along v
Curvature = list[tuple[arb, dict[int, int]]]


@dataclass(frozen=True)
class Loss:
    """A loss at one sample."""

    value: Callable[[Balls, Vector], arb]
    slopes: Callable[[Balls, Vector], list[arb]]
    curvature: Callable[[Balls], Curvature]  # targets enter linearly


def _minus(left: Balls, right: Vector) -> list[arb]:
    return [a - b for a, b in zip(left, right, strict=True)]


def _half_squares(f: Balls, y: Vector) -> arb:
    return sum((square(error) / 2 for error in _minus(f, y)), ZERO)


def _one_for_each(f: Balls) -> Curvature:
    return [(ONE, {k: 1}) for k in range(len(f))]


def _variance(p: arb) -> arb:
    """p (1 - p) = 1/4 - (p - 1/2)^2, where p occurs once."""
    once = arb(QUARTER) - square(p - arb(HALF))
    return narrower(once, p * (1 - p))


def _logistic(f: Balls, y: Vector) -> arb:
    """log(1 + e^(-y f))."""
    return softplus(-f[0] * y[0])


def _logistic_slopes(f: Balls, y: Vector) -> list[arb]:
    return [sigmoid(-f[0] * y[0]) * (-y[0])]


def _logistic_curvature(f: Balls) -> Curvature:
    """As y^2 = 1, and sigmoid(-f) = 1 - sigmoid(f)."""
    return [(_variance(sigmoid(f[0])), {0: 1})]


def _log_sum(f: Balls) -> arb:
    """log(e^f_1 + ... + e^f_K)."""
    total = f[0]
    for t in f[1:]:
        total = total + softplus(t - total)
    return total


def _log_sum_range(f: Balls) -> arb:
    """The same over wide balls: it grows in every f_k."""
    least = _log_sum([t.lower() for t in f])
    greatest = _log_sum([t.upper() for t in f])
    return hull([least, greatest])


def _probabilities(f: Balls) -> list[arb]:
    """e^f_k / (e^f_1 + ... + e^f_K): each falls in f_m - f_k for all other m."""
    result = []
    for k, own in enumerate(f):
        others = [t - own for m, t in enumerate(f) if m != k]
        greatest = sigmoid(-_log_sum([t.lower() for t in others]))
        least = sigmoid(-_log_sum([t.upper() for t in others]))
        result.append(hull([greatest, least]))
    return result


def _inner(f: Balls, y: Vector) -> arb:
    pairs = zip(f, y, strict=True)
    return sum((a * b for a, b in pairs), ZERO)


def _softmax(f: Balls, y: Vector) -> arb:
    """log(e^f_1 + ... + e^f_K) - y . f."""
    return _log_sum_range(f) - _inner(f, y)


def _softmax_slopes(f: Balls, y: Vector) -> list[arb]:
    return _minus(_probabilities(f), y)


def _softmax_curvature(f: Balls) -> Curvature:
    """The sum of p_k p_m (v_k - v_m)^2 over pairs; of two classes p_m = 1 - p_k."""
    p = _probabilities(f)
    result: Curvature = []
    for k in range(len(f)):
        for m in range(k):
            weight = p[k] * p[m]
            if len(f) == 2:
                weight = _variance(p[k])
            result.append((weight, {k: 1, m: -1}))
    return result


def _multinomial(f: Balls, y: Vector) -> arb:
    """log(1 + e^f_1 + ... + e^f_K) - y . f: softmax with f_0 = 0."""
    return _log_sum_range([ZERO, *f]) - _inner(f, y)


def _multinomial_slopes(f: Balls, y: Vector) -> list[arb]:
    return _minus(_probabilities([ZERO, *f])[1:], y)


def _multinomial_curvature(f: Balls) -> Curvature:
    """That of softmax, where class 0 does not move."""
    result: Curvature = []
    for weight, along in _softmax_curvature([ZERO, *f]):
        moved = {k - 1: sign for k, sign in along.items() if k > 0}
        result.append((weight, moved))
    return result


LOSSES = MappingProxyType(
    {
        HALF_SQUARED_ERROR: Loss(_half_squares, _minus, _one_for_each),
        LOGISTIC: Loss(_logistic, _logistic_slopes, _logistic_curvature),
        SOFTMAX_CROSS_ENTROPY: Loss(_softmax, _softmax_slopes, _softmax_curvature),
        MULTINOMIAL_LOGISTIC: Loss(
            _multinomial, _multinomial_slopes, _multinomial_curvature
        ),
    }
)
