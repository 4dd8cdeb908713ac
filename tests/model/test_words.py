"""Activations in words: by name, or by what kind of function they are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.model.activations import (
    NAMED,
    Activation,
    Expression,
    Pieces,
    PiecewiseLinear,
    polynomial,
)
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.model.words import describe_activation, describe_activations

F = Fraction


@pytest.mark.parametrize("name", NAMED)
def test_named_ones_are_called_by_name(name: str) -> None:
    assert describe_activation(NAMED[name]) == name


@pytest.mark.parametrize(
    ("activation", "words"),
    [
        (polynomial((F(0), F(-1, 2), F(3))), "polynomial [0, -1/2, 3]"),
        (PiecewiseLinear((F(0),), (F(0), F(2)), F(0)), "piecewise-linear"),
        (Pieces((F(0),), ("x", "x"), (0,)), "pieces"),
        (Expression(("sin", ("*", F(2), "x"))), "expression"),
    ],
)
def test_others_by_their_kind(activation: Activation, words: str) -> None:
    assert describe_activation(activation) == words


@pytest.mark.parametrize(
    ("biases", "names", "words"),
    [
        ([True, True], ["tanh", "tanh"], "tanh with bias"),
        ([False, False], ["tanh", "relu"], "tanh, relu"),
        ([False, True], ["tanh", "tanh"], "tanh, tanh with bias"),
    ],
)
def test_layers_that_are_the_same_are_named_once(
    biases: list[bool], names: list[str], words: str
) -> None:
    hidden = tuple(Layer(1, NAMED[name], bias) for name, bias in zip(names, biases))
    problem = Problem(Network(1, hidden), ((F(1),),), ((F(1),),))
    assert describe_activations(problem) == words
