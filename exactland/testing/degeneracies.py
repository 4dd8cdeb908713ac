"""What a problem has of every degenerate kind, decided exactly: so that a strategy that never
produces one is caught.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from exactland.model.activations import Activation, Expression, PiecewiseLinear
from exactland.model.network import Layer
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.kernel_bridge import exact_text, formal_layers

DATA = (
    "distinct inputs",
    "duplicate inputs",
    "near-duplicate inputs",
    "opposite inputs",
    "zero input",
    "inputs on a line",
)
PARAMETERS = (
    "zero",
    "ones",
    "generic",
    "equal units",
    "opposite units",
    "proportional units",
    "dead units",
    "constant units",
    "zero units",
    "idle units",
    "saturated units",
    "on a kink",
    "sparse",
    "zero outputs",
)
ACTIVATIONS = (
    "named",
    "piecewise linear",
    "polynomial",
    "expression",
    "kink off zero",
    "flat stretch",
    "constant activation",
)
LAYERS = ("one layer", "two layers", "three layers")
SHAPES = (
    *LAYERS,
    "one input",
    "several inputs",
    "several outputs",
    "narrow",
    "exactly wide",
    "wider",
    "output bias",
    "hidden bias",
)
# near-duplicates are closer than this, saturated pre-activations larger than that
NEAR, FAR = Fraction(1, 1000), 1000


def degeneracies(problem: Problem) -> frozenset[str]:
    """The kinds of DATA, PARAMETERS (at `problem.point`, if it names one), ACTIVATIONS and SHAPES
    that the problem has.
    """
    return frozenset(
        (
            *_data(problem.x),
            *_activations(problem),
            *_shapes(problem),
            *(_parameters(problem, problem.point) if problem.point else ()),
        )
    )


def _data(x: tuple[Vector, ...]) -> Iterator[str]:
    zero = (Fraction(0),) * len(x[0])
    if len(set(x)) == len(x):
        yield "distinct inputs"
    if zero in x:
        yield "zero input"
    for a, b in combinations(x, 2):
        difference = max(abs(p - q) for p, q in zip(a, b))
        if not difference:
            yield "duplicate inputs"
        elif difference < NEAR:
            yield "near-duplicate inputs"
        if a != zero and all(p == -q for p, q in zip(a, b)):
            yield "opposite inputs"
        if (
            len(a) > 1
            and a != zero != b
            and a != b
            and all(p * s == q * r for (p, q), (r, s) in combinations(list(zip(a, b)), 2))
        ):
            yield "inputs on a line"


def _activations(problem: Problem) -> Iterator[str]:
    for s in {layer.activation for layer in problem.network.hidden}:
        yield "named" if s.name else _kind(s)
        if isinstance(s, PiecewiseLinear):
            if any(
                b and left != right for b, left, right in zip(s.breakpoints, s.slopes, s.slopes[1:])
            ):
                yield "kink off zero"
            if 0 in s.slopes and any(s.slopes):
                yield "flat stretch"
        if (isinstance(s, PiecewiseLinear) and not any(s.slopes)) or (
            isinstance(s, Expression) and s.polynomial and not any(s.polynomial[1:])
        ):
            yield "constant activation"


def _kind(s: Activation) -> str:
    return (
        "piecewise linear"
        if isinstance(s, PiecewiseLinear)
        else "polynomial"
        if isinstance(s, Expression) and s.polynomial
        else "expression"
    )


def _shapes(problem: Problem) -> Iterator[str]:
    network, samples = problem.network, problem.samples
    width = network.hidden[-1].units + network.output_bias
    yield LAYERS[len(network.hidden) - 1] if len(network.hidden) <= len(LAYERS) else "more layers"
    yield "one input" if network.inputs == 1 else "several inputs"
    yield "narrow" if width < samples else "exactly wide" if width == samples else "wider"
    for has, kind in (
        (network.outputs > 1, "several outputs"),
        (network.output_bias, "output bias"),
        (any(h.bias for h in network.hidden), "hidden bias"),
    ):
        if has:
            yield kind


def _parameters(problem: Problem, theta: Vector) -> Iterator[str]:
    yield from _coordinates(theta)
    layers = problem.network.split(theta)
    if not any(v for row in layers[-1][0] for v in row):
        yield "zero outputs"
    features = formal_layers(problem, theta)
    entering = next(features, None)
    for depth, layer in enumerate(problem.network.hidden):
        (weights, biases), outgoing = layers[depth], layers[depth + 1][0]
        incoming = [[*row, *biases[k : k + 1]] for k, row in enumerate(weights)]
        yield from _units(incoming)
        if any(not any(row[k] for row in outgoing) for k in range(layer.units)):
            yield "idle units"
        if entering is None:
            continue
        for row in incoming:
            z = [sum((a * w for a, w in zip(sample, row)), Fraction(0)) for sample in entering]
            yield from _pre_activations(layer, [v for v in z if isinstance(v, Fraction)])
        entering = next(features, None)
        for column in list(zip(*entering))[: layer.units] if entering else []:
            yield from _outputs_of_a_unit(column)


def _coordinates(theta: Vector) -> Iterator[str]:
    zeros = sum(not v for v in theta)
    if zeros == len(theta):
        yield "zero"
    if all(v == 1 for v in theta):
        yield "ones"
    if not zeros:
        yield "generic"
    if 2 * zeros > len(theta):
        yield "sparse"


def _pre_activations(layer: Layer, z: Sequence[Fraction]) -> Iterator[str]:
    """Of the values, one a sample, that enter a unit's activation and are rational."""
    if any(abs(v) > FAR for v in z):
        yield "saturated units"
    if isinstance(layer.activation, Expression):
        return
    kinks = layer.activation.pieces.rough()
    if any(v in kinks for v in z):
        yield "on a kink"


def _outputs_of_a_unit(column: Sequence[Any]) -> Iterator[str]:
    if all(v == 0 for v in column):
        yield "dead units"
    elif len(column) > 1 and len(set(map(exact_text, column))) == 1:
        yield "constant units"


def _units(rows: list[list[Fraction]]) -> Iterable[str]:
    for a in rows:
        if not any(a):
            yield "zero units"
    for a, b in combinations(rows, 2):
        if any(a) and a == b:
            yield "equal units"
        if any(a) and all(p == -q for p, q in zip(a, b)):
            yield "opposite units"
        if (
            any(a)
            and any(b)
            and a != b
            and all(p * s == q * r for (p, q), (r, s) in combinations(list(zip(a, b)), 2))
            and sum(p * q for p, q in zip(a, b)) > 0
        ):
            yield "proportional units"
