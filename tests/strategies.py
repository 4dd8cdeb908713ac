"""Hypothesis strategies: numbers, activations, networks, problems, parameters."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from exactland.activations import NAMED, Activation, Expression, PiecewiseLinear, polynomial
from exactland.problem import Layer, Network, Problem, Vector

SMALL = st.fractions(min_value=-3, max_value=3, max_denominator=20)
ANY_RATIONAL = st.fractions(max_denominator=10**12)

SMOOTH_NAMES = ("sigmoid", "tanh", "arctan", "softplus", "swish", "gelu", "mish", "sin", "exp", "identity")


@st.composite
def piecewise_linear(draw: st.DrawFn) -> PiecewiseLinear:
    breakpoints = tuple(sorted(draw(st.sets(SMALL, min_size=1, max_size=4))))
    slopes = tuple(draw(st.lists(SMALL, min_size=len(breakpoints) + 1, max_size=len(breakpoints) + 1)))
    return PiecewiseLinear(breakpoints, slopes, draw(SMALL))


def polynomials() -> st.SearchStrategy[Expression]:
    return st.lists(SMALL, min_size=1, max_size=5).map(lambda c: polynomial(tuple(c)))


def _bigger(trees: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(
        st.tuples(st.sampled_from("+*"), trees, trees),
        st.tuples(st.just("/"), trees, trees.map(lambda t: ("+", Fraction(3, 2), ("^", t, 2)))),
        st.tuples(st.just("^"), trees, st.integers(0, 3)),
        st.tuples(st.sampled_from(("sin", "cos", "atan", "tanh", "erf", "softplus", "sigmoid")), trees),
        trees.map(lambda t: ("exp", ("tanh", t))),
        trees.map(lambda t: ("log", ("+", Fraction(1), ("^", t, 2)))),
        trees.map(lambda t: ("sqrt", ("+", Fraction(1, 2), ("^", t, 2)))),
    )


def expressions(leaves: int = 4) -> st.SearchStrategy[Expression]:
    """Trees that are analytic on the whole line."""
    return st.recursive(st.one_of(st.just("x"), SMALL), _bigger, max_leaves=leaves).map(Expression)


def smooth_activations() -> st.SearchStrategy[Activation]:
    return st.one_of(st.sampled_from([NAMED[name] for name in SMOOTH_NAMES]), polynomials(), expressions(3))


def activations() -> st.SearchStrategy[Activation]:
    return st.one_of(st.sampled_from(list(NAMED.values())), smooth_activations(), piecewise_linear())


@st.composite
def networks(draw: st.DrawFn, activation: st.SearchStrategy[Activation] | None = None, most: int = 9) -> Network:
    """One to three hidden layers, one to three outputs, at most `most` parameters."""
    layer = st.builds(Layer, st.integers(1, 3), activation if activation is not None else activations(), st.booleans())
    hidden = st.lists(layer, min_size=1, max_size=3).map(tuple)
    made = st.builds(Network, st.integers(1, 3), hidden, st.integers(1, 3), st.booleans())
    return draw(made.filter(lambda n: n.parameters <= most))


@st.composite
def problems(
    draw: st.DrawFn, activation: st.SearchStrategy[Activation] | None = None, most: int = 9, samples: int = 3, *, exact: bool = False
) -> Problem:
    """With `exact`, only the loss whose values are rational."""
    network = draw(networks(activation, most))
    count = draw(st.integers(1, samples))

    def rows(entry: st.SearchStrategy[Fraction], width: int) -> tuple[Vector, ...]:
        return tuple(tuple(draw(entry) for _ in range(width)) for _ in range(count))

    classes = network.outputs + 1
    losses = ["half-squared-error", "multinomial-logistic", "logistic" if network.outputs == 1 else "softmax-cross-entropy"]
    loss = draw(st.sampled_from(losses[:1] if exact else losses))
    if loss == "half-squared-error":
        y = rows(SMALL, network.outputs)
    elif loss == "logistic":
        y = rows(st.sampled_from((Fraction(-1), Fraction(1))), 1)
    else:
        weights = rows(st.integers(1, 5).map(Fraction), classes - (loss == "softmax-cross-entropy"))
        y = tuple(tuple(w / sum(row) for w in row[: network.outputs]) for row in weights)
    return Problem(network, rows(SMALL, network.inputs), y, loss)


def parameters(problem: Problem) -> st.SearchStrategy[Vector]:
    return st.lists(SMALL, min_size=problem.parameters, max_size=problem.parameters).map(tuple)
