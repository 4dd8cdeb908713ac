"""The rules: one function each, from the fields of a step to a fact, or `Rejected`.

Rule numbers, hypotheses and conclusions are those of FORMAT.md, section 3; the proofs
are in proofs/THEOREMS.md. A rule recomputes everything from the problem and concludes
only what it checked. Its parameters are the fields of its step, already read;
`precision` is the bits it computes with. What must be exactly zero or exactly equal is
decided by formal numbers; what must be positive, by balls.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import chain
from math import isqrt
from typing import Any, NamedTuple

from .activation import Activation, Pieces, derivatives, total
from .ball import Ball, Number, dot, refuse, spend
from .formal import atom, relu, text
from .network import differentiate, features, slopes, split
from .reader import Problem

Vector = list[Fraction]
Matrix = list[Vector]


class Rejected(Exception):
    """Well formed, but a rule fails."""


class Minimum(NamedTuple):
    """A strict or other local minimum theta*, or a basin, as `what` says: within
    distance of center, (least) loss in [low, high]. Sub-optimal when gap > 0.
    """

    center: Vector
    distance: Fraction
    low: Fraction
    high: Fraction
    what: str
    # at most the least eigenvalue of Hess E(theta*); 0 when nothing is said
    curvature: Fraction = Fraction(0)
    # the only critical point in the Euclidean ball of this radius; 0 when nothing is
    # said (by all rules but 3.1)
    radius: Fraction = Fraction(0)
    gap: Fraction = Fraction(0)
    witness_loss: Fraction | None = None


class NoMinimumBox(NamedTuple):
    """No point of the box |theta_k - center_k| <= radius is a local minimum: along
    direction E has a strict slope (order first) or curves down (second).
    """

    center: Vector
    radius: Fraction
    direction: Vector
    order: str


class Proved(NamedTuple):
    """Statements that hold: kind -> fields.

    `end`: from here, moving the last layer alone, E falls to its infimum (or as near to
    it as one likes).
    """

    statements: dict[str, dict[str, Any]]
    end: Vector | None = None


Fact = Minimum | NoMinimumBox | Proved


def need(condition: bool, reason: str) -> None:
    refuse(not condition, Rejected, reason)


def strict_minimum(
    problem: Problem,
    center: Vector,
    radius: Fraction,
    lambda_: Fraction,
    gamma: Fraction,
    preconditioner: Matrix,
    precision: int,
) -> Fact:
    """Rule 3.1."""
    need(
        radius > 0 and lambda_ > 0 and 0 <= gamma < lambda_ * radius,
        "radius and lambda must be positive, gamma not negative and below lambda times"
        " radius",
    )
    point = differentiate(problem, box(center, precision), 1)
    need(
        sum(Fraction(g.magnitude(), 1 << precision) ** 2 for g in point.gradient)
        <= gamma**2,
        "the gradient is not shown to be at most gamma",
    )
    hessian = differentiate(problem, box(center, precision, radius), 2).hessian
    columns = list(zip(*(box(row, precision) for row in preconditioner)))
    # images[b] = Hess E R e_b
    images = [[dot(row, column) for row in hessian] for column in columns]
    k = [[dot(column, image) for image in images] for column in columns]
    mu = Fraction(
        min(
            row[a].m
            - row[a].r
            - sum(v.magnitude() for b, v in enumerate(row) if b != a)
            for a, row in enumerate(k)
        ),
        1 << precision,
    )
    norm = Fraction(
        sum(v.magnitude() ** 2 for column in columns for v in column),
        1 << 2 * precision,
    )
    need(
        0 < lambda_ * norm <= mu,
        "the Hessian over the box is not shown to be positive definite by lambda (R^T H"
        " R is not dominated by its diagonal)",
    )
    return Minimum(
        center,
        gamma / lambda_,
        point.value.lower() - gamma * gamma / (2 * lambda_),
        point.value.upper(),
        "strict-minimum",
        lambda_,
        radius,
    )


def exact_minimum(problem: Problem, center: Vector) -> Fact:
    """Rule 3.1b.

    The curvature is det H ((P-1) / trace H)^(P-1), a lower bound of the least
    eigenvalue (geometric and arithmetic mean of the others).
    """
    at = differentiate(problem, center, 2)
    need(all(g == 0 for g in at.gradient), "the gradient is not exactly zero")
    count, trace = (
        problem.parameters,
        dot(
            [Fraction(1)] * problem.parameters,
            [row[k] for k, row in enumerate(at.hessian)],
        ),
    )
    curvature = reduce(
        lambda a, b: spend(a * b),
        chain(pivots(at.hessian), ((count - 1) / trace for _ in range(count - 1))),
        Fraction(1),
    )
    return Minimum(center, Fraction(0), at.value, at.value, "strict-minimum", curvature)


def pivots(matrix: list[list[Number]]) -> list[Fraction]:
    """Those of L D L^T, all shown to be positive: the symmetric matrix is positive
    definite.
    """
    h = [list(row) for row in matrix]
    for k, pivot in enumerate(h):
        need(
            isinstance(pivot[k], Fraction) and pivot[k] > 0,
            f"pivot {k} of the Hessian is not positive",
        )
        rest = [(row, spend(row[k] / pivot[k])) for row in h[k + 1 :]]
        h[k + 1 :] = [
            [spend(a - spend(factor * b)) for a, b in zip(row, pivot)]
            for row, factor in rest
        ]
    return [row[k] for k, row in enumerate(h)]


def rim(
    problem: Problem, center: Vector, radii: Vector, cover: list[int], precision: int
) -> Fact:
    """Rule 3.3: on all faces of the box |theta_k - center_k| <= radii_k the loss is
    above that at the center.
    """
    need(all(r > 0 for r in radii), "a radius is not positive")
    high, marks = (
        differentiate(problem, box(center, precision), 0).value.upper(),
        iter(cover),
    )
    sides = [
        [c - r for c, r in zip(center, radii)],
        [c + r for c, r in zip(center, radii)],
    ]
    for k, end in ((k, end) for k in range(len(center)) for end in sides):
        face = [[*side[:k], end[k], *side[k + 1 :]] for side in sides]
        need(
            least(problem, face, marks, precision) > high,
            f"on a face of coordinate {k} the loss is not shown to be above that at the"
            " center",
        )
    low, square = least(problem, sides, marks, precision), sum(r * r for r in radii)
    need(next(marks, None) is None, "the cover goes on after the box is covered")
    return Minimum(
        center,
        Fraction(isqrt(int(square * 4**precision)) + 1, 2**precision),
        low,
        high,
        "basin",
    )


def least(
    problem: Problem, sides: Matrix, marks: Iterator[int], precision: int
) -> Fraction:
    """A lower bound of E on a box (lower and upper ends).

    Marks: k < P to cut it along coordinate k, P + order for a plane; then where, in
    thousandths.
    """
    mark, count = next(marks, -1), problem.parameters
    need(
        0 <= mark <= count + 2 and mark != count,
        "the cover ends before the box is covered, or has an unknown mark",
    )
    if mark > count:
        return plane(
            problem,
            sides,
            [next(marks, 0) for _ in range(count)],
            mark - count,
            precision,
        )
    share, (start, end) = Fraction(next(marks, 0), 1000), (side[mark] for side in sides)
    inner = [
        [*side[:mark], start + (end - start) * share, *side[mark + 1 :]]
        for side in sides
    ]
    return min(
        least(problem, [low, high], marks, precision)
        for low, high in ((sides[0], inner[1]), (inner[0], sides[1]))
    )


def plane(
    problem: Problem, sides: Matrix, place: list[int], order: int, precision: int
) -> Fraction:
    """A lower bound of E on a box: l is convex, so E(theta) >= E(p) + sum_i g_i(p) .
    (f_i(theta) - f_i(p)), a sum of slopes times theta - p.

    Order 1: the slopes of sum_i g_i(p) . f_i over the box, kinks and all. Order 2: its
    gradient at p, and half its Hessian over the box times theta - p.
    """
    p = [a + (b - a) * k / 1000 for a, b, k in zip(*sides, place)]
    at, over = (
        box(p, precision),
        hull(*(box(corner, precision) for corner in (*sides, p))),
    )
    found, bent, d = (
        differentiate(problem, at, order - 1),
        differentiate(lipschitz(problem), over, order, at),
        [u - c for u, c in zip(over, at)],
    )
    rows = enumerate(zip(found.gradient, bent.hessian))  # none for order 1
    slopes = [
        g + dot([*row[:k], *row[k + 1 :]], [*d[:k], *d[k + 1 :]]) / 2
        for k, (g, row) in rows
    ] or bent.gradient
    falls = (
        min(g * (end - c) for g in (slope.lower(), slope.upper()) for end in ends)
        for slope, c, *ends in zip(slopes, p, *sides)
    )
    squares = (
        (row[k] * (u * u)).lower() / 2
        for k, (row, u) in enumerate(zip(bent.hessian, d))
    )
    # all fractions: nothing here is a float
    return Fraction(sum(chain(falls, squares), found.value.lower()))


def hull(*boxes: list[Ball]) -> list[Ball]:
    """Balls around the given ones, coordinate by coordinate."""
    return [
        Ball.between(
            min(u.m - u.r for u in balls), max(u.m + u.r for u in balls), balls[0].p
        )
        for balls in zip(*boxes)
    ]


def lipschitz(problem: Problem) -> Problem:
    """The same functions, taken for once more differentiable at breakpoints:
    derivatives of that order over a range are then all slopes of the order below.
    """
    smoother = [
        (
            s._replace(smooth=tuple(k + 1 for k in s.smooth))
            if isinstance(s, Pieces)
            else s
        )
        for s in (layer.activation for layer in problem.layers)
    ]
    return problem._replace(
        layers=tuple(
            layer._replace(activation=s) for layer, s in zip(problem.layers, smoother)
        )
    )


# Rule 3.4: rule 3.4b where every potential vanishes identically near its unit.
def flat_potentials(problem: Problem, center: Vector) -> Fact:
    return potentials(
        problem, center, ["flat"] * problem.layers[0].units, [], False, 128
    )


def potentials(
    problem: Problem,
    center: Vector,
    units: list[str],
    midpoints: list[dict[str, Any]],
    fitted: bool,
    precision: int,
) -> Fact:
    """Rule 3.4b.

    With g_ik = dl/df_k at sample i, phi_k(w) = sum_i g_ik s(w . x_i): v_kj phi_k is not
    negative near w_j.

    `fitted`: the statement is about the point with the best output biases, at most
    `off` away.
    """
    need(
        len(problem.layers) == 2 and len(units) == problem.layers[0].units,
        "not one hidden layer, or not one reason for every unit",
    )
    theta, (hidden, out), (incoming, outer) = (
        box(center, precision),
        problem.layers,
        split(problem, center),
    )
    g, off = (
        [
            slopes(problem.loss, f, y)
            for f, y in zip(features(problem, center, 2), problem.y)
        ],
        [Ball(0, 0, precision)],
    )
    if fitted:
        need(
            problem.loss == "half-squared-error" and out.bias,
            "only half the squared error with an output bias has a best one here",
        )
        means = [dot([Fraction(1, len(g))] * len(g), column) for column in zip(*g)]
        g = [[a - b for a, b in zip(row, means)] for row in g]
        residuals = [
            [f - Ball.exact(v, precision) for f, v in zip(row, y)]
            for row, y in zip(features(problem, theta, 2), problem.y)
        ]
        off = [
            sum(column, Ball(0, 0, precision)) / len(g) for column in zip(*residuals)
        ]
        theta[-len(off) :] = [c - d for c, d in zip(theta[-len(off) :], off)]
    need(
        not out.bias
        or all(dot([Fraction(1)] * len(g), column) == 0 for column in zip(*g)),
        "the slopes of the losses do not sum to zero",
    )
    rows, loss = features(problem, center, 0), differentiate(problem, theta, 0).value
    for j, k in ((j, k) for j in range(hidden.units) for k in range(out.units)):
        column = [(row[k], x, dot(incoming[j], x)) for row, x in zip(g, rows)]
        if any(c != 0 for c, *_ in column):
            _potential(
                hidden.activation, outer[k][j], column, units[j], midpoints, precision
            )
    return Minimum(
        center,
        Fraction(sum(d.magnitude() for d in off), 1 << precision),
        loss.lower(),
        loss.upper(),
        "local-minimum",
    )


def _potential(
    s: Activation,
    v: Fraction,
    samples: list[Any],
    reason: str,
    midpoints: list[dict[str, Any]],
    precision: int,
) -> None:
    """phi vanishes at these pre-activations, and v phi is not negative nearby.

    Samples with g_i = 0 are no part of phi.
    """
    kept, sign = [sample for sample in samples if sample[0] != 0], (v > 0) - (v < 0)
    # g_i s^(k)(z_i), a row for every k
    taylor = list(
        zip(*([c * d for d in derivatives(s, z, REASONS[reason])] for c, _, z in kept))
    )
    columns = list(zip(*(x for _, x, _ in kept)))
    need(
        dot([Fraction(1)] * len(kept), taylor[0]) == 0,
        "the potential of a unit is not zero",
    )
    need(
        all(dot(column, row) == 0 for column in columns for row in taylor[1:2]),
        "the potential of a unit has a slope",
    )
    need(
        sign != 0 or reason == "flat",
        "a unit without output weight whose potential is not shown to be identically"
        " zero",
    )
    need(
        reason != "flat" or (isinstance(s, Pieces) and s.slopes is not None),
        "the activation is not piecewise linear",
    )
    if reason == "definite":
        pivots(
            [
                [dot([a * b * sign for a, b in zip(p, q)], taylor[2]) for q in columns]
                for p in columns
            ]
        )
    if reason == "midpoints":
        combined = [Fraction(0)] * len(samples)
        for (a, b), c, weight in (m.values() for m in midpoints):
            need(
                max(a, b, c) < len(samples) and weight >= 0,
                "a midpoint of samples that are none, or of negative weight",
            )
            (_, left, y), (_, right, z), (_, middle, _) = (
                samples[i] for i in (a, b, c)
            )
            need(
                all(spend(p + q) == 2 * r for p, q, r in zip(left, right, middle)),
                "a sample is not the midpoint of the two others",
            )
            bend = derivatives(s, hull(box([y], precision), box([z], precision))[0], 2)[
                2
            ]
            need(
                (bend * sign).lower() > 0,
                "the activation is not shown to bend one way between the"
                " pre-activations",
            )
            for i, times in ((a, 1), (b, 1), (c, -2)):
                combined[i] = spend(combined[i] + times * weight)
        need(
            combined == [c for c, *_ in samples],
            "the slopes of the losses are not this combination of midpoints",
        )


# what shows the sign of a potential, and the derivatives it takes exactly
REASONS = {"flat": 1, "definite": 2, "midpoints": 0}


def sub_optimal(
    problem: Problem, minimum: Minimum, witness: Vector, gap: Fraction, precision: int
) -> Fact:
    """Rule 3.2."""
    loss = differentiate(problem, box(witness, precision), 0).value.upper()
    need(
        gap > 0 and loss + gap <= minimum.low,
        "the gap is not positive, or the witness is not shown to be lower than the"
        " minimum by it",
    )
    return minimum._replace(gap=gap, witness_loss=loss)


def no_minimum(
    problem: Problem,
    center: Vector,
    radius: Fraction,
    direction: Vector,
    order: str,
    precision: int,
) -> Fact:
    """Rule 3.5."""
    need(radius >= 0, "the radius is negative")
    u, over = (
        box(direction, precision),
        differentiate(
            problem, box(center, precision, radius), 1 if order == "first" else 2
        ),
    )
    along = (
        dot(over.gradient, u)
        if order == "first"
        else dot(u, [dot(row, u) for row in over.hessian])
    )
    need(
        along.upper() < 0 or (order == "first" and along.lower() > 0),
        f"the {order} derivative along the direction has no strict sign on the box",
    )
    return NoMinimumBox(center, radius, direction, order)


def global_minimum(problem: Problem, center: Vector) -> Fact:
    """Rules 3.6 and 3.7."""
    need(
        problem.loss == "half-squared-error",
        "this rule is about half the squared error",
    )
    differentiate(problem, box(center, 128), 0)  # E is defined there
    residuals = [
        [f - v for f, v in zip(row, y)]
        for row, y in zip(features(problem, center, len(problem.layers)), problem.y)
    ]
    need(
        vanish(problem, list(zip(*residuals))),
        "the residual is not orthogonal to all outputs the network can have",
    )
    return at_end(center, {"global-minimum": {"center": center}})


def vanish(problem: Problem, vectors: Sequence[Sequence[Number]]) -> bool:
    """Whether sum_i r_i f(x_i) = 0 for each vector r and every output f of every
    network of this architecture.

    Formally: f is a multiple of one unit of the last hidden layer, all whose parameters
    (and those before it) are atoms, plus one of 1 with an output bias.
    """
    one = problem._replace(
        layers=(
            *problem.layers[:-2],
            problem.layers[-2]._replace(units=1),
            problem.layers[-1],
        )
    )
    rows = (
        features(
            one, [atom(f"w{k}") for k in range(one.parameters)], len(one.layers) - 1
        )
        if any(map(any, vectors))
        else []
    )
    return all(dot(r, column) == 0 for column in zip(*rows) for r in vectors)


def at_end(center: Vector, statements: dict[str, dict[str, Any]]) -> Proved:
    """From center a convex way leads E to its infimum: what that proves of center,
    besides the given statements.
    """
    return Proved(
        {
            **statements,
            "in-no-sub-optimal-basin": {"center": center},
            "escape": {"center": center, "end": "infimum"},
        },
        center,
    )


def box(center: Vector, precision: int, radius: Fraction = Fraction(0)) -> list[Number]:
    reach = Ball.exact(radius, precision).magnitude()
    return [
        Ball(b.m, b.r + reach, precision)
        for b in (Ball.exact(c, precision) for c in center)
    ]


def constant_line(
    problem: Problem, center: Vector, witness: Vector, reason: str
) -> Fact:
    """Rule 4.1: the loss is constant on the whole line through two points."""
    need(center != witness, "the two points are equal: no line")
    need(
        reason == "kernel" or all(total(layer.activation) for layer in problem.layers),
        "an activation might not be defined on the whole line",
    )
    CONSTANT[reason](problem, center, witness)
    return _no_basin(problem, center)


def dependent_columns(
    problem: Problem, center: Vector, layer: int, columns: set[int]
) -> Fact:
    """Rule 4.1: of these columns of what enters the layer there are more than different
    rows.
    """
    rows = [
        tuple(text(v) for j, v in enumerate(row) if j in columns)
        for row in features(problem, center, layer)
    ]
    need(
        layer < len(problem.layers) and len(set(rows)) < len(rows[0]),
        "no such layer, or not more columns than different rows",
    )
    return _no_basin(problem, center)


def wide_theorem(problem: Problem) -> Fact:
    """Rule 4.2."""
    width, samples = problem.layers[-2].units + problem.layers[-1].bias, len(problem.x)
    need(
        width >= samples,
        f"the last hidden layer, with the output bias, has width {width}; {samples}"
        f" samples need {samples}",
    )
    return Proved(
        {"no-sub-optimal-basin": {}, **({"no-basin": {}} if width > samples else {})}
    )


def spanning_features(
    problem: Problem,
    center: Vector,
    identities: Matrix,
    rows: set[int],
    columns: set[int],
    inverse: Matrix,
    precision: int,
) -> Fact:
    """Rule 4.3: the last features span all that the identities leave, so the last layer
    reaches every output of every network.
    """
    leads = [next((k for k, c in enumerate(r) if c), -1) for r in identities]
    need(
        all(a < b for a, b in zip([-1, *leads], leads)),
        "the identities are not in echelon form, or one is zero",
    )
    need(
        vanish(problem, identities),
        "not every output of the network satisfies the identities",
    )
    last = features(problem, box(center, precision), len(problem.layers) - 1)
    minor = [
        [v for j, v in enumerate(row) if j in columns]
        for i, row in enumerate(last)
        if i in rows
    ]
    need(
        len(minor) == len(problem.x) - len(identities),
        "the minor is not as large as samples without identities",
    )
    _invertible(minor, inverse, precision)
    return at_end(center, {})


def path(
    problem: Problem,
    points: Matrix,
    reasons: list[str],
    eta: Fraction,
    end: Fraction | Proved,
    precision: int,
) -> Fact:
    """Rule 4.4."""
    need(
        len(points) == len(reasons) + 1 and eta >= 0,
        "not one reason for every segment, or eta negative",
    )
    at = [box(p, precision) for p in points]
    losses = [differentiate(problem, p, 0).value for p in at]
    for k, reason in enumerate(reasons):
        if reason == "convex":
            _convex(problem, points[k], points[k + 1])
            need(
                losses[k + 1].upper() < losses[k].lower(),
                f"the loss is not shown to fall from point {k} to the next",
            )
        elif reason in CONSTANT:
            CONSTANT[reason](problem, points[k], points[k + 1])
        if reason in ("idle", "small", "slope"):  # idle: defined on the way
            over = differentiate(
                problem, hull(at[k], at[k + 1]), int(reason == "slope")
            )
            falls = (
                reason == "slope"
                and dot(
                    over.gradient, [b - a for a, b in zip(at[k], at[k + 1])]
                ).upper()
                < 0
            )
            small = reason == "small" and over.value.upper() <= losses[0].lower() + eta
            need(
                falls or small or reason == "idle",
                f"after point {k} the loss is not shown to fall, or to stay below its"
                " start plus eta",
            )
    there = (
        end.end == points[-1] if isinstance(end, Proved) else losses[-1].upper() <= end
    )
    need(
        there,
        "the path does not lead to the point of the other step, or the loss at its last"
        " point is not shown to be as low as stated",
    )
    statements = (
        at_end(points[0], {}).statements
        if isinstance(end, Proved)
        else {"escape": {"center": points[0], "end": end}}
    )
    statements = (
        {"eta-escape": {**statements["escape"], "eta": eta}} if eta else statements
    )
    return Proved(
        statements
        | (
            {"no-local-minimum": {"center": points[0], "distance": 0}}
            if reasons[0] == "convex"
            else {}
        )
    )


def one_more_unit(
    problem: Problem, minimum: Minimum, weights: Vector, inverse: Matrix, precision: int
) -> Fact:
    """Rule 4.5: on the whole box of rule 3.1, the last features and one more unit with
    these incoming weights (and bias) are N independent columns.
    """
    need(minimum.radius > 0, "the minimum has no box: it is not by rule 3.1")
    (*before, last, out), width = (
        problem.layers,
        [problem.inputs, *(layer.units for layer in problem.layers)][-3],
    )
    # where the biases of the last hidden layer begin
    cut = problem._replace(layers=tuple(before)).parameters + last.units * width
    need(
        len(weights) == width + last.bias,
        "not as many weights as a unit of the last hidden layer has",
    )
    theta, new = box(minimum.center, precision, minimum.radius), box(weights, precision)
    theta = [
        *theta[:cut],
        *new[:width],
        *theta[cut : cut + last.units * last.bias],
        *new[width:],
    ]
    _invertible(
        features(
            problem._replace(
                layers=(*before, last._replace(units=last.units + 1), out)
            ),
            theta,
            len(before) + 1,
        ),
        inverse,
        precision,
    )
    return minimum._replace(what="one-more-unit")


def rescaled_unit(problem: Problem, center: Vector) -> Fact:
    """Rule 4.1 for a unit with s(a z) = a^p s(z) for all a > 0, p > 0: (a w, v / a^p),
    or the free w of a unit that is zero.
    """
    need(
        any(total(s) and _homogeneous(s) for _, s, _ in problem.layers[:-1]),
        "no activation is shown to be positively homogeneous",
    )
    return Proved(
        {
            **_no_basin(problem, center).statements,
            "no-basin": {},
            "no-sub-optimal-basin": {},
        }
    )


def _homogeneous(s: Activation) -> bool:
    """Formally, a sum of terms of the same positive degree in x and relu(x)."""
    x = atom("x")
    terms = getattr(derivatives(s, x, 0)[0], "terms", {(): 0})
    return (
        len({len(atoms) for atoms in terms}) == 1
        and () not in terms
        and {*chain(*terms)} <= {*chain(*x.terms, *relu(x).terms)}
    )


def _no_basin(problem: Problem, center: Vector) -> Proved:
    differentiate(problem, box(center, 128), 0)  # E is defined there
    return Proved(
        {
            "in-no-basin": {"center": center},
            "in-no-sub-optimal-basin": {"center": center},
        }
    )


def _moving(problem: Problem, p: Vector, q: Vector) -> int:
    """The one layer in which the two points differ."""
    moving = [
        k
        for k, (a, b) in enumerate(zip(split(problem, p), split(problem, q)))
        if a != b
    ]
    need(len(moving) == 1, "not exactly one layer moves")
    return moving[0]


def _invertible(matrix: list[list[Number]], inverse: Matrix, precision: int) -> None:
    """|I - C A| < 1 in the norm of row sums, for every A in the matrix of balls."""
    need(
        all(len(row) == len(matrix) for row in (*matrix, *inverse, inverse)),
        "not square matrices of one size",
    )
    for k, row in enumerate(box(c, precision) for c in inverse):
        off = [dot(row, column) - int(j == k) for j, column in enumerate(zip(*matrix))]
        need(
            sum(v.magnitude() for v in off) < 1 << precision,
            "the features are not shown to be independent (C A is not near the"
            " identity)",
        )


def _kernel(problem: Problem, p: Vector, q: Vector) -> None:
    """One layer moves, and no pre-activation of it changes: F_k (q - p) = 0."""
    k = _moving(problem, p, q)
    rows, moves = (
        features(problem, p, k),
        [
            [b - a for a, b in zip(*unit)]
            for unit in zip(split(problem, p)[k], split(problem, q)[k])
        ],
    )
    need(
        all(dot(row, move) == 0 for move in moves for row in rows),
        f"what enters layer {k} is not shown to vanish along the move",
    )


def _idle(problem: Problem, p: Vector, q: Vector) -> None:
    """Only incoming weights and biases move of units that reach no output through
    weights different from zero.
    """
    live = [True] * problem.layers[-1].units
    for before, after in zip(reversed(split(problem, p)), reversed(split(problem, q))):
        need(
            all(a == b for a, b, lives in zip(before, after, live) if lives),
            "incoming weights move of a unit that is not idle",
        )
        live = [
            any(column)
            for column in zip(*(row for row, lives in zip(before, live) if lives))
        ] or [False] * len(before[0])


CONSTANT = {"kernel": _kernel, "idle": _idle}


def _convex(problem: Problem, p: Vector, q: Vector) -> None:
    """One layer moves, and pre-activations from there on keep to one affine piece each,
    so that the outputs are affine along the segment.
    """
    for k in range(_moving(problem, p, q), len(problem.layers) - 1):
        s = problem.layers[k].activation
        need(
            isinstance(s, Pieces) and s.slopes is not None,
            "an activation after the moving layer is not piecewise linear",
        )
        linear = problem._replace(
            layers=(*problem.layers[:k], problem.layers[k]._replace(activation=None))
        )
        ends = list(zip(*(chain(*features(linear, theta, k + 1)) for theta in (p, q))))
        need(
            all(isinstance(z, Fraction) for z in chain(*ends)),
            "a pre-activation is not rational",
        )
        need(
            not any(min(pair) < b < max(pair) for b in s.breakpoints for pair in ends),
            "a pre-activation crosses a kink",
        )
