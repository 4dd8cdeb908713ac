"""E, its gradient and its Hessian, forward through any depth
(docs/theorems/derivatives.md): in balls over a box, or exactly at a rational point.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from flint import arb, arb_mat, fmpq, fmpq_mat

from ..arithmetic import ball, exact
from ..arithmetic.exact import Vector
from ..meter import charge, cost_of
from ..refusals import require
from . import activation_values
from .activations import Activation, build
from .layout import Problem, Shape
from .losses import HALF_SQUARED_ERROR, LOSSES


class Scalar(Protocol):
    """What arb and fmpq have in common."""

    def __add__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...


class Grid(Protocol):
    """What arb_mat and fmpq_mat have in common."""

    def __add__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def transpose(self) -> Self: ...


Entry = TypeVar("Entry", bound=Scalar)
Matrix = TypeVar("Matrix", bound=Grid)


@dataclass
class Quantity(Generic[Entry, Matrix]):
    """A function of theta at one sample: its value, its gradient (a column) and its
    Hessian. What is None was not asked for, or is 0: that of an input.
    """

    value: Entry
    gradient: Matrix | None = None
    hessian: Matrix | None = None

    def derivative(self, order: int) -> Matrix:
        """The gradient (order 1) or the Hessian, which was asked for."""
        found = self.gradient if order == 1 else self.hessian
        assert found is not None
        return found


class Network(ABC, Generic[Entry, Matrix]):
    """The layers of a problem's network, from the inputs on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.size = problem.parameters
        self.acts = [build(layer.activation) for layer in problem.hidden]

    @abstractmethod
    def number(self, value: fmpq) -> Entry:
        """A rational."""

    @abstractmethod
    def zeros(self, rows: int, columns: int) -> Matrix:
        """A matrix of zeros."""

    @abstractmethod
    def entry(self, matrix: Matrix, row: int, column: int) -> Entry:
        """An entry of a matrix."""

    @abstractmethod
    def put(self, matrix: Matrix, row: int, column: int, value: Entry) -> None:
        """Set an entry of a matrix."""

    @abstractmethod
    def scaled(self, matrix: Matrix, factor: Entry) -> Matrix:
        """A multiple of a matrix."""

    @abstractmethod
    def activate(self, act: Activation, z: Entry, order: int) -> Sequence[Entry]:
        """An activation and its derivatives."""

    @abstractmethod
    def pay(self, quantity: Quantity[Entry, Matrix], order: int) -> None:
        """Take what a quantity cost from the budget."""

    def entering(
        self, theta: Sequence[Entry], sample: Vector, layer: int, order: int = 0
    ) -> list[Quantity[Entry, Matrix]]:
        """What enters a layer at a sample, without the 1 of a bias."""
        inner = [Quantity[Entry, Matrix](self.number(v)) for v in sample]
        for k in range(layer):
            units = self.affine(k, inner, theta, order)
            inner = [self._through(self.acts[k], z, order) for z in units]
        return inner

    def outputs(
        self, theta: Sequence[Entry], sample: Vector, order: int = 0
    ) -> list[Quantity[Entry, Matrix]]:
        """The outputs of the network at a sample."""
        last = len(self.acts)
        inner = self.entering(theta, sample, last, order)
        return self.affine(last, inner, theta, order)

    def output_values(self, theta: Sequence[Entry], sample: Vector) -> list[Entry]:
        """The same without derivatives."""
        return [output.value for output in self.outputs(theta, sample)]

    def affine(
        self,
        layer: int,
        inner: list[Quantity[Entry, Matrix]],
        theta: Sequence[Entry],
        order: int,
    ) -> list[Quantity[Entry, Matrix]]:
        """The pre-activations of a layer, from what enters it."""
        shape = self.problem.shapes[layer]
        result = []
        for unit in range(shape.units):
            value = self.number(exact.ZERO)
            for a, k in zip(inner, shape.weights(unit), strict=True):
                value = value + theta[k] * a.value
            if shape.bias:
                value = value + theta[shape.bias_of(unit)]
            z = Quantity[Entry, Matrix](value)
            if order >= 1:
                z.gradient = self._affine_gradient(shape, unit, inner, theta)
            if order >= 2:
                z.hessian = self._affine_hessian(shape, unit, inner, theta)
            self.pay(z, order)
            result.append(z)
        return result

    def _affine_gradient(
        self,
        shape: Shape,
        unit: int,
        inner: list[Quantity[Entry, Matrix]],
        theta: Sequence[Entry],
    ) -> Matrix:
        """By the weights: what they multiply. By the parameters below: through it."""
        gradient = self.zeros(self.size, 1)
        for a, k in zip(inner, shape.weights(unit), strict=True):
            if a.gradient is not None:
                gradient = gradient + self.scaled(a.gradient, theta[k])
        for a, k in zip(inner, shape.weights(unit), strict=True):
            self.put(gradient, k, 0, a.value)
        if shape.bias:
            self.put(gradient, shape.bias_of(unit), 0, self.number(exact.ONE))
        return gradient

    def _affine_hessian(
        self,
        shape: Shape,
        unit: int,
        inner: list[Quantity[Entry, Matrix]],
        theta: Sequence[Entry],
    ) -> Matrix:
        """By a weight and a parameter below: the slope of what it multiplies."""
        hessian = self.zeros(self.size, self.size)
        for a, k in zip(inner, shape.weights(unit), strict=True):
            if a.hessian is not None:
                hessian = hessian + self.scaled(a.hessian, theta[k])
        for a, k in zip(inner, shape.weights(unit), strict=True):
            if a.gradient is None:
                continue
            for below in range(shape.start):
                slope = self.entry(a.gradient, below, 0)
                self.put(hessian, below, k, slope)
                self.put(hessian, k, below, slope)
        return hessian

    def _through(
        self, act: Activation, z: Quantity[Entry, Matrix], order: int
    ) -> Quantity[Entry, Matrix]:
        """s(z), by the chain rule."""
        derivatives = self.activate(act, z.value, order)
        result = Quantity[Entry, Matrix](derivatives[0])
        if z.gradient is not None:
            result.gradient = self.scaled(z.gradient, derivatives[1])
        if z.gradient is not None and z.hessian is not None:
            outer = z.gradient * z.gradient.transpose()
            bent = self.scaled(outer, derivatives[2])
            result.hessian = bent + self.scaled(z.hessian, derivatives[1])
        self.pay(result, order)
        return result


