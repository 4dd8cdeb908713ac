"""Local minima by the potentials of their units: rules 3.4 and 3.4b."""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from ..arithmetic import exact
from ..arithmetic.ball import (
    FORMAL_PRECISION,
    ZERO,
    ball,
    balls,
    lower,
    precision,
    square,
    upper,
)
from ..arithmetic.exact import ONE, Vector
from ..arithmetic.formal import Formal, number, total_of
from ..facts import LOCAL_MINIMUM, Fact, Minimum
from ..meter import metered
from ..network import activation_values
from ..network.activations import Activation
from ..network.evaluation import BallNetwork
from ..network.formal_evaluation import FormalNetwork
from ..network.layout import Problem
from ..network.losses import HALF_SQUARED_ERROR
from ..reading.step import FlatPotentials, Midpoint, Potentials
from ..refusals import Refused, require
from .linear import is_positive_definite

PARTS = 8  # in which wide intervals of pre-activations are cut for s''


def flat_potentials(
    problem: Problem, step: FlatPotentials, facts: Sequence[Fact]
) -> Fact:
    """Rule 3.4: rule 3.4b where all units are flat."""
    units = ["flat"] * problem.hidden[0].units
    flat = Potentials(step.center, units, [], fitted=False, precision=FORMAL_PRECISION)
    return potentials(problem, flat, facts)


def potentials(problem: Problem, step: Potentials, facts: Sequence[Fact]) -> Fact:
    """Rule 3.4b: moving a unit's weights changes E, to first order in the outputs, by
    output weight times potential, which does not fall below 0 near the center.
    """
    require(len(problem.hidden) == 1, "not one hidden layer")
    units = problem.hidden[0].units
    require(len(step.units) == units, "not one reason for every unit")
    if step.fitted:
        fits = problem.loss == HALF_SQUARED_ERROR and problem.output_bias
        require(fits, "nothing to fit")
    network = FormalNetwork(problem)
    columns = _slopes_by_output(problem, step, network)
    with precision(step.precision):
        if step.fitted:
            distance, low = _fit(problem, step.center)
        else:
            distance = exact.ZERO
            low = lower(BallNetwork(problem).value(balls(step.center)))
        for unit, reason in enumerate(step.units):
            for output, slopes in enumerate(columns):
                if not all(g.is_zero() for g in slopes):
                    potential = _potential(network, step, unit, output, slopes)
                    potential.check(reason, step.midpoints)
    return Minimum(LOCAL_MINIMUM, step.center, distance, low)


def _slopes_by_output(
    problem: Problem, step: Potentials, network: FormalNetwork
) -> list[list[Formal]]:
    """g_ik, for every output k over the samples i. (i): an output bias has no slope, or
    is fitted, which takes the mean from the slopes.
    """
    rows = network.slopes_at(step.center)
    columns = [list(column) for column in zip(*rows, strict=True)]
    if not step.fitted:
        for column in columns:
            flat = total_of(column).is_zero() or not problem.output_bias
            require(flat, "the slopes of an output do not sum to 0")
        return columns
    centered = []
    for column in columns:
        mean = total_of(column).times(fmpq(1, problem.samples))
        centered.append([g - mean for g in column])
    return centered


def _fit(problem: Problem, center: Vector) -> tuple[fmpq, fmpq]:
    """How far the best output biases are at most, and a lower bound of E with them."""
    network = BallNetwork(problem)
    point = balls(center)
    outputs = [network.output_values(point, x) for x in problem.x]
    distance = exact.ZERO
    total = ZERO
    for k in range(problem.outputs):
        pairs = zip(outputs, problem.y, strict=True)
        errors = [f[k] - arb(y[k]) for f, y in pairs]
        mean = sum(errors, ZERO) / problem.samples
        distance = distance + upper(abs(mean))
        squares = [square(error - mean) / 2 for error in errors]
        total = total + sum(squares, ZERO)
    return distance, lower(total)


def _potential(
    network: FormalNetwork,
    step: Potentials,
    unit: int,
    output: int,
    slopes: list[Formal],
) -> "_Potential":
    """That of a unit in an output, at the center."""
    hidden, last = network.problem.shapes
    samples = network.problem.x
    if hidden.bias:
        samples = [[*x, ONE] for x in samples]
    weights = [step.center[k] for k in hidden.places(unit)]
    outer = step.center[last.weights(output)[unit]]
    return _Potential(network, weights, outer, slopes, samples)


