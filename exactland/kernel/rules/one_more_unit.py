"""One more unit opens a basin: rule 4.5."""

from typing import NamedTuple, cast

from ..arithmetic import box
from ..facts import Matrix, Minimum, Vector
from ..network import Activation, Problem, derivatives, features
from ..refusals import require
from .linear import applied, require_invertible


class OneMoreUnitStep(NamedTuple):
    """Rule 4.5. The minimum was proved by an earlier step."""

    minimum: Minimum
    weights: Vector
    inverse: Matrix
    precision: int

    def fact(self, problem: Problem) -> Minimum:
        """Rule 4.5: on the whole box of rule 3.1, the last features and one more unit
        with these incoming weights (and bias) are N independent columns, so that the
        last layer leads down to the infimum.
        """
        minimum = self.minimum
        require(minimum.radius > 0, "the minimum has no box: it is not by rule 3.1")
        *before, last, _ = problem.layers
        depth = len(before)
        # only the output layer has none
        s = cast(Activation, last.activation)
        require(
            len(self.weights) == problem.widths[depth] + last.bias,
            "not as many weights as a unit of the last hidden layer has",
        )
        theta = box(minimum.center, self.precision, minimum.radius)
        weights = box(self.weights, self.precision)
        entering = features(problem, theta, depth)
        rows = features(problem, theta, depth + 1)
        for row, new in zip(rows, applied(entering, weights)):
            row[last.units : last.units] = derivatives(s, new, 0)
        require_invertible(rows, self.inverse, self.precision)
        return minimum._replace(what="one-more-unit")
