"""From a problem to an outcome: certified, refuted, inconclusive, and never one for another."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified, Inconclusive, Refuted
from exactland.engine.points import classify
from exactland.errors import InputError, ResourceLimitError
from exactland.files.problem_file import read_problem
from exactland.kernel.facts import Minimum, NoMinimumBox
from exactland.model.activations import NAMED, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.provers import question
from exactland.search.newton import polish
from exactland.search.training import Trained, train
from tests.narrow_cases import CASES


def column(text: str) -> tuple[Vector, ...]:
    return tuple((Fraction(v),) for v in text.split())


def duplicated(problem: Problem, point: Vector) -> tuple[Problem, Vector]:
    """The same data with the one unit doubled, output weights halved."""
    layer = problem.network.hidden[0]
    w, *bias, v = point
    return Problem(Network(1, (Layer(2, layer.activation, layer.bias),)), problem.x, problem.y), (
        w,
        w,
        *bias,
        *bias,
        v / 2,
        v / 2,
    )


@pytest.mark.parametrize(
    ("name", "low", "better"), [("anscombe-iii", 14.97, 9.58), ("anscombe-ii", 0.467, 0.0026)]
)
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

    def progress(what: str, k: int, total: int, /) -> None:
        done.extend([(k, total)] if what == "training" else [])

    problem = CASES["anscombe-iii"].problem
    first = certify(problem, starts=10, seed=3, progress=progress)
    second = certify(problem, starts=10, seed=3)
    assert isinstance(first, Certified)
    assert isinstance(second, Certified)
    assert first.certificate.to_bytes() == second.certificate.to_bytes()
    assert done == [(k, 10) for k in range(1, 11)]


@pytest.mark.parametrize(
    "name", ["sine-4-3", "sigmoid-4-3", "tanh-bias", "two-layers-2-1", "cubic-exact", "anscombe-ii"]
)
def test_a_point_near_a_bad_minimum_is_certified_there(name: str) -> None:
    case = CASES[name]
    polished = polish(case.problem, case.start)
    assert polished is not None
    point = tuple(Fraction(round(t * 10**5), 10**5) for t in polished)
    outcome = certify(case.problem, point, starts=6)
    assert isinstance(outcome, Certified), outcome
    assert outcome.certificate.statement.center == point, "the point is the subject"


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("strongest", "sub-optimal-strict-minimum"),
        ("bad-basin", "bad-basin"),
        ("strict-minimum", "strict-minimum"),
        ("local-minimum", "local-minimum"),
    ],
)
def test_claims(claim: str, kind: str) -> None:
    case = CASES["sigmoid-2-1"]
    for point in (case.start, None):
        outcome = certify(case.problem, point, claim=claim, starts=4)
        assert isinstance(outcome, Certified)
        assert outcome.verdict.kind == kind


@pytest.mark.parametrize("point", ["0 0 0", "1 1 1", "-3 2 1", "5 -5 2"])
def test_a_point_that_is_no_minimum_is_refuted(point: str) -> None:
    outcome = certify(CASES["anscombe-iii"].problem, tuple(map(Fraction, point.split())))
    assert isinstance(outcome, Refuted)
    assert isinstance(outcome.verdict.fact, NoMinimumBox)
    assert outcome.certificate.rules[0] == "3.5"


def test_a_saddle_is_refuted_by_curvature() -> None:
    problem = Problem(Network(1, (Layer(1, NAMED["tanh"], False),)), column("1 2"), column("1 2"))
    outcome = certify(problem, (Fraction(0), Fraction(0)), starts=4)
    assert isinstance(outcome, Refuted)
    assert outcome.certificate.steps[0].order == "second"


def test_a_saddle_with_six_parameters_is_refuted() -> None:
    case = CASES["anscombe-iii"]
    theta = polish(case.problem, case.start)
    assert theta is not None
    outcome = certify(*duplicated(case.problem, theta), starts=4)
    assert isinstance(outcome, Refuted)


def test_a_flat_minimum_is_inconclusive_and_says_where_it_is_flat() -> None:
    """Construction A's minimum with its unit doubled, both output weights of one sign: a local
    minimum, but flat (equal units).
    """
    case = CASES["sigmoid-2-1"]
    theta = polish(case.problem, case.start)
    assert theta is not None
    problem, point = duplicated(case.problem, theta)
    outcome = certify(problem, point, within=Fraction(1, 10**6))
    assert isinstance(outcome, Inconclusive)
    assert "singular in 1 direction: " in outcome.reason
    assert "v[1,1]" in outcome.reason
    assert "v[1,2]" in outcome.reason


def test_a_flat_exact_minimum_is_no_strict_one() -> None:
    """f = v w x fits exactly along a hyperbola: a local minimum, in no basin."""
    problem = Problem(Network(1, (Layer(1, NAMED["identity"], False),)), column("1"), column("1"))
    outcome = certify(problem, (Fraction(1), Fraction(1)), starts=4)
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind == "local-minimum-in-no-basin"
    strict = certify(problem, (Fraction(1), Fraction(1)), claim="strict-minimum")
    assert isinstance(strict, Refuted)
    assert strict.verdict.kind == "no-basin"


def test_a_degenerate_critical_point_is_inconclusive() -> None:
    outcome = certify(*degenerate(), starts=4)
    assert isinstance(outcome, Inconclusive)
    assert "singular in 1 direction" in outcome.reason


@pytest.fixture
def trained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims about one problem, with one seed, start from the same points: trained once."""

    @cache
    def trained(problem: Problem, starts: int, seed: int) -> list[Trained]:
        return train(problem, starts, seed)

    monkeypatch.setattr(question, "train", lambda *asked: trained(*asked[:3]))


