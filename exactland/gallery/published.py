"""Published counterexamples: their problems and points, what was claimed, and what is certified of
them here.

The numbers are those of the papers named (`PAPERS`); where a paper gives conditions and no numbers,
the numbers are ours and satisfy the conditions. Papers sum squares, exactland halves of squares:
losses here are half of theirs where that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from exactland.certificates.certificate import about, certificate
from exactland.constructions.better_point import witness
from exactland.engine.assemble import Ball, assemble
from exactland.engine.outcomes import Certified, Inconclusive, submit
from exactland.errors import InputError
from exactland.gallery.cases import column, rows, vector
from exactland.model.activations import PiecewiseLinear, evaluate_exactly, named, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import derivatives
from exactland.numerics.exact_linear import least_squares
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb
from exactland.provers.no_minimum import no_minimum
from exactland.provers.potentials import local_minimum
from exactland.provers.rank import in_no_basin

PAPERS = {
    "swirszcz": (
        "Swirszcz, Czarnecki, Pascanu: Local minima in training of neural networks, arXiv"
        " 1611.06310"
    ),
    "yun": (
        "Yun, Sra, Jadbabaie: Small nonlinearities in activation functions create bad local minima"
        " in neural networks, arXiv 1802.03487"
    ),
    "ding": (
        "Ding, Li, Sun: Sub-optimal local minima exist for neural networks with almost all"
        " non-linear activations, arXiv 1911.01413"
    ),
}
CERTIFIED, SYMPY = "certified", "checked by sympy"


@dataclass(frozen=True)
class Published:
    """One counterexample: where it is published, what is claimed there, and the problem and point
    it is about. `make` certifies what is certified of it.
    """

    name: str
    paper: str
    claims: str
    about: str
    problem: Problem
    make: Callable[[], Certified | Inconclusive]


def published() -> Iterator[Published]:
    """All of them, in the order of the table."""
    yield from _swirszcz()
    yield from _yun_small_data()
    yield from _yun_any_data()
    yield from _ding()


def spurious_minimum(
    x: Sequence[Vector], y: Sequence[Fraction], activation: PiecewiseLinear, units: int
) -> tuple[Problem, Vector]:
    """The local minimum of Yun, Sra and Jadbabaie's Theorem 1 on any data that no affine map fits:
    a network that is the best affine map there.

    One hidden layer of `units` units with biases, one output with bias, half squared error. x are N
    rows of inputs, y N targets. All pre-activations lie in the last linear piece of the activation,
    whose slope must not be zero; only the first unit has an output weight. Every nearby network is
    affine on the data, so the point is a local minimum (rule 3.4). Exact arithmetic. Raises
    InputError when an affine map fits the data, or the last slope is zero. Not claimed: that it is
    not global; `with_hinge` finds a better point.
    """
    fit, residual = least_squares([[*row, Fraction(1)] for row in x], y)
    if not any(residual):
        raise InputError("y", "an affine map fits the data: no spurious minimum of this kind")
    slope, intercept = activation.lines[-1]
    if not slope:
        raise InputError("activation", "the last slope is zero")
    *direction, _ = fit
    values = [sum(a * b for a, b in zip(direction, row)) for row in x]
    last = activation.breakpoints[-1] if activation.breakpoints else Fraction(0)
    bias = last + 1 - min(values)
    others = [[Fraction(0)] * len(direction)] * (units - 1)
    c = fit[-1] - bias - intercept / slope
    network = Network(len(direction), (Layer(units, activation, True),), 1, True)
    biases = [bias, *[last + 1] * (units - 1)]
    theta = network.join(
        [([direction, *others], biases), ([[1 / slope, *[Fraction(0)] * (units - 1)]], [c])]
    )
    return Problem(network, tuple(map(tuple, x)), tuple((v,) for v in y)), tuple(theta)


def with_hinge(problem: Problem, theta: Vector) -> Vector | None:
    """A better point than that of `spurious_minimum`, with at least two units: the second unit's
    kink is put among the samples, its output weight is the best.

    With g the residual and s the second unit's outputs, the loss falls by (g . s)^2 / (2 |s|^2).
    The best over all kinks, samples and directions (the coordinates, their sums and differences).
    None for one unit, or when none of these directions shows a way down.
    """
    layer, inputs = problem.network.hidden[0], problem.network.inputs
    s = layer.activation
    if layer.units < 2 or not isinstance(s, PiecewiseLinear):
        return None
    (rows_w, biases), (outputs, c) = problem.network.split(list(theta))
    fitted = [sum(a * b for a, b in zip(rows_w[0], x)) * outputs[0][0] for x in problem.x]
    slope, intercept = s.lines[-1]
    g = [
        f * slope + outputs[0][0] * (slope * biases[0] + intercept) + c[0] - y
        for f, (y,) in zip(fitted, problem.y)
    ]
    axes = [[Fraction(int(k == j)) for k in range(inputs)] for j in range(inputs)]
    directions = axes + [
        [p + sign * q for p, q in zip(a, b)] for a, b in combinations(axes, 2) for sign in (1, -1)
    ]
    best: tuple[Fraction, Vector] | None = None
    for direction in directions:
        along = [sum(a * b for a, b in zip(direction, x)) for x in problem.x]
        for kink, at in product(s.breakpoints, sorted(set(along))):
            hinge = [evaluate_exactly(s, z - at + kink) for z in along]
            slope_there, square = sum(a * b for a, b in zip(g, hinge)), sum(v * v for v in hinge)
            if square and (best is None or slope_there**2 / square > best[0]) and slope_there:
                rest = [Fraction(0)] * (layer.units - 2)
                hidden = ([rows_w[0], direction, *rows_w[2:]], [biases[0], kink - at, *biases[2:]])
                weights = [outputs[0][0], -slope_there / square, *rest]
                best = (
                    slope_there**2 / square,
                    tuple(problem.network.join([hidden, ([weights], c)])),
                )
    return best[1] if best else None


def _certify(
    problem: Problem, theta: Vector, better: Vector | None, source: str, ball: Ball | None = None
) -> Certified | Inconclusive:
    """A local minimum at the point (or, with the best output bias, near it), not global if a better
    point is named, in no basin if a line shows it.
    """
    evidence = local_minimum(problem, theta)
    if evidence is None:
        return Inconclusive("the unit potentials do not show a local minimum", "another point")
    said = assemble(
        problem,
        evidence,
        better,
        "strongest",
        ball,
        {"recipe": source},
        None if evidence.distance else in_no_basin(problem, theta),
    )
    return said if isinstance(said, Certified) else Inconclusive(said, "another point")


def _refute(problem: Problem, theta: Vector, source: str) -> Certified | Inconclusive:
    step = no_minimum(problem, theta, Fraction(0))
    if step is None:
        return Inconclusive("no slope", "another point")
    outcome = submit(
        certificate(
            problem, about("no-local-minimum", theta, distance="0"), [step], {"recipe": source}
        )
    )
    return (
        outcome if isinstance(outcome, Certified) else Inconclusive(outcome.says, "another point")
    )


def _swirszcz() -> Iterator[Published]:
    one = Problem(
        Network(1, (Layer(1, named("relu"), True),), 1, True),
        column("5 4 3 1 -1"),
        column("2 1 0 -3 3"),
    )
    two = Problem(
        Network(1, (Layer(2, named("relu"), True),), 1, True),
        column("-1 0 1 10 11 12"),
        column("5 0 -1 -3 -4 -5"),
    )
    paper = "swirszcz"
    claims = "a local minimum of loss 18 (sum of squares), not global: 14 is reached elsewhere"
    at = "one relu unit, a sample on the kink"
    yield Published(
        "swirszcz-one-unit",
        paper,
        claims,
        at,
        one,
        lambda: _certify(one, vector("1 -3 1 0"), vector("-1 0 3 0"), PAPERS[paper]),
    )
    theta, better = vector("-3 1 13/3 -10 1 -1 -3"), vector("-1 1 1/5 -8 5 -1 -1")
    claims, at = "a local minimum of loss 8/3 (sum of squares), not global", "two relu units"
    yield Published(
        "swirszcz-two-units",
        paper,
        claims,
        at,
        two,
        lambda: _certify(two, theta, better, PAPERS[paper]),
    )
    misprint = vector("-3 -1 13/3 -10 1 -1 -3")
    claims, at = (
        "the same point, as printed in one copy (weight -1 for 1)",
        "the misprint: it has a slope",
    )
    yield Published(
        "swirszcz-misprint", paper, claims, at, two, lambda: _refute(two, misprint, PAPERS[paper])
    )


# Activation: the pre-activation of both units at all samples, and their output weight; it is
# positive, and so is s'' there.
CONVEX = {
    "sigmoid": ("-1.0986123", "2/3"),
    "tanh": ("-1", "1/2"),
    "arctan": ("-1", "1/2"),
    "elu": ("-1", "1/2"),
    "selu": ("-1", "1/2"),
    "softplus": ("0", "1/2"),
    "gelu": ("0", "1/2"),
    "swish": ("0", "1/2"),
    "mish": ("0", "1/2"),
}


def _yun_small_data() -> Iterator[Published]:
    """Theorem 2: all outputs 1/3, so g = (1, 1, -2) / 3, with every unit where its output weight
    times s'' is positive.
    """
    for name in CONVEX:
        problem, theta = three_points(name)
        more = (
            ""
            if name in ("sigmoid", "tanh", "arctan", "elu", "selu")
            else " (the same construction with another activation)"
        )
        claims = f"a local minimum of loss 1/3, not global{more}"
        at = f"{name}, all outputs 1/3" + (
            ", the paper's point, rounded" if name == "sigmoid" else ", numbers of our own"
        )
        yield Published(
            f"yun-{name}",
            "yun",
            claims,
            at,
            problem,
            lambda p=problem, t=theta: _certify(p, t, witness(p, t), PAPERS["yun"]),  # type: ignore[misc]
        )


def three_points(name: str) -> tuple[Problem, Vector]:
    """The data of Yun, Sra and Jadbabaie's Theorem 2, with two units of an activation; and
    parameters near a local minimum (that with the best output bias).
    """
    problem = Problem(
        Network(2, (Layer(2, named(name), True),), 1, True),
        rows("1 0; 0 1; 1/2 1/2"),
        column("0 0 1"),
    )
    z, v = (vector(text)[0] for text in CONVEX[name])
    with precision(128):
        c = Fraction(1, 3) - 2 * v * from_midpoint(derivatives(named(name), to_arb(z), 0)[0])
    return problem, (z, z, z, z, Fraction(0), Fraction(0), v, v, round_to_bits(c, 20))


ANY_DATA = {  # name: activation, x, y, units
    "yun-any-relu": ("relu", "-2; -1; 0; 1; 3", "1 0 2 -1 1", 2),
    "yun-any-leaky-relu": ("leaky-relu", "0 0; 1 0; 0 1; 1 1; 2 1", "0 1 1 0 2", 3),
}


def _yun_any_data() -> Iterator[Published]:
    for name, (activation, x, y, units) in ANY_DATA.items():
        s = named(activation)
        assert isinstance(s, PiecewiseLinear)
        problem, theta = spurious_minimum(rows(x), vector(y), s, units)
        claims = "slopes that differ: a spurious local minimum on any data that no affine map fits"
        at = f"{activation}, N = {problem.samples}, {units} units, the best affine map"
        yield Published(
            name,
            "yun",
            claims,
            at,
            problem,
            lambda p=problem, t=theta: _certify(p, t, with_hinge(p, t), PAPERS["yun"]),  # type: ignore[misc]
        )


# coefficients, x, y, w, v, a better point: construction A, exactly
CUBIC = ("0 1 1 -1", "-1 1 2", "31/16 -71/80 3/2", "1/2", "1/2", "-0.4 4.1")


def _ding() -> Iterator[Published]:
    """Construction F at widths N - 1, N, 2N and 10N."""
    samples = len(CUBIC[1].split())
    for units in (samples - 1, samples, 2 * samples, 10 * samples):
        problem, theta, better = copies(units)
        claims = (
            "sub-optimal local minima exist at every width (proved there for almost all"
            " activations; here for one, by construction F)"
        )
        at = f"a cubic, N = {samples}, width {units}"
        yield Published(
            f"ding-{units}",
            "ding",
            claims,
            at,
            problem,
            lambda p=problem, t=theta, u=better: _certify(p, t, u, PAPERS["ding"]),  # type: ignore[misc]
        )


def copies(units: int) -> tuple[Problem, Vector, Vector]:
    """Construction F: a unit at a double zero, shared out between `units` equal ones.

    Problem, the local minimum, and a better point.
    """
    coefficients, x, y, w, v, better = CUBIC
    problem = Problem(
        Network(1, (Layer(units, polynomial(vector(coefficients)), False),)), column(x), column(y)
    )
    (one,), (weight,), (u, a) = vector(w), vector(v), vector(better)
    none = [Fraction(0)] * (units - 1)
    return problem, (*[one] * units, *[weight / units] * units), (u, *none, a, *none)
