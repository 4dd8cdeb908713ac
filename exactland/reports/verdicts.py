"""What a verdict carries besides its sentence: numbers, as decimals rounded outward.

This is what `exactland check` says of every file: nothing is imported that has to be installed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactland.certificates.proved_numbers import Quantity, at_least, at_most, numbers_of
from exactland.certificates.statements import End
from exactland.kernel import Minimum, NoMinimumBox, Verdict

LOSS_DIGITS = 17
DIGITS = 6


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """What the kernel verified: kind, sentence, and the numbers it computed.

    Of a verdict that is not "verified", why not, and no numbers.
    """
    shown: dict[str, Any] = {"kind": verdict.kind, "says": verdict.says}
    if isinstance(verdict.fact, Minimum):
        shown |= _minimum(verdict.fact)
    if isinstance(verdict.fact, NoMinimumBox):
        shown |= _box_without_minimum(verdict.fact)
    return shown


def _minimum(fact: Minimum) -> dict[str, Any]:
    numbers = numbers_of(fact)
    lower = numbers.witness_loss
    return {
        "loss_low": numbers.loss.low.to(LOSS_DIGITS),
        "loss_high": numbers.loss.high.to(LOSS_DIGITS),
        "curvature": numbers.curvature.to(DIGITS),
        "distance": numbers.distance.to(DIGITS),
        "radius": numbers.radius.to(DIGITS),
        "barrier": numbers.barrier.to(DIGITS),
        "witness_loss": None if lower is None else lower.to(LOSS_DIGITS),
        "gap": numbers.gap.to(DIGITS),
    }


def _box_without_minimum(fact: NoMinimumBox) -> dict[str, Any]:
    return {
        "radius": at_least(fact.radius).to(DIGITS),
        "direction": [Quantity(v).to(DIGITS) for v in fact.direction],
        "order": fact.order,
    }


def end_json(end: End) -> str:
    """Where a path leads: "infimum", or a loss that is reached, as a decimal rounded up."""
    return at_most(end).to(LOSS_DIGITS) if isinstance(end, Fraction) else end


def carried(verdict: Verdict) -> str:
    """After the sentence of a verdict: the loss of a minimum, and a lower one; else nothing."""
    if not isinstance(verdict.fact, Minimum):
        return ""
    numbers = numbers_of(verdict.fact)
    better = ""
    if numbers.witness_loss is not None:
        better = f", {numbers.witness_loss.to(6)} is reachable"
    return f"; its loss is {numbers.loss.to(8)}{better}"
