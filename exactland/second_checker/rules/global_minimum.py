"""Global minima: rule 3.7."""

from collections.abc import Sequence

from ..facts import About, Fact, Said
from ..network.formal_evaluation import FormalNetwork
from ..network.layout import Problem
from ..network.losses import HALF_SQUARED_ERROR
from ..reading.step import GlobalMinimum
from ..refusals import require
from .linear import require_defined


def global_minimum(
    problem: Problem, step: GlobalMinimum, facts: Sequence[Fact]
) -> Fact:
    """Rule 3.7: the residuals are orthogonal to all that networks of the architecture
    can reach, so none of them is nearer to the targets.
    """
    require(problem.loss == HALF_SQUARED_ERROR, "only half the squared error")
    network = FormalNetwork(problem)
    residuals = network.slopes_at(step.center)
    network.require_identities(list(zip(*residuals, strict=True)))
    require_defined(problem, step.center)
    said = (
        Said("global-minimum", step.center),
        Said("in-no-sub-optimal-basin", step.center),
        Said("escape", step.center),  # the empty path
    )
    return About(said, escape_from=step.center)
