"""The rules: one function each, from a step of the evidence to a fact, or `Rejected`.

Rule numbers, hypotheses and conclusions are those of FORMAT.md, section 3; the proofs are in proofs/THEOREMS.md. A rule reads its step's
fields, recomputes everything from the problem, and concludes only what it checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .activation import NotExact, PiecewiseLinear, size
from .ball import Ball, Number, TooLarge, Undefined, dot
from .network import Jet, jet
from .reader import Problem, fields, integer, matrix, number, text, vector

WORK_CAP = 3 * 10**8


class Rejected(Exception):
    """Well formed, but a rule fails."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


@dataclass(frozen=True)
class Minimum:
    """A strict local minimum theta*: within distance of center, loss in [low, high], Hess E >= curvature near it. Sub-optimal when gap > 0."""

    center: list[Fraction]
    distance: Fraction
    low: Fraction
    high: Fraction
    curvature: Fraction
    radius: Fraction  # the only critical point in the Euclidean ball of this radius; 0 when nothing is said (rule 3.1b)
    gap: Fraction = Fraction(0)
    witness_loss: Fraction | None = None

    @property
    def barrier(self) -> Fraction:
        """E exceeds E(theta*) by at least this on the sphere |theta - center| = radius."""
        return self.curvature / 2 * (self.radius - self.distance) ** 2 if self.radius else Fraction(0)


@dataclass(frozen=True)
class NoMinimumBox:
    """No point of the box |theta_k - center_k| <= radius is a local minimum."""

    center: list[Fraction]
    radius: Fraction


Fact = Minimum | NoMinimumBox


def need(condition: bool, rule: str, reason: str) -> None:
    if not condition:
        raise Rejected(rule, reason)


def _box(center: list[Fraction], radius: Fraction, precision: int) -> list[Number]:
    r = Ball.exact(radius, precision)
    balls = [Ball.exact(c, precision) for c in center]
    return [Ball(b.m, b.r + r.magnitude(), precision) for b in balls]


def _jet(rule: str, problem: Problem, theta: list[Number], order: int) -> Jet:
    try:
        return jet(problem, theta, order)
    except (Undefined, NotExact) as error:
        raise Rejected(rule, str(error)) from None


def strict_minimum(problem: Problem, step: dict[str, Any], place: str, facts: list[Fact]) -> Fact:
    """Rule 3.1."""
    names = ("center", "radius", "lambda", "gamma", "preconditioner", "precision")
    center_, radius_, lambda_, gamma_, hint, precision_ = (step[name] for name in names)
    count = problem.parameters
    center = vector(center_, f"{place}.center", count)
    rho, lam, gamma = (number(v, f"{place}.{n}") for v, n in ((radius_, "radius"), (lambda_, "lambda"), (gamma_, "gamma")))
    r = matrix(hint, f"{place}.preconditioner", count, count)
    p = _precision(precision_, place)
    _affordable(problem, p, 2)
    need(rho > 0 and lam > 0 and gamma >= 0, "3.1", "radius and lambda must be positive, gamma not negative")
    need(gamma < lam * rho, "3.1", "gamma is not below lambda times radius")
    point = _jet("3.1", problem, _box(center, Fraction(0), p), 1)
    bound = sum(Fraction(g.magnitude(), 1 << p) ** 2 for g in point.gradient)
    need(bound <= gamma * gamma, "3.1", f"the gradient at the center is not shown to be at most gamma (bound {float(bound) ** 0.5:.3g})")
    hessian = _jet("3.1", problem, _box(center, rho, p), 2).hessian
    columns = [[Ball.exact(row[k], p) for row in r] for k in range(count)]
    images = [[dot(row, column) for row in hessian] for column in columns]  # images[b] = Hess E R e_b
    k = [[dot(columns[a], images[b]) for b in range(count)] for a in range(count)]
    margins = [k[a][a].m - k[a][a].r - sum(k[a][b].magnitude() for b in range(count) if b != a) for a in range(count)]
    mu = Fraction(min(margins), 1 << p)
    need(mu > 0, "3.1", "the Hessian over the box is not shown to be positive definite (R^T H R is not diagonally dominant)")
    need(lam * sum(v * v for row in r for v in row) <= mu, "3.1", "lambda is more than mu / |R|^2")
    return Minimum(center, gamma / lam, point.value.lower() - gamma * gamma / (2 * lam), point.value.upper(), lam, rho)


