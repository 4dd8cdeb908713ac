"""Multi-start training in float64. Finds candidates; proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import erf

from exactland.activations import Activation, PiecewiseLinear, Tree
from exactland.errors import InputError, ResourceLimit
from exactland.losses import loss
from exactland.problem import Problem

Array = NDArray[np.float64]
MAX_PARAMETERS = 1000
Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Trained:
    """A float point where training stopped, with its loss."""

    loss: float
    theta: tuple[float, ...]


def no_progress(_done: int, _total: int) -> None:
    """Reports to nobody."""


def evaluate(activation: Activation, z: Array) -> tuple[Array, Array]:
    """s(z) and s'(z) in floats (at a kink, the slope to the left)."""
    if isinstance(activation, PiecewiseLinear):
        pieces = activation.pieces()
        index = np.searchsorted(np.array([float(b) for b in activation.breakpoints]), z)
        slopes = np.array([float(slope) for slope, _ in pieces])[index]
        return slopes * z + np.array([float(c) for _, c in pieces])[index], slopes
    value, slope = _dual(activation.tree, z)
    return value + np.zeros_like(z), slope + np.zeros_like(z)


def _dual(tree: Tree, z: Array) -> tuple[Array, Array]:
    if isinstance(tree, str):
        return z, np.ones_like(z)
    if not isinstance(tree, tuple):
        return np.full_like(z, float(tree)), np.zeros_like(z)
    operator, first, *rest = tree
    u, du = _dual(first, z)
    if operator == "^":
        return u ** float(rest[0]), rest[0] * u ** float(rest[0] - 1) * du
    for part in rest:
        v, dv = _dual(part, z)
        if operator == "+":
            u, du = u + v, du + dv
        elif operator == "*":
            u, du = u * v, du * v + u * dv
        else:
            u, du = u / v, (du - u / v * dv) / v
    if rest:
        return u, du
    return _FUNCTIONS[operator](u, du)


_FUNCTIONS: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "exp": lambda u, du: (np.exp(u), np.exp(u) * du),
    "log": lambda u, du: (np.log(u), du / u),
    "sqrt": lambda u, du: (np.sqrt(u), du / (2 * np.sqrt(u))),
    "sin": lambda u, du: (np.sin(u), np.cos(u) * du),
    "cos": lambda u, du: (np.cos(u), -np.sin(u) * du),
    "atan": lambda u, du: (np.arctan(u), du / (1 + u * u)),
    "tanh": lambda u, du: (np.tanh(u), (1 - np.tanh(u) ** 2) * du),
    "erf": lambda u, du: (erf(u), 2 / np.sqrt(np.pi) * np.exp(-u * u) * du),
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
            s, slope = evaluate(hidden[depth].activation, z) if depth < len(hidden) else (z, np.ones_like(z))
            tape.append((w, features, slope, bool(biases)))
            features = s
        value, derivative, _ = loss(self.problem.loss)(list(features.T), list(self.y.T))
        delta = np.array(derivative).T
        parts: list[Array] = []
        for w, inputs, slope, bias in reversed(tape):
            delta = delta * slope
            parts[:0] = [(delta.T @ inputs).ravel(), *([delta.sum(axis=0)] if bias else [])]
            delta = delta @ w
        return float(np.sum(value)), np.concatenate(parts)


def float_problem(problem: Problem) -> FloatProblem:
    if problem.parameters > MAX_PARAMETERS:
        raise ResourceLimit(f"search over {problem.parameters} parameters (at most {MAX_PARAMETERS})")
    try:
        return FloatProblem(problem, np.array([[float(v) for v in row] for row in problem.x]), np.array([[float(v) for v in row] for row in problem.y]))
    except OverflowError:
        raise InputError("data", "a number is too large to search with floats") from None


def descend(floats: FloatProblem, start: Sequence[float]) -> Trained | None:
    """Where quasi-Newton descent from `start` stops; None when it leaves the floats."""

    def objective(theta: Array) -> tuple[float, Array]:
        value, gradient = floats.loss_and_gradient(theta)
        return (value, gradient) if np.isfinite(value) and np.all(np.isfinite(gradient)) else (np.inf, np.zeros_like(theta))

    with np.errstate(all="ignore"):
        result = minimize(objective, np.array(start), jac=True, method="BFGS" if len(start) <= 200 else "L-BFGS-B", options={"gtol": 1e-9, "maxiter": 3000})
    if not np.isfinite(result.fun) or not np.all(np.isfinite(result.x)):
        return None
    return Trained(float(result.fun), tuple(map(float, result.x)))


def train(problem: Problem, starts: int, seed: int, progress: Progress = no_progress) -> list[Trained]:
    """Where descent stopped from `starts` random starting points, sorted by loss. Deterministic given seed, library versions and machine.

    Starting weights are normal, at a scale between 0.3 and 10 drawn anew for each start. Raises ResourceLimit above 1000 parameters.
    """
    floats = float_problem(problem)
    generator = np.random.default_rng(seed)
    found = []
    for done in range(starts):
        scale = 10 ** generator.uniform(-0.5, 1.0)
        trained = descend(floats, list(map(float, generator.normal(size=problem.parameters) * scale)))
        found += [trained] if trained else []
        progress(done + 1, starts)
    return sorted(found, key=lambda t: t.loss)
