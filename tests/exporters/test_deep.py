"""Exported Coq files of networks of any depth, with any loss: rules 4.2, 4.6 and 4.7.

With Coq (`-m coq`) true ones compile, false ones fail in their proof.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path

import pytest

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import of_the_loss
from exactland.certificates.steps import IndependentInputs, WideLayer, WideTheorem
from exactland.errors import InputError
from exactland.exporters.coq import coq_text
from exactland.exporters.coq.functions import CONTINUITY, SHRINKS
from exactland.kernel import check
from exactland.model.activations import (
    NAMED,
    Activation,
    Expression,
    PiecewiseLinear,
    evaluate_exactly,
    polynomial,
)
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.model.trees import X, apply
from tests.coqc import coqc
from tests.exporters.test_coq import (
    PROOF,
    allowed,
    assert_compiles,
    assert_fails_in_its_proof,
    dot,
    value_of,
    vector,
)

__all__ = ["allowed"]  # a fixture

F = Fraction
CUBIC = polynomial(vector("1 1/2 0 3"))
BENT = PiecewiseLinear(vector("-3/2 0 1/2 2"), vector("-1/2 3 3 0 7"), F(-5, 3))
TARGETS = {
    "half-squared-error": ("1 2", "-1/2 0", "1/3 1"),
    "logistic": ("1", "-1", "1"),
    "softmax-cross-entropy": ("1 0", "1/2 1/2", "0 1"),
    "multinomial-logistic": ("0 0", "1/2 1/4", "0 1"),
}
SHIPPED = (
    "theorem-wide-layer",
    "theorem-next-bias",
    "theorem-independent-inputs",
    "theorem-any-loss",
    "valley-relu",
)
FALLING = PiecewiseLinear(vector("0 1"), vector("-1 -1/2 -3"), F(2))
SHRINKING = {
    **{name: NAMED[name] for name in (*SHRINKS, "identity", "leaky-relu")},
    "falling": FALLING,
}


def deep(middle: Activation, loss: str = "half-squared-error") -> Problem:
    """Three hidden layers; the second is as wide as there are different inputs."""
    y = tuple(map(vector, TARGETS[loss]))
    layers = (Layer(1, CUBIC, True), Layer(2, middle, False), Layer(1, BENT, True))
    network = Network(2, layers, len(y[0]))
    return Problem(network, tuple(map(vector, ("1/2 1", "-1 1", "1/2 1"))), y, loss)


def wide(problem: Problem, kind: StatementKind = StatementKind.NO_BASIN) -> Certificate:
    return Certificate(problem, of_the_loss(kind), (WideLayer(1, ()),), {})


def narrow(
    first: Activation, x: tuple[str, ...], loss: str = "half-squared-error", *, bias: bool = True
) -> Certificate:
    """One unit, and another hidden layer; by the inputs alone (rule 4.7)."""
    inputs = tuple(map(vector, x))
    y = tuple(vector(row) for row, _ in zip(TARGETS[loss], x))
    layers = (Layer(1, first, bias), Layer(1, NAMED["relu"], False))
    problem = Problem(Network(len(inputs[0]), layers, len(y[0])), inputs, y, loss)
    claim = of_the_loss(StatementKind.NO_BASIN)
    return Certificate(problem, claim, (IndependentInputs(),), {})


def wide_last(units: int, kind: StatementKind, loss: str = "half-squared-error") -> Certificate:
    """Two hidden layers, the last as wide as there are samples or wider (rule 4.2)."""
    known = deep(NAMED["tanh"], loss)
    layers = (Layer(1, CUBIC, True), Layer(units, NAMED["relu"], False))
    problem = Problem(Network(2, layers, known.network.outputs), known.x, known.y, loss)
    return Certificate(problem, of_the_loss(kind), (WideTheorem(),), {})


def outputs(problem: Problem, theta: list[Fraction], x: tuple[Fraction, ...]) -> list[Fraction]:
    """By plain rational arithmetic."""
    values = list(x)
    *hidden, (outer, biases) = problem.network.split(theta)
    for (rows, offsets), layer in zip(hidden, problem.network.hidden):
        sums = [dot(row, values) + b for row, b in zip(rows, offsets or [F(0)] * len(rows))]
        values = [evaluate_exactly(layer.activation, z) for z in sums]
    return [dot(row, values) + b for row, b in zip(outer, biases or [F(0)] * len(outer))]


def loss_at(loss: str, f: list[Fraction], y: tuple[Fraction, ...]) -> float | Fraction:
    """As the table of losses of docs/reference/format.md has it."""
    if loss == "half-squared-error":
        return sum(((a - b) ** 2 for a, b in zip(f, y)), F(0)) / 2
    if loss == "logistic":
        return math.log(1 + math.exp(-y[0] * f[0]))
    start = 1 if loss == "multinomial-logistic" else 0
    return math.log(start + sum(math.exp(a) for a in f)) - float(dot(y, f))


def with_calls(text: str) -> str:
    """What `value_of` reads: the units applied as Python has it."""
    return re.sub(
        r"\b(h\d+_\d+) th((?: x\d+)+)",
        lambda found: f"{found[1]}(th)" + "".join(f"({x})" for x in found[2].split()),
        text,
    )


@pytest.mark.parametrize("loss", TARGETS)
def test_the_loss_written_out_is_the_loss(loss: str) -> None:
    problem = deep(NAMED["hard-tanh"], loss)
    text = with_calls(coq_text(wide(problem)).partition(PROOF)[0])
    for turn in range(-2, 3):
        theta = [F((2 * k + 1) * turn, 7 * k + 9) + F(1, 7) for k in range(problem.parameters)]
        expected = sum(
            loss_at(loss, outputs(problem, theta, x), y) for x, y in zip(problem.x, problem.y)
        )
        found = value_of(text, theta)
        if loss == "half-squared-error":
            assert found == expected
        else:
            assert found == pytest.approx(float(expected), rel=1e-12)


def test_the_statement_is_the_claim() -> None:
    """What the evidence names, the layer, is seen in the proof alone."""
    problem = deep(NAMED["tanh"])
    wider = Problem(
        Network(2, (Layer(2, NAMED["sin"], True), *problem.network.hidden[1:]), 2),
        problem.x,
        problem.y,
    )
    texts = [
        coq_text(Certificate(wider, of_the_loss(StatementKind.NO_BASIN), (WideLayer(k, ()),), {}))
        for k in (0, 1)
    ]
    first, second = (text.partition(PROOF) for text in texts)
    assert first[0] == second[0]
    assert first[2] != second[2]
    assert "forall S, ~ Basins.basin 15 E S." in first[0]


def test_a_weaker_claim_is_the_one_that_is_written() -> None:
    text = coq_text(wide(deep(NAMED["tanh"]), StatementKind.NO_SUB_OPTIMAL_BASIN))
    assert "Basins.basin 10 E S -> ~ Basins.suboptimal E S." in text.partition(PROOF)[0]


def test_different_activations_without_names_have_different_names_in_coq() -> None:
    text = coq_text(wide(deep(NAMED["tanh"]))).partition(PROOF)[0]
    assert "Definition activation_1 (t : R)" in text
    assert "Definition activation_3 (t : R)" in text


def test_a_layer_that_is_wide_enough_by_identities_only_says_so() -> None:
    odd = Layer(2, NAMED["tanh"], False)
    x = tuple(map(vector, ("1", "-1", "2")))
    problem = Problem(Network(1, (odd,)), x, x)
    step = WideLayer(0, (vector("1 1 0"),))
    certificate = Certificate(problem, of_the_loss(StatementKind.NO_BASIN), (step,), {})
    assert check(certificate.to_bytes()).status == "verified"
    with pytest.raises(InputError, match="identities are hypotheses"):
        coq_text(certificate)


def test_an_activation_that_is_not_known_in_coq_is_named_with_its_layer() -> None:
    other = Expression(apply("sin", apply("sin", X)))
    with pytest.raises(InputError, match=r"hidden\[1\]\.activation: cannot be exported"):
        coq_text(wide(deep(other)))


def test_every_named_activation_is_continuous_by_a_proof() -> None:
    by_pieces = {"identity", "relu", "leaky-relu", "hard-tanh"}
    assert {*CONTINUITY} | by_pieces == {*NAMED}


def test_too_large_a_loss_is_refused() -> None:
    layers = (Layer(100, NAMED["relu"], True),) * 3
    x = (vector("1"),)
    step = WideLayer(0, ())
    claim = of_the_loss(StatementKind.NO_BASIN)
    with pytest.raises(InputError, match="a loss of 3000000 products"):
        coq_text(Certificate(Problem(Network(1, layers), x, x), claim, (step,), {}))


def test_an_activation_that_is_not_known_to_shrink_is_refused() -> None:
    for first in (NAMED["relu"], NAMED["hard-tanh"], CUBIC, BENT):
        with pytest.raises(InputError, match="not among those that are shown in Coq to shrink"):
            coq_text(narrow(first, ("1", "2")))


def test_dependent_inputs_need_no_activation_that_shrinks() -> None:
    certificate = narrow(NAMED["relu"], ("1 2", "1 1", "1 3"))
    assert check(certificate.to_bytes()).status == "verified"
    assert "(dependent_inputs_none" in coq_text(certificate)
    without = coq_text(narrow(NAMED["tanh"], ("1 2", "1 1"), bias=False))
    assert "(independent_inputs_none" in without


@pytest.mark.coq
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_claims_compile(name: str, root: Path, tmp_path: Path, allowed: set[str]) -> None:
    data = (root / "proofs" / "wide" / f"{name}.cert.json").read_bytes()
    assert_compiles(coq_text(certificate_from_bytes(data)), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize("loss", TARGETS)
def test_every_loss_compiles(loss: str, tmp_path: Path, allowed: set[str]) -> None:
    assert_compiles(coq_text(wide(deep(NAMED["tanh"], loss))), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize("name", NAMED)
def test_every_activation_compiles(name: str, tmp_path: Path) -> None:
    assert coqc(coq_text(wide(deep(NAMED[name]))), tmp_path).returncode == 0


@pytest.mark.coq
@pytest.mark.parametrize(
    ("old", "new"),
    [
        # a loss that is not that of the problem; a sample that nothing stands for; one layer too
        # few; an activation that jumps
        ("f0 th ((- 1)) (1)", "f0 th ((- 1)) (2)"),
        ("2 [0%nat; 1%nat]", "2 [0%nat]"),
        ("E_is 2 [", "E_is 1 ["),
        ("Definition hard_tanh (t : R) : R := ", "Definition hard_tanh (t : R) : R := 1 + "),
    ],
)
def test_what_does_not_hold_fails_in_its_proof(old: str, new: str, tmp_path: Path) -> None:
    text = coq_text(wide(deep(NAMED["hard-tanh"])))
    assert text.count(old) == 1
    assert_fails_in_its_proof(text.replace(old, new), tmp_path)


@pytest.mark.coq
@pytest.mark.parametrize("name", SHRINKING)
def test_every_activation_that_shrinks_compiles(name: str, tmp_path: Path) -> None:
    """With equal inputs, too."""
    text = coq_text(narrow(SHRINKING[name], ("1/2", "-1", "1/2")))
    assert coqc(text, tmp_path).returncode == 0


@pytest.mark.coq
@pytest.mark.parametrize("loss", TARGETS)
def test_dependent_inputs_compile(loss: str, tmp_path: Path, allowed: set[str]) -> None:
    text = coq_text(narrow(NAMED["relu"], ("1 2", "1 1", "1 -3"), loss))
    assert_compiles(text, tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # a factor of the identity; a sample that nothing stands for; an activation that does not
        # shrink
        ("tanh", "((2)%Z, 3%positive)", "((2)%Z, 5%positive)"),
        ("tanh", "[0%nat; 1%nat]", "[0%nat]"),
        ("identity", "(t : R) : R := t.", "(t : R) : R := t ^ 2 + 1."),
    ],
)
def test_what_is_not_independent_fails_in_its_proof(
    name: str, old: str, new: str, tmp_path: Path
) -> None:
    text = coq_text(narrow(SHRINKING[name], ("1/2", "-1", "1/2")))
    assert old in text
    assert_fails_in_its_proof(text.replace(old, new), tmp_path)


@pytest.mark.coq
def test_what_is_not_dependent_fails_in_its_proof(tmp_path: Path) -> None:
    text = coq_text(narrow(NAMED["relu"], ("1 2", "1 1", "1 -3")))
    assert "f0 th (1) (2)" in text
    moved = text.replace("((1)%Z, 1%positive); ((2)%Z", "((3)%Z, 1%positive); ((2)%Z")
    moved = moved.replace("f0 th (1) (2)", "f0 th (3) (2)")
    assert_fails_in_its_proof(moved, tmp_path)


@pytest.mark.coq
@pytest.mark.parametrize("kind", [StatementKind.NO_SUB_OPTIMAL_BASIN, StatementKind.NO_BASIN])
@pytest.mark.parametrize("loss", TARGETS)
def test_wide_last_layers_compile(
    loss: str, kind: StatementKind, tmp_path: Path, allowed: set[str]
) -> None:
    units = 3 if kind is StatementKind.NO_SUB_OPTIMAL_BASIN else 4
    assert_compiles(coq_text(wide_last(units, kind, loss)), tmp_path, allowed)


@pytest.mark.coq
@pytest.mark.parametrize(
    ("units", "kind"),
    [(2, StatementKind.NO_SUB_OPTIMAL_BASIN), (3, StatementKind.NO_BASIN)],
)
def test_one_unit_too_few_fails_in_its_proof(
    units: int, kind: StatementKind, tmp_path: Path
) -> None:
    certificate = wide_last(units, kind)
    assert check(certificate.to_bytes()).status == "rejected"
    assert_fails_in_its_proof(coq_text(certificate), tmp_path)


def test_a_pyramid_is_refused_with_its_own_reason(root: Path) -> None:
    """Not with the number of its layers, which other rules allow."""
    data = (root / "proofs" / "wide" / "valley-pyramid.cert.json").read_bytes()
    with pytest.raises(InputError, match="of rule 4.8p: that what enters a layer has full rank"):
        coq_text(certificate_from_bytes(data))
