"""Construction E (docs/theorems/constructions.md): exponential units in the plane, more of them
than half the samples.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from exactland.constructions.double_zero import BITS, double_zeros
from exactland.errors import InputError
from exactland.model.activations import named
from exactland.model.numbers import Vector, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint

DECIMALS = 30  # of the targets
START_BITS = 40  # fractional bits of the weights in the point returned


def exponential_grid(
    p: int, v: Fraction = Fraction(1, 10), t: Fraction = Fraction(1)
) -> tuple[Problem, Vector]:
    """Construction E: exp, two inputs, no biases, m = p^2 units with weights (ln k, ln l), k, l =
    1..p, all with output weight v, and N = p^2 + 2p + 2 samples.

    phi(w) = q(e^{w_1}) + q(e^{w_2}) with q(z) = (z - 1)^2 ... (z - p)^2 has a definite double zero
    at every one of them. Returns the problem (targets rounded to 30 decimals) and the point to 40
    bits. Raises InputError unless 1 <= p <= 6 and v, t > 0. Not claimed: that the point is a
    minimum of the rounded problem, or not global; certifying decides that.

    >>> problem, point = exponential_grid(3)
    >>> problem.samples, problem.network.hidden[0].units
    (17, 9)
    """
    if not 1 <= p <= 6:
        raise InputError("p", f"{p} is not between 1 and 6")
    if v <= 0:
        raise InputError("v", f"{v} is not positive")
    q = [1]
    for k in (k for k in range(1, p + 1) for _ in range(2)):
        q = [a - k * b for a, b in zip([0, *q], [*q, 0])]  # times (z - k)
    zero = Fraction(0)
    powers = range(1, 2 * p + 1)
    idle = [(Fraction(a), Fraction(b)) for a in range(1, p) for b in range(1, p)]
    x = [
        (zero, zero),
        *((Fraction(a), zero) for a in powers),
        *((zero, Fraction(a)) for a in powers),
        *idle,
    ]
    r = [Fraction(2 * q[0]), *map(Fraction, q[1:]), *map(Fraction, q[1:]), *[zero] * len(idle)]
    with precision(BITS):
        logs = [from_midpoint(arb(k).log()) for k in range(1, p + 1)]
    w = [(a, b) for a in logs for b in logs]
    problem, start = double_zeros(named("exp"), x, w, [v] * len(w), r, t, decimals=DECIMALS)
    return problem, tuple(round_to_bits(u, START_BITS) for u in start)
