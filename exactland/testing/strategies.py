"""Hypothesis strategies: exact numbers, activations, data, networks, parameters of every degenerate
kind, whole problems.

Numbers are drawn as a few bytes, so that drawing is fast and examples shrink to small whole
numbers; problems print as problem files (`repr`), with their parameters as the `point`. Wherever
`activations` are asked for, one activation will do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from exactland.model.activations import (
    NAMED,
    Activation,
    Expression,
    Pieces,
    PiecewiseLinear,
    evaluate_exactly,
    polynomial,
)
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.model.trees import (
    FUNCTIONS,
    Tree,
    UniformAlgebra,
    X,
    add,
    apply,
    constant,
    divide,
    fold,
    multiply,
    power,
)
from exactland.testing.degeneracies import DATA, PARAMETERS

Layers = list[tuple[list[list[Fraction]], list[Fraction]]]
DENOMINATORS = (1, 2, 3)
BLOCK = 192  # bytes: as many as a whole problem needs, unless it is asked for with more samples
# the named ones that are analytic and no polynomials
ANALYTIC = ("sigmoid", "tanh", "arctan", "softplus", "swish", "gelu", "mish", "sin", "exp")
# the named ones that map rationals to rationals
EXACT = ("relu", "leaky-relu", "hard-tanh", "softsign", "identity")
NEAR = Fraction(1, 10**9)  # how far near-duplicates are apart
SATURATING = 10**4  # by how much the weights of saturated units are multiplied


# Numbers


@cache
def _bytes(size: int) -> SearchStrategy[bytes]:
    """All small integers of an example in one draw, early: Hypothesis varies an example by
    exchanging its parts, and puts zeros where one does not fit. So most have the same size.
    """
    size = -(-size // BLOCK) * BLOCK
    return st.binary(min_size=size, max_size=size)


def _integers(drawn: Sequence[int], bound: int) -> list[int]:
    """Integers from -bound to bound, one for every byte: 0, 1, 2, 3, 4 mean 0, 1, -1, 2, -2, and so
    on, again and again.
    """
    meaning = [(n + 1) // 2 * (1 if n % 2 else -1) for n in range(2 * bound + 1)]
    return [meaning[byte % len(meaning)] for byte in drawn]


def _rationals(drawn: Sequence[int], bound: int) -> Vector:
    """Rationals over one denominator, which the first byte says."""
    return tuple(
        Fraction(n, DENOMINATORS[drawn[0] % len(DENOMINATORS)]) for n in _integers(drawn[1:], bound)
    )


def rationals(bound: int = 6) -> SearchStrategy[Fraction]:
    """Small rationals, of absolute value at most `bound`."""
    return st.builds(Fraction, st.integers(-bound, bound), st.sampled_from(DENOMINATORS))


@cache
def vectors(length: int, bound: int = 6) -> SearchStrategy[Vector]:
    """Vectors of small rationals over one denominator."""
    return _bytes(length + 1).map(lambda drawn: _rationals(drawn[: length + 1], bound))


# Activations


@cache
def piecewise_linear() -> SearchStrategy[PiecewiseLinear]:
    """Continuous piecewise-linear functions: one to four breakpoints anywhere, flat stretches,
    constants, breakpoints without a kink.
    """
    return _bytes(13).map(_piecewise_linear)


def _piecewise_linear(drawn: Sequence[int]) -> PiecewiseLinear:
    """From bytes: how many breakpoints, their denominator, the value at 0 (two), at most four
    breakpoints, at most five slopes.
    """
    most = 1 + drawn[0] % 4
    breakpoints = sorted(set(_integers(drawn[4 : 4 + most], 6)))
    (value_at_0,) = _rationals(drawn[2:4], 2)
    return PiecewiseLinear(
        tuple(Fraction(b, DENOMINATORS[drawn[1] % len(DENOMINATORS)]) for b in breakpoints),
        tuple(Fraction(n, 2) for n in _integers(drawn[8 : 9 + len(breakpoints)], 2)),
        value_at_0,
    )


@cache
def polynomials(degree: int = 4) -> SearchStrategy[Expression]:
    """Polynomials of at most this degree, constants and affine functions among them."""

    def from_bytes(drawn: Sequence[int]) -> Expression:
        return polynomial(_rationals(drawn[1 : 3 + drawn[0] % (degree + 1)], 3))

    return _bytes(degree + 3).map(from_bytes)


def _bigger(trees: SearchStrategy[Tree]) -> SearchStrategy[Tree]:
    """Trees of these trees that are as smooth: divisors, and what log and sqrt are taken of, stay
    positive, and exponents small.
    """
    bounded = [name for name in FUNCTIONS if name not in ("exp", "log", "sqrt")]
    return st.one_of(
        st.builds(apply, st.sampled_from("+*"), trees, trees),
        st.builds(divide, trees, trees.map(lambda t: _above(Fraction(3, 2), t))),
        st.builds(power, trees, st.integers(0, 3)),
        st.builds(apply, st.sampled_from(bounded), trees),
        trees.map(lambda t: apply("exp", apply("tanh", t))),
        trees.map(lambda t: apply("log", _above(Fraction(1), t))),
        trees.map(lambda t: apply("sqrt", _above(Fraction(1, 2), t))),
    )


def _above(least: Fraction, tree: Tree) -> Tree:
    """Its square plus a number, which is nowhere less than the number."""
    return add(least, power(tree, 2))


@cache
def expressions(leaves: int = 4) -> SearchStrategy[Expression]:
    """Expression trees that are analytic on the whole line, and so on any data."""
    simplest: SearchStrategy[Tree] = st.one_of(st.just(X), rationals(3).map(constant))
    return st.recursive(simplest, _bigger, max_leaves=leaves).map(Expression)


@st.composite
def analytic(draw: DrawFn) -> Expression:
    """Analytic functions on the whole line that are no polynomials: a named one of a x + b, plus a
    polynomial (so many with neither parity).
    """
    tree = _inside(
        Expression(NAMED[draw(st.sampled_from(ANALYTIC))].tree).tree,  # type: ignore[union-attr]
        draw(st.sampled_from((1, 2, -1))),
        draw(st.integers(-1, 1)),
    )
    c = draw(vectors(3, 2))
    return (
        Expression(add(tree, multiply(c[1], X), multiply(c[2], power(X, 2))))
        if any(c[1:])
        else Expression(tree)
    )


def _inside(tree: Tree, a: int, b: int) -> Tree:
    """The tree at a x + b."""
    if (a, b) == (1, 0):
        return tree
    return fold(tree, _Substituted(add(b, multiply(a, X))))


class _Substituted(UniformAlgebra[Tree]):
    """A tree with another one in the place of the variable."""

    def __init__(self, inner: Tree) -> None:
        self._inner = inner

    def variable(self) -> Tree:
        return self._inner

    def constant(self, value: Fraction, /) -> Tree:
        return constant(value)

    def power(self, base: Tree, exponent: int, /) -> Tree:
        return power(base, exponent)

    def add(self, terms: Sequence[Tree], /) -> Tree:
        return add(*terms)

    def multiply(self, factors: Sequence[Tree], /) -> Tree:
        return multiply(*factors)

    def divide(self, numerator: Tree, denominator: Tree, /) -> Tree:
        return divide(numerator, denominator)

    def function(self, name: str, u: Tree, /) -> Tree:
        return apply(name, u)


def named(*names: str) -> SearchStrategy[Activation]:
    """The named activations, or some of them."""
    return st.sampled_from([NAMED[name] for name in names or NAMED])


@cache
def exact_activations() -> SearchStrategy[Activation]:
    """Activations that map rationals to rationals: named, piecewise linear, polynomial,
    rational.
    """
    rational = st.builds(
        lambda a, b: Expression(divide(add(a, X), _above(b, X))),
        rationals(2),
        st.sampled_from((Fraction(1), Fraction(1, 2))),
    )
    return st.one_of(named(*EXACT), piecewise_linear(), polynomials(), rational)


@cache
def activations() -> SearchStrategy[Activation]:
    """Continuous functions on the whole line of every kind that problem files know."""
    return st.one_of(named(), piecewise_linear(), polynomials(), expressions(3))


def _strategy(
    of: SearchStrategy[Activation] | Activation | None,
    otherwise: Callable[[], SearchStrategy[Activation]],
) -> SearchStrategy[Activation]:
    if of is None:
        return otherwise()
    return st.just(of) if isinstance(of, Expression | Pieces | PiecewiseLinear) else of


# Data


def inputs(
    samples: int, dimension: int, kind: str | None = None
) -> SearchStrategy[tuple[Vector, ...]]:
    """N inputs of a kind of `degeneracies.DATA`: distinct, with (near-)duplicates, opposite pairs,
    a zero, on a line through the origin; else any.
    """
    drawn = st.tuples(
        st.sampled_from(DATA) if kind is None else st.just(kind), vectors(samples * dimension, 5)
    )
    return drawn.map(lambda d: _inputs(d[0], d[1], samples))


def _inputs(kind: str, flat: Vector, samples: int) -> tuple[Vector, ...]:
    rows: list[Vector] = []
    dimension = len(flat) // samples
    for i in range(samples):
        row = flat[i * dimension : (i + 1) * dimension]
        if kind == "distinct inputs":
            row = (i + row[0] / 11, *row[1:])  # row[0] is between -5 and 5
        elif kind == "zero input" and i == 0:
            row = (Fraction(0),) * dimension
        elif i % 2:
            before = rows[-1]
            near, opposite, double = (
                (before[0] + NEAR, *before[1:]),
                tuple(-v for v in before),
                tuple(2 * v for v in before),
            )
            row = {
                "duplicate inputs": before,
                "near-duplicate inputs": near,
                "opposite inputs": opposite,
                "inputs on a line": double,
            }.get(kind, row)
        rows.append(row)
    return tuple(rows)


def targets(loss: str, samples: int, outputs: int) -> SearchStrategy[tuple[Vector, ...]]:
    """N targets that the loss accepts."""
    return _bytes(samples * (outputs + 1)).map(
        lambda drawn: _targets(loss, drawn, samples, outputs)
    )


def _targets(loss: str, drawn: Sequence[int], samples: int, outputs: int) -> tuple[Vector, ...]:
    columns = outputs + (loss == "multinomial-logistic")
    table = [drawn[i * columns : (i + 1) * columns] for i in range(samples)]
    return tuple(TARGETS[loss](row) for row in table)


def _halves(drawn: Sequence[int]) -> Vector:
    return tuple(Fraction(n, 2) for n in _integers(drawn, 4))


def _label(drawn: Sequence[int]) -> Vector:
    return (Fraction((-1) ** drawn[0]),)


def _shares(drawn: Sequence[int]) -> Vector:
    """Probabilities of as many classes as bytes."""
    weights = [byte % 4 for byte in drawn]
    if not any(weights):
        return (Fraction(1, len(weights)),) * len(weights)
    return tuple(Fraction(weight, sum(weights)) for weight in weights)


def _shares_but_the_last(drawn: Sequence[int]) -> Vector:
    return _shares(drawn)[:-1]


# for every loss, a row of targets from a row of bytes
TARGETS: dict[str, Callable[[Sequence[int]], Vector]] = {
    "half-squared-error": _halves,
    "logistic": _label,
    "softmax-cross-entropy": _shares,
    "multinomial-logistic": _shares_but_the_last,
}


# Networks


@st.composite
def networks(  # noqa: PLR0913  # options, by keyword
    draw: DrawFn,
    *,
    activations: SearchStrategy[Activation] | Activation | None = None,
    dimension: int | None = None,
    last: SearchStrategy[int] | None = None,
    depths: Sequence[int] = (1, 2, 3),
    outputs: int | None = None,
    output_bias: bool | None = None,
    bias: bool | None = None,
    units: int = 3,
) -> Network:
    """One to three hidden layers of at most `units` units; `last` draws the width of the last
    one.
    """
    s = _strategy(activations, _any)
    # the first twice: Hypothesis makes more variants of an example that has more parts
    count = draw(st.sampled_from((depths[0], *depths)))
    flags = draw(st.integers(0, 15))
    widths = [draw(st.integers(1, units)) for _ in range(count - 1)] + [
        draw(st.integers(1, units) if last is None else last)
    ]
    hidden = tuple(
        Layer(width, draw(s), bool(flags >> k & 1) if bias is None else bias)
        for k, width in enumerate(widths)
    )
    inputs = dimension or draw(st.integers(1, 3))
    return Network(
        inputs,
        hidden,
        outputs or draw(st.integers(1, 2)),
        bool(flags & 8) if output_bias is None else output_bias,
    )


def _any() -> SearchStrategy[Activation]:
    return activations()


# Parameters


def parameters(problem: Problem, kind: str | None = None) -> SearchStrategy[Vector]:
    """Parameters of a kind of `degeneracies.PARAMETERS`; else any."""
    drawn = st.tuples(
        st.sampled_from(PARAMETERS) if kind is None else st.just(kind),
        vectors(problem.parameters),
        st.integers(0, 2**16 - 1),
    )
    return drawn.map(lambda d: _degenerate(d[0], problem, d[1], d[2]))


def _degenerate(kind: str, problem: Problem, theta: Vector, mask: int) -> Vector:
    """Generic parameters made to have the kind, at the units a bit mask picks."""
    if kind in ("zero", "ones"):
        return (Fraction(kind == "ones"),) * problem.parameters
    if kind == "sparse":
        return tuple(v if mask >> (k % 16) & 1 else Fraction(0) for k, v in enumerate(theta))
    layers: Layers = problem.network.split(theta)
    if kind == "zero outputs":
        layers[-1] = ([[Fraction(0)] * len(row) for row in layers[-1][0]], layers[-1][1])
    for depth, layer in enumerate(problem.network.hidden if kind in CHANGES else ()):
        for k in range(layer.units):
            if mask >> ((k + 5 * depth) % 16) & 1 or k == layer.units - 1:
                CHANGES[kind](_Unit(problem, layers, depth, k))
    return tuple(problem.network.join(layers))


@dataclass(frozen=True)
class _Unit:
    """A hidden unit among layers that may be changed."""

    problem: Problem
    layers: Layers
    depth: int
    index: int

    @property
    def activation(self) -> Activation:
        return self.problem.network.hidden[self.depth].activation

    @property
    def weights(self) -> list[Fraction]:
        return self.layers[self.depth][0][self.index]

    @property
    def has_bias(self) -> bool:
        return bool(self.layers[self.depth][1])

    def now(self, weights: Sequence[Fraction], bias: Fraction | None = None) -> None:
        """Other incoming weights, and another bias if there is one to set."""
        self.layers[self.depth][0][self.index] = list(weights)
        if bias is not None and self.has_bias:
            self.layers[self.depth][1][self.index] = bias

    def times(self, factor: int) -> None:
        """The weights and bias of the unit before, times a factor."""
        weights, biases = self.layers[self.depth]
        if self.index:
            self.now(
                [factor * w for w in weights[self.index - 1]],
                factor * biases[self.index - 1] if biases else None,
            )


def _zeros(unit: _Unit) -> list[Fraction]:
    return [Fraction(0)] * len(unit.weights)


def _dead(unit: _Unit) -> None:
    """Its output 0 at all samples: where the activation vanishes, or on the far left of one that
    vanishes there.
    """
    s = unit.activation
    if (
        unit.depth == 0
        and unit.has_bias
        and isinstance(s, PiecewiseLinear)
        and s.lines[0] == (Fraction(0), Fraction(0))
    ):
        reach = max(
            sum((abs(w * v) for w, v in zip(unit.weights, x)), Fraction(0)) for x in unit.problem.x
        )
        unit.now(unit.weights, s.breakpoints[0] - reach - 1)
    else:
        unit.now(_zeros(unit), _root(s))


def _idle(unit: _Unit) -> None:
    for row in unit.layers[unit.depth + 1][0]:
        row[unit.index] = Fraction(0)


def _saturated(unit: _Unit) -> None:
    """Large incoming weights, unless exp comes twice from here on: exp of 10^4 exp(10^4) is a
    number, but no arithmetic here has room for it.
    """
    to_come = unit.problem.network.hidden[unit.depth :]
    if sum(_has_exp(layer.activation) for layer in to_come) < 2:
        unit.now([SATURATING * w for w in unit.weights])


def _has_exp(s: Activation) -> bool:
    """Whether exp occurs in its expression. (Pieces have it only where it falls.)"""
    return isinstance(s, Expression) and fold(s.tree, _HasExp())


class _HasExp(UniformAlgebra[bool]):
    """Whether exp occurs in a tree."""

    def variable(self) -> bool:
        return False

    def constant(self, _: Fraction, /) -> bool:
        return False

    def power(self, base: bool, _: int, /) -> bool:
        return base

    def add(self, terms: Sequence[bool], /) -> bool:
        return any(terms)

    def multiply(self, factors: Sequence[bool], /) -> bool:
        return any(factors)

    def divide(self, numerator: bool, denominator: bool, /) -> bool:
        return numerator or denominator

    def function(self, name: str, u: bool, /) -> bool:
        return u or name == "exp"


def _on_a_kink(unit: _Unit) -> None:
    """The first sample exactly on a breakpoint, in the first layer."""
    if unit.depth == 0 and not isinstance(unit.activation, Expression):
        kink = unit.activation.pieces.breakpoints[-1]
        unit.now(
            unit.weights,
            kink - sum((w * v for w, v in zip(unit.weights, unit.problem.x[0])), Fraction(0)),
        )


CHANGES: dict[str, Callable[[_Unit], None]] = {
    "equal units": lambda unit: unit.times(1),
    "opposite units": lambda unit: unit.times(-1),
    "proportional units": lambda unit: unit.times(2),
    "dead units": _dead,
    "constant units": lambda unit: unit.now(_zeros(unit)),
    "zero units": lambda unit: unit.now(_zeros(unit), Fraction(0)),
    "idle units": _idle,
    "saturated units": _saturated,
    "on a kink": _on_a_kink,
}


@cache
def _root(s: Activation) -> Fraction:
    """A small rational at which the activation is 0, if there is one; else 0."""
    breakpoints = () if isinstance(s, Expression) else s.pieces.breakpoints
    for x in (Fraction(0), *breakpoints, *(Fraction(n, 2) for n in range(-8, 9))):
        try:
            if evaluate_exactly(s, x) == 0:
                return x
        except (ValueError, ZeroDivisionError):
            continue
    return Fraction(0)


# Problems


@st.composite
def problems(  # noqa: PLR0913  # options, by keyword
    draw: DrawFn,
    *,
    activations: SearchStrategy[Activation] | Activation | None = None,
    wide: bool | None = None,
    samples: int = 5,
    dimensions: int = 3,
    depths: Sequence[int] = (1, 2, 3),
    losses: Sequence[str] = ("half-squared-error",),
    data: str | None = None,
    parameters_of: str | None = None,
) -> Problem:
    """Problems with parameters: at most `samples` samples, one to three layers; `wide`: whether the
    last is as wide as the wide theorem asks.

    `data` and `parameters_of`: one of the kinds in `degeneracies.DATA` and
    `degeneracies.PARAMETERS`; else any of them.
    """
    least = 1 if wide is not False else 2
    at = parameters_of or draw(st.sampled_from(PARAMETERS))
    data, loss, output_bias = draw(_kinds((data,) if data else DATA, tuple(losses)))
    count, dimension, outputs, extra = draw(
        _shapes(least + (wide is False and output_bias), samples, dimensions)
    )
    numbers = draw(_bytes(samples * (dimensions + 3) + 128))
    outputs = 1 if loss == "logistic" else max(outputs, 1 + (loss == "softmax-cross-entropy"))
    needed = max(1, count - output_bias)
    width = {
        None: 1 + (extra + numbers[0]) % (needed + 2),
        True: needed + extra,
        False: 1 + numbers[0] % max(1, needed - 1),
    }[wide]
    network = draw(
        networks(
            activations=activations,
            dimension=dimension,
            last=st.just(width),
            depths=depths,
            outputs=outputs,
            output_bias=output_bias,
        )
    )
    x = _inputs(data, _rationals(numbers[: count * dimension + 1], 5), count)
    y = _targets(loss, numbers[samples * dimensions + 1 :], count, outputs)
    bare = Problem(network, x, y, loss)
    rest = numbers[samples * (dimensions + 3) :]
    theta = _rationals([rest[k % len(rest)] for k in range(bare.parameters + 1)], 6)
    return Problem(network, x, y, loss, _degenerate(at, bare, theta, numbers[1] << 8 | numbers[2]))


@cache
def _kinds(*choices: Sequence[str]) -> SearchStrategy[tuple[str, str, bool]]:
    return st.sampled_from(list(product(*choices, (False, True))))


@cache
def _shapes(least: int, samples: int, dimensions: int) -> SearchStrategy[tuple[int, int, int, int]]:
    """Numbers of samples, inputs, outputs, and units above what is needed."""
    return st.sampled_from(
        list(
            product(
                range(least, max(least, samples) + 1), range(1, dimensions + 1), (1, 2), (0, 1, 2)
            )
        )
    )


def wide_problems(
    activations: SearchStrategy[Activation] | Activation | None = None, **options: object
) -> SearchStrategy[Problem]:
    """`problems` that the wide theorem speaks of: the last hidden layer, with the output bias, at
    least as wide as the number of samples.
    """
    return problems(activations=activations, wide=True, **options)  # type: ignore[arg-type]


@st.composite
def generic_problems(
    draw: DrawFn,
    *,
    activations: SearchStrategy[Activation] | Activation | None = None,
    samples: int = 5,
    dimensions: int = 3,
) -> Problem:
    """One hidden layer of N units with long random weights: a hidden bias and distinct inputs; or
    no bias, inputs not 0 and no two equal or opposite.

    For an analytic activation that is no polynomial the features are then independent, but for
    weights of measure zero. `activations`: those of `analytic`.
    """
    seed, bias = draw(st.integers(0, 2**32 - 1)), draw(st.booleans())
    s = draw(_strategy(activations, analytic))
    count, dimension = draw(st.integers(1, samples)), draw(st.integers(1, dimensions))
    x = draw(inputs(count, dimension))
    forbidden = [row for row in x for row in ((row,) if bias else (row, tuple(-v for v in row)))]
    assume(len(set(forbidden)) == len(forbidden))
    network = Network(dimension, (Layer(count, s, bias),))
    random = Random(seed)
    theta = tuple(
        Fraction(random.randint(-(2**12), 2**12), 2**10) for _ in range(network.parameters)
    )
    return Problem(network, x, draw(targets("half-squared-error", count, 1)), point=theta)
