"""Networks too narrow for the wide theorem, with a bad basin planted at their parameters
(docs/theorems/constructions.md, A to C).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mat
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from exactland.constructions import double_zeros, generic_scalar, sine
from exactland.model.activations import NAMED, evaluate_exactly, polynomial
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.rounding import to_fmpq
from exactland.testing.strategies import DENOMINATORS, rationals

SMOOTH = ("sigmoid", "tanh", "arctan", "softplus", "swish", "gelu")
# output weights and residuals: "not global" needs small ones and large ones
SMALL, LARGE = Fraction(1, 8), Fraction(64)


@st.composite
def planted_basins(draw: DrawFn, *, just_below: bool = False) -> Problem:
    """One hidden layer, one input, with a sub-optimal strict local minimum at (or near)
    `problem.point`; `just_below`: of width N - 1.

    Sines (C); polynomials whose derivative vanishes at all the products w_j x_i (A); else named
    smooth activations on three random samples (B). Rounded targets may spoil a few.
    """
    kind = draw(
        st.sampled_from(("polynomial", "sine") if just_below else ("polynomial", "sine", "generic"))
    )
    problem, point = {"polynomial": _at_critical_points, "sine": _sine, "generic": _generic}[kind](
        draw, just_below
    )
    return replace(problem, point=tuple(point))


def _sine(draw: DrawFn, just_below: bool) -> tuple[Problem, Vector]:
    """Construction C, its inputs scaled."""
    samples = draw(st.integers(2, 4))
    units = samples - 1 if just_below else draw(st.integers(1, samples - 1))
    problem, point = sine(samples, units)
    c = Fraction(draw(st.integers(1, 12)), draw(st.sampled_from(DENOMINATORS)))
    return replace(problem, x=tuple((c * v,) for (v,) in problem.x)), (
        *(w / c for w in point[:units]),
        *point[units:],
    )


def _generic(draw: DrawFn, _: bool) -> tuple[Problem, Vector]:
    """Construction B with one unit: r from linear equations, at three samples."""
    x = [(Fraction(n, 2),) for n in draw(st.permutations(range(1, 7)))[:3]]
    w = draw(st.sampled_from((Fraction(1), Fraction(1, 2), Fraction(-1))))
    return generic_scalar(NAMED[draw(st.sampled_from(SMOOTH))], x, w=[(w,)], sizes=[SMALL], t=LARGE)


def _at_critical_points(draw: DrawFn, _: bool) -> tuple[Problem, Vector]:
    """Construction A with N = m + 1: s' vanishes at every product w_j x_i, so grad phi does at
    every w_j; r is in the left kernel of s(w_j x_i).
    """
    units = draw(st.sampled_from((1, 1, 2)))
    x, w = (
        draw(st.permutations((1, -1, 2, -2, 3) if units == 1 else (1, 2, -1)))[: units + 1],
        draw(st.permutations((1, 2, -1)))[:units],
    )
    slope = [Fraction(1)]  # the coefficients of s'
    for zero in sorted({wj * xi for wj in w for xi in x}):
        slope = [a - zero * b for a, b in zip([Fraction(0), *slope], [*slope, Fraction(0)])]
    s = polynomial((draw(rationals(3)), *(a / k for k, a in enumerate(slope, 1))))
    bend = polynomial(tuple(k * a for k, a in enumerate(slope))[1:])
    values = [to_fmpq(evaluate_exactly(s, Fraction(wj * xi))) for wj in w for xi in x]
    kernel, nullity = fmpq_mat(units, units + 1, values).numer_denom()[0].nullspace()
    assume(nullity == 1)
    column = [Fraction(int(kernel[i, 0])) for i in range(units + 1)]
    r = [c / max(map(abs, column)) for c in column]
    bends = [
        sum(
            (ri * xi * xi * evaluate_exactly(bend, Fraction(wj * xi)) for ri, xi in zip(r, x)),
            Fraction(0),
        )
        for wj in w
    ]
    assume(all(bends))
    v = [SMALL if b > 0 else -SMALL for b in bends]
    return double_zeros(
        s, [(Fraction(xi),) for xi in x], [(Fraction(wj),) for wj in w], v, r, LARGE
    )
