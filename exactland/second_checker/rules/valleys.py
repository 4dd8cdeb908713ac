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

# strictly monotone, by whether they are 0 somewhere
ZERO_SOMEWHERE = ("arctan", "elu", "identity", "selu", "softsign", "tanh")
ZERO_NOWHERE = ("exp", "sigmoid", "softplus")


def no_bad_valley(problem: Problem, step: NoBadValley, facts: Sequence[Fact]) -> Fact:
    """Rule 4.8: the only hidden layer gives the output layer as many columns as there
    are different inputs; units without outgoing weights may have any incoming ones.
    """
    require(len(problem.hidden) == 1, "not one hidden layer")
    act = build(problem.hidden[0].activation)
    require(act.entire, "the activation is not defined on the whole line")
    enough = problem.shapes[-1].columns >= _different(problem)
    require(enough, "the hidden layer is too narrow")
    return About((Said("no-bad-valley"),))


def pyramid(problem: Problem, step: Pyramid, facts: Sequence[Fact]) -> Fact:
    """Rule 4.8p: what enters the layer has the rank of the different inputs at the
    center, hence nearly everywhere; layers from there on do not grow, and their
    activations can be inverted.
    """
    require(step.layer < len(problem.shapes), "there is no such layer")
    acts = [build(layer.activation) for layer in problem.hidden]
    before = acts[: step.layer]
    require(all(act.entire for act in before), "not defined on the whole line")
    has_pieces = any(_is_in_pieces(act) for act in before)
    require(len(before) < 2 or not has_pieces, "pieces before the last of two layers")
    for shape, after in pairwise(problem.shapes[step.layer :]):
        require(after.units <= shape.units, "a layer is wider than the one before")
    later = acts[step.layer :]
    following = problem.shapes[step.layer + 1 :]
    for act, after in zip(later, following, strict=True):
        somewhere = _is_affine_and_monotone(act) or _is_one_of(act, ZERO_SOMEWHERE)
        nowhere = _is_one_of(act, ZERO_NOWHERE)
        require(somewhere or nowhere, "not an activation of the list")
        require(somewhere or after.bias, "never 0, and no bias comes after it")
    _require_rank(problem, step)
    return About((Said("no-bad-valley"),))


def _require_rank(problem: Problem, step: Pyramid) -> None:
    """What enters the layer at the center: that these rows and columns of it are a
    square matrix without a kernel, of the size of all different inputs.
    """
    size = _different(problem)
    samples = [i for i in range(problem.samples) if i in step.rows]
    places = range(problem.shapes[step.layer].columns)
    columns = [c for c in places if c in step.columns]
    fits = len(samples) == size and len(columns) == size
    require(fits, "the minor has the wrong size")
    with precision(step.precision):
        network = BallNetwork(problem)
        theta = balls(step.center)
        minor = []
        for i in samples:
            entering = network.entering(theta, problem.x[i], step.layer)
            row = [*[feature.value for feature in entering], ONE]
            minor.append([row[c] for c in columns])
        require_invertible(minor, step.inverse, size)


def _different(problem: Problem) -> int:
    """How many inputs differ."""
    return len({tuple(map(str, x)) for x in problem.x})


def _is_in_pieces(act: Activation) -> bool:
    """Also where nothing bends at any breakpoint."""
    return bool(act.breaks) or act.slopes is not None


def _is_affine_and_monotone(act: Activation) -> bool:
    """Pieces of lines that all rise, or all fall."""
    if act.slopes is None:
        return False
    rising = all(slope > 0 for slope in act.slopes)
    return rising or all(slope < 0 for slope in act.slopes)


def _is_one_of(act: Activation, names: Sequence[str]) -> bool:
    return act in [NAMED[name] for name in names]
