"""Rims, local minima by unit potentials, and the published counterexamples: what is certified is
held against independent evaluations of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from exactland.certificates.kinds import Claim
from exactland.certificates.steps import PotentialReason, Potentials, Rim
from exactland.constructions import spurious_minimum, with_hinge
from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified, Inconclusive
from exactland.errors import InputError
from exactland.gallery import case, cases_of
from exactland.gallery.cases import LocalMinimumAt
from exactland.kernel import check
from exactland.kernel.meter import BUDGET, COST_OF_A_RATIONAL, MOST, Budget
from exactland.kernel.network import layout as kernel_layout
from exactland.kernel.refusals import Undefined
from exactland.kernel.rules import rim as kernel_rim
from exactland.kernel.rules.potentials import Midpoint, PotentialsStep
from exactland.model import trees
from exactland.model.activations import (
    NAMED,
    Activation,
    Expression,
    PiecewiseLinear,
    evaluate_exactly,
    polynomial,
)
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, exact_from_float
from exactland.model.problem import Problem
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from exactland.provers.basin_boxes import basin_evidence
from exactland.provers.evidence import Evidence
from exactland.provers.potentials import midpoints, potential_evidence
from exactland.provers.question import Ball
from exactland.provers.rim import Uncovered, cover, covered_above, rim_evidence
from exactland.search.linear_pieces import pieces, settle
from exactland.studies.making import made
from exactland.testing.strategies import named, piecewise_linear, targets
from tests.examples import HEAVY
from tests.provers.test_points import exact_loss
from tests.recorded import minimum_shown_by
from tests.shorthand import column, rows, vector
from tests.wire import certificate, in_kernel, numbers, statement

F = Fraction
KINKED = ("relu", "leaky-relu", "hard-tanh", "selu")
ROUGH = (*KINKED, "softsign", "elu")
TERMS = st.fractions(min_value=-3, max_value=3, max_denominator=4)
SEEDS = st.integers(0, 10**6).map(Random)


def plane(
    problem: kernel_layout.Problem,
    sides: Sequence[Sequence[Fraction]],
    place: list[int],
    order: int,
    bits: int,
) -> Fraction:
    """The kernel's lower bound of the loss on a box."""
    low, high = map(list, sides)
    return kernel_rim.plane_bound(problem, low, high, kernel_rim.Plane(order, place), bits)


def value(problem: Problem, theta: Vector) -> tuple[Fraction, Fraction]:
    """E at theta from below and above, by Arb."""
    with precision(160):
        ball = enclose(problem, box(theta, F(0)), 0).loss
        middle, radius = from_midpoint(ball.mid()), from_midpoint(ball.rad())
    return middle - radius, middle + radius


def accepted(problem: Problem, evidence: Evidence, kind: str) -> bool:
    outcome = minimum_shown_by(problem, evidence, Claim(kind))
    return isinstance(outcome, Certified) and outcome.verdict.kind == kind


def rim_step(evidence: Evidence) -> Rim:
    assert isinstance(evidence.step, Rim)
    return evidence.step


# Planes


@st.composite
def boxed(draw: st.DrawFn) -> tuple[Problem, list[list[Fraction]], Random]:
    """A small network of any rough or smooth activation, with any loss, and a box of parameters,
    some of its sides of length 0.
    """
    s = st.one_of(named(*ROUGH), named("tanh", "sigmoid", "softplus", "gelu"), piecewise_linear())
    hidden = tuple(
        draw(
            st.lists(st.builds(Layer, st.integers(1, 2), s, st.booleans()), min_size=1, max_size=2)
        )
    )
    outputs, bias = draw(st.integers(1, 2)), draw(st.booleans())
    loss = draw(
        st.sampled_from(
            [
                "half-squared-error",
                "multinomial-logistic",
                "logistic" if outputs == 1 else "softmax-cross-entropy",
            ]
        )
    )
    count = draw(st.integers(1, 3))
    inputs = draw(st.integers(1, 2))
    x = tuple(tuple(draw(TERMS) for _ in range(inputs)) for _ in range(count))
    problem = Problem(
        Network(inputs, hidden, outputs, bias), x, draw(targets(loss, count, outputs)), loss
    )
    random = draw(SEEDS)
    size = draw(st.sampled_from([F(0), F(1, 100), F(1, 4), F(1), F(3)]))
    low = [F(random.randint(-12, 12), 6) for _ in range(problem.parameters)]
    return problem, [low, [a + size * random.choice((0, 1, 1)) for a in low]], random


def inside(sides: list[list[Fraction]], random: Random) -> Vector:
    """A point of the box, on its rim more often than not."""
    return tuple(
        a + (b - a) * F(random.choice((0, 1000, random.randint(0, 1000))), 1000)
        for a, b in zip(*sides)
    )


