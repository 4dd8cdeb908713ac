"""Evidence for local minima that need not be strict, exactly at a point: rules 3.4 and 3.4b
(proofs/THEOREMS.md). One hidden layer.

These functions look for the reasons; whether they are good ones is asked of the kernel's own rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

from exactland.certificates.certificate import in_kernel, numbers
from exactland.kernel.ball import Number, TooLarge, Undefined
from exactland.kernel.network import slopes
from exactland.kernel.reader import number
from exactland.kernel.rules import Rejected, flat, potentials
from exactland.model.activations import Expression, PiecewiseLinear
from exactland.model.numbers import Vector, dyadic
from exactland.model.problem import Problem
from exactland.numerics.exact_linear import least_squares
from exactland.numerics.features import bounded, formal_features
from exactland.provers.evidence import Evidence

BITS = 128
MOST_TRIPLES = 4096

Step = dict[str, Any]


def local_minimum(problem: Problem, theta: Sequence[Fraction]) -> Evidence | None:
    """Rule 3.4 at theta for a piecewise-linear activation, else 3.4b with definite potentials or
    midpoints; None when neither applies.

    With a trained output bias and half the squared error, 3.4b may speak of theta with the best
    output bias in place of the given one.
    """
    if len(problem.network.hidden) != 1:
        return None
    for step in _candidates(problem, tuple(theta)):
        evidence = _accepted(problem, tuple(theta), step)
        if evidence is not None:
            return evidence
    return None


def _accepted(problem: Problem, theta: Vector, step: Step) -> Evidence | None:
    reasons = (
        [step["units"], [_read(m) for m in step["midpoints"]], step["fitted"], BITS]
        if "units" in step
        else []
    )
    try:
        fact = bounded(potentials if reasons else flat, in_kernel(problem), list(theta), *reasons)
    except (Rejected, Undefined, TooLarge):
        return None
    return Evidence(step, theta, fact.distance, fact.low, BITS, "local-minimum")  # type: ignore[union-attr]


def _candidates(problem: Problem, theta: Vector) -> Iterator[Step]:
    at = {"center": numbers(theta)}
    activation, units = problem.network.hidden[0].activation, problem.network.hidden[0].units
    if isinstance(activation, PiecewiseLinear):
        yield {"rule": "3.4", **at}
        return
    reasons = {"rule": "3.4b", **at, "precision": str(BITS)}
    if isinstance(activation, Expression) and activation.is_exact:
        yield {**reasons, "units": ["definite"] * units, "midpoints": [], "fitted": False}
    g = loss_slopes(problem, theta)
    if g is None or len(g[0]) != 1:
        return
    for fitted in (False, True)[
        : 1 + (problem.network.output_bias and problem.loss == "half-squared-error")
    ]:
        mean = (
            sum((row[0] for row in g), Fraction(0)) * Fraction(1, len(g)) if fitted else Fraction(0)
        )
        found = midpoints(problem.x, [row[0] - mean for row in g])
        if found:
            yield {**reasons, "units": ["midpoints"] * units, "midpoints": found, "fitted": fitted}


def loss_slopes(problem: Problem, theta: Vector) -> list[list[Number]] | None:
    """dl/df at every sample (N x outputs) as exact numbers; None when out of reach."""
    outputs = formal_features(problem, theta, len(problem.network.hidden) + 1)
    return (
        None
        if outputs is None
        else [slopes(problem.loss, f, list(y)) for f, y in zip(outputs, problem.y)]
    )


def midpoints(x: Sequence[Vector], g: Sequence[Number]) -> list[Step]:
    """g as a sum of weights t >= 0 times e_a + e_b - 2 e_c, x_c the midpoint of x_a and x_b, in the
    certificate's form; none when it is no such sum.
    """
    if not all(isinstance(c, Fraction) for c in g):
        return []
    places: dict[Vector, list[int]] = {}
    for i, row in enumerate(x):
        places.setdefault(row, []).append(i)
    triples = []
    for a, b in combinations(range(len(x)), 2):
        middle = tuple((p + q) / 2 for p, q in zip(x[a], x[b]))
        triples += [(a, b, c) for c in places.get(middle, ()) if x[a] != x[b]]
    if not triples or len(triples) > MOST_TRIPLES:
        return []
    matrix = np.zeros((len(x), len(triples)))
    for k, (a, b, c) in enumerate(triples):
        matrix[a, k], matrix[b, k], matrix[c, k] = 1, 1, -2
    solved = linprog(np.ones(len(triples)), A_eq=matrix, b_eq=[float(c) for c in g], method="highs")
    if solved.x is None:
        return []
    used = [triple for triple, t in zip(triples, solved.x) if t > 1e-12]
    return [_written(triple, t) for triple, t in zip(used, _weights(len(x), used, g))]


def _weights(
    samples: int, triples: Sequence[tuple[int, int, int]], g: Sequence[Fraction]
) -> list[Fraction]:
    """The least-squares weights, exactly; the kernel sees whether they fit."""
    return (
        least_squares(
            [
                [Fraction((i in (a, b)) - 2 * (i == c)) for a, b, c in triples]
                for i in range(samples)
            ],
            g,
        )[0]
        if triples
        else []
    )


def _written(triple: tuple[int, int, int], weight: Fraction) -> Step:
    a, b, c = map(str, triple)
    return {"ends": [a, b], "middle": c, "weight": dyadic(weight)}


def _read(midpoint: Step) -> dict[str, Any]:
    return {
        "ends": list(map(int, midpoint["ends"])),
        "middle": int(midpoint["middle"]),
        "weight": number(midpoint["weight"], "weight"),
    }
