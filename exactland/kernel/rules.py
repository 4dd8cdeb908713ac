"""The rules: one function each, from the fields of a step to a fact, or `Rejected`.

Rule numbers, hypotheses and conclusions are those of FORMAT.md, section 3; the proofs are in proofs/THEOREMS.md. A rule recomputes everything from the
problem and concludes only what it checked. Its parameters are the fields of its step, already read; `precision` is the bits it computes with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

from . import reader
from .activation import SOFTPLUS, NotExact, bits, size
from .ball import Ball, Number, TooLarge, Undefined, dot
from .network import Derivatives, differentiate
from .reader import Problem

WORK_CAP = 10**8  # multiplications of small numbers: one to three minutes
MEMORY_CAP = 8 * 10**5  # derivatives of one layer at one sample, and entries of the Hessian, of up to 4096 bits
Vector = list[Fraction]


class Rejected(Exception):
    """Well formed, but a rule fails."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


@dataclass(frozen=True)
class Minimum:
    """A strict local minimum theta*: within distance of center, loss in [low, high], Hess E(theta*) >= curvature. Sub-optimal when gap > 0."""

    center: Vector
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
    """No point of the box |theta_k - center_k| <= radius is a local minimum: along direction E has a strict slope (order first) or curves down (second)."""

    center: Vector
    radius: Fraction
    direction: Vector
    order: str


Fact = Minimum | NoMinimumBox


def need(condition: bool, rule: str, reason: str) -> None:
    if not condition:
        raise Rejected(rule, reason)


def strict_minimum(
    problem: Problem, center: Vector, radius: Fraction, lambda_: Fraction, gamma: Fraction, preconditioner: list[Vector], precision: int
) -> Fact:
    """Rule 3.1."""
    need(radius > 0 and lambda_ > 0 and gamma >= 0, "3.1", "radius and lambda must be positive, gamma not negative")
    need(gamma < lambda_ * radius, "3.1", "gamma is not below lambda times radius")
    point = _derivatives("3.1", problem, _box(center, Fraction(0), precision), 1)
    bound = sum(Fraction(g.magnitude(), 1 << precision) ** 2 for g in point.gradient)
    need(bound <= gamma * gamma, "3.1", "the gradient at the center is not shown to be at most gamma")
    hessian = _derivatives("3.1", problem, _box(center, radius, precision), 2).hessian
    span = range(problem.parameters)
    columns = [[Ball.exact(row[k], precision) for row in preconditioner] for k in span]
    images = [[dot(row, column) for row in hessian] for column in columns]  # images[b] = Hess E R e_b
    k = [[dot(column, image) for image in images] for column in columns]
    mu = Fraction(min(k[a][a].m - k[a][a].r - sum(k[a][b].magnitude() for b in span if b != a) for a in span), 1 << precision)
    need(mu > 0, "3.1", "the Hessian over the box is not shown to be positive definite (R^T H R is not diagonally dominant)")
    norm = Fraction(sum(v.magnitude() ** 2 for column in columns for v in column), 1 << 2 * precision)
    need(lambda_ * norm <= mu, "3.1", "lambda is more than mu / |R|^2")
    return Minimum(center, gamma / lambda_, point.value.lower() - gamma * gamma / (2 * lambda_), point.value.upper(), lambda_, radius)


def exact_minimum(problem: Problem, center: Vector) -> Fact:
    """Rule 3.1b. The curvature is det H ((P-1) / trace H)^(P-1), a lower bound of the least eigenvalue (geometric and arithmetic mean of the others)."""
    at = _derivatives("3.1b", problem, list(center), 2)
    need(all(g == 0 for g in at.gradient), "3.1b", "the gradient is not exactly zero")
    h, count = [list(row) for row in at.hessian], problem.parameters
    trace, determinant = sum(h[k][k] for k in range(count)), Fraction(1)
    for k in range(count):
        need(h[k][k] > 0, "3.1b", f"pivot {k} of the Hessian is not positive")
        determinant *= h[k][k]
        for i in range(k + 1, count):
            ratio = h[i][k] / h[k][k]
            h[i] = [a - ratio * b for a, b in zip(h[i], h[k])]
    return Minimum(center, Fraction(0), at.value, at.value, determinant * (Fraction(count - 1) / trace) ** (count - 1), Fraction(0))