@pytest.mark.usefixtures("trained_once")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sin"])
def test_a_wide_network_is_never_certified_bad(activation: str, seed: int) -> None:
    """Width N: no sub-optimal basin exists (rule 4.2, which refutes the claim)."""
    random = np.random.default_rng(seed)
    x, y = (
        tuple((Fraction(int(v), 10),) for v in random.integers(-30, 30, size=3)) for _ in range(2)
    )
    problem = Problem(Network(1, (Layer(3, NAMED[activation], bool(seed % 2)),)), x, y)
    outcome = certify(problem, starts=8, seed=seed)
    assert not (isinstance(outcome, Certified) and "sub-optimal" in str(outcome.verdict.kind))
    refuted = certify(problem, claim="bad-basin", starts=8, seed=seed)
    assert isinstance(refuted, Refuted)
    assert refuted.verdict.kind == "no-sub-optimal-basin"


def test_a_global_strict_minimum_is_not_called_bad() -> None:
    problem = Problem(
        Network(1, (Layer(1, NAMED["tanh"], False),)), column("1 2"), column("1/2 3/4")
    )
    outcome = certify(problem, starts=8)
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind == "strict-minimum"


def test_exact_points_are_certified_exactly() -> None:
    case = CASES["cubic-exact"]
    outcome = certify(case.problem, case.start, within=Fraction(0), starts=4)
    assert isinstance(outcome, Certified)
    assert outcome.certificate.rules[0] == "3.1b"
    assert isinstance(outcome.verdict.fact, Minimum)
    assert outcome.verdict.fact.low == outcome.verdict.fact.high == Fraction(161, 50)


def test_piecewise_linear_points_are_judged_as_they_stand() -> None:
    problem = Problem(Network(1, (Layer(1, NAMED["relu"], False),)), column("1"), column("-1"))
    assert isinstance(certify(problem, (Fraction(1), Fraction(1))), Refuted)
    at_kink = certify(problem, (Fraction(0), Fraction(1)))
    assert isinstance(at_kink, Inconclusive), (
        "(0, 1) is a local minimum, whatever the slope at the kink is called"
    )
    assert "kink" in at_kink.reason
    assert "lie in no basin" in at_kink.reason, "but not a strict one"
    for claim in ("bad-basin", "strict-minimum"):
        assert isinstance(certify(problem, (Fraction(0), Fraction(1)), claim=claim), Refuted)
    assert isinstance(
        certify(problem, (Fraction(0), Fraction(1)), claim="local-minimum"), Inconclusive
    )


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
        bool(Inconclusive(()))


def test_callers_mistakes_raise() -> None:
    problem = CASES["sine-2-1"].problem
    with pytest.raises(
        InputError,
        match=r"^point: 3 numbers where the network has 2 parameters: w1\[1,1\], v\[1,1\]",
    ):
        certify(problem, (Fraction(1),) * 3)
    with pytest.raises(InputError, match="^claim: 'best' is not known"):
        certify(problem, claim="best")
    with pytest.raises(InputError, match="^within: needs a point"):
        certify(problem, within=Fraction(1))
    with pytest.raises(InputError, match="^within: -1 is negative"):
        certify(problem, (Fraction(1), Fraction(1)), within=Fraction(-1))
    wide = Problem(Network(1, (Layer(3000, NAMED["tanh"], False),)), column("1"), column("1"))
    with pytest.raises(ResourceLimitError, match="6000 parameters"):
        certify(wide)


def test_shipped_problems_are_the_built_in_ones(root: Path) -> None:
    for name, case in CASES.items():
        assert read_problem(root / "proofs/problems" / f"{name}.json") == case.problem


# Claims and distances in full


