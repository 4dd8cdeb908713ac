"""Construction D (docs/theorems/constructions.md): double zeros with fewer samples than equations,
from a recorded starting point found by search.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from exactland.constructions.double_zero import (
    BITS,
    DECIMALS,
    Rows,
    check_shapes,
    dot,
    double_zeros,
    extended,
    potential,
)
from exactland.constructions.generic_residual import least_norm
from exactland.errors import InputError
from exactland.model.activations import Activation
from exactland.model.numbers import Vector, round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, rounded_midpoint, to_arb

STEPS = 30
KEPT_BITS = 128  # fractional bits of the polished w and r
START_BITS = 40


def searched(
    activation: Activation,
    x: Rows,
    w: Rows,
    v: Sequence[Fraction],
    r: Sequence[Fraction],
    t: Fraction,
    *,
    bias: bool = False,
    decimals: int = DECIMALS,
) -> tuple[Problem, Vector]:
    """Construction D: Newton's iteration on (w, r), inputs fixed, to double zeros at every w_j with
    |r| as given, put into construction A.

    w and r are a starting point with a few correct digits; steps have least norm when there are
    more unknowns than equations. Shapes and what is not claimed as for `double_zeros`; the point
    returned has 40 fractional bits. Raises InputError when the iteration does not settle.
    """
    check_shapes(x, w, v, t, bias)
    exact_w, exact_r = polished(activation, x, w, r, bias=bias)
    problem, start = double_zeros(
        activation, x, exact_w, v, exact_r, t, bias=bias, decimals=decimals
    )
    return problem, tuple(round_to_bits(u, START_BITS) for u in start)


def polished(
    activation: Activation, x: Rows, w: Rows, r: Sequence[Fraction], *, bias: bool = False
) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Newton's iteration of `searched`: w and r with double zeros, to 128 fractional bits."""
    width = len(w[0])
    with precision(BITS):
        rows = extended(x, bias)
        weights, residual = [[to_arb(u) for u in unit] for unit in w], [to_arb(ri) for ri in r]
        for _ in range(STEPS):
            # keeps |r|, to first order
            equations = [([arb(0)] * (len(w) * width) + residual, Fraction(0))]
            for j, unit in enumerate(weights):
                try:
                    s = [derivatives(activation, dot(unit, row), 1) for row in rows]
                    at = potential(activation, rows, unit, residual)
                except UndefinedError as error:
                    raise InputError(f"w[{j}]", str(error)) from None
                before, after = [arb(0)] * (j * width), [arb(0)] * ((len(w) - 1 - j) * width)
                equations.append(
                    (
                        [*before, *at.gradient, *after, *(of[0] for of in s)],
                        -from_midpoint(at.value),
                    )
                )
                for k in range(width):
                    slopes = [of[1] * row[k] for of, row in zip(s, rows)]
                    equations.append(
                        ([*before, *at.hessian[k], *after, *slopes], -from_midpoint(at.gradient[k]))
                    )
            if max(abs(right) for _, right in equations) < Fraction(1, 2**KEPT_BITS):
                break
            step = least_norm(equations)
            weights = [
                [(u + d).mid() for u, d in zip(unit, step[j * width :])]
                for j, unit in enumerate(weights)
            ]
            residual = [(ri + d).mid() for ri, d in zip(residual, step[len(w) * width :])]
        else:
            raise InputError(
                "w",
                f"Newton's iteration for double zeros does not settle in {STEPS} steps from this"
                " start",
            )
        exact_w = [[rounded_midpoint(u, KEPT_BITS) for u in unit] for unit in weights]
        exact_r = [rounded_midpoint(ri, KEPT_BITS) for ri in residual]
    return exact_w, exact_r


def with_idle(x: Sequence[Fraction], samples: int) -> list[Vector]:
    """Inputs with others added, which get residual zero: phi and its double zeros stay as they
    are.
    """
    more = (Fraction(k, 2) * (-1) ** k for k in range(1, 4 * samples))
    return [(u,) for u in [*x, *[u for u in more if u not in x][: samples - len(x)]]]
