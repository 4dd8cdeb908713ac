"""Features that span everything: rule 4.3."""

from collections.abc import Sequence

from ..arithmetic.ball import ONE, balls, precision
from ..arithmetic.formal import number
from ..facts import About, Fact, Said
from ..network.evaluation import BallNetwork
from ..network.formal_evaluation import FormalNetwork
from ..network.layout import Problem
from ..reading.step import SpanningFeatures
from ..refusals import require
from .linear import require_defined, require_echelon, require_invertible


def spanning_features(
    problem: Problem, step: SpanningFeatures, facts: Sequence[Fact]
) -> Fact:
    """Rule 4.3: outputs of the architecture satisfy the identities, and the features at
    the center have the rank that these leave: the last layer alone reaches them all.
    """
    require_echelon(step.identities, problem.samples)
    identities = [list(map(number, row)) for row in step.identities]
    FormalNetwork(problem).require_identities(identities)
    last = len(problem.hidden)
    samples = [i for i in range(problem.samples) if i in step.rows]
    places = range(problem.shapes[last].columns)
    columns = [c for c in places if c in step.columns]
    size = problem.samples - len(identities)
    fits = len(samples) == size and len(columns) == size
    require(fits, "the minor has the wrong size")
    require_defined(problem, step.center)
    with precision(step.precision):
        network = BallNetwork(problem)
        theta = balls(step.center)
        minor = []
        for i in samples:
            features = network.entering(theta, problem.x[i], last)
            row = [*[feature.value for feature in features], ONE]
            minor.append([row[c] for c in columns])
        require_invertible(minor, step.inverse, size)
    said = (Said("escape", step.center), Said("in-no-sub-optimal-basin", step.center))
    return About(said, escape_from=step.center)
