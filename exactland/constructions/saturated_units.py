"""Construction H (docs/theorems/constructions.md): a residual on two samples at which every
hard-tanh unit is saturated, so that phi is zero near every w_j.
"""

from __future__ import annotations

from fractions import Fraction

from exactland.constructions.double_zero import double_zeros
from exactland.errors import InputError
from exactland.model.activations import NAMED
from exactland.model.numbers import Vector
from exactland.model.problem import Problem


def saturated(
    samples: int, units: int, *, v: Fraction = Fraction(1, 10), t: Fraction = Fraction(1)
) -> tuple[Problem, Vector]:
    """Construction H: hard-tanh, one input, no biases, N >= 2m + 1; the problem and the point, both
    exact, all output weights v.

    x_i = i; unit j has the weight 2/(4j - 1): linear at i <= 2j - 1, saturated from i = 2j on. The
    residual is t at sample 2m, -t at sample 2m + 1, else 0. Raises InputError for fewer samples, v
    zero, t not positive. The point is a strict local minimum with loss t^2. Not claimed: that it is
    not global, which it is for small |v|/t; certifying decides that.

    >>> problem, point = saturated(samples=5, units=2)
    >>> [str(y) for (y,) in problem.y], [str(p) for p in point]
    (['2/21', '11/70', '13/70', '-4/5', '6/5'], ['2/3', '2/7', '1/10', '1/10'])
    """
    if units < 1 or samples <= 2 * units:
        raise InputError(
            "units",
            f"{units} units for {samples} samples (at least 1, with 2m + 1 samples or more)",
        )
    x = [(Fraction(i),) for i in range(1, samples + 1)]
    w = [(Fraction(2, 4 * j - 1),) for j in range(1, units + 1)]
    r = [Fraction((i == 2 * units) - (i == 2 * units + 1)) for i in range(1, samples + 1)]
    return double_zeros(NAMED["hard-tanh"], x, w, [v] * units, r, t, semidefinite=True)