def exact_minimum(problem: Problem, step: dict[str, Any], place: str, facts: list[Fact]) -> Fact:
    """Rule 3.1b. The curvature is det H ((P-1) / trace H)^(P-1), a lower bound of the least eigenvalue (geometric and arithmetic mean of the others)."""
    count = problem.parameters
    center = vector(step["center"], f"{place}.center", count)
    _affordable_exact(problem, center)
    at = _jet("3.1b", problem, list(center), 2)
    need(all(g == 0 for g in at.gradient), "3.1b", "the gradient is not exactly zero")
    h = [list(row) for row in at.hessian]
    trace, determinant = sum(h[k][k] for k in range(count)), Fraction(1)
    for k in range(count):
        need(h[k][k] > 0, "3.1b", f"pivot {k} of the Hessian is not positive")
        determinant *= h[k][k]
        for i in range(k + 1, count):
            ratio = h[i][k] / h[k][k]
            h[i] = [a - ratio * b for a, b in zip(h[i], h[k])]
    curvature = determinant * (Fraction(count - 1) / trace) ** (count - 1)
    return Minimum(center, Fraction(0), at.value, at.value, curvature, Fraction(0))


def sub_optimal(problem: Problem, step: dict[str, Any], place: str, facts: list[Fact]) -> Fact:
    """Rule 3.2."""
    minimum = facts[_earlier(step["minimum"], place, facts)]
    witness = vector(step["witness"], f"{place}.witness", problem.parameters)
    gap = number(step["gap"], f"{place}.gap")
    p = _precision(step["precision"], place)
    if not isinstance(minimum, Minimum):
        raise Rejected("order", f"{place}.minimum: names a step that proved no minimum")
    _affordable(problem, p, 0)
    need(gap > 0, "3.2", "the gap is not positive")
    loss = _jet("3.2", problem, _box(witness, Fraction(0), p), 0).value.upper()
    need(loss + gap <= minimum.low, "3.2", "the witness is not shown to be lower than the minimum by the gap")
    return replace(minimum, gap=gap, witness_loss=loss)


def no_minimum(problem: Problem, step: dict[str, Any], place: str, facts: list[Fact]) -> Fact:
    """Rule 3.5."""
    count = problem.parameters
    center, direction = vector(step["center"], f"{place}.center", count), vector(step["direction"], f"{place}.direction", count)
    radius = number(step["radius"], f"{place}.radius")
    order = text(step["order"], f"{place}.order", "first", "second")
    p = _precision(step["precision"], place)
    _affordable(problem, p, 1 if order == "first" else 2)
    need(radius >= 0, "3.5", "the radius is negative")
    u: list[Number] = [Ball.exact(v, p) for v in direction]
    over = _jet("3.5", problem, _box(center, radius, p), 1 if order == "first" else 2)
    if order == "first":
        slope = dot(over.gradient, u)
        need(slope.lower() > 0 or slope.upper() < 0, "3.5", "the slope along the direction has no strict sign on the box")
    else:
        bend = dot(u, [dot(row, u) for row in over.hessian])
        need(bend.upper() < 0, "3.5", "the curvature along the direction is not shown to be negative on the box")
    return NoMinimumBox(center, radius)


Rule = Callable[[Problem, dict[str, Any], str, list[Fact]], Fact]
RULES: dict[str, tuple[Rule, tuple[str, ...]]] = {
    "3.1": (strict_minimum, ("center", "radius", "lambda", "gamma", "preconditioner", "precision")),
    "3.1b": (exact_minimum, ("center",)),
    "3.2": (sub_optimal, ("minimum", "witness", "gap", "precision")),
    "3.5": (no_minimum, ("center", "radius", "direction", "order", "precision")),
}


