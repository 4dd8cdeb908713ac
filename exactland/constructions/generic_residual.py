"""Construction B (docs/theorems/constructions.md): a residual for given inputs and hidden weights,
from linear equations.

phi(w_j) = 0, grad phi(w_j) = 0 and Hess phi(w_j) = s_j I are m (D+1)(D+2)/2 linear equations in r.
Where they are independent a solution exists, and construction A applies. Other right-hand sides for
the Hessian give A+, and leaving it open gives the 2m + 1 form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb, ctx

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
from exactland.errors import InputError
from exactland.model.activations import Activation
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import rounded_midpoint, to_arb

SOLVING_BITS = 512
KEPT_BITS = 192  # fractional bits of a residual
Equation = tuple[list[arb], Fraction]  # N coefficients, right-hand side


def generic(
    activation: Activation,
    x: Rows,
    w: Rows,
    v: Sequence[Fraction],
    t: Fraction,
    *,
    bias: bool = False,
    output_bias: Fraction | None = None,
    others: Rows = (),
    semidefinite: bool = False,
    decimals: int = DECIMALS,
) -> tuple[Problem, Vector]:
    """Construction B: the r of least norm with double zeros at every w_j and Hess phi(w_j) =
    sign(v_j) I, put into construction A.

    With `semidefinite`, Hess phi(w_j) = sign(v_j) e_1 e_1^T, flat in all weights of a unit but the
    first, and construction A+; with one trained weight per unit it is 0 then, and |r| = 1. Shapes,
    keywords and what is not claimed as for `double_zeros`. Raises InputError for what does not fit,
    and when the equations contradict each other, as they do for affine and homogeneous activations,
    for exp and sin with a hidden bias (not for sin with `semidefinite`), and when there are fewer
    samples than equations.

    >>> from exactland import named
    >>> x = [(Fraction(k),) for k in (-3, -1, 2)]
    >>> one, half = Fraction(1), Fraction(1, 2)
    >>> problem, point = generic(named("gelu"), x, w=[(one,)], v=[half], t=one)
    >>> problem.samples, [str(p) for p in point]
    (3, ['1', '1/2'])
    """
    check_shapes(x, w, v, t, bias)
    scalar = len(w[0]) == 1

    def block(p: int, q: int) -> int:
        return int(p == q and (p == 0 and not scalar if semidefinite else True))

    r = _residual(activation, x, w, v, block, bias, output_bias is not None)
    return double_zeros(
        activation,
        x,
        w,
        v,
        r,
        t,
        bias=bias,
        output_bias=output_bias,
        others=others,
        semidefinite=semidefinite,
        decimals=decimals,
    )


def generic_scalar(
    activation: Activation,
    x: Rows,
    w: Rows,
    sizes: Sequence[Fraction],
    t: Fraction,
    *,
    decimals: int = DECIMALS,
) -> tuple[Problem, Vector]:
    """Construction B in its 2m + 1 form: one input, no biases, N >= 2m + 1 samples, an r of length
    1 with double zeros at every w_j.

    |v_j| is |sizes[j]|, its sign that of phi''(w_j). Shapes, errors and what is not claimed as for
    `double_zeros`.
    """
    check_shapes(x, w, sizes, t, False)
    r = _residual(activation, x, w, sizes, None, False, False)
    with precision(BITS):
        rows, balls = extended(x, False), [to_arb(ri) for ri in r]
        bends = [
            potential(activation, rows, [to_arb(u) for u in unit], balls).hessian[0][0]
            for unit in w
        ]
    v = [abs(size) if bend > 0 else -abs(size) for size, bend in zip(sizes, bends)]
    return double_zeros(activation, x, w, v, r, t, decimals=decimals)


def _residual(
    activation: Activation,
    x: Rows,
    w: Rows,
    v: Sequence[Fraction],
    block: Callable[[int, int], int] | None,
    bias: bool,
    output_bias: bool,
) -> Vector:
    """An r with double zeros at every w_j, and Hess phi(w_j) = sign(v_j) block when there is a
    block.
    """
    with precision(SOLVING_BITS):
        rows = extended(x, bias)
        span = range(len(w[0]))
        equations: list[Equation] = [([arb(1)] * len(x), Fraction(0))] if output_bias else []
        for j, (unit, vj) in enumerate(zip(w, v)):
            try:
                s = [
                    derivatives(activation, dot([to_arb(u) for u in unit], row), 2 if block else 1)
                    for row in rows
                ]
            except UndefinedError as error:
                raise InputError(f"w[{j}]", str(error)) from None
            equations.append(([of[0] for of in s], Fraction(0)))
            equations += [([of[1] * row[k] for of, row in zip(s, rows)], Fraction(0)) for k in span]
            if block:
                sign = 1 if vj > 0 else -1
                pairs = [(p, q) for p in span for q in span if p <= q]
                equations += [
                    (
                        [of[2] * row[p] * row[q] for of, row in zip(s, rows)],
                        Fraction(sign * block(p, q)),
                    )
                    for p, q in pairs
                ]
        return tuple(rounded_midpoint(ri, KEPT_BITS) for ri in least_norm(equations))


def least_norm(equations: Sequence[Equation]) -> list[arb]:
    """The solution of least norm, by orthogonalising row after row; of length 1, orthogonal to all
    rows, when every right-hand side is 0.

    Approximate, at the working precision. Raises InputError when the equations contradict each
    other, or leave nothing but 0.
    """
    # orthonormal rows, and the solution's components along them
    basis: list[tuple[list[arb], arb]] = []
    count = len(equations[0][0])
    for row, right in equations:
        rest, length, along = _orthogonal(row, basis)
        missing = (to_arb(right) - along).mid()
        if length is not None:
            basis.append(([(c / length).mid() for c in rest], (missing / length).mid()))
        elif abs(missing) > arb(2) ** (-ctx.prec // 4):
            raise InputError(
                "x",
                f"the equations for r contradict each other ({len(equations)} equations, {count}"
                f" samples, rank {len(basis)} so far)",
            )
    if any(right for _, right in equations):
        return [
            sum((component * direction[i] for direction, component in basis), arb(0)).mid()
            for i in range(count)
        ]
    for k in reversed(range(count)):
        rest, length, _ = _orthogonal([arb(i == k) for i in range(count)], basis)
        if length is not None:
            return [(c / length).mid() for c in rest]
    raise InputError("x", f"only r = 0 solves the equations: more than {count} samples are needed")


def _orthogonal(
    row: Sequence[arb], basis: Sequence[tuple[list[arb], arb]]
) -> tuple[list[arb], arb | None, arb]:
    """What is left of a row orthogonal to the basis, its length (None when it is nothing but
    rounding), and what the solution so far gives along the row.
    """
    rest, along = [c.mid() for c in row], arb(0)
    for direction, component in basis:
        shadow = dot(rest, direction).mid()
        rest = [(c - shadow * d).mid() for c, d in zip(rest, direction)]
        along += shadow * component
    length, whole = dot(rest, rest).sqrt().mid(), dot(row, row).sqrt()
    return rest, length if length > whole * arb(2) ** (-ctx.prec // 4) else None, along.mid()
