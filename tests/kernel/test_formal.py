"""Formal numbers: whatever the atoms stand for, equal polynomials are equal numbers; and the laws
of functions hold.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.kernel import meter as kernel_meter
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.arithmetic.formal import Formal, apply, atom, lead, relu, text
from exactland.kernel.network.activation_values import derivatives
from exactland.kernel.network.activations import total
from exactland.kernel.network.evaluation import features
from exactland.kernel.reading.problem import read_activation as _activation
from exactland.kernel.reading.problem import read_tree as _tree
from exactland.kernel.refusals import TooLarge
from exactland.model.problem import Problem
from tests import strategies as own
from tests.closed_forms import CURVED
from tests.wire import in_kernel

F = Fraction
BITS = 192
FUNCTIONS = ("sin", "cos", "atan", "erf", "exp", "sigmoid", "softplus")
EIGHTHS = st.fractions(-4, 4, max_denominator=8)


def value(x: object, atoms: dict[str, Ball]) -> Ball:
    """A formal number in balls, its atoms replaced by numbers."""
    if not isinstance(x, Formal):
        return Ball.exact(F(x), BITS)  # type: ignore[arg-type]
    total_ = Ball(0, 0, BITS)
    for names, c in x.terms.items():
        product = Ball.exact(c, BITS)
        for name in names:
            product = product * atoms[name]
        total_ = total_ + product
    return total_


def key(name: str) -> str:
    """Under which an atom of this name stands in a product."""
    ((names, _),) = atom(name).terms.items()
    return str(names[0])


def overlap(x: Ball, y: Ball) -> bool:
    return x.lower() <= y.upper() and y.lower() <= x.upper()


@given(st.sampled_from(FUNCTIONS), EIGHTHS, EIGHTHS, EIGHTHS)
def test_mirrors_are_identities(name: str, a: Fraction, b: Fraction, w: Fraction) -> None:
    """f(a w + b), as the kernel writes it, against f itself at a number w: atoms of the result
    evaluated at theirs.
    """
    u = atom("w0") * a + b
    written = apply(name, u)
    at = Ball.exact(w, BITS)
    atoms = {"w0": at}
    inner = value(u, atoms)
    for argument in (u, -u):
        atoms[key(f"{name}({text(argument)})")] = derivatives(
            (name, "x"), value(argument, {"w0": at}), 0
        )[0]
    assert overlap(value(written, atoms), derivatives((name, "x"), inner, 0)[0])


@given(EIGHTHS, EIGHTHS, EIGHTHS)
def test_relu_scales(a: Fraction, b: Fraction, w: Fraction) -> None:
    u = atom("w0") * a + b
    written, number = relu(u), a * w + b
    if isinstance(written, Fraction):
        assert written == max(number, 0)
        return
    t = u / abs(lead(u))
    t = t if lead(t) > 0 else -t
    inside = key(f"relu({text(t)})")
    assert {name for names in written.terms for name in names} <= {inside, "w0"}
    at_t = value(t, {"w0": Ball.exact(w, BITS)})
    atoms = {
        "w0": Ball.exact(w, BITS),
        inside: Ball.between(max(0, at_t.m - at_t.r), max(0, at_t.m + at_t.r), BITS),
    }
    assert overlap(value(written, atoms), Ball.exact(max(number, F(0)), BITS))


@given(own.piecewise_linear(), own.SMALL, own.SMALL)
def test_piecewise_linear_functions_are_sums_of_relus(s, a: Fraction, b: Fraction) -> None:
    """Where the argument is a number after all, the formal form (through an atom w - w + ...) and
    plain evaluation agree.
    """
    from exactland.model.activations import evaluate_exactly, specification

    tree = _activation(specification(s), "s")
    for w in (F(-7, 3), F(0), F(1, 2), F(5)):
        u = atom("w0") * a + b
        written = derivatives(tree, u, 0)[0]
        atoms = {"w0": Ball.exact(w, BITS)}
        for breakpoint_ in s.breakpoints if isinstance(u, Formal) else ():
            t = (u - breakpoint_) / lead(u)
            atoms[key(f"relu({text(t)})")] = Ball.exact(
                max((a * w + b - breakpoint_) / lead(u), F(0)), BITS
            )
        assert overlap(value(written, atoms), Ball.exact(evaluate_exactly(s, a * w + b), BITS))


def test_equal_and_opposite_arguments_meet() -> None:
    w = atom("w0")
    for name, sign, shift in (
        ("sin", 1, 0),
        ("atan", 1, 0),
        ("erf", 1, 0),
        ("sigmoid", 1, 1),
        ("cos", -1, 0),
    ):
        assert apply(name, w) + apply(name, -w) * sign == shift, name
    tanh = _tree(["tanh", "x"], "t", 2)[0]
    assert derivatives(tanh, w, 0)[0] + derivatives(tanh, -w, 0)[0] == 0
    for name in ("swish", "gelu", "softplus"):
        s = _activation(name, "s")
        difference = derivatives(s, w, 0)[0] - derivatives(s, -w, 0)[0]
        assert text(difference) == text(w), name
    softsign = _activation("softsign", "s")
    assert derivatives(softsign, w, 0)[0] + derivatives(softsign, -w, 0)[0] == 0
    for name in ("elu", "selu", "mish", "exp", "relu", "leaky-relu"):
        s = _activation(name, "s")
        assert derivatives(s, w, 0)[0] + derivatives(s, -w, 0)[0] != 0, name


def test_different_atoms_stay_different() -> None:
    assert len(
        {text(derivatives(_activation(name, "s"), atom("w0"), 0)[0]) for name in CURVED}
    ) == len(CURVED)
    assert text(apply("exp", F(1))) != text(apply("exp", F(2)))
    long = [sum((atom(f"w{k}") * (k + extra) for k in range(60)), F(0)) for extra in (1, 2)]
    assert len({key(f"exp({text(u)})") for u in long}) == 2
    for name in (*FUNCTIONS, "relu"):
        at_0 = apply(name, F(0))
        truth = (
            Ball(0, 0, BITS) if name == "relu" else derivatives((name, "x"), Ball(0, 0, BITS), 0)[0]
        )
        assert isinstance(at_0, Fraction) is (name != "softplus"), "softplus(0) = log 2"
        if isinstance(at_0, Fraction):
            assert truth.lower() <= at_0 <= truth.upper(), name


@given(own.problems(most=12, samples=2), st.data())
def test_features_at_rational_parameters_are_the_numbers(
    problem: Problem, data: st.DataObject
) -> None:
    """Formally equal features have overlapping balls, and rational ones lie in theirs."""
    theta = data.draw(own.parameters(problem))
    kernel = in_kernel(problem)
    for depth in range(len(kernel.layers) + 1):
        exact = features(kernel, list(theta), depth)
        balls = features(kernel, [Ball.exact(t, BITS) for t in theta], depth)
        seen: dict[str, Ball] = {}
        for row, enclosures in zip(exact, balls):
            for number, ball in zip(row, enclosures):
                if isinstance(number, Fraction):
                    assert ball.lower() <= number <= ball.upper()
                assert overlap(seen.setdefault(text(number), ball), ball)


def test_growth_is_refused() -> None:
    many = sum((atom(f"w{k}") for k in range(100)), F(0))
    before = kernel_meter.BUDGET.set(kernel_meter.Budget(10**6))
    try:
        with pytest.raises(TooLarge, match="more work than the cap"):
            many * many
    finally:
        kernel_meter.BUDGET.reset(before)


def test_numbers_of_many_digits_have_names() -> None:
    """Python refuses to write integers of more than 4300 decimal digits."""
    q = F(10**5000 + 1, 3)
    assert text(apply("sin", q)) != text(apply("sin", q + 1))
    assert text(q) == text(q + 0)


def test_total_activations() -> None:
    for name in ("sigmoid", "tanh", "gelu", "softsign", "elu", "relu", "exp"):
        assert total(_activation(name, "s")), name
    for tree in (
        ["log", "x"],
        ["sqrt", ["+", "1", "x"]],
        ["/", "1", "x"],
        ["^", "x", "-1"],
        ["exp", ["/", "x", ["+", "1", ["^", "x", "2"]]]],
    ):
        assert not total(_tree(tree, "t", 9)[0]), tree
    assert total(_tree(["*", "x", ["sqrt", "2"], ["^", "x", "3"]], "t", 9)[0])
