"""A better point for a problem with one hidden layer: units picked greedily from multiples of given
weights, output weights by least squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from exactland.constructions.double_zero import dot, extended
from exactland.model.numbers import Vector, round_significant
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

BITS = 192
FACTORS = tuple(Fraction(n, 4) for n in (1, -1, 2, -2, 3, -3, -4, 6, -6, 8, -8, 12, -12, 20, -20))
FIT_BITS = 40  # significant bits of the output weights
NEW = Fraction(1, 10**6)  # the part of a candidate's length that must be new


def witness(problem: Problem, point: Sequence[Fraction]) -> Vector:
    """Parameters with a small loss, for one hidden layer and half squared error: what the proof of
    A's "not global" does, for all units in turn.

    Candidates for a unit's weights are multiples of the weights in `point` and of the unit vectors;
    each unit takes the one that fits best what is left of all outputs. Deterministic arithmetic.
    Not claimed: that the loss is smaller than anywhere else; rule 3.2 decides. Raises
    UndefinedError when no candidate is inside the activation's domain.
    """
    layer, network = problem.network.hidden[0], problem.network
    (rows_w, biases), *_ = network.split(list(point))
    units = [[*row, *biases[j : j + 1]] for j, row in enumerate(rows_w)]
    axes = [[Fraction(4 * (k == p)) for k in range(len(units[0]))] for p in range(len(units[0]))]
    candidates = [[factor * u for u in unit] for unit in (*units, *axes) for factor in FACTORS]
    with precision(BITS):
        rows = extended(problem.x, layer.bias)
        features = [(u, s) for u in candidates if (s := _feature(problem, u, rows)) is not None]
        if not features:
            raise UndefinedError(
                "no candidate for a better point is inside the activation's domain"
            )
        left = [[to_arb(v) for v in column] for column in zip(*problem.y)]
        basis = [_unit([arb(1)] * problem.samples)] if network.output_bias else []
        left = [_without(column, basis) for column in left]
        chosen: list[tuple[list[Fraction], list[arb]]] = []
        # what each candidate has that the basis has not: kept, as one direction is added at a time
        least = [to_arb(NEW) * dot(s, s) for _, s in features]
        rests = [_without(s, basis) for _, s in features]
        for _ in units:
            new = [
                (u, s, rest)
                for (u, s), rest, short in zip(features, rests, least)
                if dot(rest, rest) > short
            ]
            if not new:
                break
            # squared as products: arb's ** gives nan for balls around 0
            along = [[dot(rest, column) for column in left] for _, _, rest in new]
            gains = [
                from_midpoint(dot(each, each) / dot(rest, rest))
                for each, (_, _, rest) in zip(along, new)
            ]
            u, s, rest = new[max(range(len(new)), key=lambda k: (gains[k], -k))]
            chosen.append((u, s))
            basis.append(_unit(rest))
            left = [_without(column, basis[-1:]) for column in left]
            rests = [_without(own, basis[-1:]) for own in rests]
        fitted = [s for _, s in chosen] + (
            [[arb(1)] * problem.samples] if network.output_bias else []
        )
        outputs = [
            _fit(fitted, basis, [to_arb(v) for v in column], network.output_bias)
            for column in zip(*problem.y)
        ]
    idle = len(units) - len(chosen)
    weights = [u for u, _ in chosen] + [units[0]] * idle
    width = network.inputs
    hidden = ([u[:width] for u in weights], [u[-1] for u in weights] if layer.bias else [])
    v = [[*row[: len(chosen)], *[Fraction(0)] * idle] for row in outputs]
    return tuple(
        network.join([hidden, (v, [row[-1] for row in outputs] if network.output_bias else [])])
    )


def _feature(
    problem: Problem, unit: Sequence[Fraction], rows: Sequence[Sequence[arb]]
) -> list[arb] | None:
    """s(X u), or None where it is not defined, or zero."""
    activation, weights = problem.network.hidden[0].activation, [to_arb(u) for u in unit]
    try:
        s = [derivatives(activation, dot(weights, row), 0)[0] for row in rows]
    except UndefinedError:
        return None
    return s if dot(s, s) > 0 else None


def _unit(vector: Sequence[arb]) -> list[arb]:
    length = dot(vector, vector).sqrt()
    return [(c / length).mid() for c in vector]


def _without(vector: Sequence[arb], basis: Sequence[Sequence[arb]]) -> list[arb]:
    rest = list(vector)
    for direction in basis:
        shadow = dot(rest, direction)
        rest = [(c - shadow * d).mid() for c, d in zip(rest, direction)]
    return rest


def _fit(
    fitted: list[list[arb]], basis: list[list[arb]], y: list[arb], output_bias: bool
) -> list[Fraction]:
    """Least-squares output weights (the bias last): back substitution, the features being
    triangular in the basis.
    """
    ordered = [fitted[-1], *fitted[:-1]] if output_bias else fitted
    found = [arb(0)] * len(ordered)
    for k in reversed(range(len(ordered))):
        known = [c - dot([f[i] for f in ordered[k + 1 :]], found[k + 1 :]) for i, c in enumerate(y)]
        found[k] = (dot(known, basis[k]) / dot(ordered[k], basis[k])).mid()
    found = [*found[1:], found[0]] if output_bias else found
    largest = max(abs(from_midpoint(c)) for c in found)
    # large ones cancel each other
    bits = FIT_BITS if largest < 2**FIT_BITS else FIT_BITS + int(largest).bit_length()
    return [round_significant(from_midpoint(c), bits) for c in found]
