"""That a box holds no local minimum: rule 3.5 (docs/theorems)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import near
from exactland.certificates.steps import NoMinimum, Order
from exactland.model.numbers import decimal_text, exact_from_float, round_significant
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.enclosures import Enclosure, UndefinedError, box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb
from exactland.provers.degenerate_hessian import hessian_kernel
from exactland.provers.dry_run import accepts
from exactland.provers.minima import Found
from exactland.provers.near_point import critical_point, strict_minimum_is_there
from exactland.provers.proposals import Obstacle, Proposal
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Advice, Reason

BITS = 128
SMALLEST = 10**9  # radii below that part of the one asked for are not tried


def propose(question: Question) -> Found:
    """That the ball of the question holds no local minimum, unless evidence for a strict one
    does.
    """
    if question.near is None or question.once(strict_minimum_is_there):
        return
    ball = question.near
    step = no_minimum_step(question.problem, ball.center, ball.radius, question.tick)
    if step is not None:
        said = near(StatementKind.NO_LOCAL_MINIMUM, ball.center, ball.radius)
        yield Proposal(said, (step,), {"recipe": "given point"})
    theta = question.once(critical_point)
    question.tick("looking for flat directions")
    directions = hessian_kernel(question.problem, ball.center if theta is None else theta)
    radius = _smaller(question, ball)
    if radius is None:
        yield Obstacle(Reason.NO_STRICT_SIGN, directions=directions)
    else:
        shown = {"radius": decimal_text(radius, 3, up=False)}
        yield Obstacle(
            Reason.NO_STRICT_SIGN, {}, Advice.SMALLER_WITHIN, shown, directions=directions
        )


def _smaller(question: Question, ball: Ball) -> Fraction | None:
    """A smaller radius, down to a billionth, at which the kernel's rule would accept a step."""
    radius = ball.radius / 10
    while radius * SMALLEST > ball.radius:
        step = no_minimum_step(question.problem, ball.center, radius, question.tick)
        if step is not None and accepts(question.problem, step):
            return radius
        radius /= 10
    return None


def no_minimum_step(
    problem: Problem,
    center: Sequence[Fraction],
    radius: Fraction,
    progress: Progress = no_progress,
) -> NoMinimum | None:
    """A step by 3.5 for the box |theta_k - center_k| <= radius, or None when neither slope nor
    curvature decides.

    First order, one coordinate whose derivative keeps a strict sign is enough, and no other
    direction can do better on a box. Second order, the direction is an eigenvector of the Hessian's
    midpoint. `progress` is called before each order.
    """
    with precision(BITS):
        for order, derivatives, direction_on in (
            (Order.FIRST, 1, _slope),
            (Order.SECOND, 2, _bend),
        ):
            progress(f"looking for a sign of {order} order", 0, 0)
            try:
                over = enclose(problem, box(center, radius), derivatives)
            except UndefinedError:
                continue
            direction = direction_on(over)
            if direction is not None:
                return NoMinimum(tuple(center), radius, tuple(direction), order, BITS)
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
