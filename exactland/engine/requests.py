"""From a caller's arguments to a question: what is checked before anything is searched."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.errors import InputError
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.precision import precision
from exactland.provers.meter import Budget
from exactland.provers.question import Ball, nearby

BITS = 128


def given_point(problem: Problem, point: Sequence[Fraction] | None) -> Vector | None:
    """The parameters that are asked about: those given, or those the problem names."""
    return problem.point if point is None else tuple(point)


def ball_around(problem: Problem, theta: Vector, within: Fraction | None) -> Ball:
    """The ball that a claim is about; by default of the radius `nearby`, and of radius 0 for
    piecewise-linear networks, whose points are judged as they stand.

    Raises InputError where the loss is not defined, or for a negative radius.
    """
    problem.check_point(theta, "point")
    try:
        with precision(BITS):
            enclose(problem, box(theta, Fraction(0)), 0)
    except UndefinedError as error:
        raise InputError("point", str(error)) from None
    if within is None:
        return Ball(theta, Fraction(0) if problem.is_piecewise_linear else nearby(theta))
    if within < 0:
        raise InputError("within", f"{within} is negative")
    return Ball(theta, within)


def reach(ball: Ball, within: Fraction | None) -> Fraction:
    """How far from the ball's center a basin may reach: `nearby`, where nothing is said."""
    return nearby(ball.center) if within is None else ball.radius


def budget(steps: int | None, seconds: float | None) -> Budget:
    """Raises InputError for a budget that is not positive."""
    if steps is not None and steps < 1:
        raise InputError("steps", f"{steps} is not at least 1")
    if seconds is not None and not seconds > 0:
        raise InputError("seconds", f"{seconds} is not positive")
    return Budget(steps, seconds)