@HEAVY
@given(boxed(), st.sampled_from([1, 2]), st.sampled_from([32, 64, 200]))
def test_a_plane_is_below_the_loss(
    case: tuple[Problem, list[list[Fraction]], Random], order: int, bits: int
) -> None:
    problem, sides, random = case
    # beyond 1000: beside the box, and still below
    place = [random.choice((0, 500, 1000, random.randint(0, 1000), 1300, 2500)) for _ in sides[0]]
    try:
        bound = plane(in_kernel(problem), sides, place, order, bits)
    except Undefined:
        assert order == 2, "of order 1 across any kink"
        return
    p = tuple(a + (b - a) * F(k, 1000) for a, b, k in zip(*sides, place))
    for theta in (
        *([p] if max(place) <= 1000 else []),
        *(inside(sides, random) for _ in range(12)),
    ):
        assert bound <= value(problem, theta)[1]
    if sides[0] == sides[1]:
        low, high = value(problem, p)
        assert low - F(1 + abs(high)) / 2 ** (bits // 4) <= bound, (
            "on a single point it is the loss itself"
        )


@pytest.mark.parametrize("name", [*ROUGH, "tanh"])
@pytest.mark.parametrize("order", [1, 2])
def test_a_plane_across_zero(name: str, order: int) -> None:
    """One unit, pre-activations on both sides of 0: of order 2 only where one derivative is
    continuous; and the bound is not idle.
    """
    problem = in_kernel(
        own := Problem(Network(1, (Layer(1, NAMED[name], True),)), column("1 2"), column("1 -1"))
    )
    sides = [vector("-1/16 -1/16 3/4"), vector("1/16 1/16 7/8")]
    if order == 2 and name in KINKED[:2] + KINKED[3:]:
        with pytest.raises(Undefined, match="touches 0"):
            plane(problem, sides, [500] * 3, order, 64)
        return
    bound = plane(problem, sides, [500] * 3, order, 64)
    grid = [
        tuple(a + (b - a) * F(k, 4) for a, b, k in zip(*sides, ks))
        for ks in ((i, j, k) for i in range(5) for j in range(5) for k in range(5))
    ]
    least = min(value(own, theta)[1] for theta in grid)
    assert least / 2 < bound <= least


@HEAVY
@given(boxed(), st.sampled_from([1, 2]))
def test_a_plane_on_a_smaller_box_that_touches_at_the_same_point_is_higher(
    case: tuple[Problem, list[list[Fraction]], Random], order: int
) -> None:
    problem, sides, _ = case
    quarter = [[a + (b - a) / 4 for a, b in zip(*sides)], [b - (b - a) / 4 for a, b in zip(*sides)]]
    own, half = in_kernel(problem), [500] * len(sides[0])
    try:
        whole = plane(own, sides, half, order, 128)
    except Undefined:
        return
    assert plane(own, quarter, half, order, 128) >= whole - F(1, 2**60) * (1 + abs(whole))


# Rims


def valley(
    at: Fraction, slopes: tuple[Fraction, Fraction], least: Fraction, x: str, y: str
) -> Problem:
    """One unit, no bias, a kink at `at` where the value is `least`."""
    value_at_0 = least - at * slopes[at <= 0]
    return Problem(
        Network(1, (Layer(1, PiecewiseLinear((at,), slopes, value_at_0), False),)),
        column(x),
        column(y),
    )


VALLEY = valley(F(1), (F(-1), F(1)), F(1, 2), "1 2", "-1/4 7/4")


def kink_minimum(random: Random) -> tuple[Problem, Vector]:
    """A unit with one of three samples on its kink at (w, v); E rises from there with w, to both
    sides, faster than it changes with the others.
    """
    while True:
        at, slopes = (
            F(random.choice((-1, 1))),
            (F(random.randint(-4, 2), 2), F(random.randint(-2, 4), 2)),
        )
        x, y = ([F(random.randint(-4, 4), 2) for _ in range(3)] for _ in range(2))
        problem = valley(
            at,
            slopes,
            F(random.randint(-2, 2), 2),
            " ".join(map(str, [1, *x[1:]])),
            " ".join(map(str, y)),
        )
        units = [f for (f,) in exact_outputs(problem, (at, F(1)))]
        best = sum(f * t for f, t in zip(units, y)) / (sum(f * f for f in units) or F(1))
        center, near_by = (at, best), [(at + side * F(1, 1000), best) for side in (-1, 1)]
        if best and all(
            exact_loss(problem, p) > exact_loss(problem, center) + F(1, 4000) for p in near_by
        ):
            return problem, center


