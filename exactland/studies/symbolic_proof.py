"""Proofs by exact algebra, printed for a reader: construction C, and A with sigmoid and logarithms
of integers as inputs (docs/theorems).

Everything that enters the derivatives at the point lies in a ring with an exact zero test. Sine at
rational multiples of pi: Q[z] modulo the minimal polynomial of a root of unity. Sigmoid at x = ln k
and an integer weight w: k^w/(1 + k^w) is rational, and ln k is a sum of formal symbols, one per
prime; a formal zero is a zero, and nothing is assumed about the logarithms. Sympy differentiates
the loss as defined; signs are decided by balls. Not a certificate: the kernel never sees these
problems, whose inputs or parameters are irrational.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

import numpy as np
import sympy
from flint import acb, arb

from exactland.errors import CertificateError, InputError
from exactland.model.numbers import exact_from_float, round_to_bits
from exactland.numerics.precision import raise_precision
from exactland.numerics.rounding import to_arb
from exactland.numerics.symbolic import rational

RANGE = "sine-N-m with 2 <= N <= 8 and 1 <= m <= N-1, or sigmoid-ln-m with 1 <= m <= 2"
# k, w, and about how long t r is
SIGMOIDS = {1: ((2, 3, 12), (1,), 4), 2: ((2, 3, 6, 36, 1000), (1, -2), 4)}
SMALL = 1e-3  # penalty on output weights of the better point: short numbers
X, Y, Z = sympy.Symbol("x", real=True), sympy.Symbol("y", real=True), sympy.Symbol("z")


@dataclass(frozen=True)
class Data:
    """One problem with N samples and a point with m units: f(x) = sum_j v_j s(w_j x), targets f(X)
    - t r. Of sine w is in units of pi/2, else an integer.

    `k` has the N inputs of sine, or the N integers whose logarithms are the inputs of sigmoid; r
    has N elements of the ring.
    """

    name: str
    k: tuple[Fraction, ...]
    w: tuple[int, ...]
    v: tuple[Fraction, ...]
    r: tuple[sympy.Expr, ...]
    t: Fraction

    @property
    def sine(self) -> bool:
        return self.name.startswith("sine")

    @property
    def order(self) -> int:
        """z is a primitive root of unity of this order (sine): all w_j x_i are multiples of 2 pi /
        order.
        """
        return 4 * (len(self.k) - 1)

    @property
    def primes(self) -> list[int]:
        return [] if self.sine else sorted({p for k in self.k for p in sympy.factorint(int(k))})

    def x(self, i: int) -> sympy.Expr:
        """Input i as an element of the ring."""
        return (
            rational(self.k[i])
            if self.sine
            else sympy.Add(*(e * log(p) for p, e in sympy.factorint(int(self.k[i])).items()))
        )

    def element(self, value: sympy.Expr) -> sympy.Poly:
        """A polynomial in z or in the logarithms, reduced: it is the zero polynomial only if the
        number is 0.
        """
        if self.sine:
            return _polynomial(value, (Z,)).rem(_minimal(self.order))
        return _polynomial(value, tuple(map(log, self.primes)))

    def ball(self, element: sympy.Poly) -> arb:
        """The number an element stands for, at the working precision.

        All our numbers are real: of z only the real part counts.
        """
        total, powers = (
            acb(0),
            (
                [acb(arb(2) / self.order).exp_pi_i()]
                if self.sine
                else [acb(arb(p).log()) for p in self.primes]
            ),
        )
        for exponents, coefficient in element.terms():
            term = acb(to_arb(Fraction(int(coefficient.p), int(coefficient.q))))
            for base, exponent in zip(powers, exponents):
                term *= base**exponent
            total += term
        return total.real


@dataclass(frozen=True)
class Check:
    """One statement of the proof (in Markdown), and whether it was found true."""

    statement: str
    checked: bool


@dataclass(frozen=True)
class Proof:
    """A strict local minimum that is not global: all `checks` hold.

    Terms has P rows of N: the parts of each derivative of E. P = 2m: w, then v.
    """

    data: Data
    terms: tuple[tuple[sympy.Poly, ...], ...]
    pivots: tuple[arb, ...]
    better: tuple[Fraction, ...]
    loss: arb
    lower: arb
    checks: tuple[Check, ...]


def _polynomial(value: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> sympy.Poly:
    """A formula as a polynomial with rational coefficients, by recursion: sympy's own way, to
    expand it first, takes ten times as long. Raises CertificateError where it is none.
    """
    ring, generators = sympy.polys.rings.xring(symbols, sympy.QQ)
    known = dict(zip(symbols, generators))
    return sympy.Poly.from_dict(dict(_in_ring(ring, value, known)), *symbols, domain="QQ")


def _in_ring(ring: Any, formula: sympy.Expr, known: dict[sympy.Expr, Any]) -> Any:
    """What a formula is in a ring of polynomials; every part that recurs once."""
    if formula not in known:
        known[formula] = _calculated(ring, formula, known)
    return known[formula]


def _calculated(ring: Any, formula: sympy.Expr, known: dict[sympy.Expr, Any]) -> Any:
    if formula.is_Rational:
        return ring.ground_new(sympy.QQ.from_sympy(formula))
    if formula.is_Pow and formula.exp.is_Integer and formula.exp > 0:
        return _in_ring(ring, formula.base, known) ** int(formula.exp)
    parts = [_in_ring(ring, part, known) for part in formula.args]
    if formula.is_Add:
        return sum(parts, start=ring.zero)
    if formula.is_Mul:
        return prod(parts, start=ring.one)
    raise CertificateError(f"{formula} is not an element of the ring")


@cache
def _minimal(order: int) -> sympy.Poly:
    """The minimal polynomial of a primitive root of unity of this order."""
    return sympy.Poly(sympy.cyclotomic_poly(order, Z), Z, domain="QQ")


def log(p: int) -> sympy.Symbol:
    """The formal symbol for the natural logarithm of a prime."""
    return sympy.Symbol(rf"\ell_{{{p}}}")


def built_in(name: str) -> Data:
    """The data of a family by its name. Raises InputError that names the range."""
    match = re.fullmatch(
        r"(sine)-([1-9][0-9]?)-([1-9][0-9]?)|(sigmoid-ln)-([1-9][0-9]?)", name, re.ASCII
    )
    if match and match[1] and 1 <= int(match[3]) < int(match[2]) <= 8:
        return _sine(int(match[2]), int(match[3]))
    if match and match[4] and int(match[5]) in SIGMOIDS:
        return _sigmoid(int(match[5]))
    raise InputError("--proof NAME", f"{name[:40]!a} is not one of {RANGE}")


def _sine(samples: int, units: int) -> Data:
    """Construction C with t = 1, no rounding."""
    k = (Fraction(1), Fraction(3), *(Fraction(j, samples - 1) for j in range(1, samples - 1)))
    r = (sympy.Integer(1), sympy.Integer(1), *[sympy.Integer(0)] * (samples - 2))
    return Data(
        f"sine-{samples}-{units}",
        k,
        tuple(2 * j + 1 for j in range(units)),
        tuple(Fraction((-1) ** j, 2) for j in range(units)),
        r,
        Fraction(1),
    )


def _sigmoid(units: int) -> Data:
    """Construction A at 2m+1 samples: r spans the solutions of 2m homogeneous linear equations, by
    cofactors; v_j = +-1/8 with the sign of phi''(w_j).
    """
    k, w, length = SIGMOIDS[units]
    data = Data(
        f"sigmoid-ln-{units}",
        tuple(map(Fraction, k)),
        w,
        (Fraction(1),) * units,
        (sympy.Integer(0),) * len(k),
        Fraction(1),
    )
    rows = []
    for wj in w:
        s = [sympy.Rational(ki) ** wj / (1 + sympy.Rational(ki) ** wj) for ki in k]
        rows += [s, [data.x(i) * si * (1 - si) for i, si in enumerate(s)]]
    matrix = sympy.Matrix(rows)
    minors = [
        matrix.extract(range(2 * units), [c for c in range(len(k)) if c != i]).det(
            method="berkowitz"
        )
        for i in range(len(k))
    ]
    r = tuple(data.element((-1) ** i * minor).as_expr() for i, minor in enumerate(minors))
    t = Fraction(2) ** round(
        np.log2(length / sum(float(data.ball(data.element(ri)).mid()) ** 2 for ri in r) ** 0.5)
    )
    curvatures = [
        data.element(
            sum(
                ri * data.x(i) ** 2 * s * (1 - s) * (1 - 2 * s)
                for i, ri in enumerate(r)
                for s in [_value(data, i, wj)]
            )
        )
        for wj in w
    ]
    return replace(data, r=r, t=t, v=tuple(Fraction(_sign(data, c), 8) for c in curvatures))


def _value(data: Data, i: int, w: int) -> sympy.Expr:
    """s(w x_i) as an element."""
    if data.sine:
        return _power(data, i, w)[0]
    return sympy.Rational(int(data.k[i])) ** w / (1 + sympy.Rational(int(data.k[i])) ** w)


def _power(data: Data, i: int, w: int) -> tuple[sympy.Expr, sympy.Expr]:
    """sin and cos of w x_i pi/2 as polynomials in z = exp(2 pi i / order): the imaginary unit is
    z^(order/4).
    """
    q, order = int(w * data.k[i] * data.order / 4), data.order
    up, down = Z ** (q % order), Z ** (-q % order)
    return (up - down) * Z ** (3 * order // 4) / 2, (up + down) / 2


def _sign(data: Data, element: sympy.Poly) -> int:
    sign = raise_precision(
        lambda _: 1 if data.ball(element) > 0 else -1 if data.ball(element) < 0 else None
    )
    if sign is None:
        raise CertificateError(f"{data.name}: the sign of phi'' at a double zero is not decided")
    return sign


def prove(data: Data) -> Proof:
    """Checks that the point is a strict local minimum of the data's problem and not global.

    Raises CertificateError if any check fails.
    """
    m, samples = len(data.w), range(len(data.k))
    if any((k * data.order / 4 if data.sine else k).denominator != 1 or k <= 0 for k in data.k):
        raise CertificateError(
            f"{data.name}: an input that is not j/(N-1), or the logarithm of an integer, with"
            " integers above 0"
        )
    parameters, loss, gradient, hessian = _derivatives(data)
    places = [_values(data, i) for i in samples]
    at_point = data.element(sum(loss.xreplace(at) for at in places))
    terms = tuple(tuple(data.element(g.xreplace(at)) for at in places) for g in gradient)
    zeros = [data.element(sum(part.as_expr() for part in row)).is_zero for row in terms]
    entries = {
        (a, b): data.element(sum(hessian[a][b].xreplace(at) for at in places))
        for a in range(2 * m)
        for b in range(a, 2 * m)
    }
    pivots = (
        raise_precision(
            lambda _: _pivots(
                [
                    [data.ball(entries[min(a, b), max(a, b)]) for b in range(2 * m)]
                    for a in range(2 * m)
                ]
            )
        )
        or ()
    )
    better = _better(data)
    losses = raise_precision(
        lambda _: next(
            ((at, low) for at, low in [(data.ball(at_point), _loss(data, better))] if low < at),
            None,
        )
    )
    checks = [
        Check(rf"$\partial E/\partial {sympy.latex(p)} = 0$", bool(zero))
        for p, zero in zip(parameters, zeros)
    ]
    half = data.element(rational(data.t) ** 2 / 2 * sum(ri**2 for ri in data.r))
    checks.append(
        Check(r"the loss at the point is $t^2 |r|^2 / 2$", bool((at_point - half).is_zero))
    )
    checks.append(
        Check(
            "the Hessian is positive definite", len(pivots) == 2 * m and all(p > 0 for p in pivots)
        )
    )
    checks.append(
        Check(
            "the loss at the other point is lower",
            losses is not None and bool(losses[1] < losses[0]),
        )
    )
    if failed := [check.statement for check in checks if not check.checked]:
        raise CertificateError(f"{data.name}: not shown: {failed[0]}")
    assert losses is not None
    return Proof(data, terms, pivots, better, *losses, tuple(checks))


def _derivatives(
    data: Data,
) -> tuple[list[sympy.Symbol], sympy.Expr, list[sympy.Expr], list[list[sympy.Expr]]]:
    """In symbols: the parameters (w, then v; P of them), one sample's loss (f - y)^2 / 2, its P
    derivatives and P x P second derivatives.
    """
    w, v = (
        [sympy.Symbol(f"{letter}_{j}", real=True) for j in range(1, len(data.w) + 1)]
        for letter in "wv"
    )
    output = sympy.Add(
        *(
            vj * (sympy.sin(wj * X) if data.sine else 1 / (1 + sympy.exp(-wj * X)))
            for wj, vj in zip(w, v)
        )
    )
    loss = (output - Y) ** 2 / 2
    gradient = [sympy.diff(loss, p) for p in (*w, *v)]
    return [*w, *v], loss, gradient, [[sympy.diff(g, p) for p in (*w, *v)] for g in gradient]


def _values(data: Data, i: int) -> dict[sympy.Expr, sympy.Expr]:
    """What stands for x, y, v_j and the functions of w_j x at sample i.

    Anything left over makes `element` raise: it would be an unknown.
    """
    values = {X: data.x(i), Y: target(data, i).as_expr()}
    for j, (wj, vj) in enumerate(zip(data.w, data.v), 1):
        z = sympy.Symbol(f"w_{j}", real=True) * X
        values[sympy.Symbol(f"v_{j}", real=True)] = rational(vj)
        if data.sine:
            values[sympy.sin(z)], values[sympy.cos(z)] = _power(data, i, wj)
        else:
            values |= {
                sympy.exp(-power * z): sympy.Rational(int(data.k[i])) ** (-power * wj)
                for power in range(1, 5)
            }
    return values


def target(data: Data, i: int) -> sympy.Poly:
    """y_i = f(x_i) - t r_i."""
    return data.element(
        sum(rational(vj) * _value(data, i, wj) for wj, vj in zip(data.w, data.v))
        - rational(data.t) * data.r[i]
    )


def _pivots(matrix: list[list[arb]]) -> tuple[arb, ...] | None:
    """The pivots of elimination without exchanges if all are positive (then every symmetric matrix
    within the balls is positive definite), else None.
    """
    pivots: list[arb] = []
    while matrix:
        (pivot, *row), *rest = matrix
        if not pivot > 0:
            return None
        pivots.append(pivot)
        matrix = [
            [entry - other[0] / pivot * above for entry, above in zip(other[1:], row)]
            for other in rest
        ]
    return tuple(pivots)


def _loss(data: Data, point: Sequence[Fraction]) -> arb:
    """The loss at a rational point, w then v."""
    m, total = len(data.w), arb(0)
    for i in range(len(data.k)):
        x, y = data.ball(data.element(data.x(i))), data.ball(target(data, i))
        z = [to_arb(wj) * x for wj in point[:m]]
        s = [u.sin() if data.sine else 1 / (1 + (-u).exp()) for u in z]
        total += (sum((to_arb(vj) * sj for vj, sj in zip(point[m:], s)), arb(0)) - y) ** 2 / 2
    return total


def _better(data: Data) -> tuple[Fraction, ...]:
    """A rational point that fits well, by floats: weights from a grid, one after another, output
    weights by least squares. Proves nothing.
    """
    exact = [(data.element(data.x(i)), target(data, i)) for i in range(len(data.k))]
    x, y = (np.array([float(data.ball(e).mid()) for e in of]) for of in zip(*exact))
    grid = np.array([k / 16 for k in range(-160, 321) if k])
    features = np.sin(np.outer(grid, x)) if data.sine else 1 / (1 + np.exp(-np.outer(grid, x)))
    chosen: list[int] = []
    for _ in data.w:
        errors = [
            np.inf if c in chosen else _fit(features[[*chosen, c]], y)[0] for c in range(len(grid))
        ]
        chosen.append(int(np.argmin(errors)))
    return (
        *(exact_from_float(float(grid[c])) for c in chosen),
        *(round_to_bits(exact_from_float(float(a)), 6) for a in _fit(features[chosen], y)[1]),
    )


def _fit(rows: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    v = np.linalg.solve(rows @ rows.T + SMALL * np.eye(len(rows)), rows @ y)
    return float(np.sum((v @ rows - y) ** 2) + SMALL * np.sum(v**2)), v


def check_published_sigmoid_point() -> None:
    """The point of Yun, Sra and Jadbabaie for sigmoid: two units with weight -ln 3, bias 0 and
    output weight 2/3, output bias 0; targets 0, 0, 1.

    Raises ArithmeticError unless all outputs are 1/3, the residuals and their sum weighted with the
    unit's values (its potential) cancel, s'' = 3/32 there, and the loss is 1/3.
    """
    u = sympy.Symbol("u", real=True)
    sigmoid = 1 / (1 + sympy.exp(-u))
    at = -sympy.log(3)
    value = sigmoid.subs(u, at)
    output = sympy.simplify(2 * sympy.Rational(2, 3) * value)
    residuals = [output, output, output - 1]
    potential = sympy.simplify(sum(r * value for r in residuals))
    bend = sympy.simplify(sigmoid.diff(u, 2).subs(u, at))
    loss = sum(r**2 for r in residuals) / 2
    third = sympy.Rational(1, 3)
    found = (output, potential, sum(residuals), bend, loss)
    if found != (third, 0, 0, sympy.Rational(3, 32), third):
        raise ArithmeticError(
            "the published point for sigmoid does not have the properties it is said to have"
        )
