"""From a problem to an outcome: certified, refuted, inconclusive, and never one for another."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from exactland.activations import NAMED, polynomial
from exactland.cases import core
from exactland.errors import InputError, ResourceLimit
from exactland.exact import exact_from_float
from exactland.io.problem_file import read_problem
from exactland.kernel.rules import Minimum, NoMinimumBox
from exactland.outcome import Certified, Inconclusive, Refuted
from exactland.problem import Layer, Network, Problem, Vector
from exactland.prove import certify
from exactland.search.newton import polish
from exactland.search.training import float_problem

CASES = {case.name: case for case in core()}


def column(text: str) -> tuple[Vector, ...]:
    return tuple((Fraction(v),) for v in text.split())


def duplicated(problem: Problem, point: Vector) -> tuple[Problem, Vector]:
    """The same data with the one unit doubled, output weights halved."""
    layer = problem.network.hidden[0]
    w, *bias, v = point
    return Problem(Network(1, (Layer(2, layer.activation, layer.bias),)), problem.x, problem.y), (w, w, *bias, *bias, v / 2, v / 2)


@pytest.mark.parametrize(("name", "low", "better"), [("anscombe-iii", 14.97, 9.58), ("anscombe-ii", 0.467, 0.0026)])
def test_anscombe_needs_nothing_but_the_problem(name: str, low: float, better: float) -> None:
    outcome = certify(CASES[name].problem)
    assert isinstance(outcome, Certified)
    fact = outcome.verdict.fact
    assert isinstance(fact, Minimum)
    assert fact.low > low
    assert fact.witness_loss is not None
    assert fact.witness_loss < better
    assert outcome.verdict.kind == "sub-optimal-strict-minimum"


def test_search_is_deterministic_and_counted_in_starts() -> None:
    done = []
    problem = CASES["anscombe-iii"].problem
    first = certify(problem, starts=10, seed=3, progress=lambda k, total: done.append((k, total)))
    second = certify(problem, starts=10, seed=3)
    assert isinstance(first, Certified)
    assert isinstance(second, Certified)
    assert first.certificate.to_bytes() == second.certificate.to_bytes()
    assert done == [(k, 10) for k in range(1, 11)]


@pytest.mark.parametrize("name", ["sine-4-3", "sigmoid-4-3", "tanh-bias", "two-layers-2-1", "cubic-exact", "anscombe-ii"])
def test_a_point_near_a_bad_minimum_is_certified_there(name: str) -> None:
    case = CASES[name]
    polished = polish(case.problem, case.start)
    assert polished is not None
    point = tuple(Fraction(round(t * 10**5), 10**5) for t in polished)
    outcome = certify(case.problem, point, starts=24)
    assert isinstance(outcome, Certified), outcome
    statement = outcome.certificate.claim["statement"]
    assert [Fraction(c) for c in statement["center"]] == list(point), "the point is the subject"


@pytest.mark.parametrize(
    ("claim", "kind"),
    [("strongest", "sub-optimal-strict-minimum"), ("bad-basin", "bad-basin"), ("strict-minimum", "strict-minimum"), ("local-minimum", "local-minimum")],
)
def test_claims(claim: str, kind: str) -> None:
    case = CASES["sigmoid-2-1"]
    for point in (case.start, None):
        outcome = certify(case.problem, point, claim=claim, starts=16)
        assert isinstance(outcome, Certified)
        assert outcome.verdict.kind == kind


@pytest.mark.parametrize("point", ["0 0 0", "1 1 1", "-3 2 1", "5 -5 2"])
def test_a_point_that_is_no_minimum_is_refuted(point: str) -> None:
    outcome = certify(CASES["anscombe-iii"].problem, tuple(map(Fraction, point.split())))
    assert isinstance(outcome, Refuted)
    assert isinstance(outcome.verdict.fact, NoMinimumBox)
    assert outcome.certificate.steps[0]["rule"] == "3.5"


def test_a_saddle_is_refuted_by_curvature() -> None:
    problem = Problem(Network(1, (Layer(1, NAMED["tanh"], False),)), column("1 2"), column("1 2"))
    outcome = certify(problem, (Fraction(0), Fraction(0)))
    assert isinstance(outcome, Refuted)
    assert outcome.certificate.steps[0]["order"] == "second"


def test_a_saddle_with_six_parameters_is_refuted() -> None:
    case = CASES["anscombe-iii"]
    theta = polish(case.problem, case.start)
    assert theta is not None
    outcome = certify(*duplicated(case.problem, theta))
    assert isinstance(outcome, Refuted)


def test_a_flat_minimum_is_inconclusive_and_says_where_it_is_flat() -> None:
    """Construction A's minimum with its unit doubled, both output weights of one sign: a local minimum, but flat (equal units)."""
    case = CASES["sigmoid-2-1"]
    theta = polish(case.problem, case.start)
    assert theta is not None
    problem, point = duplicated(case.problem, theta)
    outcome = certify(problem, point, within=Fraction(1, 10**6))
    assert isinstance(outcome, Inconclusive)
    assert "singular in 1 direction: " in outcome.reason
    assert "v[1,1]" in outcome.reason
    assert "v[1,2]" in outcome.reason