@dataclass(frozen=True)
class _Potential:
    """The function sum_i g_i s(w . x_i) of the weights w of a unit, in one output."""

    network: FormalNetwork
    weights: Vector
    outer: fmpq  # v, the weight of the unit in the output
    slopes: list[Formal]  # g_i, not all 0
    samples: list[Vector]  # x_i, with a 1 for a bias

    @property
    def act(self) -> Activation:
        return self.network.acts[0]

    @property
    def some(self) -> list[int]:
        """The samples that have a slope."""
        return [i for i, g in enumerate(self.slopes) if not g.is_zero()]

    def pre_activations(self) -> Vector:
        """z_i = w . x_i."""
        result = []
        for x in self.samples:
            total = exact.ZERO
            for weight, entry in zip(self.weights, x, strict=True):
                total = total + weight * entry
            result.append(metered(total))
        return result

    def check(self, reason: str, midpoints: Sequence[Midpoint]) -> None:
        """(ii): it is 0 at the center, and near it is 0 or has the sign of v."""
        z = self.pre_activations()
        algebra = self.network.algebra
        values = []
        for i in self.some:
            activation = algebra.activation(self.act, number(z[i]))
            values.append(self.slopes[i] * activation)
        require(total_of(values).is_zero(), "the potential is not 0")
        if reason == "flat":
            self._check_flat(z)
            return
        require(self.outer != 0, "the output weight is 0")
        if reason == "definite":
            self._check_definite(z)
        else:
            self._check_midpoints(z, midpoints)

    def _check_flat(self, z: Vector) -> None:
        """It is linear near the center, with slope 0."""
        require(self.act.slopes is not None, "not piecewise linear")
        for i in self.some:
            require(z[i] not in self.act.breaks, "a unit is at a kink")
        self._require_no_slope(self._derivatives(z, 1))

    def _check_definite(self, z: Vector) -> None:
        """Its gradient is 0, and its Hessian definite with the sign of v."""
        derivatives = self._derivatives(z, 2)
        self._require_no_slope(derivatives)
        bends = {i: values[2] for i, values in derivatives.items()}
        sign = ONE if self.outer > 0 else -ONE
        size = len(self.weights)
        hessian = []
        for a in range(size):
            row = [self._second_derivative(bends, a, b) * sign for b in range(size)]
            hessian.append(row)
        says = "the potential is not shown to have a strict extremum"
        require(is_positive_definite(hessian), says)

    def _derivatives(self, z: Vector, order: int) -> dict[int, list[fmpq]]:
        """s, s', ... at the samples that have a slope."""
        act = self.act
        return {i: activation_values.at(act, z[i], order) for i in self.some}

    def _require_no_slope(self, derivatives: dict[int, list[fmpq]]) -> None:
        """sum_i g_i s'(z_i) x_i is 0."""
        for a in range(len(self.weights)):
            terms = []
            for i, values in derivatives.items():
                factor = values[1] * self.samples[i][a]
                terms.append(self.slopes[i].times(factor))
            require(total_of(terms).is_zero(), "the potential has a slope")

    def _second_derivative(self, bends: dict[int, fmpq], a: int, b: int) -> fmpq:
        """sum_i g_i s''(z_i) x_ia x_ib."""
        terms = []
        for i, bend in bends.items():
            x = self.samples[i]
            factor = bend * x[a] * x[b]
            terms.append(self.slopes[i].times(factor))
        value = total_of(terms).constant()
        if value is None:
            raise Refused("the second derivatives are no rationals")
        return value

    def _check_midpoints(self, z: Vector, midpoints: Sequence[Midpoint]) -> None:
        """The slopes are a sum of second differences over segments of samples, and s
        bends as v says where these are taken (Jensen).
        """
        sums = [exact.ZERO] * len(self.samples)
        for midpoint in midpoints:
            self._check_midpoint(z, midpoint)
            weight = midpoint.weight
            for end in midpoint.ends:  # the places may coincide
                sums[end] = sums[end] + weight
            sums[midpoint.middle] = sums[midpoint.middle] - 2 * weight
        for slope, total in zip(self.slopes, sums, strict=True):
            value = slope.constant()
            same = value is not None and value == total
            require(same, "the slopes are another sum")

    def _check_midpoint(self, z: Vector, midpoint: Midpoint) -> None:
        first, second = midpoint.ends
        exist = max(first, second, midpoint.middle) < len(self.samples)
        require(exist, "no such sample")
        require(midpoint.weight >= 0, "a weight is negative")
        between = self.samples[midpoint.middle]
        ends = zip(self.samples[first], self.samples[second], strict=True)
        doubled = [a + b for a, b in ends]
        require(doubled == [2 * entry for entry in between], "not a midpoint")
        interval = ball(z[first], z[second])
        bend = activation_values.over(self.act, interval, 2, parts=PARTS)[2]
        convex = bend > 0 and self.outer > 0
        concave = bend < 0 and self.outer < 0
        says = "the activation is not shown to bend that way"
        require(convex or concave, says)
