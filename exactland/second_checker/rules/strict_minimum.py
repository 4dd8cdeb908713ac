"""Strict local minima: rules 3.1 and 3.1b; and not global: rule 3.2."""

from dataclasses import replace

from flint import arb, arb_mat, ctx, fmpq

from exactland.second_checker.arithmetic.ball import balls, box, lower, upper
from exactland.second_checker.arithmetic.exact import norm_squared
from exactland.second_checker.facts import Fact, Minimum, Step, earlier
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.network.losses import LOSSES
from exactland.second_checker.refusals import Order, require
from exactland.second_checker.rules.linear import definite


def strict_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.1."""
    center, radius, lam, gamma = (
        step["center"],
        step["radius"],
        step["lambda"],
        step["gamma"],
    )
    require(
        radius > 0 and lam > 0 and gamma >= 0,
        "radius and lambda must be positive, gamma not negative",
    )
    require(gamma < lam * radius, "gamma is not below lambda radius")
    size = problem.parameters
    with ctx.workprec(step["precision"] + 64):
        net = Network(problem)
        hessian = net.hessian(box(center, radius))
        root = arb_mat([[arb(v) for v in row] for row in step["preconditioner"]])
        k = root.transpose() * hessian * root
        mu: fmpq | None = None
        for a in range(size):
            rest = sum((k[a, b].abs_upper() for b in range(size) if b != a), arb(0))
            low = lower(k[a, a] - rest)
            mu = low if mu is None or low < mu else mu
        frobenius = sum((norm_squared(row) for row in step["preconditioner"]), fmpq(0))
        require(
            mu is not None and mu > 0 and lam * frobenius <= mu,
            "the Hessian is not bounded by lambda",
        )
        gradient = net.gradient(balls(center))
        total = sum(
            (arb(upper(abs(g))) * arb(upper(abs(g))) for g in gradient.entries()),
            arb(0),
        )
        require(
            upper(total) <= gamma * gamma, "the gradient at the center is above gamma"
        )
        low = lower(net.value(balls(center)) - arb(gamma * gamma / (2 * lam)))
    return Minimum(2, center, gamma / lam, low, box=(center, radius))


def exact_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.1b."""
    require(problem.loss == LOSSES[0], "only half the squared error")
    net = Network(problem, balls=False)
    center = step["center"]
    gradient, hessian = net._derivative(center, 2)
    require(all(g == 0 for g in gradient.entries()), "the gradient is not 0")
    size = problem.parameters
    rows = [[hessian[i, j] for j in range(size)] for i in range(size)]
    require(definite(rows), "the Hessian is not positive definite")
    return Minimum(2, center, fmpq(0), net.value(center))


def sub_optimal(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.2."""
    minimum, gap = facts[earlier(step["minimum"], facts)], step["gap"]
    if type(minimum) is not Minimum:
        raise Order("not a step about a minimum")
    require(gap > 0, "the gap must be positive")
    with ctx.workprec(step["precision"] + 64):
        high = upper(Network(problem).value(balls(step["witness"])))
    require(high + gap <= minimum.low, "the witness is not lower by the gap")
    return replace(minimum, gap=gap)