def sub_optimal(problem: Problem, minimum: Fact, witness: Vector, gap: Fraction, precision: int) -> Fact:
    """Rule 3.2."""
    if not isinstance(minimum, Minimum):
        raise Rejected("order", "the step named as minimum proved no minimum")
    need(gap > 0, "3.2", "the gap is not positive")
    loss = _derivatives("3.2", problem, _box(witness, Fraction(0), precision), 0).value.upper()
    need(loss + gap <= minimum.low, "3.2", "the witness is not shown to be lower than the minimum by the gap")
    return replace(minimum, gap=gap, witness_loss=loss)


def no_minimum(problem: Problem, center: Vector, radius: Fraction, direction: Vector, order: str, precision: int) -> Fact:
    """Rule 3.5."""
    need(radius >= 0, "3.5", "the radius is negative")
    u: list[Number] = [Ball.exact(v, precision) for v in direction]
    over = _derivatives("3.5", problem, _box(center, radius, precision), 1 if order == "first" else 2)
    if order == "first":
        slope = dot(over.gradient, u)
        need(slope.lower() > 0 or slope.upper() < 0, "3.5", "the slope along the direction has no strict sign on the box")
    else:
        bend = dot(u, [dot(row, u) for row in over.hessian])
        need(bend.upper() < 0, "3.5", "the curvature along the direction is not shown to be negative on the box")
    return NoMinimumBox(center, radius, direction, order)


RULES: dict[str, tuple[Callable[..., Fact], tuple[str, ...]]] = {
    "3.1": (strict_minimum, ("center", "radius", "lambda", "gamma", "preconditioner", "precision")),
    "3.1b": (exact_minimum, ("center",)),
    "3.2": (sub_optimal, ("minimum", "witness", "gap", "precision")),
    "3.5": (no_minimum, ("center", "radius", "direction", "order", "precision")),
}
VECTORS, NUMBERS = ("center", "witness", "direction"), ("radius", "lambda", "gamma", "gap", "distance")


def read(problem: Problem, step: dict[str, Any], place: str, index: int) -> tuple[str, dict[str, Any]]:
    """The rule a step names, and its fields; a reference to another step stays a number, which must be below index."""
    rule = reader.text(step.get("rule"), f"{place}.rule", *RULES)
    names = RULES[rule][1]
    reader.fields(step, place, "rule", *names)
    values = {name: _field(problem, name, step[name], f"{place}.{name}") for name in names}
    need(values.get("minimum", -1) < index, "order", f"{place}.minimum: names a step that is not an earlier one")
    return rule, values


def apply(problem: Problem, rule: str, values: dict[str, Any], facts: list[Fact]) -> Fact:
    return RULES[rule][0](problem, *(facts[value] if name == "minimum" else value for name, value in values.items()))


def _field(problem: Problem, name: str, value: Any, place: str) -> Any:
    count = problem.parameters
    if name in VECTORS:
        return reader.vector(value, place, count)
    if name in NUMBERS:
        return reader.number(value, place)
    if name == "preconditioner":
        return reader.matrix(value, place, count, count)
    if name == "order":
        return reader.text(value, place, "first", "second")
    return reader.integer(value, place, *((32, 4096) if name == "precision" else (0, 10**6)))


MINIMA = {"strict-minimum": "a strict local minimum", "local-minimum": "a local minimum", "basin": "a basin"}
SUB_OPTIMAL = {
    "sub-optimal-strict-minimum": "a strict local minimum that is not global (a bad basin)",
    "sub-optimal-local-minimum": "a local minimum that is not global",
    "bad-basin": "a bad basin (a basin that is not global)",
}


def read_statement(problem: Problem, statement: dict[str, Any]) -> dict[str, Any]:
    """The fields of the statement, its kind among them."""
    place = "claim.statement"
    kind = reader.text(statement.get("kind"), f"{place}.kind", *MINIMA, *SUB_OPTIMAL, "no-local-minimum")
    names = ("center", "distance", "gap") if kind in SUB_OPTIMAL else ("center", "distance")
    reader.fields(statement, place, "kind", *names)
    return {"kind": kind, **{name: _field(problem, name, statement[name], f"{place}.{name}") for name in names}}


