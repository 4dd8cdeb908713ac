"""Losses: convex functions l(f, y) of an output vector, summed over the samples.

A loss is one function over numbers of any kind (balls, arrays of floats, sympy expressions): from
the outputs f and targets y of one sample to the value, the gradient and the Hessian of l in f. What
it needs of calculus comes in as `of`: of(activation, z) is (s(z), s'(z), s''(z)), enclosures
included. The table is read-only: a loss that is to be certified is contributed, here and in both
checkers, and cannot be added by a program that uses this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any

from exactland.errors import InputError
from exactland.model.activations import NAMED, Activation

Derivatives = tuple[Any, list[Any], list[list[Any]]]
Of = Callable[[Activation, Any], Sequence[Any]]
SOFTPLUS = NAMED["softplus"]


@dataclass(frozen=True)
class Loss:
    """l and its derivatives in f, which rows of targets make sense, and that in words.

    `is_exact`: rational outputs have rational values.
    """

    derivatives: Callable[[Sequence[Any], Sequence[Any], Of], Derivatives]
    accepts: Callable[[Sequence[Fraction]], bool] = lambda y: True
    targets: str = "any numbers"
    is_exact: bool = False


def half_squared_error(f: Sequence[Any], y: Sequence[Any], _of: Of) -> Derivatives:
    """l = |f - y|^2 / 2."""
    e = [a - b for a, b in zip(f, y)]
    return (
        sum(v * v for v in e) / 2,
        e,
        [[int(i == j) for j in range(len(e))] for i in range(len(e))],
    )


def logistic(f: Sequence[Any], y: Sequence[Any], of: Of) -> Derivatives:
    """l = log(1 + e^(-y f)), one output, y = -1 or 1."""
    value, slope, bend = of(SOFTPLUS, -y[0] * f[0])
    return value, [-y[0] * slope], [[bend]]


def softmax_cross_entropy(f: Sequence[Any], y: Sequence[Any], of: Of) -> Derivatives:
    """l = log(e^f_1 + ... + e^f_K) - y . f, y the probabilities of K >= 2 classes (one 1 and zeros,
    for labels).
    """
    p, log_sum = _softmax(f, of)
    return log_sum - sum(a * b for a, b in zip(y, f)), [a - b for a, b in zip(p, y)], _covariance(p)


def multinomial_logistic(f: Sequence[Any], y: Sequence[Any], of: Of) -> Derivatives:
    """l = log(1 + e^f_1 + ... + e^f_K) - y . f: the log-odds of K classes against one more class,
    whose probability is 1 - y_1 - ... - y_K.
    """
    p, log_sum = _softmax([f[0] * 0, *f], of)
    return (
        log_sum - sum(a * b for a, b in zip(y, f)),
        [a - b for a, b in zip(p[1:], y)],
        _covariance(p[1:]),
    )


def _softmax(f: Sequence[Any], of: Of) -> tuple[list[Any], Any]:
    """p_k = e^f_k / sum_j e^f_j, which is the slope of softplus at f_k minus the log-sum of the
    others; and the log-sum of all.
    """

    def log_sum(values: Sequence[Any]) -> Any:
        return reduce(lambda total, u: total + of(SOFTPLUS, u - total)[0], values)

    return [of(SOFTPLUS, f[k] - log_sum([*f[:k], *f[k + 1 :]]))[1] for k in range(len(f))], log_sum(
        f
    )


def _covariance(p: Sequence[Any]) -> list[list[Any]]:
    return [[a * (1 - a) if i == j else -a * b for j, b in enumerate(p)] for i, a in enumerate(p)]


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "half-squared-error": Loss(half_squared_error, is_exact=True),
        "logistic": Loss(
            logistic, lambda y: len(y) == 1 and y[0] in (-1, 1), "one output, labels -1 and 1"
        ),
        "softmax-cross-entropy": Loss(
            softmax_cross_entropy,
            lambda y: len(y) > 1 and min(y) >= 0 and sum(y) == 1,
            "at least 2 outputs, rows of probabilities that sum to 1",
        ),
        "multinomial-logistic": Loss(
            multinomial_logistic,
            lambda y: min(y) >= 0 and sum(y) <= 1,
            "rows of probabilities that sum to at most 1",
        ),
    }
)


def loss(name: str, place: str = "loss") -> Loss:
    if name not in LOSSES:
        raise InputError(place, f"unknown loss {name[:40]!a} (known: {', '.join(LOSSES)})")
    return LOSSES[name]
