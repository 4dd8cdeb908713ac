"""The rules: one function each, from the fields of a step to a fact, or `Rejected`.

Rule numbers, hypotheses and conclusions are those of FORMAT.md, section 3; the proofs are in proofs/THEOREMS.md. A rule recomputes everything from the
problem and concludes only what it checked. Its parameters are the fields of its step, already read; `precision` is the bits it computes with. What must be
exactly zero or exactly equal is decided by formal numbers; what must be positive, by balls.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import chain
from typing import Any, NamedTuple

from .activation import Pieces, total
from .ball import Ball, Number, dot, refuse, spend
from .formal import atom, text
from .network import differentiate, features
from .reader import Problem

Vector = list[Fraction]
Matrix = list[Vector]


class Rejected(Exception):
    """Well formed, but a rule fails."""


class Minimum(NamedTuple):
    """A strict local minimum theta*: within distance of center, loss in [low, high], Hess E(theta*) >= curvature. Sub-optimal when gap > 0."""

    center: Vector
    distance: Fraction
    low: Fraction
    high: Fraction
    curvature: Fraction
    radius: Fraction  # the only critical point in the Euclidean ball of this radius; 0 when nothing is said (rule 3.1b)
    gap: Fraction = Fraction(0)
    witness_loss: Fraction | None = None
    opened: bool = False  # by one more unit (rule 4.5)


class NoMinimumBox(NamedTuple):
    """No point of the box |theta_k - center_k| <= radius is a local minimum: along direction E has a strict slope (order first) or curves down (second)."""

    center: Vector
    radius: Fraction
    direction: Vector
    order: str


class Proved(NamedTuple):
    """Statements that hold: kind -> fields. `end`: from here, moving the last layer alone, E falls to its infimum (or as near to it as one likes)."""

    statements: dict[str, dict[str, Any]]
    end: Vector | None = None


Fact = Minimum | NoMinimumBox | Proved


def need(condition: bool, reason: str) -> None:
    refuse(not condition, Rejected, reason)


def strict_minimum(problem: Problem, center: Vector, radius: Fraction, lambda_: Fraction, gamma: Fraction, preconditioner: Matrix, precision: int) -> Fact:
    """Rule 3.1."""
    need(radius > 0 and lambda_ > 0 and 0 <= gamma < lambda_ * radius, "radius and lambda must be positive, gamma not negative and below lambda times radius")
    point = differentiate(problem, box(center, Fraction(0), precision), 1)
    need(sum(Fraction(g.magnitude(), 1 << precision) ** 2 for g in point.gradient) <= gamma**2, "the gradient is not shown to be at most gamma")
    hessian = differentiate(problem, box(center, radius, precision), 2).hessian
    span = range(problem.parameters)
    columns = [[Ball.exact(row[k], precision) for row in preconditioner] for k in span]
    images = [[dot(row, column) for row in hessian] for column in columns]  # images[b] = Hess E R e_b
    k = [[dot(column, image) for image in images] for column in columns]
    mu = Fraction(min(k[a][a].m - k[a][a].r - sum(k[a][b].magnitude() for b in span if b != a) for a in span), 1 << precision)
    need(mu > 0, "the Hessian over the box is not shown to be positive definite (R^T H R is not diagonally dominant)")
    norm = Fraction(sum(v.magnitude() ** 2 for column in columns for v in column), 1 << 2 * precision)
    need(lambda_ * norm <= mu, "lambda is more than mu / |R|^2")
    return Minimum(center, gamma / lambda_, point.value.lower() - gamma * gamma / (2 * lambda_), point.value.upper(), lambda_, radius)


def exact_minimum(problem: Problem, center: Vector) -> Fact:
    """Rule 3.1b. The curvature is det H ((P-1) / trace H)^(P-1), a lower bound of the least eigenvalue (geometric and arithmetic mean of the others)."""
    at = differentiate(problem, center, 2)
    need(all(g == 0 for g in at.gradient), "the gradient is not exactly zero")
    h, count = [list(row) for row in at.hessian], problem.parameters
    trace, determinant = dot([Fraction(1)] * count, [h[k][k] for k in range(count)]), Fraction(1)
    for k in range(count):
        need(h[k][k] > 0, f"pivot {k} of the Hessian is not positive")
        determinant = spend(determinant * h[k][k])
        rest = [(row, spend(row[k] / h[k][k])) for row in h[k + 1 :]]
        h[k + 1 :] = [[spend(a - spend(factor * b)) for a, b in zip(row, h[k])] for row, factor in rest]
    curvature = reduce(lambda bound, _: spend(bound * (count - 1) / trace), range(count - 1), determinant)
    return Minimum(center, Fraction(0), at.value, at.value, curvature, Fraction(0))


def sub_optimal(problem: Problem, minimum: Minimum, witness: Vector, gap: Fraction, precision: int) -> Fact:
    """Rule 3.2."""
    need(gap > 0, "the gap is not positive")
    loss = differentiate(problem, box(witness, Fraction(0), precision), 0).value.upper()
    need(loss + gap <= minimum.low, "the witness is not shown to be lower than the minimum by the gap")
    return minimum._replace(gap=gap, witness_loss=loss)


def no_minimum(problem: Problem, center: Vector, radius: Fraction, direction: Vector, order: str, precision: int) -> Fact:
    """Rule 3.5."""
    need(radius >= 0, "the radius is negative")
    u, over = box(direction, Fraction(0), precision), differentiate(problem, box(center, radius, precision), 1 if order == "first" else 2)
    along = dot(over.gradient, u) if order == "first" else dot(u, [dot(row, u) for row in over.hessian])
    need(along.upper() < 0 or (order == "first" and along.lower() > 0), f"the {order} derivative along the direction has no strict sign on the box")
    return NoMinimumBox(center, radius, direction, order)


def global_minimum(problem: Problem, center: Vector) -> Fact:
    """Rules 3.6 and 3.7."""
    need(problem.loss == "half-squared-error", "this rule is about half the squared error")
    differentiate(problem, box(center, Fraction(0), 128), 0)  # E is defined there
    residuals = [[f - v for f, v in zip(row, y)] for row, y in zip(features(problem, center, len(problem.layers)), problem.y)]
    need(vanish(problem, list(zip(*residuals))), "the residual is not orthogonal to all outputs the network can have")
    return at_end(center, {"global-minimum": {"center": center}})


def vanish(problem: Problem, vectors: Sequence[Sequence[Number]]) -> bool:
    """Whether sum_i r_i f(x_i) = 0 for each vector r and every output f of every network of this architecture.

    Formally: f is a multiple of one unit of the last hidden layer, all whose parameters (and those before it) are atoms, plus one of 1 with an output bias.
    """
    one = problem._replace(layers=(*problem.layers[:-2], problem.layers[-2]._replace(units=1), problem.layers[-1]))
    rows = features(one, [atom(f"w{k}") for k in range(one.parameters)], len(one.layers) - 1) if any(map(any, vectors)) else []
    return all(dot(r, column) == 0 for column in zip(*rows) for r in vectors)


def at_end(center: Vector, statements: dict[str, dict[str, Any]]) -> Proved:
    """From center a convex way leads E to its infimum: what that proves of center, besides the given statements."""
    return Proved({**statements, "in-no-sub-optimal-basin": {"center": center}, "escape": {"center": center, "end": "infimum"}}, center)


def box(center: Vector, radius: Fraction, precision: int) -> list[Number]:
    reach = Ball.exact(radius, precision).magnitude()
    return [Ball(b.m, b.r + reach, precision) for b in (Ball.exact(c, precision) for c in center)]


def line(problem: Problem, center: Vector, witness: Vector, reason: str) -> Fact:
    """Rule 4.1: the loss is constant on the whole line through two points."""
    need(center != witness, "the two points are equal: no line")
    need(reason == "kernel" or all(total(layer.activation) for layer in problem.layers), "an activation might not be defined on the whole line")
    CONSTANT[reason](problem, center, witness)
    return _no_basin(problem, center)


def dependent(problem: Problem, center: Vector, layer: int, columns: set[int]) -> Fact:
    """Rule 4.1: of these columns of what enters the layer there are more than different rows."""
    need(layer < len(problem.layers), "no such layer")
    rows = [tuple(text(v) for j, v in enumerate(row) if j in columns) for row in features(problem, center, layer)]
    need(len(set(rows)) < len(rows[0]), "not more columns than different rows")
    return _no_basin(problem, center)


def wide(problem: Problem) -> Fact:
    """Rule 4.2."""
    width, samples = problem.layers[-2].units + problem.layers[-1].bias, len(problem.x)
    need(width >= samples, f"the last hidden layer, with the output bias, has width {width}; {samples} samples need {samples}")
    return Proved({"no-sub-optimal-basin": {}, **({"no-basin": {}} if width > samples else {})})


def reach(problem: Problem, center: Vector, identities: Matrix, rows: set[int], columns: set[int], inverse: Matrix, precision: int) -> Fact:
    """Rule 4.3: the last features span all that the identities leave, so the last layer reaches every output of every network."""
    leads = [next((k for k, c in enumerate(r) if c), -1) for r in identities]
    need(all(a < b for a, b in zip([-1, *leads], leads)), "the identities are not in echelon form, or one is zero")
    need(vanish(problem, identities), "not every output of the network satisfies the identities")
    last = features(problem, box(center, Fraction(0), precision), len(problem.layers) - 1)
    minor = [[v for j, v in enumerate(row) if j in columns] for i, row in enumerate(last) if i in rows]
    need(len(minor) == len(problem.x) - len(identities), "the minor is not as large as samples without identities")
    _invertible(minor, inverse, precision)
    return at_end(center, {})


def path(problem: Problem, points: Matrix, reasons: list[str], eta: Fraction, end: Fraction | Proved, precision: int) -> Fact:
    """Rule 4.4."""
    need(len(points) == len(reasons) + 1 and eta >= 0, "not one reason for every segment, or eta negative")
    at = [box(p, Fraction(0), precision) for p in points]
    losses = [differentiate(problem, p, 0).value for p in at]
    for k, reason in enumerate(reasons):
        if reason == "convex":
            _convex(problem, points[k], points[k + 1])
            need(losses[k + 1].upper() < losses[k].lower(), f"the loss is not shown to fall from point {k} to the next")
        elif reason in CONSTANT:
            CONSTANT[reason](problem, points[k], points[k + 1])
        if reason in ("idle", "small", "slope"):  # idle: defined on the way
            between = [Ball.between(min(a.m - a.r, b.m - b.r), max(a.m + a.r, b.m + b.r), precision) for a, b in zip(at[k], at[k + 1])]
            over = differentiate(problem, between, int(reason == "slope"))
            falls = reason == "slope" and dot(over.gradient, [b - a for a, b in zip(at[k], at[k + 1])]).upper() < 0
            small = reason == "small" and over.value.upper() <= losses[0].lower() + eta
            need(falls or small or reason == "idle", f"after point {k} the loss is not shown to fall, or to stay below its start plus eta")
    there = end.end == points[-1] if isinstance(end, Proved) else losses[-1].upper() <= end
    need(there, "the path does not lead to the point of the other step, or the loss at its last point is not shown to be as low as stated")
    statements = at_end(points[0], {}).statements if isinstance(end, Proved) else {"escape": {"center": points[0], "end": end}}
    statements = {"eta-escape": {**statements["escape"], "eta": eta}} if eta else statements
    return Proved(statements | ({"no-local-minimum": {"center": points[0], "distance": 0}} if reasons[0] == "convex" else {}))


def one_more_unit(problem: Problem, minimum: Minimum, weights: Vector, inverse: Matrix, precision: int) -> Fact:
    """Rule 4.5: on the whole box of rule 3.1, the last features and one more unit with these incoming weights (and bias) are N independent columns."""
    need(minimum.radius > 0, "the minimum has no box: it is not by rule 3.1")
    (*before, last, out), width = problem.layers, [problem.inputs, *(layer.units for layer in problem.layers)][-3]
    cut = problem._replace(layers=tuple(before)).parameters + last.units * width  # where the biases of the last hidden layer begin
    need(len(weights) == width + last.bias, "not as many weights as a unit of the last hidden layer has")
    theta, new = box(minimum.center, minimum.radius, precision), box(weights, Fraction(0), precision)
    theta = [*theta[:cut], *new[:width], *theta[cut : cut + last.units * last.bias], *new[width:]]
    _invertible(features(problem._replace(layers=(*before, last._replace(units=last.units + 1), out)), theta, len(before) + 1), inverse, precision)
    return minimum._replace(opened=True)


def _no_basin(problem: Problem, center: Vector) -> Proved:
    differentiate(problem, box(center, Fraction(0), 128), 0)  # E is defined there
    return Proved({"in-no-basin": {"center": center}, "in-no-sub-optimal-basin": {"center": center}})


def _split(problem: Problem, theta: Sequence[Number]) -> list[list[list[Number]]]:
    """For every layer and unit its incoming weights, and its bias if it has one."""
    layers, at, width = [], 0, problem.inputs
    for layer in problem.layers:
        biases = at + layer.units * width
        layers.append([[*theta[at + j * width : at + (j + 1) * width], *theta[biases + j : biases + j + layer.bias]] for j in range(layer.units)])
        at, width = biases + layer.units * layer.bias, layer.units
    return layers


def _moving(problem: Problem, p: Vector, q: Vector) -> int:
    """The one layer in which the two points differ."""
    moving = [k for k, (a, b) in enumerate(zip(_split(problem, p), _split(problem, q))) if a != b]
    need(len(moving) == 1, "not exactly one layer moves")
    return moving[0]


def _invertible(matrix: list[list[Number]], inverse: Matrix, precision: int) -> None:
    """|I - C A| < 1 in the norm of row sums, for every A in the matrix of balls."""
    need(all(len(row) == len(matrix) for row in (*matrix, *inverse, inverse)), "not square matrices of one size")
    for k, row in enumerate(box(c, Fraction(0), precision) for c in inverse):
        off = [dot(row, column) - int(j == k) for j, column in enumerate(zip(*matrix))]
        need(sum(v.magnitude() for v in off) < 1 << precision, "the features are not shown to be independent (C A is not near the identity)")


def _kernel(problem: Problem, p: Vector, q: Vector) -> None:
    """One layer moves, and no pre-activation of it changes: F_k (q - p) = 0."""
    k = _moving(problem, p, q)
    rows, moves = features(problem, p, k), [[b - a for a, b in zip(*unit)] for unit in zip(_split(problem, p)[k], _split(problem, q)[k])]
    need(all(dot(row, move) == 0 for move in moves for row in rows), f"what enters layer {k} is not shown to vanish along the move")


def _idle(problem: Problem, p: Vector, q: Vector) -> None:
    """Only incoming weights and biases move of units that reach no output through weights different from zero."""
    live = [True] * problem.layers[-1].units
    for before, after in zip(reversed(_split(problem, p)), reversed(_split(problem, q))):
        need(all(a == b for a, b, lives in zip(before, after, live) if lives), "incoming weights move of a unit that is not idle")
        live = [any(column) for column in zip(*(row for row, lives in zip(before, live) if lives))] or [False] * len(before[0])


CONSTANT = {"kernel": _kernel, "idle": _idle}


def _convex(problem: Problem, p: Vector, q: Vector) -> None:
    """One layer moves, and pre-activations from there on keep to one affine piece each, so that the outputs are affine along the segment."""
    for k in range(_moving(problem, p, q), len(problem.layers) - 1):
        s = problem.layers[k].activation
        need(isinstance(s, Pieces) and s.slopes is not None, "an activation after the moving layer is not piecewise linear")
        linear = problem._replace(layers=(*problem.layers[:k], problem.layers[k]._replace(activation=None)))
        ends = list(zip(*(chain(*features(linear, theta, k + 1)) for theta in (p, q))))
        need(all(isinstance(z, Fraction) for z in chain(*ends)), "a pre-activation is not rational")
        need(not any(min(pair) < b < max(pair) for b in s.breakpoints for pair in ends), "a pre-activation crosses a kink")
