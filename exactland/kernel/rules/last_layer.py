"""What the last layer alone reaches, if the features before it are independent: rules
4.2, 4.3 and 4.5.
"""

from typing import NamedTuple, cast

from ..arithmetic import box
from ..facts import Matrix, Minimum, Proved, Said, Vector
from ..network import Activation, Problem, derivatives, features
from ..refusals import require
from .global_minimum import are_identities, leads_to_infimum
from .linear import applied, chosen, require_invertible


class WideTheoremStep(NamedTuple):
    """Rule 4.2: nothing but the problem."""

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.2: of N last features (1 counts, with an output bias) that are
        independent, the last layer alone reaches all outputs; else, and of more than
        N, a line of equal loss leads through every point.
        """
        *_, last, output = problem.layers
        width = last.units + output.bias
        samples = len(problem.x)
        require(
            width >= samples,
            f"the last hidden layer, with the output bias, has width {width}; {samples}"
            f" samples need {samples}",
        )
        statements = [Said("no-sub-optimal-basin")]
        if width > samples:
            statements.append(Said("no-basin"))
        return Proved(statements)


class SpanningFeaturesStep(NamedTuple):
    """Rule 4.3."""

    center: Vector
    identities: Matrix
    rows: frozenset[int]
    columns: frozenset[int]
    inverse: Matrix
    precision: int

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.3: all outputs of all networks are orthogonal to k independent
        identities. N - k independent features span what is left, so that the last
        layer alone reaches every output of every network.
        """
        lead_before = -1  # where the first entry is that is not 0
        for vector in self.identities:
            lead = next((k for k, entry in enumerate(vector) if entry != 0), -1)
            require(
                lead_before < lead,
                "the identities are not in echelon form, or one is zero",
            )
            lead_before = lead
        require(
            are_identities(problem, self.identities),
            "not every output of the network satisfies the identities",
        )
        center = box(self.center, self.precision)
        last = features(problem, center, len(problem.layers) - 1)
        minor = [chosen(row, self.columns) for row in chosen(last, self.rows)]
        require(
            len(minor) == len(problem.x) - len(self.identities),
            "the minor is not as large as samples without identities",
        )
        require_invertible(minor, self.inverse, self.precision)
        return leads_to_infimum(self.center)


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
