"""Constructions A and A+ (docs/theorems/constructions.md): from inputs, hidden weights and a
residual to a problem with a bad strict local minimum.

One hidden layer, half squared error, D trained input weights per unit (a hidden bias appends 1 to
every input). With the potential phi(w) = sum_i r_i s(w . x_i), suppose every w_j is a double zero:
phi(w_j) = 0, grad phi(w_j) = 0. Targets f(X) - t r then make (w, v) a critical point with loss t^2
|r|^2 / 2; A and A+ say when it is a strict local minimum. Targets are rounded, which moves the
minimum a little; the point returned is the unrounded one. Nothing here proves anything: certify the
result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from exactland.errors import InputError
from exactland.model.activations import Activation, evaluate_exactly
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, decimal_text
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

BITS = 256
DECIMALS = 6  # of the rounded targets
# phi and grad phi at a double zero, relative to |r|: recorded residuals have few digits
NEARLY_ZERO = 1e-3
SINGULAR = 1e-12  # eigenvalues and singular values below this fraction of the largest count as zero
Rows = Sequence[Sequence[Fraction]]


@dataclass(frozen=True)
class Potential:
    """phi(w), its gradient (D) and its Hessian (D x D) at one w, in balls."""

    value: arb
    gradient: list[arb]
    hessian: list[list[arb]]


def double_zeros(
    activation: Activation,
    x: Rows,
    w: Rows,
    v: Sequence[Fraction],
    r: Sequence[Fraction],
    t: Fraction,
    *,
    bias: bool = False,
    output_bias: Fraction | None = None,
    others: Rows = (),
    semidefinite: bool = False,
    decimals: int = DECIMALS,
) -> tuple[Problem, Vector]:
    """Construction A, or A+ with `semidefinite`: the problem with targets f(X) - t r, and the point
    (w, v).

    x has N rows of d numbers; w has m rows of D = d (+ 1 with `bias`, the bias last); v, of length
    m, leads into the first output; r has N numbers; t > 0. `output_bias` is the first output's
    trained bias (None: outputs have none). `others` has a row of m (+ 1) numbers per further
    output; those are fitted exactly. Targets are exact for exact activations, else rounded to
    `decimals` decimals.

    Raises InputError naming the hypothesis that fails, as far as floats can tell: double zeros,
    Hess phi(w_j) definite with the sign of v_j, the vectors s(X w_j) (and 1, with an output bias)
    independent, sum of r zero with an output bias. With `semidefinite`, Hess phi(w_j) may be
    semi-definite if the Jacobian of the outputs is injective where it vanishes. Not claimed: that
    the point is a minimum of the rounded problem, or not global; certifying decides that.

    >>> from exactland.model.activations import polynomial
    >>> cubic = polynomial((Fraction(0), Fraction(1), Fraction(1), Fraction(-1)))
    >>> x, half = [(Fraction(-1),), (Fraction(1),), (Fraction(2),)], Fraction(1, 2)
    >>> r = [Fraction(-10), Fraction(6), Fraction(-5)]
    >>> problem, point = double_zeros(cubic, x, [(half,)], [half], r, Fraction(1, 5))
    >>> [str(y) for (y,) in problem.y], [str(p) for p in point]
    (['31/16', '-71/80', '3/2'], ['1/2', '1/2'])
    """
    check_shapes(x, w, v, t, bias)
    if len(r) != len(x):
        raise InputError("r", f"{len(r)} numbers for {len(x)} samples")
    last = [*v] if output_bias is None else [*v, output_bias]
    for k, row in enumerate(others):
        if len(row) != len(last):
            raise InputError(f"others[{k}]", f"{len(row)} numbers where {len(last)} are needed")
    with precision(BITS):
        _check_hypotheses(activation, x, w, v, r, bias, output_bias is not None, not semidefinite)
    layers = [list(last), *map(list, others)]
    outputs = [
        _outputs(activation, x, w, row, bias, output_bias is not None, decimals) for row in layers
    ]
    outputs[0] = [f - t * ri for f, ri in zip(outputs[0], r)]
    y = (
        outputs
        if activation.is_exact
        else [[Fraction(round(f * 10**decimals), 10**decimals) for f in row] for row in outputs]
    )
    network = Network(
        len(x[0]), (Layer(len(w), activation, bias),), len(layers), output_bias is not None
    )
    hidden = ([list(unit[: len(x[0])]) for unit in w], [unit[-1] for unit in w] if bias else [])
    ends = (
        [row[: len(w)] for row in layers],
        [row[-1] for row in layers] if output_bias is not None else [],
    )
    return Problem(network, tuple(map(tuple, x)), tuple(zip(*y))), tuple(
        network.join([hidden, ends])
    )


def potential(
    activation: Activation, rows: Sequence[Sequence[arb]], w: Sequence[arb], r: Sequence[arb]
) -> Potential:
    """phi at w, for rows x_i (1 appended already) and residual r, at the working precision.

    Raises UndefinedError where s is not C^2.
    """
    s = [derivatives(activation, dot(w, row), 2) for row in rows]
    weighted = [[ri * d for d in of] for ri, of in zip(r, s)]
    span = range(len(w))
    gradient = [dot([of[1] for of in weighted], [row[k] for row in rows]) for k in span]
    hessian = [
        [dot([of[2] for of in weighted], [row[k] * row[p] for row in rows]) for p in span]
        for k in span
    ]
    return Potential(sum((of[0] for of in weighted), arb(0)), gradient, hessian)


def dot(a: Sequence[arb], b: Sequence[arb]) -> arb:
    return sum((p * q for p, q in zip(a, b)), arb(0))


def extended(x: Rows, bias: bool) -> list[list[arb]]:
    """The inputs in balls, 1 appended if there is a hidden bias."""
    return [[*map(to_arb, row), *([arb(1)] if bias else [])] for row in x]


def check_shapes(x: Rows, w: Rows, v: Sequence[Fraction], t: Fraction, bias: bool) -> None:
    """Raises InputError for empty or ragged rows, weights that do not fit the inputs, a zero in v,
    t not positive.
    """
    if not x or not w or not x[0]:
        raise InputError("x" if not x or not x[0] else "w", "is empty")
    for name, rows, width in (("x", x, len(x[0])), ("w", w, len(x[0]) + bias)):
        for k, row in enumerate(rows):
            if len(row) != width:
                raise InputError(f"{name}[{k}]", f"{len(row)} numbers where {width} are needed")
    if len(v) != len(w):
        raise InputError("v", f"{len(v)} numbers for {len(w)} units")
    if 0 in v:
        raise InputError(f"v[{list(v).index(Fraction(0))}]", "is zero")
    if t <= 0:
        raise InputError("t", f"{t} is not positive")


def _outputs(
    activation: Activation,
    x: Rows,
    w: Rows,
    row: Sequence[Fraction],
    bias: bool,
    output_bias: bool,
    decimals: int,
) -> list[Fraction]:
    """One output at every sample: exactly for exact activations, else to far more than `decimals`
    decimals.
    """
    v, c = (row[:-1], row[-1]) if output_bias else (row, Fraction(0))
    if activation.is_exact:
        ones = (Fraction(1),) if bias else ()
        return [
            c
            + sum(
                (
                    vj
                    * evaluate_exactly(
                        activation, sum((a * b for a, b in zip(unit, (*xi, *ones))), Fraction(0))
                    )
                    for vj, unit in zip(v, w)
                ),
                Fraction(0),
            )
            for xi in x
        ]
    with precision(BITS + 4 * decimals):
        units = [[to_arb(u) for u in unit] for unit in w]
        rows = extended(x, bias)
        return [
            c
            + from_midpoint(
                sum(
                    (
                        to_arb(vj) * derivatives(activation, dot(u, xi), 0)[0]
                        for vj, u in zip(v, units)
                    ),
                    arb(0),
                )
            )
            for xi in rows
        ]


def _check_hypotheses(
    activation: Activation,
    x: Rows,
    w: Rows,
    v: Sequence[Fraction],
    r: Sequence[Fraction],
    bias: bool,
    output_bias: bool,
    definite: bool,
) -> None:
    rows, residual = extended(x, bias), [to_arb(ri) for ri in r]
    norm = float(sum((ri * ri for ri in r), Fraction(0))) ** 0.5
    if output_bias and abs(float(sum(r))) > NEARLY_ZERO * norm:
        raise InputError(
            "r",
            f"with an output bias its sum must be 0, not {decimal_text(sum(r, Fraction(0)), 3)}",
        )
    columns = [np.ones(len(x))] if output_bias else []
    points = np.array([[float(u) for u in row] for row in rows])
    for j, (unit, vj) in enumerate(zip(w, v)):
        try:
            at = potential(activation, rows, [to_arb(u) for u in unit], residual)
            s = [derivatives(activation, dot([to_arb(u) for u in unit], row), 1) for row in rows]
        except UndefinedError as error:
            raise InputError(f"w[{j}]", str(error)) from None
        size = max(abs(float(g.mid())) for g in (at.value, *at.gradient))
        if size > NEARLY_ZERO * norm:
            raise InputError(
                f"w[{j}]",
                f"phi has no double zero there: value and gradient are up to {size:.3g}, |r| is"
                f" {norm:.3g}",
            )
        values, vectors = np.linalg.eigh(
            np.array([[float(h.mid()) for h in row] for row in at.hessian]) * (1 if vj > 0 else -1)
        )
        scale = max(1e-300, float(np.max(np.abs(values))))
        flat = (
            [vectors[:, k] for k, value in enumerate(values) if abs(value) <= NEARLY_ZERO * scale]
            if not definite
            else []
        )
        if values[0] < -NEARLY_ZERO * scale or (definite and values[0] <= SINGULAR * scale):
            shown = ", ".join(f"{e:.3g}" for e in values)
            raise InputError(
                f"v[{j}]",
                f"v_j Hess phi(w_j) is not positive {'' if definite else 'semi-'}definite"
                f" (eigenvalues {shown})",
            )
        columns.append(np.array([float(of[0].mid()) for of in s]))
        columns += [
            np.array([float(of[1].mid()) for of in s]) * (points @ u) * float(vj) for u in flat
        ]
    lengths = np.linalg.svd(np.array(columns).T, compute_uv=False)
    if len(columns) > len(x) or lengths[-1] <= SINGULAR * lengths[0]:
        what = "the vectors s(X w_j) are" if definite else "the Jacobian where Hess phi vanishes is"
        raise InputError("w", f"{what} not independent, as far as floats can tell")
