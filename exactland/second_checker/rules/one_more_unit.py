"""One more unit opens a minimum: rule 4.5."""

from collections.abc import Sequence
from dataclasses import replace

from ..arithmetic.ball import ONE, balls, box, dot, precision
from ..facts import (
    ONE_MORE_UNIT,
    Fact,
    earlier_minimum,
)
from ..network import activation_values
from ..network.evaluation import BallNetwork
from ..network.layout import Problem
from ..reading.step import OneMoreUnit
from ..refusals import Refused, require
from .linear import require_invertible


def one_more_unit(problem: Problem, step: OneMoreUnit, facts: Sequence[Fact]) -> Fact:
    """Rule 4.5: wherever in its box the minimum is, the features and that of the new
    unit span all outputs at the samples.
    """
    minimum = earlier_minimum(step.minimum, facts)
    if minimum.box is None:
        raise Refused("not a minimum by 3.1")
    layer = len(problem.hidden) - 1
    shape = problem.shapes[layer]
    fits = len(step.weights) == shape.columns
    require(fits, "the new unit has the wrong number of weights")
    with precision(step.precision):
        network = BallNetwork(problem)
        theta = box(minimum.box.center, minimum.box.radius)
        weights = balls(step.weights)
        rows = []
        for x in problem.x:
            row = [unit.value for unit in network.entering(theta, x, layer)]
            if shape.bias:
                row.append(ONE)
            z = dot(weights, row)
            new = activation_values.over(network.acts[-1], z, 0)[0]
            units = network.entering(theta, x, layer + 1)
            features = [*[unit.value for unit in units], new]
            if problem.output_bias:
                features.append(ONE)
            rows.append(features)
        require_invertible(rows, step.inverse, problem.samples)
    return replace(minimum, rank=ONE_MORE_UNIT)
