"""Multi-start training in float64. Finds candidates; proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import erf, expit

from exactland.errors import InputError, ResourceLimit
from exactland.model.activations import Activation, Expression, Tree
from exactland.model.losses import loss
from exactland.model.problem import Problem

Array = NDArray[np.float64]
Jet = tuple[Array, Array, Array]  # value, first and second derivative
MAX_PARAMETERS = 1000
Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Trained:
    """A float point where training stopped, with its loss."""

    loss: float
    theta: tuple[float, ...]


def no_progress(_done: int, _total: int) -> None:
    """Reports to nobody."""


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
    value, slope, bend = _jet(tree, z)
    zero = np.zeros_like(z)
    return value + zero, slope + zero, bend + zero


def _jet(tree: Tree, z: Array) -> Jet:
    if isinstance(tree, str):
        return z, np.ones_like(z), np.zeros_like(z)
    if not isinstance(tree, tuple):
        return np.full_like(z, float(tree)), np.zeros_like(z), np.zeros_like(z)
    operator, first, *rest = tree
    u, du, ddu = _jet(first, z)
    if operator == "^":
        n = float(rest[0])
        return (
            u**n,
            n * u ** (n - 1) * du,
            n * u ** (n - 1) * ddu + n * (n - 1) * u ** (n - 2) * du * du,
        )
    for part in rest:
        v, dv, ddv = _jet(part, z)
        if operator == "+":
            u, du, ddu = u + v, du + dv, ddu + ddv
        elif operator == "*":
            u, du, ddu = u * v, du * v + u * dv, ddu * v + 2 * du * dv + u * ddv
        else:
            q, dq = u / v, (du - u / v * dv) / v
            u, du, ddu = q, dq, (ddu - 2 * dq * dv - q * ddv) / v
    if rest:
        return u, du, ddu
    value, slope, bend = _FUNCTIONS[operator](u)
    return value, slope * du, slope * ddu + bend * du * du


def _with_tanh(u: Array) -> Jet:
    t = np.tanh(u)
    return t, 1 - t * t, -2 * t * (1 - t * t)


def _with_sigmoid(u: Array) -> Jet:
    s, rest = expit(u), expit(-u)
    return s, s * rest, s * rest * (rest - s)


def _with_erf(u: Array) -> Jet:
    bell = 2 / np.sqrt(np.pi) * np.exp(-u * u)
    return erf(u), bell, -2 * u * bell


_FUNCTIONS: dict[str, Callable[[Array], Jet]] = {
    "exp": lambda u: (np.exp(u),) * 3,
    "log": lambda u: (np.log(u), 1 / u, -1 / (u * u)),
    "sqrt": lambda u: (np.sqrt(u), 1 / (2 * np.sqrt(u)), -1 / (4 * u * np.sqrt(u))),
    "sin": lambda u: (np.sin(u), np.cos(u), -np.sin(u)),
    "cos": lambda u: (np.cos(u), -np.sin(u), -np.cos(u)),
    "atan": lambda u: (np.arctan(u), 1 / (1 + u * u), -2 * u / (1 + u * u) ** 2),
    "tanh": _with_tanh,
    "erf": _with_erf,
    "sigmoid": _with_sigmoid,
    "softplus": lambda u: (np.logaddexp(0, u), expit(u), expit(u) * expit(-u)),
}


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
        raise ResourceLimit(
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


def descend(floats: FloatProblem, start: Sequence[float]) -> Trained | None:
    """Where quasi-Newton descent from `start` stops; None when it leaves the floats."""

    def objective(theta: Array) -> tuple[float, Array]:
        value, gradient = floats.loss_and_gradient(theta)
        return (
            (value, gradient)
            if np.isfinite(value) and np.all(np.isfinite(gradient))
            else (np.inf, np.zeros_like(theta))
        )

    with np.errstate(all="ignore"):
        result = minimize(
            objective,
            np.array(start),
            jac=True,
            method="BFGS" if len(start) <= 200 else "L-BFGS-B",
            options={"gtol": 1e-9, "maxiter": 3000},
        )
    if not np.isfinite(result.fun) or not np.all(np.isfinite(result.x)):
        return None
    return Trained(float(result.fun), tuple(map(float, result.x)))


def train(
    problem: Problem, starts: int, seed: int, progress: Progress = no_progress
) -> list[Trained]:
    """Where descent stopped from `starts` random starting points, sorted by loss.

    Deterministic given seed, library versions and machine.

    Starting weights are normal, at a scale between 0.3 and 10 drawn anew for each start. Raises
    ResourceLimit above 1000 parameters.
    """
    floats = float_problem(problem)
    generator = np.random.default_rng(seed)
    found = []
    for done in range(starts):
        scale = 10 ** generator.uniform(-0.5, 1.0)
        trained = descend(
            floats, list(map(float, generator.normal(size=problem.parameters) * scale))
        )
        found += [trained] if trained else []
        progress(done + 1, starts)
    return sorted(found, key=lambda t: t.loss)
