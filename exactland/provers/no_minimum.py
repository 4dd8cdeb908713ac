"""Evidence that a box holds no local minimum: rule 3.5 (proofs/THEOREMS.md)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactland.certificates.certificate import numbers
from exactland.model.numbers import dyadic, exact_from_float, round_significant
from exactland.model.problem import Problem
from exactland.numerics.enclosures import Enclosure, Undefined, box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb

BITS = 128


def no_minimum(
    problem: Problem, center: Sequence[Fraction], radius: Fraction
) -> dict[str, Any] | None:
    """A step by 3.5 for the box |theta_k - center_k| <= radius, or None when neither slope nor
    curvature decides.

    First order, one coordinate whose derivative keeps a strict sign is enough, and no other
    direction can do better on a box. Second order, the direction is an eigenvector of the Hessian's
    midpoint.
    """
    with precision(BITS):
        for order, direction_on in (("first", _slope), ("second", _bend)):
            try:
                over = enclose(problem, box(center, radius), 1 if order == "first" else 2)
            except Undefined:
                continue
            direction = direction_on(over)
            if direction is not None:
                located = {
                    "center": numbers(center),
                    "radius": dyadic(radius),
                    "direction": numbers(direction),
                }
                return {"rule": "3.5", **located, "order": order, "precision": str(BITS)}
    return None


def _slope(over: Enclosure) -> list[Fraction] | None:
    margins = [g.abs_lower() for g in over.gradient]
    best = max(range(len(margins)), key=lambda k: float(margins[k]))
    if not margins[best] > 0:
        return None
    return [
        Fraction(k == best) * (-1 if over.gradient[best] > 0 else 1) for k in range(len(margins))
    ]


def _bend(over: Enclosure) -> list[Fraction] | None:
    if not all(v.is_finite() for v in over.hessian.entries()):
        return None
    vectors = np.linalg.eigh(
        np.array([[float(v.mid()) for v in row] for row in over.hessian.tolist()])
    )[1]
    direction = [round_significant(exact_from_float(v), 24) for v in vectors[:, 0]]
    u = [to_arb(v) for v in direction]
    curvature = sum(
        (a * h * b for a, row in zip(u, over.hessian.tolist()) for h, b in zip(row, u)),
        to_arb(Fraction(0)),
    )
    return direction if curvature < 0 else None