@given(SEEDS)
@HEAVY
def test_a_certified_basin_has_no_lower_point_on_its_rim(random: Random) -> None:
    """Kinks of any kind, the output weight the best; where a rim is found, no random point of it
    has the loss of the center.
    """
    problem, center = kink_minimum(random)
    radii = [F(1, random.choice((8, 16, 64))) for _ in range(2)]
    evidence = rim_evidence(problem, center, radii, most=400)
    if evidence is None:
        return
    assert accepted(problem, evidence, "basin")
    here = exact_loss(problem, center)
    assert evidence.low <= here
    for _ in range(60):
        shares = [F(random.randint(-64, 64), 64), F(random.choice((-1, 1)))]
        random.shuffle(shares)
        assert (
            exact_loss(problem, tuple(c + r * t for c, r, t in zip(center, radii, shares))) > here
        )
        shares = [F(random.randint(-64, 64), 64) for _ in range(2)]
        assert (
            exact_loss(problem, tuple(c + r * t for c, r, t in zip(center, radii, shares)))
            >= evidence.low
        )


@given(
    st.fractions(min_value=F(-1, 2), max_value=F(1, 2), max_denominator=8),
    st.sampled_from([F(1), F(2), F(1, 2), F(-1)]),
)
@HEAVY
def test_the_basin_of_a_kink_is_found_wherever_it_is_moved(
    shift: Fraction, scale: Fraction
) -> None:
    """Scaled inputs scale w the other way, a multiple of the targets that of v: the same basin in
    other coordinates.
    """
    x, y = ((F(1) / scale, 2 / scale), (F(-1, 4) * (1 + shift), F(7, 4) * (1 + shift)))
    problem = Problem(VALLEY.network, tuple((v,) for v in x), tuple((v,) for v in y))
    center, radii = (scale, 1 + shift), (abs(scale) / 16, (1 + shift) / 8)
    evidence = rim_evidence(problem, center, radii)
    assert evidence is not None
    assert accepted(problem, evidence, "basin")
    assert sum(r * r for r in radii) <= evidence.distance**2


def test_a_rim_is_refused_where_there_is_none() -> None:
    center = vector("1 1")
    assert rim_evidence(VALLEY, center, vector("1/16 1/8")) is not None
    assert rim_evidence(VALLEY, vector("5/4 1"), vector("1/16 1/8")) is None, (
        "the basin is beside it"
    )
    assert (
        rim_evidence(VALLEY, center, vector("1/16 1/8"), above=exact_loss(VALLEY, center)) is None
    ), "the loss is not above its own value"
    assert rim_evidence(VALLEY, center, vector("1/16 1/8"), most=3) is None, "too few planes"
    flat = Problem(Network(1, (Layer(1, NAMED["hard-tanh"], False),)), column("1"), column("1"))
    assert rim_evidence(flat, vector("3 1"), vector("1 1/2"), most=500) is None, (
        "a line of equal loss"
    )
    assert (
        rim_evidence(
            Problem(Network(1, (Layer(1, NAMED["relu"], False),)), column("1 2"), column("1 2")),
            vector("1 1"),
            vector("1/8 1/8"),
            most=500,
        )
        is None
    )


def test_a_bound_above_the_witness_is_found_inside() -> None:
    evidence = rim_evidence(VALLEY, vector("1 1"), vector("1/8 1/8"))
    assert evidence is not None
    lower = vector("1 257/256")
    assert exact_loss(VALLEY, lower) > exact_loss(VALLEY, evidence.center)
    assert covered_above(VALLEY, rim_step(evidence), lower) is None, "the witness is not lower"
    s = PiecewiseLinear((F(1), F(4)), (F(-1), F(1), F(-21, 2)), F(3, 2))
    second = Problem(Network(1, (Layer(1, s, False),)), VALLEY.x, VALLEY.y)
    higher = covered_above(second, rim_step(evidence), vector("3 -1/10"))
    assert higher is not None
    assert higher.low > F(5, 32)
    where = Ball(vector("1 1"), F(1, 2))
    outcome = minimum_shown_by(second, evidence, Claim.BAD_BASIN, vector("3 -1/10"), where)
    assert isinstance(outcome, Certified), outcome
    assert outcome.verdict.kind == "bad-basin"


def test_a_basin_is_found_from_a_point_beside_it() -> None:
    evidence = basin_evidence(VALLEY, vector("101/100 99/100"), F(1, 2))
    assert evidence is not None
    assert evidence.what == "basin"
    assert accepted(VALLEY, evidence, "basin")
    assert basin_evidence(VALLEY, vector("1 1"), F(0)) is None


def told_cover(most: int) -> tuple[Evidence | Uncovered, list[tuple[str, int, int]]]:
    told: list[tuple[str, int, int]] = []

    def tell(*said: Any) -> None:
        told.append(said)

    return cover(VALLEY, vector("1 1"), vector("1/8 1/8"), None, most, tell), told


