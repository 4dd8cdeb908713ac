"""Constructions of bad strict local minima (proofs/THEOREMS.md, constructions A and C): from a few parameters to a problem and a start near the minimum.

One hidden layer, scalar output, no output bias. Where phi(w) = sum_i r_i s(w . x_i) has a double zero w_j with a definite Hessian of sign s_j for every
unit, targets f(X) - t r make (w, v) a strict local minimum with loss t^2 |r|^2 / 2. Rounding the targets moves the minimum a little; the start is the
unrounded one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from exactland.activations import Activation, evaluate_exactly, named
from exactland.calculus import derivatives
from exactland.exact import from_midpoint, round_to_bits, to_arb
from exactland.precision import precision
from exactland.problem import Layer, Network, Problem, Vector

BITS = 256
DECIMALS = 4  # of the rounded targets
START_BITS = 32  # fractional bits of a start


def double_zeros(
    activation: Activation, x: Sequence[Fraction], w: Sequence[Vector], v: Sequence[Fraction], r: Sequence[Fraction], t: Fraction
) -> tuple[Problem, Vector]:
    """Construction A with scalar input: the problem with targets f(X) - t r, and (w, v).

    x and r have N entries; w has m rows (weight,) or (weight, bias). Targets are exact for exact activations, else rounded to 4 decimals. Not checked
    here: that the zeros are double and definite (certifying the result does that).
    """
    with precision(BITS):
        rows = [[to_arb(u) for u in unit] for unit in w]
        f = [_output(activation, Fraction(xi), w, rows, v) for xi in x]
    y = tuple(fi - t * ri for fi, ri in zip(f, r))
    if not activation.is_exact:
        y = tuple(Fraction(round(yi * 10**DECIMALS), 10**DECIMALS) for yi in y)
    bias = len(w[0]) == 2
    network = Network(1, (Layer(len(w), activation, bias),))
    start = (*(u[0] for u in w), *(u[1] for u in w if bias), *v)
    return Problem(network, tuple((Fraction(xi),) for xi in x), tuple((yi,) for yi in y)), start


def _output(activation: Activation, x: Fraction, w: Sequence[Vector], rows: Sequence[Sequence[arb]], v: Sequence[Fraction]) -> Fraction:
    if activation.is_exact:
        return sum((vj * evaluate_exactly(activation, u[0] * x + sum(u[1:])) for vj, u in zip(v, w)), Fraction(0))
    units = [derivatives(activation, u[0] * to_arb(x) + sum(u[1:], arb(0)), 0)[0] for u in rows]
    return from_midpoint(sum((to_arb(vj) * s for vj, s in zip(v, units)), arb(0)))


def sine(samples: int, units: int) -> tuple[Problem, Vector]:
    """Construction C: sin, N >= 2 samples, 1 <= m <= N-1 units.

    x = (1, 3, 1/(N-1), ..., (N-2)/(N-1)), r = (1, 1, 0, ..., 0), w_k = pi/2 + (k-1) pi, v_k = (-1)^(k-1) / 2, t = 1: phi(w) = sin w + sin 3w has a double
    zero at every w_k, with phi'' = 8 sin w_k.
    """
    x = [Fraction(1), Fraction(3), *(Fraction(k, samples - 1) for k in range(1, samples - 1))]
    r = [Fraction(i < 2) for i in range(samples)]
    with precision(BITS):
        zeros = [from_midpoint(arb.pi() * (2 * k + 1) / 2) for k in range(units)]
    v = [Fraction((-1) ** k, 2) for k in range(units)]
    problem, start = double_zeros(named("sin"), x, [(zero,) for zero in zeros], v, r, Fraction(1))
    return problem, tuple(round_to_bits(s, START_BITS) for s in start)
