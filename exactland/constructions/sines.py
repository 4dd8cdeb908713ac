"""Construction C (docs/theorems/constructions.md): sine units whose double zeros are known in
closed form, for every N and every m up to N - 1.
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

START_BITS = 32  # fractional bits of the irrational weights in the point returned


def sine(samples: int, units: int, *, output_bias: bool = False) -> tuple[Problem, Vector]:
    """Construction C: N >= 2 samples, 1 <= m <= N-1 units (N >= 3 and m <= N-2 with an output
    bias); the problem, and the minimum to 32 bits.

    x = (1, 3, 1/(N-1), ..., (N-2)/(N-1)), r = (1, 1, 0, ..., 0), w_k = pi/2 + (k-1) pi, v_k =
    (-1)^(k-1) / 2, t = 1: phi(w) = sin w + sin 3w has a double zero at every w_k, with phi'' = 8
    sin w_k. With an output bias -3 and r = (1, -1, 0, ..., 0) take the places of 3 and of (1, 1, 0,
    ..., 0): the same phi. Raises InputError for other N and m. Not claimed: that the minimum is not
    global once targets are rounded (m < N - 1); certifying decides that.

    >>> problem, point = sine(samples=4, units=3)
    >>> [str(y) for (y,) in problem.y], float(point[0])
    (['1/2', '-5/2', '0', '0'], 1.5707963267341256)
    """
    if not 1 <= units <= samples - (2 if output_bias else 1):
        raise InputError(
            "units",
            f"{units} units for {samples} samples (from 1 to"
            f" {'N - 2' if output_bias else 'N - 1'})",
        )
    x = [
        Fraction(1),
        Fraction(-3 if output_bias else 3),
        *(Fraction(k, samples - 1) for k in range(1, samples - 1)),
    ]
    r = [Fraction(1), Fraction(-1 if output_bias else 1), *[Fraction(0)] * (samples - 2)]
    with precision(BITS):
        zeros = [from_midpoint(arb.pi() * (2 * k + 1) / 2) for k in range(units)]
    v = [Fraction((-1) ** k, 2) for k in range(units)]
    c = Fraction(0) if output_bias else None
    problem, start = double_zeros(
        named("sin"),
        [(xi,) for xi in x],
        [(zero,) for zero in zeros],
        v,
        r,
        Fraction(1),
        output_bias=c,
    )
    return problem, tuple(round_to_bits(s, START_BITS) for s in start)