def test_a_flat_exact_minimum_is_inconclusive() -> None:
    """f = v w x fits exactly along a hyperbola."""
    problem = Problem(Network(1, (Layer(1, NAMED["identity"], False),)), column("1"), column("1"))
    outcome = certify(problem, (Fraction(1), Fraction(1)))
    assert isinstance(outcome, Inconclusive)
    assert "singular in 1 direction" in outcome.reason


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sin"])
def test_a_wide_network_is_never_certified_bad(activation: str, seed: int) -> None:
    """Width N: no sub-optimal basin exists (rule 4.2 of the mathematics; here only checked, not used)."""
    random = np.random.default_rng(seed)
    x, y = (tuple((Fraction(int(v), 10),) for v in random.integers(-30, 30, size=3)) for _ in range(2))
    problem = Problem(Network(1, (Layer(3, NAMED[activation], bool(seed % 2)),)), x, y)
    outcome = certify(problem, starts=8, seed=seed)
    assert not (isinstance(outcome, Certified) and "sub-optimal" in str(outcome.verdict.kind))
    assert isinstance(certify(problem, claim="bad-basin", starts=8, seed=seed), Inconclusive)


def test_a_global_strict_minimum_is_not_called_bad() -> None:
    problem = Problem(Network(1, (Layer(1, NAMED["tanh"], False),)), column("1 2"), column("1/2 3/4"))
    outcome = certify(problem, starts=8)
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind == "strict-minimum"


def test_exact_points_are_certified_exactly() -> None:
    case = CASES["cubic-exact"]
    outcome = certify(case.problem, case.start, within=Fraction(0))
    assert isinstance(outcome, Certified)
    assert outcome.certificate.steps[0]["rule"] == "3.1b"
    assert isinstance(outcome.verdict.fact, Minimum)
    assert outcome.verdict.fact.low == outcome.verdict.fact.high == Fraction(161, 50)


def test_piecewise_linear_points_are_judged_as_they_stand() -> None:
    problem = Problem(Network(1, (Layer(1, NAMED["relu"], False),)), column("1"), column("-1"))
    assert isinstance(certify(problem, (Fraction(1), Fraction(1))), Refuted)
    at_kink = certify(problem, (Fraction(0), Fraction(1)))
    assert isinstance(at_kink, Inconclusive), "(0, 1) is a local minimum, whatever the slope at the kink is called"
    assert "kink" in at_kink.reason


def test_polynomial_activations_of_a_user() -> None:
    s = polynomial((Fraction(0), Fraction(1), Fraction(0), Fraction(-1, 6)))
    problem = Problem(Network(1, (Layer(1, s, True),)), column("-1 0 1 2"), column("1/2 0 1 -1"))
    outcome = certify(problem, starts=12)
    assert isinstance(outcome, Certified)


def test_outcomes_have_no_truth_value() -> None:
    outcome = certify(CASES["sine-2-1"].problem, CASES["sine-2-1"].start, claim="strict-minimum")
    with pytest.raises(TypeError, match="no truth value"):
        bool(outcome)
    with pytest.raises(TypeError, match="no truth value"):
        bool(Inconclusive("", ""))


def test_callers_mistakes_raise() -> None:
    problem = CASES["sine-2-1"].problem
    with pytest.raises(InputError, match=r"^point: 3 numbers where the network has 2 parameters: w1\[1,1\], v\[1,1\]"):
        certify(problem, (Fraction(1),) * 3)
    with pytest.raises(InputError, match="^claim: 'best' is not known"):
        certify(problem, claim="best")
    with pytest.raises(InputError, match="^within: needs a point"):
        certify(problem, within=Fraction(1))
    with pytest.raises(InputError, match="^within: -1 is negative"):
        certify(problem, (Fraction(1), Fraction(1)), within=Fraction(-1))
    wide = Problem(Network(1, (Layer(3000, NAMED["tanh"], False),)), column("1"), column("1"))
    with pytest.raises(ResourceLimit, match="6000 parameters"):
        certify(wide)


def test_float_gradients_used_by_the_search_are_gradients() -> None:
    for case in CASES.values():
        floats = float_problem(case.problem)
        theta = np.array([float(v) for v in case.start]) + 0.1
        value, gradient = floats.loss_and_gradient(theta)
        for k in range(len(theta)):
            step = np.zeros_like(theta)
            step[k] = 1e-6
            slope = (floats.loss_and_gradient(theta + step)[0] - floats.loss_and_gradient(theta - step)[0]) / 2e-6
            assert slope == pytest.approx(gradient[k], rel=1e-4, abs=1e-5 * (1 + value))


def test_float_and_ball_losses_agree_at_floats() -> None:
    from exactland.calculus import box, enclose

    for case in CASES.values():
        theta = [float(v) for v in case.start]
        value = floats = float_problem(case.problem).loss_and_gradient(np.array(theta))[0]
        ball = enclose(case.problem, box([exact_from_float(t) for t in theta], Fraction(0)), 0).loss
        assert float(ball.mid()) == pytest.approx(value, rel=1e-9)
        assert floats > 0


def test_shipped_problems_are_the_built_in_ones(root: Path) -> None:
    for name, case in CASES.items():
        assert read_problem(root / "proofs/problems" / f"{name}.json") == case.problem
