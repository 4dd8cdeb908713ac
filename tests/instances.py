"""Random exact instances of wide networks with every degenerate kind of start: rational data, activations that map rationals to rationals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from exactland.activations import NAMED, Activation, Expression, PiecewiseLinear, polynomial
from exactland.problem import Layer, Network, Problem, Vector

STARTS = ("zero", "ones", "random", "equal units", "opposite units", "dead units", "idle units", "saturated units", "zero units", "sparse")
DATA = ("distinct", "equal inputs", "opposite inputs", "zero input", "on a line")
F = Fraction


@dataclass(frozen=True)
class Instance:
    name: str
    problem: Problem
    start: Vector


def activation(random: Random) -> tuple[str, Activation]:
    kind = random.choice(("relu", "leaky-relu", "hard-tanh", "identity", "piecewise-linear", "polynomial", "constant", "affine", "rational"))
    if kind in NAMED:
        return kind, NAMED[kind]
    number = lambda: F(random.randint(-6, 6), random.randint(1, 3))  # noqa: E731
    if kind == "piecewise-linear":
        breakpoints = tuple(sorted({number() for _ in range(random.randint(1, 3))}))
        return kind, PiecewiseLinear(breakpoints, tuple(number() for _ in range(len(breakpoints) + 1)), number())
    if kind == "rational":
        return kind, Expression(("/", "x", ("+", F(1), ("^", "x", 2))))
    degree = {"constant": 0, "affine": 1}.get(kind, random.randint(2, 4))
    return kind, polynomial(tuple(number() for _ in range(degree + 1)))


def data(random: Random, kind: str, samples: int, inputs: int) -> tuple[Vector, ...]:
    row = lambda: tuple(F(random.randint(-5, 5), random.randint(1, 2)) for _ in range(inputs))  # noqa: E731
    x = [row() for _ in range(samples)]
    if kind == "distinct":
        x = [(v[0] + 20 * k, *v[1:]) for k, v in enumerate(x)]
    for k in range(1, samples, 2):
        x[k] = {"equal inputs": x[k - 1], "opposite inputs": tuple(-v for v in x[k - 1]), "on a line": tuple(2 * v for v in x[k - 1])}.get(kind, x[k])
    if kind == "zero input":
        x[0] = (F(0),) * inputs
    return tuple(x)


def start(random: Random, kind: str, problem: Problem) -> Vector:
    theta = [F(random.randint(-4, 4), random.choice((1, 1, 2, 3))) for _ in range(problem.parameters)]
    if kind in ("zero", "ones"):
        return (F(kind == "ones"),) * problem.parameters
    layers = problem.network.split(theta)
    for depth, (weights, biases) in enumerate(layers[:-1]):
        for k in range(len(weights)):
            if kind in ("equal units", "opposite units") and k % 2:
                sign = 1 if kind == "equal units" else -1
                weights[k] = [sign * w for w in weights[k - 1]]
                if biases:
                    biases[k] = sign * biases[k - 1]
            if kind == "dead units" and k % 2 == 0:
                weights[k] = [F(0) for _ in weights[k]]
                if biases:
                    biases[k] = F(-7)
            if kind == "zero units" and random.random() < 0.6:
                weights[k] = [F(0) for _ in weights[k]]
                if biases:
                    biases[k] = F(0)
            if kind == "saturated units":
                weights[k] = [w * 10**4 for w in weights[k]]
        if kind == "idle units":
            for row in layers[depth + 1][0]:
                row[: len(row) // 2 + 1] = [F(0)] * (len(row) // 2 + 1)
    joined = problem.network.join(layers)
    return tuple(F(0) if kind == "sparse" and random.random() < 0.6 else v for v in joined)


def instance(seed: int, depths: tuple[int, ...] = (1, 2, 3)) -> Instance:
    """One wide instance: N <= 5 samples, d <= 3 inputs, at most 8 units in the last hidden layer."""
    random = Random(seed)
    depth, samples, inputs = random.choice(depths), random.randint(1, 5), random.randint(1, 3)
    output_bias, outputs = random.random() < 0.5, random.choice((1, 1, 2))
    last = random.randint(max(1, samples - output_bias), 8)
    names, hidden = [], []
    for k in range(depth):
        name, s = activation(random)
        names.append(name)
        hidden.append(Layer(last if k == depth - 1 else random.randint(1, 3), s, random.random() < 0.5))
    kind, begin = random.choice(DATA), random.choice(STARTS)
    x = data(random, kind, samples, inputs)
    y = tuple(tuple(F(random.randint(-3, 3)) for _ in range(outputs)) for _ in range(samples))
    problem = Problem(Network(inputs, tuple(hidden), outputs, output_bias), x, y)
    return Instance(f"{seed}: {'+'.join(names)}, {kind}, {begin}", problem, start(random, begin, problem))


def instances(count: int, depths: tuple[int, ...] = (1, 2, 3)) -> Iterator[Instance]:
    yield from (instance(seed, depths) for seed in range(count))
