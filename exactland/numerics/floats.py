"""Activations and whole problems in float64, as numpy arrays. Fast, rounded, proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from exactland.errors import InputError, ResourceLimitError
from exactland.model.activations import Activation, Expression
from exactland.model.losses import loss
from exactland.model.problem import Problem
from exactland.model.trees import Algebra, Tree, fold

Array = NDArray[np.float64]
Jet = tuple[Array, Array, Array]  # value, first and second derivative
MAX_PARAMETERS = 1000


def evaluate(activation: Activation, z: Array) -> Jet:
    """s(z), s'(z) and s''(z) in floats (at a breakpoint, those of the piece to the left)."""
    if isinstance(activation, Expression):
        return _filled(activation.tree, z)
    s = activation.pieces
    index = np.searchsorted(np.array([float(b) for b in s.breakpoints]), z)
    value, slope, bend = np.empty_like(z), np.empty_like(z), np.empty_like(z)
    for k, tree in enumerate(s.trees):
        here = index == k
        value[here], slope[here], bend[here] = _filled(tree, z[here])
    return value, slope, bend


def _filled(tree: Tree, z: Array) -> Jet:
    value, slope, bend = fold(tree, _Jets(z))
    zero = np.zeros_like(z)
    return value + zero, slope + zero, bend + zero


class _Jets(Algebra[Jet]):
    """Value, first and second derivative of a tree at an array of numbers z."""

    def __init__(self, z: Array) -> None:
        self._z = z

    def variable(self) -> Jet:
        return self._z, np.ones_like(self._z), np.zeros_like(self._z)

    def constant(self, value: Fraction, /) -> Jet:
        zero = np.zeros_like(self._z)
        return np.full_like(self._z, float(value)), zero, zero

    def power(self, base: Jet, exponent: int, /) -> Jet:
        u, du, ddu = base
        n = float(exponent)
        value = u**n
        slope = n * u ** (n - 1) * du
        bend = n * u ** (n - 1) * ddu + n * (n - 1) * u ** (n - 2) * du * du
        return value, slope, bend

    def add(self, terms: Sequence[Jet], /) -> Jet:
        u, du, ddu = terms[0]
        for v, dv, ddv in terms[1:]:
            u, du, ddu = u + v, du + dv, ddu + ddv
        return u, du, ddu

    def multiply(self, factors: Sequence[Jet], /) -> Jet:
        u, du, ddu = factors[0]
        for v, dv, ddv in factors[1:]:
            u, du, ddu = u * v, du * v + u * dv, ddu * v + 2 * du * dv + u * ddv
        return u, du, ddu

    def divide(self, numerator: Jet, denominator: Jet, /) -> Jet:
        u, du, ddu = numerator
        v, dv, ddv = denominator
        q, dq = u / v, (du - u / v * dv) / v
        return q, dq, (ddu - 2 * dq * dv - q * ddv) / v

    def exp(self, u: Jet, /) -> Jet:
        e = np.exp(u[0])
        return _composed((e, e, e), u)

    def log(self, u: Jet, /) -> Jet:
        v = u[0]
        return _composed((np.log(v), 1 / v, -1 / (v * v)), u)

    def sqrt(self, u: Jet, /) -> Jet:
        v, root = u[0], np.sqrt(u[0])
        return _composed((root, 1 / (2 * root), -1 / (4 * v * root)), u)

    def sin(self, u: Jet, /) -> Jet:
        s, c = np.sin(u[0]), np.cos(u[0])
        return _composed((s, c, -s), u)

    def cos(self, u: Jet, /) -> Jet:
        s, c = np.sin(u[0]), np.cos(u[0])
        return _composed((c, -s, -c), u)

    def atan(self, u: Jet, /) -> Jet:
        v = u[0]
        return _composed((np.arctan(v), 1 / (1 + v * v), -2 * v / (1 + v * v) ** 2), u)

    def tanh(self, u: Jet, /) -> Jet:
        t = np.tanh(u[0])
        return _composed((t, 1 - t * t, -2 * t * (1 - t * t)), u)

    def erf(self, u: Jet, /) -> Jet:
        from scipy.special import erf  # slow to load, and seldom needed

        v = u[0]
        bell = 2 / np.sqrt(np.pi) * np.exp(-v * v)
        return _composed((erf(v), bell, -2 * v * bell), u)

    def softplus(self, u: Jet, /) -> Jet:
        from scipy.special import expit  # slow to load, and seldom needed

        s, rest = expit(u[0]), expit(-u[0])
        return _composed((np.logaddexp(0, u[0]), s, s * rest), u)

    def sigmoid(self, u: Jet, /) -> Jet:
        from scipy.special import expit  # slow to load, and seldom needed

        s, rest = expit(u[0]), expit(-u[0])
        return _composed((s, s * rest, s * rest * (rest - s)), u)


def _composed(outer: Jet, u: Jet) -> Jet:
    """The jet of a function of u, from the function's value and derivatives at u."""
    value, slope, bend = outer
    _, du, ddu = u
    return value, slope * du, slope * ddu + bend * du * du


@dataclass(frozen=True)
class FloatProblem:
    """A problem with its data in float arrays: x (N, inputs), y (N, outputs)."""

    problem: Problem
    x: Array
    y: Array

    def loss_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """E and its gradient (P,)."""
        layers = self.problem.network.split(list(theta))
        hidden = self.problem.network.hidden
        features, tape = self.x, []
        for depth, (weights, biases) in enumerate(layers):
            w = np.array(weights)
            z = features @ w.T + (np.array(biases) if biases else 0.0)
            s, slope = (
                evaluate(hidden[depth].activation, z)[:2]
                if depth < len(hidden)
                else (z, np.ones_like(z))
            )
            tape.append((w, features, slope, bool(biases)))
            features = s
        value, derivative, _ = loss(self.problem.loss).derivatives(
            list(features.T), list(self.y.T), evaluate
        )
        delta = np.array(derivative).T
        parts: list[Array] = []
        for w, inputs, slope, bias in reversed(tape):
            delta = delta * slope
            parts[:0] = [(delta.T @ inputs).ravel(), *([delta.sum(axis=0)] if bias else [])]
            delta = delta @ w
        return float(np.sum(value)), np.concatenate(parts)


def float_problem(problem: Problem) -> FloatProblem:
    if problem.parameters > MAX_PARAMETERS:
        raise ResourceLimitError(
            f"search over {problem.parameters} parameters (at most {MAX_PARAMETERS})"
        )
    try:
        return FloatProblem(
            problem,
            np.array([[float(v) for v in row] for row in problem.x]),
            np.array([[float(v) for v in row] for row in problem.y]),
        )
    except OverflowError:
        raise InputError("data", "a number is too large to search with floats") from None
