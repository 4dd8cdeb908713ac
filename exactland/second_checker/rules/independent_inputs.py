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
    """Rule 4.7: the inputs that differ, with a 1 for a bias, have full rank, and the
    first activation is one whose values can be made smaller.
    """
    first = build(problem.hidden[0].activation)
    require(_can_be_made_smaller(first), "not an activation of the list")
    different: dict[str, list[fmpq]] = {}
    for x in problem.x:
        row = [*x, ONE] if problem.hidden[0].bias else list(x)
        different[str(x)] = row
    rows = list(different.values())
    require(fmpq_mat(rows).rank() == len(rows), "the inputs are dependent")
    return About((Said("no-sub-optimal-basin"), Said("no-basin")))


def _can_be_made_smaller(act: Activation) -> bool:
    """Strictly monotone pieces of lines, or one of those that have a name."""
    if act.slopes is not None:
        signs = {slope > 0 for slope in act.slopes}
        return len(signs) == 1 and all(slope != 0 for slope in act.slopes)
    return act in [NAMED[name] for name in NAMES]
