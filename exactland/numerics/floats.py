"""Activations and whole problems in float64, as numpy arrays. Fast, rounded, proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exactland.errors import InputError, ResourceLimitError
from exactland.model.activations import Activation, Expression
from exactland.model.losses import Loss, loss
from exactland.model.problem import Problem
from exactland.model.trees import Algebra, Tree, fold

Array = NDArray[np.float64]
Jet = tuple[Array, Array, Array]  # value, first and second derivative
# where its weights are, their shape, where its biases are if it has any, its activation
_FloatLayer = tuple[slice, tuple[int, int], slice | None, Activation | None]
MAX_PARAMETERS = 1000
ZERO, ONE = np.array(0.0), np.array(1.0)


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
    return value + ZERO, _as_long_as(z, slope), _as_long_as(z, bend)


def _as_long_as(z: Array, derivative: Array) -> Array:
    """The derivative at every z, also where it is one number for all."""
    return derivative + ZERO if derivative.ndim else np.full_like(z, derivative)


class _Jets(Algebra[Jet]):
    """Value, first and second derivative of a tree at an array of numbers z.

    Derivatives that are the same everywhere may be one number.
    """

    def __init__(self, z: Array) -> None:
        self._z = z

    def variable(self) -> Jet:
        return self._z, ONE, ZERO

    def constant(self, value: Fraction, /) -> Jet:
        return np.full_like(self._z, float(value)), ZERO, ZERO

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
        features = self.x
        tape: list[tuple[Array, Array, Array | None, bool]] = []
        for weights, shape, biases, activation in self._layers:
            w = theta[weights].copy().reshape(shape)
            z = features @ w.T + (theta[biases] if biases else 0.0)
            s, slope = (z, None) if activation is None else evaluate(activation, z)[:2]
            tape.append((w, features, slope, biases is not None))
            features = s
        value, derivative, _ = self._loss.derivatives(list(features.T), self._targets, evaluate)
        delta = np.array(derivative).T.copy()  # row by row: else BLAS may round differently
        parts: list[Array] = []
        for w, inputs, slope, bias in reversed(tape):
            if slope is not None:
                delta = delta * slope
            parts[:0] = [(delta.T @ inputs).ravel(), *([delta.sum(axis=0)] if bias else [])]
            if inputs is not self.x:
                delta = delta @ w
        return float(np.sum(value)), np.concatenate(parts)

    @cached_property
    def _layers(self) -> list[_FloatLayer]:
        """Where the parameters of every layer are, the output layer last."""
        activations = [*(layer.activation for layer in self.problem.network.hidden), None]
        layers, at = [], 0
        for (units, width, bias), activation in zip(self.problem.network.shapes(), activations):
            end = at + units * width
            biases = slice(end, end + units) if bias else None
            layers.append((slice(at, end), (units, width), biases, activation))
            at = end + units * bias
        return layers

    @cached_property
    def _loss(self) -> Loss:
        return loss(self.problem.loss)

    @cached_property
    def _targets(self) -> list[Array]:
        """One array for every output."""
        return list(self.y.T)


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
