"""One more unit opens a basin: rule 4.5."""

from typing import NamedTuple

from ..arithmetic import box
from ..facts import Facts, Matrix, Minimum, Vector, proved_as
from ..network import Problem, features
from ..refusals import require
from .linear import require_invertible


class OneMoreUnitStep(NamedTuple):
    """Rule 4.5. The minimum is the number of the step that proved it."""

    minimum: int
    weights: Vector
    inverse: Matrix
    precision: int

    def fact(self, problem: Problem, earlier: Facts) -> Minimum:
        """Rule 4.5: on the whole box of rule 3.1, the last features and one more unit
        with these incoming weights (and bias) are N independent columns, so that the
        last layer leads down to the infimum.
        """
        minimum = proved_as(Minimum, earlier[self.minimum])
        require(minimum.radius > 0, "the minimum has no box: it is not by rule 3.1")
        *before, last, output = problem.layers
        depth = len(before) + 1
        require(
            len(self.weights) == problem.widths[len(before)] + last.bias,
            "not as many weights as a unit of the last hidden layer has",
        )
        theta = box(minimum.center, self.precision, minimum.radius)
        rows = features(problem, theta, depth)

        # a network with the new unit alone in its last hidden layer; features do not
        # depend on the output layer's parameters, which are left out
        alone = problem._replace(layers=(*before, last._replace(units=1), output))
        start = problem._replace(layers=tuple(before)).parameters
        new_theta = theta[:start] + box(self.weights, self.precision)
        new = features(alone, new_theta, depth)
        # the 1 of an output bias, last in both, is taken once
        pairs = zip(rows, new)
        columns = [row[: last.units] + more for row, more in pairs]
        require_invertible(columns, self.inverse, self.precision)
        return minimum._replace(what="one-more-unit")
