"""Escape paths: never above their start, to the infimum where the network is wide enough; and one
more unit.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.certificates.certificate import certificate_from_bytes
from exactland.certificates.steps import OneMoreUnit, SpanningFeatures, StrictMinimum
from exactland.engine.outcomes import Certified, Inconclusive
from exactland.engine.paths import escape
from exactland.engine.points import classify_exactly
from exactland.engine.widths import one_more_unit
from exactland.errors import InputError
from exactland.kernel import Proved, check
from exactland.model.activations import NAMED, Expression, PiecewiseLinear, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.model.trees import X, apply
from exactland.numerics.enclosures import box, enclose
from exactland.numerics.features import identities
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from exactland.testing.properties import exact_loss, path_points
from exactland.testing.strategies import exact_activations, parameters, wide_problems
from tests.closed_forms import CURVED
from tests.provers.test_points import column, vector

F = Fraction


def between(p: Vector, q: Vector, t: Fraction) -> Vector:
    return tuple(a + t * (b - a) for a, b in zip(p, q))


@given(wide_problems(exact_activations(), depths=(1,)), st.data())
def test_an_exact_end_is_the_best_fit(problem: Problem, data: st.DataObject) -> None:
    """Where the path ends by rule 3.7, no other parameters are better."""
    outcome = escape(problem)
    assert isinstance(outcome, Certified)
    if outcome.certificate.rules[0] == "3.7":
        end = exact_loss(problem, path_points(outcome)[-1])
        for _ in range(5):
            assert exact_loss(problem, data.draw(parameters(problem))) >= end


def test_weights_suit_samples_near_zero_and_kinks_far_from_it() -> None:
    """s is 0 up to 1: the first input is reached by weights below -11/2 alone."""
    s = PiecewiseLinear((F(1),), (F(0), F(-1)), F(0))
    x = tuple(map(vector, ("-2/11 0", "1 -5", "2 -3", "32/11 5", "42/11 -4")))
    outcome = escape(Problem(Network(2, (Layer(7, s, False),)), x, column("2 -1 -3/2 -1/2 -1")))
    assert isinstance(outcome, Certified)
    assert outcome.certificate.statement.end == "infimum"


STARTS = ("0", "1", "random", "equal", "saturated", "opposite")


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", CURVED)
def test_every_activation_escapes_from_the_worst_starts(name: str, start: str) -> None:
    problem = Problem(
        Network(1, (Layer(3, NAMED[name], True),)), column("-1/2 1 3/2"), column("1 0 2")
    )
    theta = {
        "random": vector("1/2 -1 2 1 0 -1/3 1 2 -1"),
        "equal": vector("1/2 1/2 1/2 1 1 1 1 2 -1"),
        "saturated": vector("300 300 -300 0 0 0 1/3 2/3 -1"),
        "opposite": vector("1 -1 2 1/2 -1/2 1 1 1 0"),
    }.get(start, (F(start),) * 9 if start in "01" else ())
    outcome = escape(problem, theta)
    assert isinstance(outcome, Certified)
    assert outcome.certificate.statement.end == "infimum"
    with precision(300):
        begin = enclose(problem, box(theta, F(0)), 0).loss
        path = path_points(outcome)
        for p, q in zip(path, path[1:]):
            for k in range(1, 11):
                here = enclose(problem, box(between(p, q, F(k, 10)), F(0)), 0).loss
                assert from_midpoint(here.lower()) <= from_midpoint(begin.upper())


def test_without_a_point_it_starts_from_zero() -> None:
    problem = Problem(Network(1, (Layer(2, NAMED["tanh"], True),)), column("1 2"), column("1 3"))
    outcome = escape(problem)
    assert isinstance(outcome, Certified)
    assert not any(path_points(outcome)[0])


@pytest.mark.parametrize(
    ("coefficients", "output_bias", "end"),
    [
        ("1", False, "3/2"),
        ("0 1", False, None),
        ("1 2", True, None),
        ("0 0 1", False, None),
        ("0 0 0 1", True, None),
        ("0", True, None),
    ],
    ids=["constant", "linear", "affine", "square", "cube", "zero"],
)
def test_low_degree_polynomials_end_at_their_best_fit(
    coefficients: str, output_bias: bool, end: str | None
) -> None:
    s = polynomial(vector(coefficients))
    problem = Problem(
        Network(1, (Layer(4, s, False),), 1, output_bias), column("0 1 2 4"), column("1 0 2 -1")
    )
    for theta in ("0", "1"):
        outcome = escape(problem, (F(theta),) * problem.parameters)
        assert isinstance(outcome, Certified)
        assert outcome.certificate.rules[0] == "3.7"
        last = exact_loss(problem, path_points(outcome)[-1])
        assert last > 0
        if coefficients == "1":
            mean = F(1, 2)
            assert last == sum(((y - mean) ** 2 for (y,) in problem.y), F(0)) / 2


def test_identities_are_found() -> None:
    """Equal inputs, s(0) = 0 at 0, odd s, positive homogeneity, combinations for sigmoid and
    softplus; none where a hidden bias forbids them.
    """
    x, three = column("1 1 -1 2 0"), column("0 0 0 0 0")
    expected = {
        "tanh": 3,
        "relu": 3,
        "sigmoid": 2,
        "identity": 4,
        "exp": 1,
        "softplus": 1,
        "swish": 2,
    }
    for name, count in expected.items():
        problem = Problem(Network(1, (Layer(2, NAMED[name], False),)), x, three)
        found = identities(problem)
        assert len(found) == count, name
    for name in ("tanh", "sigmoid", "softplus", "relu"):
        problem = Problem(Network(1, (Layer(2, NAMED[name], True),)), x, three)
        assert [tuple(map(int, r)) for r in identities(problem)] == [(1, -1, 0, 0, 0)], name
    opposite = Problem(
        Network(1, (Layer(2, NAMED["sigmoid"], False),), 1, True),
        column("1 -1 2 -2"),
        column("0 0 0 0"),
    )
    assert [tuple(map(int, r)) for r in identities(opposite)] == [(1, 1, -1, -1)]
    gelu = Problem(
        Network(1, (Layer(2, NAMED["gelu"], False),)), column("1 -1 2 -2"), column("0 0 0 0")
    )
    assert [tuple(r) for r in identities(gelu)] == [(1, -1, F(-1, 2), F(1, 2))]


def test_equal_inputs_with_different_targets_end_at_the_infimum_not_at_zero() -> None:
    problem = Problem(
        Network(1, (Layer(4, NAMED["sigmoid"], True),)), column("1 1 2 3"), column("0 2 1 0")
    )
    outcome = escape(problem)
    assert isinstance(outcome, Certified)
    spanning = [s for s in outcome.certificate.steps if isinstance(s, SpanningFeatures)]
    assert [len(step.identities) for step in spanning] == [1]
    below = escape(problem, below=F(1001, 1000))
    assert isinstance(below, Certified), "the infimum is 1"
    too_low = escape(problem, below=F(999, 1000))
    assert isinstance(too_low, Inconclusive)
    assert "no explicit parameters with a loss of at most 0.999" in too_low.reason


@pytest.mark.parametrize("loss", ["logistic", "multinomial-logistic", "softmax-cross-entropy"])
def test_classification_goes_below_any_stated_loss(loss: str) -> None:
    y = {
        "logistic": "-1;1;1",
        "multinomial-logistic": "1;0;1",
        "softmax-cross-entropy": "1 0;0 1;1 0",
    }[loss]
    targets = tuple(vector(row) for row in y.split(";"))
    problem = Problem(
        Network(1, (Layer(3, NAMED["tanh"], True),), len(targets[0])),
        column("-1 0 2"),
        targets,
        loss,
    )
    for epsilon in (F(1, 10), F(1, 10**6)):
        outcome = escape(problem, below=epsilon)
        assert isinstance(outcome, Certified)
        last = path_points(outcome)[-1]
        with precision(200):
            assert from_midpoint(enclose(problem, box(last, F(0)), 0).loss.upper()) <= epsilon
    without = escape(problem)
    assert isinstance(without, Certified)
    assert without.certificate.statement.end == "infimum"


def test_a_narrow_network_gets_a_path_and_nothing_more() -> None:
    problem = Problem(
        Network(1, (Layer(1, NAMED["sigmoid"], True),)), column("-1 0 1 2"), column("1 0 2 -1")
    )
    outcome = escape(problem, vector("1 0 5"))
    assert isinstance(outcome, Certified)
    end = outcome.certificate.statement.end
    assert end != "infimum"
    fact = outcome.verdict.fact
    assert isinstance(fact, Proved)
    kinds = {said.kind for said in fact.statements}
    assert kinds == {"escape", "no-local-minimum"}, "no statement about basins"
    stuck = Problem(
        Network(1, (Layer(1, NAMED["leaky-relu"], False),)),
        column("1 2 -1"),
        column("0 2 -10001/100"),
    )
    refused = escape(stuck, vector("1 1"))
    assert isinstance(refused, Inconclusive)
    assert "width 1" in refused.reason


def test_critical_constant_units_need_a_small_rise() -> None:
    """The list of what does not escape exactly: dependent units whose weights no rational move can
    free, at a critical point.
    """
    problem = Problem(
        Network(1, (Layer(3, NAMED["sigmoid"], True),)), column("-1 0 1"), column("3/2 -3/2 3/2")
    )
    theta = vector("0 0 0 1 -1 2 1/2 1/2 0")
    exact = escape(problem, theta)
    assert isinstance(exact, Inconclusive)
    assert "--eta" in exact.would_help
    lifted = escape(problem, theta, eta=F(1, 100))
    assert isinstance(lifted, Certified)
    assert lifted.verdict.kind == "eta-escape"
    decided = classify_exactly(problem, theta)
    assert isinstance(decided, Certified), "the point itself is decided all the same"


def test_user_errors_are_named() -> None:
    problem = Problem(
        Network(1, (Layer(2, Expression(apply("log", X)), False),)), column("1 2"), column("1 3")
    )
    with pytest.raises(InputError, match="point: the loss is not defined there"):
        escape(problem)
    with pytest.raises(InputError, match="eta: -1 is negative"):
        escape(problem, vector("1 1 1 1"), eta=F(-1))
    with pytest.raises(InputError, match="3 numbers where the network has 4"):
        escape(problem, vector("1 1 1"))


# One more unit


def test_one_more_unit_needs_the_width_just_below(shipped: dict[str, bytes]) -> None:
    narrow = one_more_unit(certificate_from_bytes(shipped["sine-5-2"]))
    assert isinstance(narrow, Inconclusive)
    assert "as wide as 3, not 5" in narrow.reason


@pytest.mark.parametrize("name", ["sine-3-2", "sigmoid-2-1", "swish-3-2", "gelu-2-1", "mish-3-2"])
def test_one_more_unit_opens_every_basin_just_below(name: str, shipped: dict[str, bytes]) -> None:
    outcome = one_more_unit(certificate_from_bytes(shipped[name]))
    assert isinstance(outcome, Certified)
    verdict = check(outcome.certificate.to_bytes())
    assert (verdict.status, verdict.kind) == ("verified", "one-more-unit")
    first, _, step = outcome.certificate.steps
    assert isinstance(first, StrictMinimum)
    assert isinstance(step, OneMoreUnit)
    narrow = outcome.certificate.problem
    (hidden,) = narrow.network.hidden
    units = hidden.units
    wide = replace(narrow.network, hidden=(replace(hidden, units=units + 1),))
    wider = replace(narrow, network=wide, point=None)
    theta = (*first.center[:units], *step.weights, *first.center[units:], F(0))
    there = escape(wider, theta)
    assert isinstance(there, Certified), "the same way out, found as a path"
    assert there.certificate.statement.end == "infimum"
