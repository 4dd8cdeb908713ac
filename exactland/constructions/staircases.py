"""Construction G (docs/theorems/constructions.md): samples on a geometric ladder turn phi into a
staircase whose steps touch zero, with many more units than 2m < N allows.

Where a sample is much smaller than another one, a range of w lies between the places where their
terms switch: there phi(w)/|w|^p is almost constant. The residual is chosen such that those plateaus
are, in turn, above and at zero; the places where they touch zero are found by exchange, as in
Remez' algorithm: a residual with phi(w_j) = 0 for the present w_j, then every w_j to the extremum
of its plateau. Nothing here proves anything: certify the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb, arb_mat

from exactland.constructions.double_zero import BITS, dot, double_zeros, potential
from exactland.constructions.recorded_zeros import START_BITS, polished, with_idle
from exactland.errors import InputError
from exactland.model.activations import NAMED, Activation
from exactland.model.numbers import Vector, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

# the square root of the ladder's ratio
ROOT = {"sigmoid": 2, "swish": 2, "gelu": 2, "mish": 2, "softplus": 3, "elu": 3, "selu": 3}
POWER = {"sigmoid": 0}  # p, where it is not 1
ROUNDS, HALVINGS = 6, 40
DECIMALS = 30  # of the targets


@dataclass(frozen=True)
class _Ladder:
    """Inputs, where the w_j start, and linear equations for r that go with phi(w_j) = 0: rows of
    coefficients and right-hand sides.
    """

    root: Fraction
    x: Vector
    w: Vector
    rows: tuple[tuple[Vector, int], ...]


def fewest_samples(activation: Activation, units: int) -> int | None:
    """The least N for which construction G has m units; None for other activations: m + 1 for
    sigmoid, swish, gelu and mish, m + 2 for softplus, and for elu and selu 2m, but 3 for m = 1.

    >>> [fewest_samples(NAMED[name], 5) for name in ("sigmoid", "softplus", "elu", "tanh")]
    [6, 7, 10, None]
    """
    name = _name(activation)
    return (
        None
        if name is None
        else units + 2
        if name == "softplus"
        else max(3, 2 * units)
        if name in ("elu", "selu")
        else units + 1
    )


def staircase(
    activation: Activation,
    samples: int,
    units: int,
    *,
    v: Fraction = Fraction(1, 10),
    t: Fraction = Fraction(100),
) -> tuple[Problem, Vector]:
    """Construction G: one input, no biases; the problem (targets rounded to 30 decimals) and the
    point, weights to 40 bits, output weights of size v.

    The x_i are powers of 4 (for softplus powers of 9, and 0; for elu and selu powers of 9, of both
    signs); more samples than `fewest_samples` get residual zero. Raises InputError for other
    activations, fewer samples, v or t not positive. Not claimed: that the point is a minimum of the
    rounded problem, or not global; certifying decides that.

    >>> problem, point = staircase(NAMED["sigmoid"], samples=4, units=3)
    >>> [str(x) for (x,) in problem.x], [round(float(w), 3) for w in point[:3]]
    (['1/4', '1', '4', '16'], [3.383, -0.746, 0.128])
    """
    fewest = fewest_samples(activation, units)
    if fewest is None:
        raise InputError("activation", f"construction G is for {', '.join(ROOT)}")
    if units < 1 or samples < fewest:
        raise InputError(
            "units",
            f"{units} units for {samples} samples (at least 1, with {fewest} samples or more)",
        )
    if v <= 0:
        raise InputError("v", f"{v} is not positive")
    x, w, signs, r = _core(str(_name(activation)), units)
    rows = with_idle(x, samples)
    residual = [*r, *[Fraction(0)] * (samples - len(r))]
    problem, start = double_zeros(
        activation,
        rows,
        [(u,) for u in w],
        [sign * v for sign in signs],
        residual,
        t,
        decimals=DECIMALS,
    )
    return problem, tuple(round_to_bits(u, START_BITS) for u in start)


@cache
def _core(name: str, units: int) -> tuple[Vector, Vector, tuple[int, ...], Vector]:
    """x, w, the signs of phi''(w_j), and r, with the fewest samples."""
    activation, ladder = NAMED[name], _ladder(name, units)
    with precision(BITS):
        w, r = _exchanged(activation, ladder, POWER.get(name, 1))
    weights, residual = polished(activation, [(u,) for u in ladder.x], [(u,) for u in w], r)
    with precision(BITS):
        rows, balls = [[to_arb(u)] for u in ladder.x], [to_arb(ri) for ri in residual]
        bends = [
            potential(activation, rows, [to_arb(u) for u in unit], balls).hessian[0][0]
            for unit in weights
        ]
    return (
        ladder.x,
        tuple(u for (u,) in weights),
        tuple(1 if bend > 0 else -1 for bend in bends),
        tuple(residual),
    )


def _name(activation: Activation) -> str | None:
    return next((name for name in ROOT if NAMED[name] == activation), None)


def _ladder(name: str, units: int) -> _Ladder:
    root = Fraction(ROOT[name])
    if name in ("elu", "selu"):
        return _two_sided(root, units)
    middle = units // 2
    ladder = [root ** (2 * (i - middle)) for i in range(units + 1)]
    # w_j lies where w x_j is small and w x_{j+1} is large, j from 0
    w = tuple((-1) ** j * root ** (2 * (middle - j) - 1) for j in range(units))
    if name == "softplus":  # log 2 + a gate: an input 0 takes the constants away
        x = (Fraction(0), *ladder)
        return _Ladder(root, x, w, ((x, 1), (tuple(Fraction(1) for _ in x), 0)))
    return _Ladder(root, tuple(ladder), w, ((tuple(u ** POWER.get(name, 1) for u in ladder), 1),))


def _two_sided(root: Fraction, units: int) -> _Ladder:
    """Positive inputs for the negative w_j and the other way round: every second plateau of either
    side is at zero, the others at 1.
    """
    sides = [(1, units - units // 2), (-1, units // 2)]
    ladders = [
        (sign, [sign * root ** (2 * (i - touches)) for i in range(max(1, 2 * touches))])
        for sign, touches in sides
    ]
    x = tuple(u for _, side in ladders for u in side)
    w = tuple(
        -(root ** (1 - 2 * j)) / side[0] for _, side in ladders for j in range(1, len(side), 2)
    )
    sums = [
        (side[:last], int(last >= len(side)))
        for _, side in ladders
        for last in range(2, len(side) + 2, 2)
    ]
    rows = tuple(
        (tuple(u if u in part else Fraction(0) for u in x), height) for part, height in sums
    )
    return _Ladder(root, x, w, rows)


def _exchanged(
    activation: Activation, ladder: _Ladder, power: int
) -> tuple[list[Fraction], list[Fraction]]:
    """w and r where phi(w_j)/|w_j|^p is almost zero and extremal, all j: where Newton's iteration
    starts.
    """
    inputs, w = [[to_arb(u)] for u in ladder.x], list(ladder.w)
    try:
        for _ in range(ROUNDS):
            rows = [
                [
                    derivatives(activation, to_arb(u) * x, 0)[0] / to_arb(abs(u) ** power)
                    for (x,) in inputs
                ]
                for u in w
            ]
            rows += [[to_arb(c) for c in row] for row, _ in ladder.rows]
            right = [[arb(0)] for _ in w] + [[arb(b)] for _, b in ladder.rows]
            r = [row[0].mid() for row in arb_mat(rows).solve(arb_mat(right)).tolist()]
            w = [_extremum(activation, inputs, r, u, power, ladder.root) for u in w]
    except (UndefinedError, ZeroDivisionError) as error:
        raise InputError("units", f"the exchange of construction G fails: {error}") from None
    return w, [from_midpoint(ri) for ri in r]


def _extremum(
    activation: Activation,
    inputs: Sequence[list[arb]],
    r: list[arb],
    w: Fraction,
    power: int,
    root: Fraction,
) -> Fraction:
    """Where phi/|w|^p has an extremum on the plateau around w; w itself if there is none."""

    def slope(u: Fraction) -> arb:
        """That of phi/|w|^p, but for a positive factor."""
        weight = to_arb(u)
        s = [derivatives(activation, weight * x, 1) for (x,) in inputs]
        phi = dot(r, [value for value, _ in s])
        return weight * dot(r, [rate * x for (_, rate), (x,) in zip(s, inputs)]) - power * phi

    low, high = w / root, w * root
    cell = (high - low) / 2**HALVINGS
    found = _sign_change(lambda k: slope(low + k * cell), 2**HALVINGS)
    return w if found is None else low + (found + Fraction(1, 2)) * cell


def _sign_change(function: Callable[[int], arb], last: int) -> int | None:
    """A k where the function is positive at one of k and k + 1 alone, from 0 to `last`; None where
    it is positive at both ends or at neither.

    By false position (Illinois), which takes few values; every fourth step halves, so that they are
    few in any case.
    """
    low, high = (0, function(0)), (last, function(last))
    rising = bool(high[1] > 0)
    if bool(low[1] > 0) == rising:
        return None
    ends = [(k, float(value.mid())) for k, value in (low, high)]
    moved, steps = None, 0
    while ends[1][0] - ends[0][0] > 1:
        steps += 1
        middle = (ends[0][0] + ends[1][0]) // 2 if steps % 4 == 0 else _secant(*ends)
        value = function(middle)
        end = int(bool(value > 0) == rising)
        ends[end] = middle, float(value.mid())
        if moved == end:  # the other one stays: draw the line nearer to it
            ends[1 - end] = ends[1 - end][0], ends[1 - end][1] / 2
        moved = end
    return ends[0][0]


def _secant(low: tuple[int, float], high: tuple[int, float]) -> int:
    """Where the line through two points is zero, strictly between them."""
    (a, at_a), (b, at_b) = low, high
    share = at_a / (at_a - at_b) if at_a != at_b else 0.5
    if not 0 < share < 1:  # numbers beyond floats
        share = 0.5
    return min(max(a + round((b - a) * share), a + 1), b - 1)
