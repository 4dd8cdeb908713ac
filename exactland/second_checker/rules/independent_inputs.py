"""Independent inputs: rule 4.7."""

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from ..arithmetic.exact import ONE
from ..facts import About, Fact, Said
from ..network.activations import NAMED, Activation, build
from ..network.layout import Problem
from ..reading.step import IndependentInputs
from ..refusals import require

# each of their values can be made smaller, down to 0 or without end
NAMES = (
    "arctan",
    "elu",
    "exp",
    "gelu",
    "identity",
    "mish",
    "selu",
    "sigmoid",
    "softplus",
    "softsign",
    "swish",
    "tanh",
)


def independent_inputs(
    problem: Problem, step: IndependentInputs, facts: Sequence[Fact]
) -> Fact:
    """Rule 4.7: a combination of what enters the first layer vanishes at all samples;
    or the inputs that differ have full rank, and the values of the first activation can
    be made smaller.
    """
    first = problem.hidden[0]
    rows: dict[str, list[fmpq]] = {}
    for x in problem.x:
        rows[str(x)] = [*x, ONE] if first.bias else list(x)
    matrix = fmpq_mat(list(rows.values()))
    found = matrix.rank()
    if found == matrix.ncols():
        require(found == matrix.nrows(), "the inputs are dependent")
        shrinks = _can_be_made_smaller(build(first.activation))
        require(shrinks, "not an activation of the list")
    return About((Said("no-sub-optimal-basin"), Said("no-basin")))


def _can_be_made_smaller(act: Activation) -> bool:
    """Strictly monotone pieces of lines, or one of those that have a name."""
    if act.slopes is not None:
        signs = {slope > 0 for slope in act.slopes}
        return len(signs) == 1 and all(slope != 0 for slope in act.slopes)
    return act in [NAMED[name] for name in NAMES]