class BallNetwork(Network[arb, arb_mat]):
    """E over balls.

    With `span` the last derivatives of activations may jump (rule 3.3).
    """

    def __init__(self, problem: Problem, span: bool = False) -> None:
        super().__init__(problem)
        self.span = span
        self.loss = LOSSES[problem.loss]

    def number(self, value: fmpq) -> arb:
        return arb(value)

    def zeros(self, rows: int, columns: int) -> arb_mat:
        return arb_mat(rows, columns)

    def entry(self, matrix: arb_mat, row: int, column: int) -> arb:
        return matrix[row, column]

    def put(self, matrix: arb_mat, row: int, column: int, value: arb) -> None:
        matrix[row, column] = value

    def scaled(self, matrix: arb_mat, factor: arb) -> arb_mat:
        return matrix * factor

    def activate(self, act: Activation, z: arb, order: int) -> list[arb]:
        return activation_values.over(act, z, order, self.span)

    def pay(self, quantity: Quantity[arb, arb_mat], order: int) -> None:
        """Balls do not grow: their work is estimated beforehand."""

    def value(self, theta: Sequence[arb]) -> arb:
        """An enclosure of E."""
        total = ball.ZERO
        for x, y in self.problem.data():
            total = total + self.loss.value(self.output_values(theta, x), y)
        return ball.finite(total)

    def factors(self, theta: Sequence[arb]) -> list[list[arb]]:
        """The gradients of the loss in the outputs, at every sample."""
        found = []
        for x, y in self.problem.data():
            found.append(self.loss.slopes(self.output_values(theta, x), y))
        return found

    def combined(
        self, theta: Sequence[arb], factors: list[list[arb]], order: int
    ) -> arb_mat:
        """Gradient (order 1) or Hessian (order 2) of the sum of factors_i . f_i over
        the samples, the factors being constants.
        """
        total = self.zeros(self.size, 1 if order == 1 else self.size)
        for x, row in zip(self.problem.x, factors, strict=True):
            outputs = self.outputs(theta, x, order)
            for factor, output in zip(row, outputs, strict=True):
                total = total + output.derivative(order) * factor
        return _finite(total)

    def gradient(self, theta: Sequence[arb]) -> arb_mat:
        """An enclosure of grad E, a column."""
        total = self.zeros(self.size, 1)
        for x, y in self.problem.data():
            outputs = self.outputs(theta, x, 1)
            slopes = self.loss.slopes([output.value for output in outputs], y)
            for slope, output in zip(slopes, outputs, strict=True):
                total = total + output.derivative(1) * slope
        return _finite(total)

    def hessian(self, theta: Sequence[arb]) -> arb_mat:
        """An enclosure of Hess E."""
        total = self.zeros(self.size, self.size)
        for x, y in self.problem.data():
            outputs = self.outputs(theta, x, 2)
            values = [output.value for output in outputs]
            slopes = self.loss.slopes(values, y)
            for slope, output in zip(slopes, outputs, strict=True):
                total = total + output.derivative(2) * slope
            for weight, along in self.loss.curvature(values):
                column = self.zeros(self.size, 1)
                for k, sign in along.items():
                    column = column + outputs[k].derivative(1) * sign
                total = total + (column * column.transpose()) * weight
        return _finite(total)


