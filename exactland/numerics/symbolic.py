"""Symbolic encoding: a problem's loss, gradient and Hessian as sympy expressions.

The reference for every numeric derivative, and LaTeX for papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy

from exactland.errors import ResourceLimitError
from exactland.model.activations import Activation, Expression
from exactland.model.losses import loss
from exactland.model.problem import Problem
from exactland.model.trees import Algebra, fold

CAP = 150_000  # operations in the loss times P^2: about half a minute; larger formulas help nobody


@dataclass(frozen=True)
class Encoding:
    """E as an expression in the symbols theta (length P, in the order of the flattening), with its
    gradient (P) and Hessian (P x P).
    """

    theta: tuple[sympy.Symbol, ...]
    loss: sympy.Expr
    gradient: tuple[sympy.Expr, ...]
    hessian: sympy.Matrix


def symbols(problem: Problem) -> tuple[sympy.Symbol, ...]:
    """One real symbol per parameter, named for LaTeX: w1[2,1] becomes w^{(1)}_{2,1}."""

    def latex(name: str) -> str:
        letter, _, index = name[:-1].partition("[")
        return (
            f"{letter[0]}^{{({letter[1:]})}}_{{{index}}}" if letter[1:] else f"{letter}_{{{index}}}"
        )

    return tuple(sympy.Symbol(latex(name), real=True) for name in problem.network.parameter_names())


def encode(problem: Problem) -> Encoding:
    """The symbolic loss, gradient and Hessian.

    Raises ResourceLimitError when they would be too large to read.

    >>> from exactland.constructions import sine
    >>> problem, _ = sine(samples=2, units=1)
    >>> encoding = encode(problem)
    >>> encoding.theta, encoding.loss.diff(encoding.theta[1]) == encoding.gradient[1]
    ((w^{(1)}_{1,1}, v_{1,1}), True)
    """
    too_large = ResourceLimitError(
        f"symbolic derivatives of {problem.parameters} parameters and {problem.samples} samples are"
        " too large to be useful"
    )
    if problem.parameters**2 * problem.samples > CAP:
        raise too_large
    theta = symbols(problem)
    layers = problem.network.split(theta)
    terms = []
    for x, y in zip(problem.x, problem.y):
        features: list[sympy.Expr] = [rational(v) for v in x]
        for depth, (weights, biases) in enumerate(layers):
            z = [
                sum(
                    (w * a for w, a in zip(row, features)),
                    biases[j] if biases else sympy.Integer(0),
                )
                for j, row in enumerate(weights)
            ]
            features = (
                [to_sympy(problem.network.hidden[depth].activation, u) for u in z]
                if depth < len(problem.network.hidden)
                else z
            )
        terms.append(
            loss(problem.loss).derivatives(features, [rational(v) for v in y], _derivatives)[0]
        )
    total = sympy.Add(*terms)
    if sympy.count_ops(total) * problem.parameters**2 > CAP:
        raise too_large
    gradient = tuple(sympy.diff(total, t) for t in theta)
    # every pair once: the second derivatives are most of the time
    upper = {
        (i, j): sympy.diff(gradient[i], theta[j])
        for i in range(len(theta))
        for j in range(i, len(theta))
    }
    hessian = sympy.Matrix(len(theta), len(theta), lambda i, j: upper[min(i, j), max(i, j)])
    return Encoding(theta, total, gradient, hessian)


def _derivatives(activation: Activation, at: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """s, s' and s'' at an expression."""
    x = sympy.Dummy(real=True)
    s = to_sympy(activation, x)
    return tuple(d.xreplace({x: at}) for d in (s, sympy.diff(s, x), sympy.diff(s, x, 2)))


def to_latex(encoding: Encoding) -> str:
    """Loss, gradient and Hessian as LaTeX display equations."""
    lines = [rf"E(\theta) = {sympy.latex(encoding.loss)}"]
    lines += [
        rf"\frac{{\partial E}}{{\partial {t}}} = {sympy.latex(g)}"
        for t, g in zip(encoding.theta, encoding.gradient)
    ]
    count = len(encoding.theta)
    for i in range(count):
        for j in range(i, count):
            under = rf"\partial {encoding.theta[i]}\,\partial {encoding.theta[j]}"
            lines.append(
                rf"\frac{{\partial^2 E}}{{{under}}} = {sympy.latex(encoding.hessian[i, j])}"
            )
    return "\n\n".join(f"\\[ {line} \\]" for line in lines) + "\n"


def to_sympy(activation: Activation, x: sympy.Expr) -> sympy.Expr:
    """The activation as a sympy expression in x."""
    if not isinstance(activation, Expression):
        s = activation.pieces
        values = [fold(tree, _Formula(x)) for tree in s.trees]
        return sympy.Piecewise(
            *((value, x < rational(b)) for value, b in zip(values, s.breakpoints)),
            (values[-1], True),
        )
    return fold(activation.tree, _Formula(x))


def rational(q: Fraction) -> sympy.Rational:
    return sympy.Rational(q.numerator, q.denominator)


class _Formula(Algebra[sympy.Expr]):
    """A tree as a sympy expression in x."""

    def __init__(self, x: sympy.Expr) -> None:
        self._x = x

    def variable(self) -> sympy.Expr:
        return self._x

    def constant(self, value: Fraction, /) -> sympy.Expr:
        return rational(value)

    def power(self, base: sympy.Expr, exponent: int, /) -> sympy.Expr:
        return base**exponent

    def add(self, terms: Sequence[sympy.Expr], /) -> sympy.Expr:
        return sympy.Add(*terms)

    def multiply(self, factors: Sequence[sympy.Expr], /) -> sympy.Expr:
        return sympy.Mul(*factors)

    def divide(self, numerator: sympy.Expr, denominator: sympy.Expr, /) -> sympy.Expr:
        return numerator / denominator

    def exp(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.exp(u)

    def log(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.log(u)

    def sqrt(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.sqrt(u)

    def sin(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.sin(u)

    def cos(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.cos(u)

    def atan(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.atan(u)

    def tanh(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.tanh(u)

    def erf(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.erf(u)

    def softplus(self, u: sympy.Expr, /) -> sympy.Expr:
        return sympy.log(1 + sympy.exp(u))

    def sigmoid(self, u: sympy.Expr, /) -> sympy.Expr:
        return 1 / (1 + sympy.exp(-u))
