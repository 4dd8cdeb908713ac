"""Networks without bad valleys: rules 4.8 and 4.8p."""

from itertools import pairwise
from typing import NamedTuple

from ..arithmetic import box
from ..facts import Matrix, Proved, Said, Vector
from ..network import Activation, Pieces, Problem, features, total
from ..refusals import require
from .linear import chosen, different, require_invertible
from .monotone import is_strictly_monotone, takes_zero

NO_BAD_VALLEY = Said("no-bad-valley")


class NoBadValleyStep(NamedTuple):
    """Rule 4.8: nothing but the problem."""

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.8: one hidden layer with at least as many units (1 counts, with an
        output bias) as there are inputs that differ. A unit whose features depend on
        others can hand over its output weights, and then take any incoming ones; so
        features come to span all there are, and the last layer alone leads down.
        """
        hidden, *later = problem.layers
        require(len(later) == 1, "more than one hidden layer")
        require(
            total(hidden.activation),
            "the activation might not be defined on the whole line",
        )
        needed = len(different(problem.x))
        width = hidden.units + later[0].bias
        require(
            width >= needed,
            f"the hidden layer, with the output bias, has width {width}; different"
            f" inputs need {needed}",
        )
        return Proved([NO_BAD_VALLEY])


class PyramidStep(NamedTuple):
    """Rule 4.8p. The layer is the one that the features enter, 0 the first, which the
    inputs enter.
    """

    layer: int
    center: Vector
    rows: frozenset[int]
    columns: frozenset[int]
    inverse: Matrix
    precision: int

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.8p: what enters the layer has full rank for some parameters, so near
        all of them; from there on no layer is wider than the one before, and
        activations can be inverted. So every path of outputs is one of parameters, as
        is the segment to better outputs.
        """
        require(self.layer < len(problem.layers), "no such layer")
        before = [layer.activation for layer in problem.layers[: self.layer]]
        free = analytic if len(before) > 1 else total
        require(
            all(free(s) for s in before),
            "an activation before the layer might not be analytic, or not defined, on"
            " the whole line",
        )
        for layer, following in pairwise(problem.layers[self.layer :]):
            require(
                layer.units >= following.units,
                "from the layer on, one is wider than the one before",
            )
            require(
                is_strictly_monotone(layer.activation),
                "from the layer on, an activation is not known to be strictly monotone",
            )
            require(
                following.bias or takes_zero(layer.activation),
                "an activation is not known to take the value 0, and no bias follows",
            )
        center = box(self.center, self.precision)
        entering = features(problem, center, self.layer)
        minor = [chosen(row, self.columns) for row in chosen(entering, self.rows)]
        require(
            len(minor) == len(different(problem.x)),
            "the minor is not as large as inputs that differ",
        )
        require_invertible(minor, self.inverse, self.precision)
        return Proved([NO_BAD_VALLEY])


def analytic(s: Activation | None) -> bool:
    """Whether it certainly has one formula without singularities on the whole line."""
    return total(s) and not isinstance(s, Pieces)