def test_more_planes_cover_more_of_the_faces_and_are_counted() -> None:
    shares = []
    for most in (3, 6, 12):
        found, told = told_cover(most)
        assert {(what, total) for what, _, total in told} == {("covering a rim", most)}
        counted = [done for _, done, _ in told]
        assert counted == list(range(1, len(counted) + 1))
        if isinstance(found, Evidence):
            assert found == rim_evidence(VALLEY, vector("1 1"), vector("1/8 1/8"))
            assert len(counted) <= most
        else:
            assert len(counted) == most + 1
            assert found.share is not None
            shares.append(found.share)
    assert len(shares) >= 2
    assert 0 <= shares[0] < shares[1] < 1
    hopeless = cover(VALLEY, vector("101/100 1"), vector("1/1000 1/1000"), None, 1000)
    assert hopeless == Uncovered(None)


# From training to an exact point


@HEAVY
@given(piecewise_linear(), SEEDS)
def test_a_settled_point_keeps_its_pieces_and_is_critical_within_them(
    activation: PiecewiseLinear, random: Random
) -> None:
    units, bias, out = random.randint(1, 3), random.random() < 0.5, random.random() < 0.5
    x = tuple((F(random.randint(-12, 12), 4), F(random.randint(-12, 12), 4)) for _ in range(5))
    problem = Problem(
        Network(2, (Layer(units, activation, bias),), 1, out),
        x,
        tuple((F(random.randint(-8, 8), 4),) for _ in x),
    )
    start = [random.uniform(-2, 2) for _ in range(problem.parameters)]
    wanted = pieces(problem, activation, [exact_from_float(t) for t in start])
    found = settle(problem, start)
    if found is None:
        return
    assert pieces(problem, activation, found) == wanted
    assert all(abs(a - b) <= (1 + abs(b)) / 10 for a, b in zip(map(float, found), start))
    at = exact_loss(problem, found)
    if any(b == z for b in activation.breakpoints for z in preactivations(problem, found)):
        return
    h = F(1, 10**30)
    for k in range(problem.parameters):
        rise = [
            exact_loss(problem, (*found[:k], found[k] + sign * h, *found[k + 1 :])) - at
            for sign in (-1, 1)
        ]
        assert abs(rise[1] - rise[0]) <= F(1, 10**56) * (1 + abs(at)), "no slope along a coordinate"


def preactivations(problem: Problem, theta: Vector) -> list[Fraction]:
    (weights, biases), _ = problem.network.split(theta)
    return [
        sum(a * b for a, b in zip(row, x)) + (biases[j] if biases else 0)
        for j, row in enumerate(weights)
        for x in problem.x
    ]


def test_what_cannot_be_settled_is_not() -> None:
    x, y = column("1 2"), column("1 3")
    relu = NAMED["relu"]
    assert settle(Problem(Network(1, (Layer(1, NAMED["tanh"], False),)), x, y), [1.0, 1.0]) is None
    assert (
        settle(
            Problem(Network(1, (Layer(1, relu, False),)), x, column("1 -1"), "logistic"), [1.0, 1.0]
        )
        is None
    )
    assert (
        settle(Problem(Network(1, (Layer(1, relu, False), Layer(1, relu, False))), x, y), [1.0] * 3)
        is None
    )
    assert settle(Problem(Network(1, (Layer(1, relu, False),)), x, y), [1.0, 100.0]) is None, (
        "the best fit is far away"
    )
    dead = settle(Problem(Network(1, (Layer(1, relu, False),)), x, y), [-1.0, 1.0])
    assert dead == (-1, 1)


@pytest.mark.parametrize(
    "name", ["swirszcz-one-unit", "swirszcz-two-units", "yun-any-relu", "yun-any-leaky-relu"]
)
def test_without_a_point_training_leads_to_local_minima_of_published_problems(name: str) -> None:
    outcome = certify(case(name).problem)
    assert isinstance(outcome, Certified), outcome
    assert outcome.verdict.kind in (
        "sub-optimal-local-minimum-in-no-basin",
        "sub-optimal-local-minimum",
    )
    assert outcome.certificate.rules[0] == "3.4"


def test_without_a_point_a_basin_is_found_at_a_breakpoint() -> None:
    problem = case("rim-softsign").problem
    outcome = certify(problem)
    assert isinstance(outcome, Certified), outcome
    assert outcome.verdict.kind == "bad-basin"
    assert isinstance(certify(problem, claim="strict-minimum", starts=4), Inconclusive)


# Local minima by unit potentials: one hidden layer, everything exact


def near(center: Vector, random: Random, size: Fraction) -> Vector:
    return tuple(c + size * F(random.choice((0, random.randint(-50, 50))), 50) for c in center)


def no_lower_point(problem: Problem, center: Vector, random: Random, count: int = 60) -> bool:
    here = exact_loss(problem, center)
    return all(
        exact_loss(problem, near(center, random, F(1, random.choice((10**3, 10**5, 10**8)))))
        >= here
        for _ in range(count)
    )