def conclude(kind: str, center: Vector, distance: Fraction, fact: Fact | None, gap: Fraction | None = None) -> str:
    """Rule claim: the statement follows from the last fact. Returns what was verified, in words."""
    if fact is None:
        raise Rejected("claim", "no step: nothing is proved")
    shift = [a - b for a, b in zip(fact.center, center)]
    if isinstance(fact, NoMinimumBox):
        need(kind == "no-local-minimum", "claim", f"the steps prove that a box holds no local minimum, the statement says {kind}")
        need(distance >= 0 and all(abs(s) + distance <= fact.radius for s in shift), "claim", "the stated ball is not inside the box")
        return "no parameters within the stated distance of the stated center are a local minimum of the loss"
    need(kind != "no-local-minimum", "claim", "the steps prove a minimum, the statement says there is none")
    need(gap is None or fact.gap > 0, "claim", "the statement says sub-optimal, no step proves it")
    need(gap is None or 0 < gap <= fact.gap, "claim", "the stated gap is not positive, or more than the proved one")
    off = sum(Ball.exact(s, 4096).magnitude() ** 2 for s in shift)  # an upper bound of |shift|^2, in units of 2^-8192
    slack = distance - fact.distance
    need(slack >= 0 and off <= slack * slack * (1 << 8192), "claim", "the minimum is not shown to be within the stated distance")
    return f"the loss has {(MINIMA | SUB_OPTIMAL)[kind]} within the stated distance of the stated center"


def _box(center: Vector, radius: Fraction, precision: int) -> list[Number]:
    reach = Ball.exact(radius, precision).magnitude()
    return [Ball(b.m, b.r + reach, precision) for b in (Ball.exact(c, precision) for c in center)]


def _derivatives(rule: str, problem: Problem, theta: list[Number], order: int) -> Derivatives:
    try:
        return differentiate(problem, theta, order)
    except (Undefined, NotExact) as error:
        raise Rejected(rule, str(error)) from None


def work(problem: Problem, rule: str, values: dict[str, Any]) -> float:
    """Multiplications of small numbers a step asks for, roughly, from the sizes alone. Raises TooLarge when derivatives would not fit in memory."""
    order = {"3.2": 0, "3.5": 1 if values.get("order") == "first" else 2}.get(rule, 2)
    precision, count, samples = values.get("precision", 0), problem.parameters, len(problem.x)
    sizes = [size(layer.activation or SOFTPLUS) for layer in problem.layers]  # the loss calls it at most once per output
    total, width, before, fine = 0.0, problem.inputs, 0, precision + 100  # with guard bits
    room = count**order if order == 2 else 0
    for layer, cost in zip(problem.layers, sizes):
        own = width + layer.bias
        total += layer.units * (width + 40 * cost.nodes + (100 + 2 * fine) * (1 + fine / 512) * cost.functions)
        total += layer.units * (width * before + own) if order else 0
        total += layer.units * (width * before**2 / 2 + (before + own) ** 2) if order == 2 else 0
        room = max(room, layer.units * (before + own) ** order)
        width, before = layer.units, before + layer.units * own
    if room * (1 + precision / 4096) > MEMORY_CAP:
        raise TooLarge(f"the derivatives of {count} parameters do not fit in the memory the kernel allows itself")
    total += width * (3 * count if order else 0) + width * (count**2 if order == 2 else 0)  # the loss, output by output
    flat = [v for row in (*problem.x, *problem.y, *(values[name] for name in VECTORS if name in values), *values.get("preconditioner", [])) for v in row]
    longest = max(*map(bits, flat), *(cost.bits for cost in sizes))
    if rule == "3.1b":  # words a rational can grow to: in the layers, in the sums over samples, and in the elimination
        words = 1 + min(longest * samples * prod(2 * cost.growth for cost in sizes) // 64, 10**9)
        return float(samples * total * words**2 + count**3 * (words * count) ** 2)
    return float((samples * total + (2 * count**3 if rule == "3.1" else 0)) * (1 + (precision + longest) / 1024) ** 2)
