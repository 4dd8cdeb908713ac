"""The rank rule at a point: exact points of wide networks are all decided, for the reason that is
there, and the lines are lines of equal loss.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.certificates.steps import ConstantLine, LineReason
from exactland.engine.outcomes import Certified, Inconclusive, Refuted
from exactland.engine.points import classify_exactly
from exactland.engine.widths import wide_theorem
from exactland.errors import InputError
from exactland.kernel.network.evaluation import differentiate
from exactland.model.activations import NAMED, Activation, Expression, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.model.trees import X, add, apply, power
from exactland.numerics.floats import evaluate
from exactland.provers.hypotheses import widest
from exactland.testing.properties import exact_loss, point_of
from exactland.testing.strategies import exact_activations, wide_problems
from tests import pages
from tests import strategies as own
from tests.examples import examples
from tests.reject.test_independent_inputs import inputs_are_enough
from tests.reject.test_wide_layer import is_as_wide
from tests.wire import in_kernel

F = Fraction


def column(text: str) -> tuple[Vector, ...]:
    return tuple((F(v),) for v in text.split())


def vector(text: str) -> Vector:
    return tuple(map(F, text.split()))


@pytest.mark.parametrize("output_bias", [False, True])
@pytest.mark.parametrize("name", ["relu", "leaky-relu", "hard-tanh", "softsign"])
def test_full_rank_at_width_n_is_in_no_sub_optimal_basin(name: str, output_bias: bool) -> None:
    """Generic points of width N (N - 1 with an output bias) have independent features: decided by
    rule 4.3, of no use for 4.1.
    """
    problem = Problem(
        Network(1, (Layer(4 - output_bias, NAMED[name], True),), 1, output_bias),
        column("-1 -1/3 1/3 1"),
        column("1 0 2 -1"),
    )
    units = {
        "relu": "1 1 1 1",
        "leaky-relu": "1 1 1 1",
        "hard-tanh": "1 2 3 5/2",
        "softsign": "1 2 3 4",
    }[name].split()[: 4 - output_bias]
    biases = ["5/6", "1/2", "0", "3/2"] if not output_bias else ["5/6", "-1/6", "0"]
    theta = vector(
        " ".join(
            [
                *units,
                *biases[: 4 - output_bias],
                *["1"] * (4 - output_bias),
                *(["0"] if output_bias else []),
            ]
        )
    )
    outcome = classify_exactly(problem, theta)
    assert isinstance(outcome, Certified)
    assert outcome.verdict.kind in ("in-no-sub-optimal-basin", "in-no-basin")


STRUCTURAL = {  # name: activation, units, bias, output bias, parameters, kind, rule
    "equal": ("mish", 2, True, False, "1 1 2 2 3 4", "in-no-basin", "4.1"),
    "opposite, odd": ("arctan", 2, True, False, "1 -1 2 -2 3 4", "in-no-basin", "4.1"),
    "opposite, sigmoid with output bias": (
        "sigmoid",
        2,
        False,
        True,
        "1 -1 2 3 4",
        "in-no-basin",
        "4.1",
    ),
    "opposite, softsign": ("softsign", 2, False, False, "1/3 -1/3 1 1", "in-no-basin", "4.1"),
    "even": ("expression", 2, False, False, "1 -1 1 1", "in-no-basin", "4.1"),
    "zero weights": ("tanh", 2, False, False, "0 1 1 1", "in-no-basin", "4.1"),
    "dead": ("elu", 2, False, False, "0 1 1 1", "in-no-basin", "4.1"),
    "idle": ("gelu", 2, True, False, "1 2 0 1 0 1", "in-no-basin", "4.1"),
    "constant": ("softplus", 2, True, False, "0 0 1 2 1 1", "in-no-basin", "4.1c"),
    "constant beside an output bias": (
        "exp",
        2,
        True,
        True,
        "0 1 1 2 1 1 0",
        "in-no-basin",
        "4.1c",
    ),
    "two swish and the inputs": (
        "swish",
        5,
        False,
        False,
        "1 2 3 4 5 1 1 1 1 1",
        "in-no-basin",
        "4.1c",
    ),
    "generic": ("sin", 4, False, False, "1 2 3 4 1 1 1 1", "in-no-sub-optimal-basin", "4.3"),
    "not the best outputs": ("sin", 1, False, False, "1 3", "no-local-minimum", "4.4"),
}


@pytest.mark.parametrize("name", STRUCTURAL)
def test_structural_reasons_hold_for_every_activation(name: str) -> None:
    activation, units, bias, output_bias, theta, kind, rule = STRUCTURAL[name]
    s = NAMED[activation] if activation in NAMED else Expression(apply("cos", power(X, 3)))
    problem = Problem(
        Network(1, (Layer(units, s, bias),), 1, output_bias),
        column("1/2 1 3/2 -3"),
        column("1 0 2 -1"),
    )
    outcome = classify_exactly(problem, vector(theta))
    assert isinstance(outcome, Refuted if kind == "no-local-minimum" else Certified)
    assert (outcome.verdict.kind, outcome.certificate.rules[0]) == (kind, rule)


def test_dependent_inputs_and_deeper_layers_are_seen() -> None:
    x = (vector("1 2 3"), vector("2 4 6"), vector("0 1 1"), vector("1 1 2"))
    problem = Problem(
        Network(3, (Layer(3, NAMED["sigmoid"], False), Layer(2, NAMED["tanh"], True))),
        x,
        column("1 0 2 -1"),
    )
    theta = tuple(F(k % 7 + 1, 3) for k in range(problem.parameters))
    outcome = classify_exactly(problem, theta)
    assert isinstance(outcome, Certified)
    step = outcome.certificate.steps[0]
    assert isinstance(step, ConstantLine)
    moves = [k for k, (a, b) in enumerate(zip(step.center, step.witness)) if a != b]
    assert moves == [0, 1, 2], "the first unit's incoming weights, along the kernel of the inputs"


def test_what_is_not_decided_is_inconclusive() -> None:
    s = polynomial(vector("8 -35 66 -63 33 -9 1"))
    problem = Problem(Network(1, (Layer(1, s, False),)), column("1 2"), column("-1 3"))
    outcome = classify_exactly(problem, vector("1 1"))
    assert isinstance(outcome, Inconclusive)
    assert "rank rule" in outcome.would_help
    with pytest.raises(InputError, match="point: 1 numbers where the network has 2 parameters"):
        classify_exactly(problem, vector("1"))


def test_a_global_minimum_of_a_narrow_network_is_called_one() -> None:
    """Positive homogeneity alone: the residual (2, -1, 0) is orthogonal to all outputs at x = 1, 2,
    -1.
    """
    problem = Problem(
        Network(1, (Layer(1, NAMED["leaky-relu"], False),)), column("1 2 -1"), column("-1 3 -1/100")
    )
    outcome = classify_exactly(problem, vector("1 1"))
    assert isinstance(outcome, Certified)
    assert (outcome.verdict.kind, outcome.certificate.rules[0]) == ("global-minimum", "3.7")


def test_an_idle_unit_of_a_partial_activation_is_no_line() -> None:
    """log is not defined on the whole line: moving the idle unit's weight would leave its
    domain.
    """
    s = Expression(apply("log", add(2, X)))
    problem = Problem(Network(1, (Layer(2, s, False),)), column("1 2 3"), column("1 0 2"))
    outcome = classify_exactly(problem, vector("1 2 1 0"))
    assert not isinstance(outcome, Inconclusive)
    assert getattr(outcome.certificate.steps[0], "reason", None) is not LineReason.IDLE


# The wide theorem


def is_homogeneous(s: Activation) -> bool:
    """In floats: s(a z) = a^p s(z) for some p from 1 to 64, some a > 0 and z of both signs, and s
    is not zero there.
    """
    z = np.array([-7.0, -1.3, -0.2, 0.3, 1.1, 6.0])
    with np.errstate(all="ignore"):
        value, double, half = (evaluate(s, scale * z)[0] for scale in (1.0, 2.0, 0.5))
    powers = (2.0**p for p in range(1, 65))
    return bool(np.any(value)) and any(
        np.allclose(double, q * value, rtol=1e-9, atol=0)
        and np.allclose(half * q, value, rtol=1e-9, atol=0)
        for q in powers
    )


@given(own.problems(most=40, samples=4), st.booleans())
def test_the_whole_loss_is_decided_by_the_first_rule_that_applies(
    problem: Problem, all_basins: bool
) -> None:
    """4.2 by the last width alone; 4.6 by a layer before it, or for no basin at all; 4.7 by inputs;
    4.1h by units that can be rescaled.
    """
    width, claim = (
        problem.network.hidden[-1].units + problem.network.output_bias,
        "no-basin" if all_basins else "no-sub-optimal-basin",
    )
    outcome = wide_theorem(problem, claim)
    by_width = width >= problem.samples + all_basins
    rescaled = any(is_homogeneous(layer.activation) for layer in problem.network.hidden)
    layers = range(len(problem.network.hidden))
    applies = {
        "4.2": by_width,
        "4.6": any(is_as_wide(problem, layer) for layer in layers),
        "4.7": inputs_are_enough(problem),
        "4.1h": rescaled,
    }
    if isinstance(outcome, Certified):
        rule = outcome.certificate.rules[0]
        assert applies[rule]
        assert not by_width or rule == "4.2"
    if isinstance(outcome, Inconclusive):
        assert not by_width
        assert not rescaled
        needed = len(set(problem.x)) if all_basins else problem.samples
        looked_at = problem.network.hidden
        depths = range(1, len(looked_at) + 1) if all_basins else [len(looked_at)]
        if all_basins and widest(problem)[1] is None:
            assert "continuous" in outcome.reason
            return
        assert any(
            f"(layer {depth}) has {looked_at[depth - 1].units} unit" in outcome.reason
            for depth in depths
        )
        assert f"it needs width {needed}" in outcome.reason


def test_the_kernel_names_width_and_need_too() -> None:
    from exactland.kernel import check
    from tests.wire import about, certificate

    problem = Problem(
        Network(1, (Layer(2, NAMED["relu"], True),)), column("1 2 3"), column("1 2 3")
    )
    verdict = check(
        certificate(problem, about("no-sub-optimal-basin"), [{"rule": "4.2"}], {}).to_bytes()
    )
    assert (verdict.status, verdict.rule) == ("rejected", "4.2")
    assert "has width 2; 3 samples need 3" in verdict.says


def test_the_kernels_exact_loss_is_the_models() -> None:
    for problem in examples(wide_problems(exact_activations()), 60):
        theta = point_of(problem)
        assert differentiate(in_kernel(problem), list(theta), 0).value == exact_loss(problem, theta)


def test_show_says_the_hypotheses_and_the_proof(opened: dict[str, bytes]) -> None:
    from exactland.certificates.certificate import certificate_from_bytes
    from exactland.kernel import check
    from exactland.reports.text import describe_certificate
    from exactland.reports.view import view

    for name, words in {
        "theorem-relu-3-5": (
            "width      of the last hidden layer: 5 >= 5, the number of samples",
            "Proof (rule 4.2)",
            "convex",
        ),
        "theorem-no-basin": ("6 > 5", "there is no basin at all"),
        "theorem-any-loss": ("with the output bias: 5 >= 5", "logistic"),
        "point-equal-units": (
            "line       of equal loss",
            "no pre-activation of the layer changes",
            "v[1,1] - v[1,2]",
        ),
        "escape-duplicates": ("f(x1) - f(x2) = 0", "idle: incoming weights move"),
        "one-more-sigmoid-3-2": ("new unit   incoming weights", "barrier"),
        "eta-escape": ("plus 0.01", "anything about basins"),
    }.items():
        data = opened[name]
        shown = "\n".join(describe_certificate(view(certificate_from_bytes(data), check(data))))
        for word in words:
            assert word in shown, (name, word)
    assert json.loads(opened["theorem-relu-3-5"])["evidence"]["steps"] == [{"rule": "4.2"}]


def test_every_rule_names_its_kernel_function_and_every_shipped_certificate_is_an_example(
    root: Path, opened: dict[str, bytes]
) -> None:
    from exactland.certificates.kinds import Rule

    theorems = " ".join(pages.theorems().split())
    for rule in Rule:
        assert f"`{rule.name.lower()}`" in theorems, rule
    for name in opened:
        family = (
            "one-more-sine-N-m"
            if name.startswith("one-more-sine-") and "bias" not in name
            else name
        )
        assert f"`{family}`" in theorems or f"`{family}.cert.json`" in theorems, name
    paths = [
        path
        for side in ("rims", "literature")
        for path in (root / "proofs" / side).glob("*.cert.json")
    ]
    rough = {path.name.removesuffix(".cert.json"): path.read_bytes() for path in paths}
    assert len(rough) == 25
    for name in rough:
        assert f"`{name}`" in theorems, name
    used = {
        step["rule"]
        for data in (opened | rough).values()
        for step in json.loads(data)["evidence"]["steps"]
    }
    assert used == {*Rule} - {"3.1b"}