@HEAVY
@given(piecewise_linear(), st.integers(3, 5), st.booleans(), SEEDS)
def test_points_certified_by_3_4_have_no_lower_point_near(
    s: PiecewiseLinear, samples: int, planted: bool, random: Random
) -> None:
    """One or two units; residuals orthogonal to what the units see (planted), or any: then
    certified only if they happen to be.
    """
    units, bias = random.choice((1, 2)), random.choice((True, False))
    x = tuple((F(random.randint(-4, 4), 2),) for _ in range(samples))
    network = Network(1, (Layer(units, s, True),), 1, bias)
    center = tuple(F(random.randint(-4, 4), 2) for _ in range(network.parameters))
    outputs = [f for (f,) in exact_outputs(Problem(network, x, tuple((F(0),) for _ in x)), center)]
    g = [F(random.choice((0, random.randint(-2, 2)))) for _ in x]
    if planted:
        g = orthogonal([[F(1)] * samples, [v for (v,) in x]], g)
    problem = Problem(network, x, tuple((f - r,) for f, r in zip(outputs, g)))
    evidence = potential_evidence(problem, center)
    if evidence is not None:
        assert accepted(problem, evidence, "local-minimum")
        assert no_lower_point(problem, center, random)
    breaks = {b for b, left, right in zip(s.breakpoints, s.slopes, s.slopes[1:]) if left != right}
    weights, biases = center[:units], center[units : 2 * units]
    z = [[w * v + b for (v,) in x] for w, b in zip(weights, biases)]
    one_piece = all(not any(min(row) <= b <= max(row) for b in breaks) for row in z)
    if planted and one_piece:
        assert evidence is not None, "affine on the data: an orthogonal residual is enough"


def exact_outputs(problem: Problem, theta: Vector) -> list[list[Fraction]]:
    (rows_w, biases), (outer, c) = problem.network.split(list(theta))
    layer = problem.network.hidden[0]
    biases = biases or [F(0)] * layer.units
    hidden = [
        [
            evaluate_exactly(layer.activation, sum(a * b for a, b in zip(w, x)) + b0)
            for w, b0 in zip(rows_w, biases)
        ]
        for x in problem.x
    ]
    return [
        [sum(v * h for v, h in zip(row, units)) + (c[k] if c else 0) for k, row in enumerate(outer)]
        for units in hidden
    ]


def orthogonal(vectors: list[list[Fraction]], g: list[Fraction]) -> list[Fraction]:
    """What is left of g after projecting out the vectors, one after the other made orthogonal (Gram
    and Schmidt).
    """
    base: list[list[Fraction]] = []
    for v in [*vectors, g]:
        for b in base:
            share = sum(p * q for p, q in zip(v, b)) / sum(q * q for q in b)
            v = [p - share * q for p, q in zip(v, b)]  # noqa: PLW2901
        if v is not g and any(v) and len(base) < len(vectors):
            base.append(v)
    return v


@HEAVY
@given(st.sampled_from(["0 0 1", "0 1 1", "1 0 0 1", "0 1 0 0 1"]), st.integers(1, 3), SEEDS)
def test_points_certified_by_midpoints_have_no_lower_point_near(
    coefficients: str, triples: int, random: Random
) -> None:
    """Slopes that are sums of triples, with positive weights: certified where the activation bends
    the way of the output weight; true either way.
    """
    s = polynomial(vector(coefficients))
    x: list[Vector] = []
    g: list[Fraction] = []
    for _ in range(triples):
        a, b = (tuple(F(random.randint(-3, 3)) for _ in range(2)) for _ in range(2))
        weight = F(random.randint(1, 3), 3)
        x += [a, b, tuple((p + q) / 2 for p, q in zip(a, b))]
        g += [weight, weight, -2 * weight]
    units = random.choice((1, 2))
    network = Network(2, (Layer(units, s, True),), 1, True)
    z = F(random.choice((-2, -1, 1, 2)), 2)
    v = [F(random.choice((-1, 1, 1, 2)), 2) for _ in range(units)]
    center = (*[F(0)] * (2 * units), *[z] * units, *v, F(random.randint(-2, 2)))
    outputs = exact_outputs(Problem(network, tuple(x), tuple((F(0),) for _ in x)), center)
    problem = Problem(network, tuple(x), tuple((f - r,) for (f,), r in zip(outputs, g)))
    evidence = potential_evidence(problem, center)
    bend = {"0 0 1": F(2), "0 1 1": F(2), "1 0 0 1": 6 * z, "0 1 0 0 1": 12 * z * z}[coefficients]
    if evidence is not None:
        assert accepted(problem, evidence, "local-minimum")
        assert no_lower_point(problem, center, random)
        step = evidence.step
        by_definite = isinstance(step, Potentials) and step.units[0] is PotentialReason.DEFINITE
        assert all(bend * weight > 0 for weight in v) or by_definite
    elif len({*x}) == len(x):
        assert not all(bend * weight > 0 for weight in v), (
            "distinct samples: the triples are the only ones, or there are more"
        )


