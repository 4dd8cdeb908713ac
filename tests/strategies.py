"""Small problems for the tests of derivatives and files: few parameters, every loss.

Activations and targets are those of exactland.testing.
"""

from __future__ import annotations

from hypothesis import strategies as st

from exactland.model.activations import Activation
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.testing.strategies import (
    activations,
    expressions,
    named,
    piecewise_linear,
    polynomials,
    targets,
)

__all__ = [
    "ANY_RATIONAL",
    "SMALL",
    "activations",
    "networks",
    "parameters",
    "piecewise_linear",
    "polynomials",
    "problems",
    "smooth_activations",
]
SMALL = st.fractions(min_value=-3, max_value=3, max_denominator=20)
ANY_RATIONAL = st.fractions(max_denominator=10**12)
SMOOTH_NAMES = (
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "sin",
    "exp",
    "identity",
)


def smooth_activations() -> st.SearchStrategy[Activation]:
    return st.one_of(named(*SMOOTH_NAMES), polynomials(), expressions(3))


@st.composite
def networks(
    draw: st.DrawFn, activation: st.SearchStrategy[Activation] | None = None, most: int = 9
) -> Network:
    """One to three hidden layers, one to three outputs, at most `most` parameters."""
    layer = st.builds(
        Layer,
        st.integers(1, 3),
        activation if activation is not None else activations(),
        st.booleans(),
    )
    hidden = st.lists(layer, min_size=1, max_size=3).map(tuple)
    made = st.builds(Network, st.integers(1, 3), hidden, st.integers(1, 3), st.booleans())
    return draw(made.filter(lambda n: n.parameters <= most))


@st.composite
def problems(
    draw: st.DrawFn,
    activation: st.SearchStrategy[Activation] | None = None,
    most: int = 9,
    samples: int = 3,
    *,
    exact: bool = False,
) -> Problem:
    """With `exact`, only the loss whose values are rational."""
    network = draw(networks(activation, most))
    count = draw(st.integers(1, samples))
    losses = [
        "half-squared-error",
        "multinomial-logistic",
        "logistic" if network.outputs == 1 else "softmax-cross-entropy",
    ]
    loss = draw(st.sampled_from(losses[:1] if exact else losses))
    x = tuple(tuple(draw(SMALL) for _ in range(network.inputs)) for _ in range(count))
    return Problem(network, x, draw(targets(loss, count, network.outputs)), loss)


def parameters(problem: Problem) -> st.SearchStrategy[Vector]:
    return st.lists(SMALL, min_size=problem.parameters, max_size=problem.parameters).map(tuple)
