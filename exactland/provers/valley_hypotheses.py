"""What the theorem about valleys asks of a network, and which of it a given one does not meet, in
words (docs/theorems/no-bad-valley.md). The kernel decides; this explains.
"""

from __future__ import annotations

from exactland.model.activations import NAMED, Activation, Expression, PiecewiseLinear
from exactland.model.problem import Problem
from exactland.model.words import describe_activation
from exactland.provers.hypotheses import Hypothesis, discontinuity

THROUGH_ZERO = ("tanh", "arctan", "identity", "softsign", "elu", "selu")
NEVER_ZERO = ("sigmoid", "softplus", "exp")


def failing_for_valleys(problem: Problem) -> list[Hypothesis]:
    """The hypotheses of rules 4.8 and 4.8p that this network is not shown to meet, but the rank;
    none where they are met for some layer.

    Of one hidden layer, those of 4.8; of more, those of 4.8p for the layer that comes nearest.
    """
    layers = range(len(problem.network.hidden) + 1)
    by_layer = [_failing_from(problem, layer) for layer in layers]
    if len(problem.network.hidden) == 1:
        return min(by_layer[1], by_layer[0], key=len)
    return min(by_layer, key=len)


def meets_pyramid(problem: Problem, layer: int) -> bool:
    """Whether all hypotheses of rule 4.8p but the rank are met for this layer, 0 the first."""
    return not _failing_from(problem, layer)


def _failing_from(problem: Problem, layer: int) -> list[Hypothesis]:
    """What is not met by the layer that features enter, 0 the first."""
    found = [_width(problem, layer), *_before(problem, layer), *_after(problem, layer)]
    return [hypothesis for hypothesis in found if hypothesis is not None]


def _width(problem: Problem, layer: int) -> Hypothesis | None:
    """The number of columns of what enters the layer."""
    _, columns, bias = problem.network.shapes()[layer]
    needed = len(set(problem.x))
    if columns + bias >= needed:
        return None
    what = f"hidden layer {layer}" if layer else "the input"
    words = f"{what} has width {columns + bias}, with the bias of the next layer if it has one"
    return Hypothesis("width", f"{words}; for {needed} different inputs it needs width {needed}")


def _before(problem: Problem, layer: int) -> list[Hypothesis | None]:
    found: list[Hypothesis | None] = []
    for depth, before in enumerate(problem.network.hidden[:layer], 1):
        broken = discontinuity(before.activation)
        if broken is None and layer > 1 and not isinstance(before.activation, Expression):
            broken = "is in pieces, and two layers or more come before the wide one's next"
        if broken is not None:
            words = f"the activation of hidden layer {depth} {broken}"
            found.append(Hypothesis("continuity", words))
    return found


def _after(problem: Problem, layer: int) -> list[Hypothesis | None]:
    found: list[Hypothesis | None] = []
    shapes = problem.network.shapes()
    for k, after in enumerate(problem.network.hidden[layer:], layer):
        units, _, bias = shapes[k + 1]
        name = describe_activation(after.activation)
        if units > after.units:
            words = f"layer {k + 2} has {units} units, more than layer {k + 1} ({after.units})"
            found.append(Hypothesis("pyramid", words))
        if not is_strictly_monotone(after.activation):
            words = f"the activation of hidden layer {k + 1} ({name}) is not known to be so"
            found.append(Hypothesis("strictly monotone", words))
        elif not (bias or takes_zero(after.activation)):
            words = f"the activation of hidden layer {k + 1} ({name}) is never 0, no bias follows"
            found.append(Hypothesis("value 0 or a bias", words))
    return found


def is_strictly_monotone(s: Activation) -> bool:
    """Whether it is one of those that the theorem knows to be so."""
    return takes_zero(s) or s in [NAMED[name] for name in NEVER_ZERO]


def takes_zero(s: Activation) -> bool:
    """Whether it is so, and takes the value 0."""
    if isinstance(s, PiecewiseLinear):
        return all(slope > 0 for slope in s.slopes) or all(slope < 0 for slope in s.slopes)
    return s in [NAMED[name] for name in THROUGH_ZERO]