def apply(problem: Problem, step: dict[str, Any], place: str, facts: list[Fact]) -> Fact:
    rule = text(step.get("rule"), f"{place}.rule", *RULES)
    function, names = RULES[rule]
    fields(step, place, "rule", *names)
    return function(problem, step, place, facts)


MINIMA = ("strict-minimum", "local-minimum", "basin")
SUB_OPTIMAL = ("sub-optimal-strict-minimum", "sub-optimal-local-minimum", "bad-basin")


def conclude(problem: Problem, statement: dict[str, Any], fact: Fact | None) -> str:
    """Rule claim: the statement follows from the last fact. Returns its kind."""
    place = "claim.statement"
    kind = text(statement.get("kind"), f"{place}.kind", *MINIMA, *SUB_OPTIMAL, "no-local-minimum")
    fields(statement, place, "kind", "center", "distance", *(["gap"] if kind in SUB_OPTIMAL else []))
    center = vector(statement["center"], f"{place}.center", problem.parameters)
    distance = number(statement["distance"], f"{place}.distance")
    gap = number(statement["gap"], f"{place}.gap") if kind in SUB_OPTIMAL else Fraction(0)
    if fact is None:
        raise Rejected("claim", "no step: nothing is proved")
    shift = [a - b for a, b in zip(fact.center, center)]
    if isinstance(fact, NoMinimumBox):
        need(kind == "no-local-minimum", "claim", f"the steps prove that a box holds no local minimum, the statement says {kind}")
        need(distance >= 0 and all(abs(s) + distance <= fact.radius for s in shift), "claim", "the stated ball is not inside the box")
        return kind
    need(kind != "no-local-minimum", "claim", "the steps prove a minimum, the statement says there is none")
    need(kind in MINIMA or fact.gap > 0, "claim", "the statement says sub-optimal, no step proves it")
    need(kind in MINIMA or 0 < gap <= fact.gap, "claim", "the stated gap is not positive, or more than the proved one")
    slack = distance - fact.distance
    need(slack >= 0 and sum(s * s for s in shift) <= slack * slack, "claim", "the minimum is not shown to be within the stated distance")
    return kind


def _precision(value: Any, place: str) -> int:
    return integer(value, f"{place}.precision", 32, 4096)


def _earlier(value: Any, place: str, facts: list[Fact]) -> int:
    index = integer(value, f"{place}.minimum", 0, 10**6)
    if index >= len(facts):
        raise Rejected("order", f"{place}.minimum: names step {index}, which is not an earlier one")
    return index


def _work(problem: Problem, order: int) -> int:
    """Multiplications one evaluation of order 0, 1 or 2 asks for, from the sizes alone."""
    samples, count = len(problem.x), problem.parameters
    trees = sum(layer.units * _nodes(layer.activation)[0] for layer in problem.layers)
    return samples * (count + 40 * trees) + (2 * count * count * (samples * len(problem.layers) + count) if order == 2 else 0)


def _nodes(activation: Any) -> tuple[int, int]:
    if activation is None or isinstance(activation, PiecewiseLinear):
        return (1, 1) if activation is None else (len(activation.slopes), 1)
    return size(activation)


def _affordable(problem: Problem, precision: int, order: int) -> None:
    if _work(problem, order) * (1 + precision / 512) ** 2 > WORK_CAP:
        raise TooLarge(f"{problem.parameters} parameters and {len(problem.x)} samples at {precision} bits ask for more work than the cap")


def _affordable_exact(problem: Problem, center: list[Fraction]) -> None:
    """Words a rational can grow to: those of the inputs, times the growth of every layer, times P in the elimination."""
    numbers = [*center, *(v for row in (*problem.x, *problem.y) for v in row)]
    words = 1 + max(q.numerator.bit_length() + q.denominator.bit_length() for q in numbers) // 64
    for layer in problem.layers:
        words *= 3 * _nodes(layer.activation)[1]
    if words > 10**6 or _work(problem, 2) * words**2 + problem.parameters**3 * (words * problem.parameters) ** 2 > WORK_CAP:
        raise TooLarge(f"exact arithmetic with {problem.parameters} parameters, {len(problem.x)} samples asks for more work than the cap")