@HEAVY
@given(st.integers(1, 3), SEEDS)
def test_points_certified_by_definite_potentials_have_no_lower_point_near(
    units: int, random: Random
) -> None:
    """Polynomials at w = 0, where outputs and potentials vanish: certified exactly where all
    Hessians are definite (by sympy), and where the loss is 0.
    """
    inputs = random.choice((1, 2))
    s = polynomial(vector(random.choice(("0 0 1", "0 0 -1", "0 0 1 1", "0 0 0 1"))))
    network = Network(inputs, (Layer(units, s, False),))
    x = tuple(tuple(F(random.randint(-2, 2)) for _ in range(inputs)) for _ in range(3))
    y = tuple((F(random.randint(-3, 3)),) for _ in x)
    problem = Problem(network, x, y)
    center = (*[F(0)] * (units * inputs), *[F(random.choice((-1, 1, 2))) for _ in range(units)])
    evidence = potential_evidence(problem, center)
    moments = sympy.Matrix(
        inputs,
        inputs,
        lambda p, q: sum(
            -sympy.Rational(t.numerator, t.denominator) * int(r[p]) * int(r[q])
            for r, (t,) in zip(x, y)
        ),
    )
    bend = s_bend(s)
    truly = all((moments * bend * int(v)).is_positive_definite for v in center[-units:])
    assert (evidence is not None) is truly or (evidence is not None and not any(v for (v,) in y))
    if evidence is not None:
        assert accepted(problem, evidence, "local-minimum")
        assert no_lower_point(problem, center, random)


def s_bend(s: Activation) -> int:
    """s''(0) of a polynomial, by differences of exact values."""
    t = F(1, 10**6)
    return round(
        (evaluate_exactly(s, t) + evaluate_exactly(s, -t) - 2 * evaluate_exactly(s, F(0))) / t**2
    )


def test_what_local_minimum_does_not_speak_of() -> None:
    relu = NAMED["relu"]
    two = Problem(
        Network(1, (Layer(1, relu, False), Layer(1, relu, False))), column("1"), column("0")
    )
    assert potential_evidence(two, vector("0 0 0")) is None, (
        "two hidden layers, though the loss is 0"
    )
    one = Problem(Network(1, (Layer(1, relu, True),)), column("1 2"), column("1 3"))
    assert potential_evidence(one, vector("2 -1 1")) is not None, "a perfect fit"
    assert potential_evidence(one, vector("2 -1 2")) is None, "a slope"
    assert potential_evidence(one, vector("-1 -1 1")) is not None, "a dead unit, far from its kink"
    assert potential_evidence(one, vector("-1 1 1")) is None, "a sample on the kink"
    assert midpoints([vector("0"), vector("1")], [F(1), F(-1)]) == []
    assert midpoints([vector("0"), vector("2"), vector("1")], [F(-1), F(-1), F(2)]) == [], (
        "weights are not negative"
    )
    (found,) = midpoints([vector("0"), vector("2"), vector("1")], [F(1), F(1), F(-2)])
    assert (found.ends, found.middle) == ((0, 1), 2)


def test_the_prover_says_basin_or_local_minimum_where_there_is_nothing_strict() -> None:
    outcome = certify(VALLEY, vector("1 1"), within=F(1, 2), claim="basin")
    assert isinstance(outcome, Certified), outcome
    assert (outcome.verdict.kind, outcome.certificate.rules[0]) == ("basin", "3.3")
    relu = Problem(Network(1, (Layer(1, NAMED["relu"], True),)), column("1 2"), column("1 3"))
    outcome = certify(relu, vector("-1 -1 1"), claim="local-minimum", starts=1)
    assert isinstance(outcome, Certified), outcome
    assert outcome.certificate.rules[0] == "3.4"


# The published counterexamples


@HEAVY
@given(st.sampled_from(["relu", "leaky-relu"]), st.integers(1, 2), st.integers(2, 3), SEEDS)
def test_the_spurious_minimum_exists_on_any_data(
    name: str, inputs: int, units: int, random: Random
) -> None:
    x = [
        tuple(F(random.randint(-6, 6), 2) for _ in range(inputs))
        for _ in range(random.randint(3, 6))
    ]
    y = [F(random.randint(-6, 6), 2) for _ in x]
    s: Any = NAMED[name]
    try:
        problem, theta = spurious_minimum(x, y, s, units)
    except InputError:
        residual = orthogonal([[F(1)] * len(x), *([row[k] for row in x] for k in range(inputs))], y)
        assert not any(residual), "an affine map fits"
        return
    evidence = potential_evidence(problem, theta)
    assert evidence is not None
    assert accepted(problem, evidence, "local-minimum")
    assert no_lower_point(problem, theta, random, 20)
    residual = orthogonal([[F(1)] * len(x), *([row[k] for row in x] for k in range(inputs))], y)
    assert exact_loss(problem, theta) == sum(r * r for r in residual) / 2, (
        "the loss of the best affine map"
    )
    better = with_hinge(problem, theta)
    if better is not None:
        assert exact_loss(problem, better) < exact_loss(problem, theta)
    elif len(set(x)) == len(x):
        assert inputs == 2, "in one dimension a hinge among distinct samples always helps"


