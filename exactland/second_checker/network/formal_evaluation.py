"""Networks over formal numbers (docs/theorems/formal-numbers.md and 3.7)."""

from collections.abc import Sequence

from flint import fmpq

from ..arithmetic.exact import ONE, ZERO, Vector
from ..arithmetic.formal import (
    Atoms,
    Formal,
    number,
    total_of,
)
from ..refusals import Refused, require
from .activations import Activation, build
from .layout import Problem
from .losses import (
    HALF_SQUARED_ERROR,
    LOGISTIC,
    MULTINOMIAL_LOGISTIC,
    SOFTMAX_CROSS_ENTROPY,
)
from .trees import Algebra


class FormalAlgebra(Algebra[Formal]):
    """Expressions and activations at formal numbers."""

    def __init__(self) -> None:
        self.atoms = Atoms()

    def constant(self, value: fmpq) -> Formal:
        return number(value)

    def add(self, left: Formal, right: Formal) -> Formal:
        return left + right

    def multiply(self, left: Formal, right: Formal) -> Formal:
        return left * right

    def square(self, base: Formal) -> Formal:
        return base * base

    def divide(self, above: Formal, below: Formal) -> Formal:
        return above * self.atoms.reciprocal(below)

    def power(self, base: Formal, exponent: int) -> Formal:
        """A negative one is a power of the reciprocal, so that u^-2 = u^-1 u^-1."""
        if exponent < 0:
            return super().power(self.atoms.reciprocal(base), -exponent)
        return super().power(base, exponent)

    def function(self, name: str, argument: Formal) -> Formal:
        return self.atoms.function(name, argument)

    def activation(self, act: Activation, u: Formal) -> Formal:
        """An activation at u: its piece there, if that is known; a piecewise-linear one
        by its bends; else an atom.
        """
        if not act.breaks:
            return self.evaluate(act.trees[0], u)
        constant = u.constant()
        if constant is not None:
            return self.evaluate(act.trees[act.piece_at(constant)], u)
        if act.slopes is not None:
            return self._by_bends(act, act.slopes, u)
        if self._is_odd(act) and u.lead() < 0:
            return -self.atoms.atom("pieces", act, (-u).key())
        return self.atoms.atom("pieces", act, u.key())

    def _by_bends(self, act: Activation, slopes: Sequence[fmpq], u: Formal) -> Formal:
        """The first piece, and c relu(u - b) for every breakpoint b where the slope
        changes by c.
        """
        result = self.evaluate(act.trees[0], u)
        for k, point in enumerate(act.breaks):
            bend = slopes[k + 1] - slopes[k]
            result = result + self.atoms.relu(u - number(point)).times(bend)
        return result

    def _is_odd(self, act: Activation) -> bool:
        """Whether breakpoints and pieces mirror each other: s(-x) = -s(x)."""
        mirrored = tuple(-point for point in reversed(act.breaks))
        if act.breaks != mirrored:
            return False
        x = self.atoms.atom("x")
        for left, right in zip(act.trees, reversed(act.trees), strict=True):
            total = self.evaluate(right, x) + self.evaluate(left, -x)
            if not total.is_zero():
                return False
        return True


