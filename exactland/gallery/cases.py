"""The built-in cases: problems with a recorded start near a strict local minimum and, where it is a
bad one, a better point (the witness).

Starts were found by search once, or come from a construction of proofs/THEOREMS.md; from them
everything is reproduced by arithmetic. The numbers are in `case_data.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactland.constructions import (
    double_zeros,
    exponential_grid,
    generic,
    generic_scalar,
    saturated,
    searched,
    sine,
    staircase,
    witness,
)
from exactland.constructions.double_zero import DECIMALS
from exactland.gallery import case_data as data
from exactland.model.activations import Activation, named, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, parse_rational
from exactland.model.problem import Problem

RECORDED_DECIMALS = 4  # of the targets of cases whose residual is recorded in few digits


@dataclass(frozen=True)
class Case:
    """One row of the core set. Without a witness the claim is a strict local minimum, no more."""

    name: str
    recipe: str
    problem: Problem
    start: Vector
    witness: Vector | None


def vector(text: str) -> Vector:
    return tuple(parse_rational(number, "case") for number in text.split())


def rows(text: str) -> tuple[Vector, ...]:
    return tuple(map(vector, text.split(";"))) if text else ()


def column(text: str) -> tuple[Vector, ...]:
    return tuple((v,) for v in vector(text))


def core() -> Iterator[Case]:
    """The core set, in the order of its table."""
    for (samples, units), better in data.SINE.items():
        problem, start = sine(samples, units)
        yield Case(
            f"sine-{samples}-{units}",
            f"construction C: sin, N={samples}, m={units}",
            problem,
            start,
            vector(better) or witness(problem, start),
        )
    problem, start = sine(3, 1, output_bias=True)
    yield Case(
        "sine-output-bias-3-1",
        "construction C with an output bias: sin, N=3, m=1",
        problem,
        start,
        witness(problem, start),
    )
    for name, (letter, activation, x, w, v, r, t, better) in data.DOUBLE_ZEROS.items():
        s, hidden = _activation(activation), rows(w)
        bias = len(hidden[0]) == 2
        problem, start = double_zeros(
            s,
            column(x),
            hidden,
            vector(v),
            vector(r),
            vector(t)[0],
            bias=bias,
            decimals=RECORDED_DECIMALS,
        )
        yield Case(name, f"construction {letter}", problem, start, vector(better))
    for name, (activation, x, w, v, r, t, better) in data.SEARCHED.items():
        problem, start = searched(
            named(activation),
            column(x),
            rows(w),
            vector(v),
            vector(r),
            vector(t)[0],
            decimals=data.DECIMALS.get(name, DECIMALS),
        )
        yield Case(name, "construction D", problem, start, vector(better))
    problem, start = exponential_grid(3)
    yield Case(
        "exp-17-9",
        "construction E: exp, two inputs, N=17, m=9",
        problem,
        start,
        witness(problem, start),
    )
    for name, samples, units in data.STAIRCASES:
        problem, start = staircase(named(name), samples, units)
        yield Case(
            f"{name}-g-{samples}-{units}",
            f"construction G: {name}, N={samples}, m={units}",
            problem,
            start,
            witness(problem, start),
        )
    problem, start = saturated(7, 3)
    yield Case(
        "hard-tanh-h-7-3",
        "construction H: hard-tanh, N=7, m=3",
        problem,
        start,
        witness(problem, start),
    )
    for entry in data.CONSTRUCTED:
        yield _constructed(*entry)
    yield from map(_several, data.SEVERAL)
    yield from map(_deep, data.DEEP)
    yield from map(_anscombe, data.ANSCOMBE)
    for name, (units, loss, x, y, begin, better) in data.CLASSIFIED.items():
        labels = rows(y)
        network = Network(1, (Layer(units, named("tanh"), True),), len(labels[0]), False)
        problem = Problem(network, column(x), labels, loss)
        yield Case(name, f"{loss}, multi-start training", problem, vector(begin), vector(better))


def _activation(text: str) -> Activation:
    return polynomial(vector(text)) if " " in text else named(text)


def grid(count: int, ends: str) -> list[Fraction]:
    """Equally spaced numbers between two ends."""
    low, high = vector(ends)
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def plane(count: int, ends: str) -> list[Vector]:
    """Points with first coordinates on the grid, and second coordinates on it in another order."""
    line = grid(count, ends)
    return [(line[k], line[(k * k + k // 3) % count]) for k in range(count)]


def _constructed(
    activation: str, letter: str, shape: str, ends: str, w: str, v: str, t: str
) -> Case:
    """Constructions A (with the residual of the 2m + 1 form), A+ and B, with as many samples as
    they need, and the witness of A's proof.
    """
    hidden, s = rows(w), named(activation)
    m = len(hidden)
    if letter == "A":
        problem, start = generic_scalar(
            s, [(x,) for x in grid(2 * m + 1, ends)], hidden, vector(v), vector(t)[0]
        )
    else:
        count = m * (3 if shape == "plain" else 6)
        x = plane(count, ends) if shape == "plane" else [(x,) for x in grid(count, ends)]
        problem, start = generic(
            s, x, hidden, vector(v), vector(t)[0], bias=shape == "bias", semidefinite=letter == "A+"
        )
    name = "-".join(
        [
            activation,
            letter.lower().replace("+", "-plus"),
            *([] if shape == "plain" else [shape]),
            str(m),
        ]
    )
    return Case(name, f"construction {letter}", problem, start, witness(problem, start))


def _several(name: str) -> Case:
    """Construction B with several inputs and outputs."""
    activation, x, w, v, others, output_bias, t = data.SEVERAL[name]
    inputs, hidden = rows(x), rows(w)
    bias = len(hidden[0]) > len(inputs[0])
    c = vector(output_bias)[0] if output_bias else None
    problem, start = generic(
        named(activation),
        inputs,
        hidden,
        vector(v),
        vector(t)[0],
        bias=bias,
        others=rows(others),
        output_bias=c,
    )
    return Case(
        name, "construction B: several inputs and outputs", problem, start, witness(problem, start)
    )


def _deep(name: str) -> Case:
    units, biases, x, y, start, better = data.DEEP[name]
    layers = tuple(Layer(m, named("tanh"), b) for m, b in zip(units, biases))
    problem = Problem(Network(1, layers), column(x), column(y))
    recipe = {
        2: "two hidden layers: residual orthogonal to the Jacobian, found by search",
        3: "three hidden layers, multi-start training",
    }[len(units)]
    return Case(name, recipe, problem, vector(start), vector(better))


def _anscombe(name: str) -> Case:
    units, start, better = data.ANSCOMBE[name]
    x = tuple(((v - 9) / 3,) for v in vector(data.ANSCOMBE_X))
    y = tuple((v - Fraction(15, 2),) for v in vector(data.ANSCOMBE_Y[name]))
    problem = Problem(Network(1, (Layer(units, named("sigmoid"), True),)), x, y)
    return Case(
        f"anscombe-{name}",
        f"Anscombe's quartet, set {name.upper()}, multi-start training",
        problem,
        vector(start),
        vector(better),
    )