@pytest.mark.parametrize(("within", "found"), [("1/10", True), ("1/100", False), ("1", True)])
def test_the_minimum_must_lie_within_the_distance_asked_for(within: str, found: bool) -> None:
    """The minimum of anscombe-iii is 0.05 away from this point."""
    case = CASES["anscombe-iii"]
    point = (case.start[0] + Fraction(3, 100), case.start[1] - Fraction(4, 100), case.start[2])
    outcome = certify(
        case.problem, point, within=Fraction(within), claim="strict-minimum", starts=1
    )
    assert isinstance(outcome, Certified) is found
    if isinstance(outcome, Certified):
        assert outcome.certificate.statement.distance == Fraction(within)
    else:
        assert isinstance(outcome, Refuted), "the gradient does not vanish in that ball"


def test_a_bad_basin_needs_a_better_point() -> None:
    """The same point, one training that finds nothing better: a strict minimum, but no bad basin;
    and the answer says what would help.
    """
    case = CASES["three-layers-2-2-2"]
    assert isinstance(
        certify(case.problem, case.start, claim="strict-minimum", starts=1), Certified
    )
    outcome = certify(case.problem, case.start, claim="bad-basin", starts=1)
    assert isinstance(outcome, Inconclusive)
    assert "no point with a smaller loss was found" in outcome.reason
    assert outcome.would_help == "more starts, or --claim strict-minimum"
    assert outcome.directions == ()


def degenerate() -> tuple[Problem, Vector]:
    """A critical point, flat to second order along (w, -v) and cubic there: s(z) = z + (z - 1)^3 (z
    - 2)^3 at z = 1 and 2.
    """
    s = polynomial(tuple(map(Fraction, (8, -35, 66, -63, 33, -9, 1))))
    problem = Problem(Network(1, (Layer(1, s, False),)), column("1 2"), column("-1 3"))
    return problem, (Fraction(1), Fraction(1))


def test_classify_has_three_answers() -> None:
    case = CASES["sigmoid-2-1"]
    minimum = classify(case.problem, case.start, within=Fraction(1, 100))
    assert isinstance(minimum, Certified)
    assert minimum.verdict.kind == "strict-minimum"
    elsewhere = classify(case.problem, (Fraction(1), Fraction(1)))
    assert isinstance(elsewhere, Refuted)
    assert isinstance(elsewhere.verdict.fact, NoMinimumBox)
    assert any(elsewhere.verdict.fact.direction)
    theta = polish(case.problem, case.start)
    assert theta is not None
    flat = classify(*duplicated(case.problem, theta), within=Fraction(1, 10**6))
    assert isinstance(flat, Certified)
    assert flat.verdict.kind == "in-no-basin", "two equal units"
    cubic = classify(*degenerate())
    assert isinstance(cubic, Inconclusive)
    assert len(cubic.directions) == 1
    assert np.linalg.norm(cubic.directions[0]) == pytest.approx(1)
    with pytest.raises(InputError, match="point: classifying needs a point"):
        classify(case.problem)


@pytest.mark.parametrize("loss", ["half-squared-error", "softmax-cross-entropy"])
def test_softmax_never_has_a_strict_minimum(loss: str) -> None:
    """The same network, data and point: the softmax loss is flat along equal changes of all outputs
    (docs/theorems/losses.md).
    """
    x, y = (
        column("-2 -1 0 1 2"),
        tuple((Fraction(v, 10), 1 - Fraction(v, 10)) for v in (1, 3, 5, 8, 9)),
    )
    problem = Problem(Network(1, (Layer(1, NAMED["tanh"], True),), 2), x, y, loss)
    outcome = certify(problem, starts=12)
    assert isinstance(outcome, Certified) is (loss == "half-squared-error")
    if isinstance(outcome, Inconclusive):
        assert "softmax" in outcome.would_help
    away = classify(problem, (Fraction(1), Fraction(1), Fraction(2), Fraction(3)))
    assert isinstance(away, Refuted)


@pytest.mark.parametrize("name", ["logistic-1", "multinomial-1"])
def test_other_losses_need_nothing_but_the_problem(name: str) -> None:
    outcome = certify(CASES[name].problem, starts=24)
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind == "sub-optimal-strict-minimum"


def test_a_range_that_touches_a_break_is_no_strict_minimum_by_second_derivatives() -> None:
    """softsign with x = 0 among the data and no bias: its pre-activation is 0 whatever w is, and
    rule 3.1 must refuse; away from 0 it certifies.
    """
    y = column("-1/2 3/5 7/10 7/10")
    at_0 = Problem(Network(1, (Layer(1, NAMED["softsign"], False),)), column("-1 0 2 3"), y)
    away = Problem(Network(1, (Layer(1, NAMED["softsign"], False),)), column("-1 1 2 3"), y)
    assert isinstance(certify(at_0, starts=6, claim="strict-minimum"), Inconclusive)
    by_its_rim = certify(at_0, starts=6)
    assert isinstance(by_its_rim, Certified)
    assert by_its_rim.certificate.rules[0] == "3.3"
    assert isinstance(certify(away, starts=6), Certified)