class FormalNetwork:
    """What enters the layers of a network, formally."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.algebra = FormalAlgebra()
        self.acts = [build(layer.activation) for layer in problem.hidden]

    def pre_activation(
        self, layer: int, unit: int, theta: Sequence[Formal], inner: list[Formal]
    ) -> Formal:
        """That of a unit, from what enters its layer."""
        shape = self.problem.shapes[layer]
        total = theta[shape.bias_of(unit)] if shape.bias else number(ZERO)
        for k, entering in zip(shape.weights(unit), inner, strict=True):
            total = total + theta[k] * entering
        return total

    def affine(
        self, layer: int, theta: Sequence[Formal], inner: list[Formal]
    ) -> list[Formal]:
        """The pre-activations of a layer, from what enters it."""
        units = range(self.problem.shapes[layer].units)
        return [self.pre_activation(layer, j, theta, inner) for j in units]

    def activate(self, layer: int, units: list[Formal]) -> list[Formal]:
        """What leaves a hidden layer, from its pre-activations."""
        return [self.algebra.activation(self.acts[layer], z) for z in units]

    def entering(
        self, theta: Sequence[Formal], sample: Vector, layer: int
    ) -> list[Formal]:
        """What enters a layer at a sample, without the 1 of a bias."""
        inner = [number(v) for v in sample]
        for k in range(layer):
            inner = self.activate(k, self.affine(k, theta, inner))
        return inner

    def columns(self, theta: Vector, sample: Vector, layer: int) -> list[Formal]:
        """The same at a point, with the 1 of a bias."""
        row = self.entering(formal_point(theta), sample, layer)
        if self.problem.shapes[layer].bias:
            return [*row, number(ONE)]
        return row

    def slopes_at(self, theta: Vector) -> list[list[Formal]]:
        """The gradients of the loss in the outputs at a point, at every sample."""
        point = formal_point(theta)
        last = len(self.acts)
        found = []
        for x, y in self.problem.data():
            outputs = self.affine(last, point, self.entering(point, x, last))
            found.append(self._slopes(outputs, y))
        return found

    def _slopes(self, f: list[Formal], y: Vector) -> list[Formal]:
        """The gradient of the loss in the outputs at a sample."""
        if self.problem.loss == LOGISTIC:  # -y sigmoid(-y f)
            falling = self.algebra.function("sigmoid", f[0].times(-y[0]))
            return [falling.times(-y[0])]
        means = self._means(f)
        return [m - number(t) for m, t in zip(means, y, strict=True)]

    def _means(self, f: list[Formal]) -> list[Formal]:
        """The targets for which the outputs would be best."""
        if self.problem.loss == HALF_SQUARED_ERROR:
            return f
        if self.problem.loss == SOFTMAX_CROSS_ENTROPY:
            return self._softmax(f)
        if self.problem.loss == MULTINOMIAL_LOGISTIC:
            return self._multinomial(f)
        raise Refused("unknown loss")

    def _softmax(self, f: list[Formal]) -> list[Formal]:
        """The class probabilities, by e^(f_k - f_1)."""
        powers = [self.algebra.function("exp", t - f[0]) for t in f]
        below = self.algebra.atoms.reciprocal(total_of(powers))
        return [power * below for power in powers]

    def _multinomial(self, f: list[Formal]) -> list[Formal]:
        """Those of the classes but class 0, whose f is 0."""
        powers = [self.algebra.function("exp", t) for t in f]
        below = self.algebra.atoms.reciprocal(total_of([number(ONE), *powers]))
        return [power * below for power in powers]

    def free_unit(self, sample: Vector) -> Formal:
        """A last hidden unit at a sample, all its parameters and those below being
        atoms.
        """
        places = range(self.problem.parameters)
        theta = [self.algebra.atoms.atom("parameter", k) for k in places]
        last = len(self.acts) - 1
        inner = self.entering(theta, sample, last)
        z = self.pre_activation(last, 0, theta, inner)
        return self.algebra.activation(self.acts[last], z)

    def require_identities(self, rows: Sequence[Sequence[Formal]]) -> None:
        """Refuse unless each of these vectors over the samples is an identity (3.7):
        its product with the values of every last hidden unit, whatever its parameters
        and those below, is 0, and with an output bias its sum is.
        """
        free = [self.free_unit(x) for x in self.problem.x] if rows else []
        for row in rows:
            require(len(row) == len(free), "wrong length")
            products = [r * unit for r, unit in zip(row, free, strict=True)]
            identity = total_of(products).is_zero()
            require(identity, "not an identity of all networks")
            if self.problem.output_bias:
                ones = total_of(row).is_zero()
                require(ones, "the sum is not 0, with an output bias")


def formal_point(theta: Vector) -> list[Formal]:
    """A rational point."""
    return [number(t) for t in theta]