def test_one_unit_has_no_hinge_and_an_affine_map_no_spurious_minimum() -> None:
    relu: Any = NAMED["relu"]
    problem, theta = spurious_minimum(
        [vector("0"), vector("1"), vector("2")], vector("0 1 0"), relu, 1
    )
    assert with_hinge(problem, theta) is None
    with pytest.raises(InputError):
        spurious_minimum([vector("0"), vector("1")], vector("0 1"), relu, 2)
    with pytest.raises(InputError):
        spurious_minimum(
            [vector("0"), vector("1"), vector("2")], vector("0 1 0"), NAMED["hard-tanh"], 2
        )  # type: ignore[arg-type]


CONVEX = (
    "sigmoid",
    "tanh",
    "arctan",
    "elu",
    "selu",
    "softplus",
    "gelu",
    "swish",
    "mish",
)


def three_points(name: str) -> tuple[Problem, Vector]:
    """The problem and the point of the published three-point example with this activation."""
    built = case(f"yun-{name}")
    assert isinstance(built.task, LocalMinimumAt)
    return built.problem, built.task.theta


FREE = "sub-optimal-local-minimum-in-no-basin"
KINDS = {
    "swirszcz-one-unit": FREE,
    "swirszcz-two-units": FREE,
    "swirszcz-misprint": "no-local-minimum",
    **{f"yun-{name}": "sub-optimal-local-minimum" for name in CONVEX},
    "yun-any-relu": FREE,
    "yun-any-leaky-relu": FREE,
    **{f"ding-{units}": FREE for units in (2, 3, 6, 30)},
}


def test_every_published_counterexample_is_certified() -> None:
    kinds = {}
    for entry in cases_of("literature"):
        outcome = made(entry, {})
        assert not isinstance(outcome, Inconclusive), (entry.name, outcome)
        verdict = check(outcome.certificate.to_bytes())
        assert verdict.status == "verified"
        kinds[entry.name] = verdict.kind
    assert kinds == KINDS


def test_the_losses_in_the_papers() -> None:
    """Swirszcz et al. sum squares: 18 and 14, 8/3."""
    entries = {entry.name: entry.problem for entry in cases_of("literature")}
    assert 2 * exact_loss(entries["swirszcz-one-unit"], vector("1 -3 1 0")) == 18
    assert 2 * exact_loss(entries["swirszcz-one-unit"], vector("-1 0 3 0")) == 14
    assert 2 * exact_loss(entries["swirszcz-two-units"], vector("-3 1 13/3 -10 1 -1 -3")) == F(8, 3)
    assert 2 * exact_loss(entries["swirszcz-two-units"], vector("-1 1 1/5 -8 5 -1 -1")) < F(8, 3)


X = sympy.Symbol("x", real=True)
SYMBOLIC = {
    "sigmoid": 1 / (1 + sympy.exp(-X)),
    "tanh": sympy.tanh(X),
    "arctan": sympy.atan(X),
    "elu": sympy.exp(X) - 1,
    "softplus": sympy.log(1 + sympy.exp(X)),
    "selu": sympy.Rational("1.0507009873554804934193349852946")
    * sympy.Rational("1.6732632423543772848170429916717")
    * (sympy.exp(X) - 1),
    "gelu": X * (1 + sympy.erf(X / sympy.sqrt(2))) / 2,
    "swish": X / (1 + sympy.exp(-X)),
    "mish": X * sympy.tanh(sympy.log(1 + sympy.exp(X))),
}


@pytest.mark.parametrize("name", CONVEX)
def test_the_points_of_the_three_point_examples_are_where_the_activation_is_convex(
    name: str,
) -> None:
    """The formulas of elu and selu are those left of 0."""
    problem, theta = three_points(name)
    z, v = (sympy.Rational(q.numerator, q.denominator) for q in (theta[0], theta[6]))
    assert v > 0
    assert name not in ("elu", "selu") or z < 0
    assert sympy.diff(SYMBOLIC[name], X, 2).subs(X, z).evalf(40) > sympy.Rational(1, 1000)
    c = sympy.Rational(theta[-1].numerator, theta[-1].denominator)
    assert abs((2 * v * SYMBOLIC[name].subs(X, z) + c - sympy.Rational(1, 3)).evalf(40)) < 2**-18, (
        "outputs near 1/3"
    )
    assert problem.x == rows("1 0; 0 1; 1/2 1/2")


