"""Local minima by their potentials: rules 3.4 and 3.4b."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, cast

from ..arithmetic import ZERO, Ball, Exact, box, dot, hull, metered, sum_of
from ..facts import Minimum, Vector
from ..network import (
    SLOPES,
    Activation,
    Pieces,
    Problem,
    derivatives,
    differentiate,
    features,
    split,
)
from ..refusals import require, require_below
from .global_minimum import BITS
from .linear import Rows, applied, difference, pivots

# what shows the sign of a potential, and the derivatives it takes exactly
REASONS = {"flat": 1, "definite": 2, "midpoints": 0}


class Sample(NamedTuple):
    """The slope g_i of the loss in one output, the inputs of the unit with a 1 for its
    bias, and its pre-activation w . x.
    """

    slope: Exact
    x: Sequence[Exact]
    z: Fraction


class Midpoint(NamedTuple):
    """Three samples, the middle one midway between the two ends; and a weight."""

    ends: Sequence[int]
    middle: int
    weight: Fraction


class FlatPotentialsStep(NamedTuple):
    """Rule 3.4."""

    center: Vector

    def fact(self, problem: Problem) -> Minimum:
        """Rule 3.4: rule 3.4b where all potentials vanish identically near their
        units.
        """
        units = ["flat"] * problem.layers[0].units
        return PotentialsStep(self.center, units, [], False, BITS).fact(problem)


class PotentialsStep(NamedTuple):
    """Rule 3.4b. A reason for every unit: flat, definite or midpoints."""

    center: Vector
    units: list[str]
    midpoints: list[Midpoint]
    fitted: bool
    precision: int

    def fact(self, problem: Problem) -> Minimum:
        """Rule 3.4b: with g_ik = dl/df_k at sample i, phi_k(w) = sum_i g_ik s(w . x_i),
        by convexity of l

            E' - E >= sum_kj (v'_kj phi_k(w'_j) - v_kj phi_k(w_j))
                      + sum_ik g_ik (c'_k - c_k).

        So it suffices that phi_k(w_j) = 0, that v_kj phi_k is not negative near w_j,
        and that, with output biases c, the g_ik sum to 0.
        """
        require(
            len(problem.layers) == 2 and len(self.units) == problem.layers[0].units,
            "not one hidden layer, or not one reason for every unit",
        )
        theta = box(self.center, self.precision)
        outputs = zip(features(problem, self.center, 2), problem.y)
        rows = [SLOPES[problem.loss](f, y) for f, y in outputs]
        shifts: list[Ball] = []
        if self.fitted:
            rows = _slopes_at_best_biases(problem, rows)
            shifts = _mean_residuals(problem, theta)
            count = len(shifts)
            # output biases are last, and there are some: or there is no best one
            theta[-count:] = difference(theta[-count:], shifts)
        columns = list(zip(*rows))
        require(
            not problem.layers[1].bias or not any(map(sum_of, columns)),
            "the slopes of the losses do not sum to zero",
        )
        loss = differentiate(problem, theta, 0).value
        self._require_potentials(problem, columns)
        off = Fraction(sum(shift.magnitude() for shift in shifts), 1 << self.precision)
        return Minimum(self.center, off, loss.lower(), loss.upper(), "local-minimum")

    def _require_potentials(self, problem: Problem, columns: Rows[Exact]) -> None:
        """Of every unit for every output, unless all g_ik are 0: then phi_k is 0."""
        # only the output layer has none
        s = cast(Activation, problem.layers[0].activation)
        incoming, outgoing = split(problem, self.center)
        inputs = features(problem, self.center, 0)
        for j, reason in enumerate(self.units):
            # rational, as weights and inputs are
            zs = cast(list[Fraction], applied(inputs, incoming[j]))
            for column, weights in zip(columns, outgoing):
                samples = list(map(Sample, column, inputs, zs))
                if any(column):
                    self.require_potential(s, weights[j], samples, reason)

    def require_potential(
        self, s: Activation, weight: Fraction, samples: list[Sample], reason: str
    ) -> None:
        """phi vanishes at the unit's w, and v phi is not negative nearby, v the weight.
        Flat: its gradient sum_i g_i s'(z_i) x_i is 0, too, and s affine near all z_i.
        Definite: so is the gradient, and the Hessian has the sign of v. Midpoints: phi
        is a sum of terms of that sign. If v = 0, v' may take either sign nearby: phi
        has to be identically 0. Samples with g_i = 0 are no part of phi.
        """
        kept = [sample for sample in samples if sample.slope != 0]
        columns = list(zip(*(sample.x for sample in kept)))
        products = []
        for sample in kept:
            values = derivatives(s, sample.z, REASONS[reason])
            products.append([sample.slope * value for value in values])
        terms = list(zip(*products))  # g_i s^(n)(z_i), for every n
        require(sum_of(terms[0]) == 0, "the potential of a unit is not zero")
        if reason != "midpoints":
            require(
                all(dot(column, terms[1]) == 0 for column in columns),
                "the potential of a unit has a slope",
            )
        require(
            weight != 0 or reason == "flat",
            "a unit without output weight whose potential is not shown to be"
            " identically zero",
        )
        sign = 1 if weight > 0 else -1
        if reason == "flat":
            # No kink has a derivative, so s is affine near all z_i, and phi near w;
            # with value and slope 0 it is 0.
            require(
                isinstance(s, Pieces) and s.slopes is not None,
                "the activation is not piecewise linear",
            )
        elif reason == "definite":
            _require_definite(columns, terms[2], sign)
        else:
            self._require_midpoints(s, samples, sign)

    def _require_midpoints(
        self, s: Activation, samples: list[Sample], sign: int
    ) -> None:
        """phi is a sum of t (s(w . x_a) + s(w . x_b) - 2 s(w . x_c)), t >= 0, x_c
        midway from x_a to x_b, and s bends the way of v between z_a and z_b (not only
        at them).
        """
        combined: list[Exact] = [ZERO] * len(samples)
        for (a, b), c, weight in self.midpoints:
            require(
                max(a, b, c) < len(samples) and weight >= 0,
                "a midpoint of samples that are none, or of negative weight",
            )
            left = samples[a]
            right = samples[b]
            inputs = zip(left.x, right.x, samples[c].x)
            require(
                all(metered(p + q) == 2 * middle for p, q, middle in inputs),
                "a sample is not the midpoint of the two others",
            )
            low, high = box([left.z, right.z], self.precision)
            (between,) = hull([low], [high])
            bend = derivatives(s, between, 2)[2]
            require_below(
                ZERO,
                (bend * sign).lower(),
                "the activation is not shown to bend one way between the"
                " pre-activations",
            )
            shares = ((a, 1), (b, 1), (c, -2))
            for k, times in shares:
                combined[k] = metered(combined[k] + times * weight)
        require(
            combined == [sample.slope for sample in samples],
            "the slopes of the losses are not this combination of midpoints",
        )


def _slopes_at_best_biases(
    problem: Problem, rows: list[list[Exact]]
) -> list[list[Exact]]:
    """At the best output biases: of half the squared error, the slopes less their means
    over the samples. Pre-activations stay as they are.
    """
    require(
        problem.loss == "half-squared-error" and problem.layers[1].bias,
        "only half the squared error with an output bias has a best one here",
    )
    shares = [Fraction(1, len(rows))] * len(rows)
    means = [dot(shares, column) for column in zip(*rows)]
    return [difference(row, means) for row in rows]


def _mean_residuals(problem: Problem, theta: list[Ball]) -> list[Ball]:
    """How far the output biases, last in theta, are above the best ones."""
    precision = theta[0].p
    residuals = [
        difference(f, box(y, precision))
        for f, y in zip(features(problem, theta, 2), problem.y)
    ]
    zero = Ball(0, 0, precision)
    return [sum(column, zero) / len(residuals) for column in zip(*residuals)]


def _require_definite(columns: Rows[Exact], bends: Sequence[Exact], sign: int) -> None:
    """The Hessian of phi, sum_i g_i s''(z_i) x_i x_i^T, is definite with the sign of v:
    by Taylor, v phi > 0 nearby.
    """
    hessian = []
    for column in columns:
        bent = [x * bend * sign for x, bend in zip(column, bends)]
        hessian.append(applied(columns, bent))
    pivots(hessian)
