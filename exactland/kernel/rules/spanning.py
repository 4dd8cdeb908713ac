"""Features that span all a network can reach: rule 4.3."""

from typing import NamedTuple

from ..arithmetic import box
from ..facts import Matrix, Proved, Vector
from ..network import Problem, features
from ..refusals import require
from .global_minimum import are_identities, leads_to_infimum
from .linear import chosen, require_echelon, require_invertible


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
        require_echelon(self.identities)
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
