"""Losses: convex functions l(f, y) of an output vector, summed over the samples.

A loss is one function over numbers of any kind (balls, fractions, floats, sympy expressions): from the outputs f and targets y of one
sample to the value, the gradient and the Hessian of l in f. Adding one here, and its twin in `exactland/kernel/network.py`, is all a new loss needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exactland.errors import InputError

Derivatives = tuple[Any, list[Any], list[list[Any]]]
Loss = Callable[[Sequence[Any], Sequence[Any]], Derivatives]


def half_squared_error(f: Sequence[Any], y: Sequence[Any]) -> Derivatives:
    """l = |f - y|^2 / 2."""
    e = [a - b for a, b in zip(f, y)]
    return sum(v * v for v in e) / 2, e, [[int(i == j) for j in range(len(e))] for i in range(len(e))]


LOSSES: dict[str, Loss] = {"half-squared-error": half_squared_error}


def loss(name: str, place: str = "loss") -> Loss:
    if name not in LOSSES:
        raise InputError(place, f"unknown loss {name[:40]!a} (known: {', '.join(LOSSES)})")
    return LOSSES[name]
