"""Activations in a few words."""

from __future__ import annotations

from exactland.model.activations import Activation, Pieces, PiecewiseLinear
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem


def describe_activation(activation: Activation) -> str:
    """Its name, or else what kind of function it is."""
    if activation.name:
        return activation.name
    if isinstance(activation, PiecewiseLinear):
        return "piecewise-linear"
    if isinstance(activation, Pieces):
        return "pieces"
    if activation.polynomial:
        coefficients = ", ".join(map(rational_text, activation.polynomial))
        return f"polynomial [{coefficients}]"
    return "expression"


def describe_activations(problem: Problem) -> str:
    """The activations of the hidden layers: one, if all are the same, else all in order."""
    names = []
    for layer in problem.network.hidden:
        bias = " with bias" if layer.bias else ""
        names.append(describe_activation(layer.activation) + bias)
    if len(set(names)) == 1:
        return names[0]
    return ", ".join(names)
