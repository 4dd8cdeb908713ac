"""Networks with independent inputs: rule 4.7."""

from fractions import Fraction
from typing import NamedTuple

from ..facts import Proved, Said
from ..network import Activation, Problem
from ..network.activations import NAMES
from ..refusals import require
from .linear import different, rank
from .monotone import is_strictly_monotone

# Falling from 0 at minus infinity to one minimum and rising from there without end
# (docs/theorems/independent-inputs.md).
WITH_ONE_MINIMUM = ("swish", "gelu", "mish")


class IndependentInputsStep(NamedTuple):
    """Rule 4.7: nothing but the problem."""

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.7: some direction of the inputs, with 1 for a bias, has no part in any
        of them: weights of the first layer move along it and change nothing. Or inputs
        that differ are independent, so that pre-activations at them take any values:
        then a unit of the first layer can be made smaller and its outgoing weights
        larger, or it has none. Both are curves of equal loss without end.
        """
        first = problem.layers[0]
        one = [Fraction(1)] if first.bias else []
        rows = [[*x, *one] for x in different(problem.x)]
        found = rank(rows)
        if found == len(rows[0]):
            require(
                found == len(rows),
                "the different inputs span all directions, and are not independent",
            )
            require(
                shrinks(first.activation),
                "the first activation is not known to be one that can be made smaller",
            )
        return Proved([Said("no-sub-optimal-basin"), Said("no-basin")])


def shrinks(s: Activation | None) -> bool:
    """Whether every value of s, times any factor from 1 down, is taken somewhere, along
    a path that starts where the value is taken and leads on without end, or to 0.
    """
    return is_strictly_monotone(s) or s in [NAMES[name] for name in WITH_ONE_MINIMUM]
