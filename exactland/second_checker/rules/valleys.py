"""No bad valley: rules 4.8 and 4.8p."""

from collections.abc import Sequence
from itertools import pairwise

from ..arithmetic.ball import ONE, balls, precision
from ..facts import About, Fact, Said
from ..network.activations import NAMED, Activation, build
from ..network.evaluation import BallNetwork
from ..network.layout import Problem
from ..reading.step import NoBadValley, Pyramid
from ..refusals import require
from .linear import require_invertible

# strictly monotone on the line; 0 is one of their values
WITH_0 = ("arctan", "elu", "identity", "selu", "softsign", "tanh")
# strictly monotone on the line; all of their values are above 0
ABOVE_0 = ("exp", "sigmoid", "softplus")


def no_bad_valley(problem: Problem, step: NoBadValley, facts: Sequence[Fact]) -> Fact:
    """Rule 4.8: what enters the output layer of a network with one hidden layer has as
    many columns as there are different inputs, or more.
    """
    require(len(problem.hidden) == 1, "not exactly one hidden layer")
    entire = build(problem.hidden[0].activation).entire
    require(entire, "the activation is not defined on the whole line")
    wide = problem.shapes[-1].columns >= _different_inputs(problem)
    require(wide, "the hidden layer is too narrow")
    return About((Said("no-bad-valley"),))


def pyramid(problem: Problem, step: Pyramid, facts: Sequence[Fact]) -> Fact:
    """Rule 4.8p: what enters a layer has full rank somewhere, and from this layer on
    widths do not grow and activations can be inverted.
    """
    require(step.layer < len(problem.shapes), "there is no such layer")
    acts = [build(layer.activation) for layer in problem.hidden]
    _require_generic_rank(acts[: step.layer])
    _require_narrowing(problem, step.layer)
    for k in range(step.layer, len(acts)):
        _require_invertible_activation(acts[k], problem.shapes[k + 1].bias)
    _require_full_rank(problem, step)
    return About((Said("no-bad-valley"),))


def _different_inputs(problem: Problem) -> int:
    """As text: many rationals can have one hash."""
    return len({tuple(map(str, x)) for x in problem.x})


def _require_generic_rank(below: list[Activation]) -> None:
    """From everywhere parameters of full rank are reached, if there are any: with one
    layer below by changing one unit after the other, with more as minors are
    real-analytic.
    """
    entire = all(act.entire for act in below)
    require(entire, "an activation is not defined on the whole line")
    if len(below) >= 2:
        in_pieces = any(_is_in_pieces(act) for act in below)
        require(not in_pieces, "an activation below is in pieces")


def _is_in_pieces(act: Activation) -> bool:
    """As files write it: one that is piecewise linear may never bend."""
    return act.slopes is not None or len(act.breaks) > 0


def _require_narrowing(problem: Problem, layer: int) -> None:
    """No layer after this one has more units than the one before it."""
    widths = [shape.units for shape in problem.shapes[layer:]]
    for before, after in pairwise(widths):
        require(after <= before, "a layer is wider than the one before it")


def _require_invertible_activation(act: Activation, bias_follows: bool) -> None:
    """Strictly monotone; and with 0 among its values, or with a bias after it."""
    if act.slopes is not None:
        rising = all(slope > 0 for slope in act.slopes)
        falling = all(slope < 0 for slope in act.slopes)
        require(rising or falling, "a piecewise-linear activation is not monotone")
    elif act in [NAMED[name] for name in ABOVE_0]:
        says = "an activation without the value 0, and no bias after it"
        require(bias_follows, says)
    else:
        monotone = act in [NAMED[name] for name in WITH_0]
        require(monotone, "not an activation of the list")


def _require_full_rank(problem: Problem, step: Pyramid) -> None:
    """A minor of what enters the layer at the center has as many rows as there are
    different inputs, and is invertible.
    """
    named_rows = set(step.rows)
    named_columns = set(step.columns)
    samples = [i for i in range(problem.samples) if i in named_rows]
    shape = problem.shapes[step.layer]
    columns = [c for c in range(shape.columns) if c in named_columns]
    size = _different_inputs(problem)
    fits = len(samples) == size and len(columns) == size
    require(fits, "the minor has the wrong size")
    with precision(step.precision):
        network = BallNetwork(problem)
        theta = balls(step.center)
        minor = []
        for i in samples:
            entering = network.entering(theta, problem.x[i], step.layer)
            row = [*[quantity.value for quantity in entering], ONE]
            minor.append([row[c] for c in columns])
        require_invertible(minor, step.inverse, size)