def test_the_exact_point_of_the_paper() -> None:
    """sigmoid at -ln 3: outputs exactly 1/3, slopes (1, 1, -2) / 3, potentials and their slopes
    exactly zero, bent upwards.
    """
    s, z, v = SYMBOLIC["sigmoid"], -sympy.log(3), sympy.Rational(2, 3)
    assert sympy.simplify(s.subs(X, z)) == sympy.Rational(1, 4)
    samples = [
        sympy.Matrix(row)
        for row in ([1, 0, 1], [0, 1, 1], [sympy.Rational(1, 2), sympy.Rational(1, 2), 1])
    ]
    w = sympy.Matrix([z, z, 0])
    outputs = [2 * v * sympy.simplify(s.subs(X, (w.T * x)[0])) for x in samples]
    assert outputs == [sympy.Rational(1, 3)] * 3
    g = [f - y for f, y in zip(outputs, (0, 0, 1))]
    assert sum(g) == 0
    assert sum(a * sympy.simplify(s.subs(X, z)) for a in g) == 0
    assert sum((a * x for a, x in zip(g, samples)), sympy.zeros(3, 1)) == sympy.zeros(3, 1)
    assert sympy.simplify(sympy.diff(s, X, 2).subs(X, z)) == sympy.Rational(3, 32)
    outcome = made(case("yun-sigmoid"), {})
    assert isinstance(outcome, Certified)
    assert all(
        abs(float(c) - float(e)) < 1e-6
        for c, e in zip(outcome.certificate.statement.center or (), [z, z, z, z, 0, 0, v, v, 0])
    )


@given(st.sampled_from(sorted(CONVEX)), SEEDS)
@HEAVY
def test_the_three_point_minima_have_no_lower_point_near(name: str, random: Random) -> None:
    """With the best output bias, by Arb at random points within 1/1000."""
    problem, theta = three_points(name)
    evidence = potential_evidence(problem, theta)
    assert evidence is not None
    assume(evidence.distance < F(1, 10**5))
    for _ in range(8):
        point = near(theta, random, F(1, random.choice((10**3, 10**4))))
        assert value(problem, point)[1] >= evidence.low


def test_a_bound_is_never_rounded_to_a_float() -> None:
    """At one point the bound is the loss to the precision asked for, which a float could not
    hold.
    """
    problem, theta = (
        Problem(
            Network(1, (Layer(1, NAMED["relu"], True),)),
            column("0"),
            column("1/2"),
            "multinomial-logistic",
        ),
        list(vector("0 2 1/6")),
    )
    bound = plane(in_kernel(problem), [theta, theta], [0] * 3, 1, 200)
    low, high = value(problem, tuple(theta))
    assert low - F(1, 2**150) < bound <= high


@pytest.mark.parametrize(
    ("loss", "outputs", "output_bias", "x", "y", "step"),
    [
        ("softmax-cross-entropy", 2, False, "1", (F(1), F(0)), {"rule": "3.4"}),
        (
            "half-squared-error",
            1,
            True,
            "0 1",
            (F(0),),
            {
                "rule": "3.4b",
                "units": ["flat"],
                "midpoints": [],
                "fitted": True,
                "precision": "128",
            },
        ),
    ],
)
def test_formal_slopes_beside_rational_ones_get_a_verdict(
    loss: str, outputs: int, output_bias: bool, x: str, y: Vector, step: dict[str, Any]
) -> None:
    inputs = column(x)
    problem = Problem(
        Network(1, (Layer(1, NAMED["sigmoid"], False),), outputs, output_bias),
        inputs,
        (y,) * len(inputs),
        loss,
    )
    theta = vector("1 1 0")
    said = statement("local-minimum", theta, F(1))
    assert (
        check(
            certificate(problem, said, [{**step, "center": numbers(theta)}], {}).to_bytes()
        ).status
        == "rejected"
    )


def test_midpoints_in_many_dimensions_are_metered() -> None:
    """Comparing inputs is charged to the file: midpoints in many dimensions are not free."""
    one = (F(1),) * 40
    square = Expression(trees.multiply(trees.X, trees.X))
    problem = in_kernel(
        Problem(
            Network(40, (Layer(1, square, False),)),
            (one, tuple(-v for v in one), (F(0),) * 40),
            column("-1 -1 2"),
        )
    )

    def spent(count: int) -> int:
        BUDGET.set(Budget(MOST))
        listed = [Midpoint((0, 1), 2, F(1, count))] * count
        step = PotentialsStep([F(0)] * 40 + [F(1)], ["midpoints"], listed, False, 64)
        step.fact(problem)
        return int(MOST - BUDGET.get().left)

    one_midpoint, many = (copy_context().run(spent, count) for count in (1, 201))
    assert many - one_midpoint >= 200 * 40 * COST_OF_A_RATIONAL
