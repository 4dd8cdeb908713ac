"""E, its gradient and its Hessian, forward through any depth, in balls over a box or
exactly at a rational point.
"""

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.second_checker.arithmetic.ball import finite
from exactland.second_checker.arithmetic.elementary import sigmoid
from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.meter import Meter, bits
from exactland.second_checker.network.activation_values import at, over
from exactland.second_checker.network.activations import Activation, build
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.network.losses import (
    LOSSES,
    Entry,
    loss,
    probabilities,
    slopes,
    variance,
)

Matrix = Any  # arb_mat or fmpq_mat


@dataclass
class Output:
    """A quantity with its gradient (a column) and its Hessian."""

    value: Entry
    gradient: Matrix = None
    hessian: Matrix = None


class Network:
    """The network of a problem, over balls or exactly."""

    def __init__(
        self, problem: Problem, balls: bool = True, span: bool = False, parts: int = 1
    ) -> None:
        self.problem, self.balls, self.span, self.parts = problem, balls, span, parts
        self.acts = [build(h.activation) for h in problem.hidden]

    def number(self, q: fmpq) -> Entry:
        return arb(q) if self.balls else q

    def zeros(self, rows: int, columns: int) -> Matrix:
        return arb_mat(rows, columns) if self.balls else fmpq_mat(rows, columns)

    def _units(
        self, layer: int, inner: list[Output], theta: list[Entry], order: int
    ) -> list[Output]:
        """The pre-activations of a layer, from what enters it."""
        units, inputs, bias, start = self.problem.shape(layer)
        size = self.problem.parameters
        result = []
        for j in range(units):
            row = range(start + j * inputs, start + (j + 1) * inputs)
            value = self.number(fmpq(0))
            for a, k in zip(inner, row, strict=True):
                value = value + theta[k] * a.value
            out = Output(value)
            if bias:
                out.value = value + theta[start + units * inputs + j]
            if order >= 1:
                gradient = self.zeros(size, 1)
                for a, k in zip(inner, row, strict=True):
                    if a.gradient is not None:
                        gradient = gradient + a.gradient * theta[k]
                for a, k in zip(inner, row, strict=True):
                    gradient[k, 0] = a.value
                if bias:
                    gradient[start + units * inputs + j, 0] = self.number(fmpq(1))
                out.gradient = gradient
            if order >= 2 and layer > 0:
                hessian = self.zeros(size, size)
                for a, k in zip(inner, row, strict=True):
                    hessian = hessian + a.hessian * theta[k]
                for a, k in zip(inner, row, strict=True):
                    for q in range(start):
                        hessian[q, k] = hessian[k, q] = a.gradient[q, 0]
                out.hessian = hessian
            result.append(out)
            self._meter(out, order)
        return result

    def _meter(self, out: Output, order: int) -> None:
        if not self.balls:
            size = self.problem.parameters
            Meter.charge((1 + size**order) * (1 + (bits(out.value) // 512) ** 2))

    def _through(self, act: Activation, z: Output, order: int) -> Output:
        s: list[Any] = (
            over(act, z.value, order, self.span, self.parts)
            if self.balls
            else at(act, z.value, order)
        )
        out = Output(s[0])
        if order >= 1:
            out.gradient = z.gradient * s[1]
        if order >= 2:
            out.hessian = (z.gradient * z.gradient.transpose()) * s[2]
            if z.hessian is not None:
                out.hessian = out.hessian + z.hessian * s[1]
        self._meter(out, order)
        return out

    def layers(
        self, theta: list[Entry], sample: Vector, order: int, last: int | None = None
    ) -> list[Output]:
        """The pre-activations of layer `last` (default: the outputs) at one sample."""
        last = len(self.acts) if last is None else last
        inner = [Output(self.number(v)) for v in sample]
        for layer, act in enumerate(self.acts[:last]):
            inner = [
                self._through(act, z, order)
                for z in self._units(layer, inner, theta, order)
            ]
        return self._units(last, inner, theta, order)

    def features(self, theta: list[Entry], sample: Vector, layer: int) -> list[Any]:
        """What enters a layer at one sample, without the bias column."""
        inner = [Output(self.number(v)) for v in sample]
        for k, act in enumerate(self.acts[:layer]):
            inner = [self._through(act, z, 0) for z in self._units(k, inner, theta, 0)]
        return [a.value for a in inner]

    def value(self, theta: list[Entry]) -> Entry:
        """An enclosure of E."""
        total = self.number(fmpq(0))
        for x, y in zip(self.problem.x, self.problem.y, strict=True):
            f = [o.value for o in self.layers(theta, x, 0)]
            total = total + loss(self.problem.loss, f, y)
        return finite(total) if self.balls else total

    def gradient(self, theta: list[Entry]) -> Matrix:
        return self._derivative(theta, 1)[0]

    def hessian(self, theta: list[Entry]) -> Matrix:
        return self._derivative(theta, 2)[1]

    def _derivative(self, theta: list[Entry], order: int) -> tuple[Matrix, Matrix]:
        size = self.problem.parameters
        gradient, hessian = (
            self.zeros(size, 1),
            self.zeros(size, size) if order > 1 else None,
        )
        for x, y in zip(self.problem.x, self.problem.y, strict=True):
            outputs = self.layers(theta, x, order)
            f = [o.value for o in outputs]
            for g, o in zip(slopes(self.problem.loss, f, y), outputs, strict=True):
                gradient = gradient + o.gradient * g
                if order > 1:
                    hessian = hessian + o.hessian * g
            if order > 1:
                for w, column in self._curvature(f, [o.gradient for o in outputs]):
                    hessian = hessian + (column * column.transpose()) * w
        for m in (gradient, hessian):
            if m is not None and self.balls:
                for e in m.entries():
                    finite(e)
        return gradient, hessian

    def _curvature(self, f: list[Entry], g: list[Matrix]) -> list[tuple[Entry, Matrix]]:
        """The second derivative of the loss as a sum of w g g^T with w >= 0."""
        name = self.problem.loss
        if name == LOSSES[0]:
            return [(self.number(fmpq(1)), c) for c in g]
        if name == LOSSES[1]:
            return [(variance(sigmoid(f[0])), g[0])]
        if name == LOSSES[3]:
            f, g = [arb(0), *f], [arb_mat(self.problem.parameters, 1), *g]
        p = probabilities(f)
        pairs = []
        for k in range(len(f)):
            for m in range(k):
                weight = variance(p[k]) if len(f) == 2 else p[k] * p[m]
                pairs.append((weight, g[k] - g[m]))
        return pairs

    def combined(
        self, theta: list[Entry], factors: list[list[Entry]], order: int
    ) -> Matrix:
        """Gradient (order 1) or Hessian (order 2) of sum_i factors_i . f_i, factors
        constant.
        """
        size = self.problem.parameters
        total = self.zeros(size, 1 if order == 1 else size)
        for x, row in zip(self.problem.x, factors, strict=True):
            for g, o in zip(row, self.layers(theta, x, order), strict=True):
                total = total + (o.gradient if order == 1 else o.hessian) * g
        for e in total.entries():
            finite(e)
        return total

    def factors(self, theta: list[Entry]) -> list[list[Entry]]:
        """The gradients of the loss in the outputs, at every sample."""
        found = []
        for x, y in zip(self.problem.x, self.problem.y, strict=True):
            found.append(
                slopes(
                    self.problem.loss, [o.value for o in self.layers(theta, x, 0)], y
                )
            )
        return found
