"""Paths that lead down: rule 4.4."""

from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from exactland.second_checker.arithmetic.ball import ball, balls, finite, lower, upper
from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.arithmetic.formal import number
from exactland.second_checker.facts import About, Box, Fact, Step, earlier
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.formal_evaluation import FormalNetwork
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import Order, Refused, require
from exactland.second_checker.rules.constant_line import (
    moving_rows,
    require_idle,
    require_kernel,
)


def _convex(problem: Problem, p: Vector, q: Vector) -> None:
    """E is convex on the segment from p to q."""
    moving = moving_rows(problem, p, q)
    require(len(moving) == 1, "not exactly one layer moves")
    layer = next(iter(moving))
    net = FormalNetwork(problem)
    for x in problem.x:
        inner = [net.features(t, x, layer) for t in (p, q)]
        for k in range(layer, len(problem.hidden)):
            act = net.acts[k]
            require(act.slopes is not None, "an activation is not piecewise linear")
            ends = [
                net.pre(k, _reader(t), a) for t, a in zip((p, q), inner, strict=True)
            ]
            for u, v in zip(*ends, strict=True):
                a, b = u.constant(), v.constant()
                if a is None or b is None:
                    raise Refused("a pre-activation is not known as a rational")
                low, high = (a, b) if a < b else (b, a)
                require(
                    all(c <= low or c >= high for c in act.breaks),
                    "a breakpoint is crossed",
                )
            inner = [[net.algebra.activation(act, z) for z in e] for e in ends]


def _reader(theta: Vector) -> Any:
    return lambda k: number(theta[k])


def path(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.4."""
    points, reasons, eta, end = (
        step["points"],
        step["reasons"],
        step["eta"],
        step["end"],
    )
    require(eta >= 0, "eta must not be negative")
    require(len(points) == len(reasons) + 1, "one reason fewer than points")
    first, last = points[0], points[-1]
    with ctx.workprec(step["precision"] + 64):
        net = Network(problem)
        values = [net.value(balls(p)) for p in points]
        for i, reason in enumerate(reasons):
            p, q = points[i], points[i + 1]
            box = [ball(a, b) for a, b in zip(p, q, strict=True)]
            if reason == "kernel":
                require_kernel(problem, p, q)
            elif reason == "idle":
                require_idle(problem, p, q)
                net.value(box)
            elif reason == "convex":
                require(
                    upper(values[i + 1]) < lower(values[i]), "E is not shown to fall"
                )
                _convex(problem, p, q)
            elif reason == "slope":
                change = arb_mat([[arb(b - a)] for a, b in zip(p, q, strict=True)])
                require(
                    finite((net.gradient(box).transpose() * change)[0, 0]) < 0,
                    "E is not shown to fall",
                )
            else:
                require(
                    upper(net.value(box)) <= lower(values[0]) + eta,
                    "E is not shown to be small",
                )
        low: fmpq | None = None
        if end[0] == "loss":
            low = end[1]
            require(upper(values[-1]) <= low, "the end is not reached")
        else:
            goal = facts[earlier(end[1], facts)]
            if type(goal) is not About or goal.end is None:
                raise Order("not a step by 3.7 or 4.3")
            require(
                all(a == b for a, b in zip(goal.end, last, strict=True)),
                "the last step is about another point",
            )
    said: list[tuple[str, Any, Any, Any]] = []
    if eta > 0:
        said.append(("eta-escape", first, low, eta))
    else:
        said.append(("escape", first, low, None))
        if low is None:
            said.append(("in-no-sub-optimal-basin", first, None, None))
    return About(
        tuple(said), box=Box(first, fmpq(0)) if reasons[:1] == ["convex"] else None
    )