def _finite(matrix: arb_mat) -> arb_mat:
    for entry in matrix.entries():
        ball.finite(entry)
    return matrix


class ExactNetwork(Network[fmpq, fmpq_mat]):
    """E at rational points, exactly: half the squared error of rational functions."""

    def __init__(self, problem: Problem) -> None:
        require(problem.loss == HALF_SQUARED_ERROR, "only half the squared error")
        super().__init__(problem)

    def number(self, value: fmpq) -> fmpq:
        return value

    def zeros(self, rows: int, columns: int) -> fmpq_mat:
        return fmpq_mat(rows, columns)

    def entry(self, matrix: fmpq_mat, row: int, column: int) -> fmpq:
        return matrix[row, column]

    def put(self, matrix: fmpq_mat, row: int, column: int, value: fmpq) -> None:
        matrix[row, column] = value

    def scaled(self, matrix: fmpq_mat, factor: fmpq) -> fmpq_mat:
        return matrix * factor

    def activate(self, act: Activation, z: fmpq, order: int) -> list[fmpq]:
        return activation_values.at(act, z, order)

    def pay(self, quantity: Quantity[fmpq, fmpq_mat], order: int) -> None:
        """For every entry of the last derivative."""
        charge((1 + self.size**order) * cost_of(quantity.value))

    def value(self, theta: Vector) -> fmpq:
        """E."""
        total = exact.ZERO
        for x, y in self.problem.data():
            errors = exact.difference(self.output_values(theta, x), y)
            total = total + exact.norm_squared(errors) / 2
        return total

    def derivatives(self, theta: Vector) -> tuple[fmpq_mat, fmpq_mat]:
        """grad E, a column, and Hess E."""
        gradient = self.zeros(self.size, 1)
        hessian = self.zeros(self.size, self.size)
        for x, y in self.problem.data():
            for output, target in zip(self.outputs(theta, x, 2), y, strict=True):
                error = output.value - target
                column = output.derivative(1)
                gradient = gradient + column * error
                hessian = hessian + output.derivative(2) * error
                hessian = hessian + column * column.transpose()
        return gradient, hessian
