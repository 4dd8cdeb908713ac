"""The problem model: flattening, names, reader round trip, canonical form."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, exp, log, pi, simplify

from exactland.files import problem_file
from exactland.files.json_text import parse
from exactland.files.problem_file import problem_from_json, problem_text
from exactland.kernel.network import activation_values as kernel_activation_values
from exactland.kernel.network import activations as kernel_activations
from exactland.kernel.network import losses as kernel_losses
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.reading.canonical_json import canonical
from exactland.kernel.reading.values import rational
from exactland.kernel.rules import table as kernel_table
from exactland.model.activations import (
    NAMED,
    SELU_ALPHA,
    SELU_SCALE,
    Expression,
    evaluate_exactly,
    specification,
)
from exactland.model.losses import LOSSES
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.numerics.symbolic import to_sympy
from tests import strategies as own
from tests.kernel_trees import kernel_tree
from tests.wire import in_kernel


@given(own.problems())
def test_reader_round_trip(problem: Problem) -> None:
    assert problem_from_json(parse(problem_text(problem).encode())) == problem
    assert problem_from_json(parse(json.dumps(problem.specification()).encode())) == problem


@given(own.problems())
def test_the_kernel_reads_what_the_model_writes(problem: Problem) -> None:
    there = in_kernel(problem)
    assert there.parameters == problem.parameters
    assert [tuple(row) for row in there.x] == list(problem.x)
    assert [tuple(row) for row in there.y] == list(problem.y)
    assert there.loss == problem.loss
    assert [layer.units for layer in there.layers[:-1]] == [h.units for h in problem.network.hidden]


@given(own.networks(most=40), st.data())
def test_flattening_order(network: Network, data: st.DataObject) -> None:
    theta = list(range(network.parameters))
    layers = network.split(theta)
    assert network.join(layers) == theta
    names = network.parameter_names()
    at = 0
    for depth, (weights, biases) in enumerate(layers, 1):
        letters = ("v", "c") if depth == len(layers) else (f"w{depth}", f"b{depth}")
        for j, row in enumerate(weights, 1):
            for k, _ in enumerate(row, 1):
                assert weights[j - 1][k - 1] == at
                assert names[at] == f"{letters[0]}[{j},{k}]"
                at += 1
        for j, bias in enumerate(biases, 1):
            assert bias == at
            assert names[at] == f"{letters[1]}[{j}]"
            at += 1
    assert at == network.parameters


def test_flattening_of_a_known_network() -> None:
    network = Network(2, (Layer(2, NAMED["tanh"], True),), 1, True)
    assert network.parameter_names() == [
        "w1[1,1]",
        "w1[1,2]",
        "w1[2,1]",
        "w1[2,2]",
        "b1[1]",
        "b1[2]",
        "v[1,1]",
        "v[1,2]",
        "c[1]",
    ]


@given(own.activations(), own.SMALL)
def test_an_activation_means_the_same_everywhere(activation, x: Fraction) -> None:
    """Model, kernel, calculus and sympy agree on the value of every activation of the grammar."""
    from exactland.kernel.arithmetic.ball import Ball
    from exactland.kernel.reading.problem import read_activation as _activation
    from exactland.numerics.enclosures import derivatives
    from exactland.numerics.precision import precision
    from exactland.numerics.rounding import from_midpoint, to_arb

    assert problem_file.activation(specification(activation)) == activation
    kernel = kernel_activation_values.derivatives(
        _activation(specification(activation), "a"), Ball.exact(x, 96), 0
    )[0]
    with precision(160):
        arb = derivatives(activation, to_arb(x), 0)[0]
        low, high = from_midpoint(arb.lower()), from_midpoint(arb.upper())
    assert kernel.lower() <= high
    assert low <= kernel.upper()
    symbolic = to_sympy(activation, to_sympy(NAMED["identity"], _sympy(x)))
    assert abs(Fraction(str(symbolic.evalf(30))) - (low + high) / 2) <= Fraction(1, 10**20) * (
        1 + abs(low)
    )
    if activation.is_exact:
        exact = evaluate_exactly(activation, x)
        assert low <= exact <= high


@pytest.mark.parametrize(
    ("name", "at", "exactly"),
    [
        ("sigmoid", log(3), Rational(3, 4)),
        ("tanh", log(2), Rational(3, 5)),
        ("arctan", Integer(1), pi / 4),
        ("softplus", log(3), log(4)),
        ("swish", log(2), 2 * log(2) / 3),
        ("gelu", Integer(0), Integer(0)),
        ("mish", log(2), 4 * log(2) / 5),
        ("sin", pi / 6, Rational(1, 2)),
        ("exp", log(5), Integer(5)),
        ("softsign", Rational(-1, 2), Rational(-1, 3)),
        ("elu", -log(2), Rational(-1, 2)),
        ("elu", Rational(3, 7), Rational(3, 7)),
        (
            "selu",
            -log(2),
            -Rational(*SELU_SCALE.as_integer_ratio())
            * Rational(*SELU_ALPHA.as_integer_ratio())
            / 2,
        ),
    ],
)
def test_exact_values_where_there_are_any(name: str, at: Expr, exactly: Expr) -> None:
    """In Q, in Q with logarithms as symbols, and algebraic ones."""
    assert simplify(to_sympy(NAMED[name], at).rewrite(exp) - exactly) == 0


def test_pieces_are_exact_where_their_piece_is() -> None:
    assert evaluate_exactly(NAMED["softsign"], Fraction(-1, 2)) == Fraction(-1, 3)
    assert evaluate_exactly(NAMED["elu"], Fraction(2)) == 2
    assert NAMED["softsign"].is_exact
    assert not NAMED["elu"].is_exact
    with pytest.raises(ValueError, match="no exact value"):
        evaluate_exactly(NAMED["elu"], Fraction(-1))


def _sympy(x: Fraction):
    import sympy

    return sympy.Rational(x.numerator, x.denominator)


def test_the_kernel_knows_the_same_names_and_means_the_same_by_them() -> None:
    assert set(kernel_activations.NAMES) == set(NAMED)
    for name, theirs in kernel_activations.NAMES.items():
        ours = NAMED[name]
        if isinstance(ours, Expression):
            assert theirs == kernel_tree(ours.tree)
        else:
            assert (theirs.breakpoints, theirs.trees, theirs.smooth) == (
                ours.pieces.breakpoints,
                tuple(map(kernel_tree, ours.pieces.trees)),
                ours.pieces.smooth,
            )


@pytest.mark.parametrize(
    "table",
    [
        NAMED,
        LOSSES,
        kernel_activations.NAMES,
        kernel_losses.LOSSES,
        kernel_losses.SLOPES,
        kernel_problem.TARGETS,
        kernel_table.RULES,
    ],
)
def test_tables_are_read_only(table: Any) -> None:
    """Nobody's program changes what a name means."""
    name, meaning = next(iter(table.items()))
    with pytest.raises(TypeError, match="does not support item assignment"):
        table[name] = meaning
    with pytest.raises(TypeError, match="does not support item deletion"):
        del table[name]
    assert not hasattr(table, "update")


@given(own.ANY_RATIONAL)
def test_canonical_rationals_round_trip(q: Fraction) -> None:
    from exactland.model.numbers import rational_text

    assert rational(rational_text(q), "q") == q
    assert canonical([rational_text(q)]) == f'["{rational_text(q)}"]'.encode()
