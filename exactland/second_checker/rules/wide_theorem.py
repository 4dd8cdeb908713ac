"""Wide hidden layers: rules 4.2 and 4.6."""

from collections.abc import Sequence
from dataclasses import replace

from ..arithmetic.formal import number
from ..facts import About, Fact, Said
from ..network.activations import build
from ..network.formal_evaluation import FormalNetwork
from ..network.layout import Problem
from ..reading.step import WideLayer, WideTheorem
from ..refusals import require
from .linear import require_echelon


def wide_theorem(problem: Problem, step: WideTheorem, facts: Sequence[Fact]) -> Fact:
    """Rule 4.2: what enters the output layer has as many columns as there are samples,
    or more.
    """
    width = problem.shapes[-1].columns
    require(width >= problem.samples, "the last hidden layer is too narrow")
    if width > problem.samples:
        return About((Said("no-sub-optimal-basin"), Said("no-basin")))
    return About((Said("no-sub-optimal-basin"),))


def wide_layer(problem: Problem, step: WideLayer, facts: Sequence[Fact]) -> Fact:
    """Rule 4.6: what enters the layer after a hidden one has as many columns as there
    are samples that can differ, and depends continuously on all parameters below.
    """
    require(step.layer < len(problem.hidden), "there is no such hidden layer")
    below = problem.hidden[: step.layer + 1]
    entire = all(build(layer.activation).entire for layer in below)
    require(entire, "an activation is not defined on the whole line")
    after = problem.shapes[step.layer + 1]
    require_echelon(step.identities, problem.samples)
    # the next layer, taken for the last one: its units are affine in these features
    cut = replace(problem, hidden=below, outputs=after.units, output_bias=after.bias)
    FormalNetwork(cut).require_identities(
        [list(map(number, row)) for row in step.identities]
    )
    different = {tuple(map(str, x)) for x in problem.x}
    left = problem.samples - len(step.identities)
    require(after.columns >= min(len(different), left), "the layer is too narrow")
    return About((Said("no-sub-optimal-basin"), Said("no-basin")))
