"""One more unit (proofs/THEOREMS.md, rule 4.5): a certified bad minimum at width N - 1 (N - 2 with
an output bias) is left at the next width.

For every point of the box of rule 3.1 at once, the last features and one new unit are N independent
columns: with its output weights zero the new unit changes nothing, and moving the last layer alone
then leads to zero loss, never above the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
from flint import arb, arb_mat

from exactland.certificates.certificate import Certificate, certificate, numbers, statement
from exactland.engine.outcomes import Certified, Inconclusive, submit
from exactland.files.problem_file import problem_from_json
from exactland.kernel.reader import number
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import Undefined, box
from exactland.numerics.features import ball_features
from exactland.numerics.minors import precision_for, with_inverse
from exactland.numerics.precision import precision
from exactland.provers.strict_minimum import strict_minimum, sub_optimal

BITS = 256
TRIES = 200  # weights of the new unit
SHRINKS = 60  # halvings of the box


def one_more_unit(minimum: Certificate, seed: int = 0) -> Certified | Inconclusive:
    """From a certificate of a sub-optimal strict minimum by rules 3.1 (or 3.1b) and 3.2, one
    (`one-more-unit`) that adds the way out at the next width.

    The last hidden layer, with the output bias and one more unit, must be exactly as wide as the
    number of samples. The box may be made smaller. Not claimed: that the minimum is no minimum of
    the wider network; it lies in no sub-optimal basin there.

    >>> from exactland.constructions import sine
    >>> from exactland.engine.prove import certify
    >>> problem, point = sine(samples=2, units=1)
    >>> one_more_unit(certify(problem, point, starts=8).certificate).verdict.kind
    'one-more-unit'
    """
    problem = problem_from_json(minimum.claim["problem"])
    width = problem.network.hidden[-1].units + problem.network.output_bias + 1
    if width != problem.samples:
        return Inconclusive(
            f"one more unit makes the last hidden layer as wide as {width}, not {problem.samples}",
            "a minimum at the width just below",
        )
    rules = [step["rule"] for step in minimum.steps]
    boxed = (
        _with_box(problem, minimum)
        if rules == ["3.1b", "3.2"]
        else minimum
        if rules == ["3.1", "3.2"]
        else None
    )
    if boxed is None:
        return Inconclusive(
            "the certificate does not have a box around a sub-optimal strict minimum (rules 3.1 and"
            " 3.2)",
            "a smooth one that has",
        )
    claim, (first, second) = boxed.claim, boxed.steps
    center = tuple(number(c, "center") for c in first["center"])
    radius = number(first["radius"], "radius")
    gamma, lam = number(first["gamma"], "gamma"), number(first["lambda"], "lambda")
    weights = _weights(problem, center, seed)
    for _ in range(SHRINKS):
        if weights is None or not gamma < lam * radius:
            break
        step = _step(problem, center, radius, weights)
        if step is not None:
            claim = {**claim, "statement": {**claim["statement"], "kind": "one-more-unit"}}
            steps = ({**first, "radius": numbers([radius])[0]}, second, step)
            outcome = submit(
                Certificate(
                    claim,
                    steps,
                    {
                        **minimum.provenance,
                        "one-more-unit": "random weights",
                        "weights-seed": str(seed),
                    },
                )
            )
            if isinstance(outcome, Certified):
                return outcome
        radius /= 2
    return Inconclusive(
        "no weights were found with which one more unit makes the last features independent on a"
        " box around the minimum",
        "another seed",
    )


def _with_box(problem: Problem, minimum: Certificate) -> Certificate | None:
    """A certificate by rule 3.1 in place of one by 3.1b: the same minimum, known to lie in a ball
    and to be the only one in a box.
    """
    exact, second = minimum.steps
    strict = strict_minimum(problem, [number(c, "center") for c in exact["center"]])
    lower = (
        sub_optimal(problem, strict, [number(c, "witness") for c in second["witness"]])
        if strict
        else None
    )
    if strict is None or lower is None:
        return None
    said = statement("sub-optimal-strict-minimum", strict.center, strict.distance, lower[1])
    return certificate(problem, said, [strict.step, lower[0]], minimum.provenance)


def _column(problem: Problem, theta: Sequence[arb], weights: Sequence[Fraction]) -> list[arb]:
    """The feature of a new last hidden unit, sample by sample, over the box theta."""
    network = problem.network
    *before, _, _ = network.split(theta)
    bias = network.hidden[-1].bias
    exact = box(weights, Fraction(0))
    one = replace(
        network,
        hidden=(*network.hidden[:-1], replace(network.hidden[-1], units=1)),
        output_bias=False,
    )
    unit = ([exact[: len(exact) - bias]], exact[len(exact) - bias :])
    return [
        row[0]
        for row in ball_features(
            replace(problem, network=one, point=None),
            one.join([*before, unit, ([[arb(0)]] * one.outputs, [])]),
        )
    ]


def _weights(problem: Problem, center: Vector, seed: int) -> Vector | None:
    """Short rational weights (and bias) of a new unit that make the last features as independent as
    any tried.
    """
    random, bias = Random(seed), problem.network.hidden[-1].bias
    count = problem.network.shapes()[-2][1] + bias
    best: tuple[float, Vector] | None = None
    with precision(BITS):
        theta = box(center, Fraction(0))
        known = np.array([[float(v.mid()) for v in row] for row in ball_features(problem, theta)])
        for attempt in range(TRIES):
            scale = Fraction(2) ** (attempt % 5 - 1)
            weights = tuple(Fraction(random.randint(-16, 16), 8) * scale for _ in range(count))
            try:
                column = np.array([float(v.mid()) for v in _column(problem, theta, weights)])
            except Undefined:
                continue
            matrix = np.column_stack(
                [
                    column / max(1e-12, float(np.linalg.norm(column))),
                    known / np.linalg.norm(known, axis=0),
                ]
            )
            least = float(np.linalg.svd(matrix, compute_uv=False)[-1])
            if best is None or least > best[0]:
                best = least, weights
    return best[1] if best else None


def _step(
    problem: Problem, center: Vector, radius: Fraction, weights: Vector
) -> dict[str, Any] | None:
    with precision(BITS):
        theta = box(center, radius)
        rows, units = ball_features(problem, theta), problem.network.hidden[-1].units
        matrix = [
            [*row[:units], v, *row[units:]]
            for row, v in zip(rows, _column(problem, theta, weights))
        ]
        everything = range(len(matrix))
        minor = with_inverse(matrix, everything, everything)
        if minor is None:
            return None
        product = arb_mat([box(row, Fraction(0)) for row in minor.inverse]) * arb_mat(matrix)
        off = [
            sum(((v - int(i == j)).abs_upper() for j, v in enumerate(row)), arb(0))
            for i, row in enumerate(product.tolist())
        ]
        if not all(v < 1 for v in off):
            return None
    hint = {
        "weights": numbers(weights),
        "inverse": [numbers(row) for row in minor.inverse],
        "precision": str(precision_for(minor, 128)),
    }
    return {"rule": "4.5", "minimum": "1", **hint}
