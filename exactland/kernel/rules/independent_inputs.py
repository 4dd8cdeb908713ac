"""Networks with independent inputs: rule 4.7."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from ..arithmetic import metered
from ..facts import Matrix, Proved, Said
from ..network import Activation, Pieces, Problem
from ..network.activations import NAMES
from ..refusals import require

# Strictly monotone, or falling from 0 at minus infinity to one minimum and rising from
# there; continuous on the whole line (docs/theorems/independent-inputs.md).
SHRINKING = (
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "exp",
    "identity",
    "softsign",
    "elu",
    "selu",
    "swish",
    "gelu",
    "mish",
)


class IndependentInputsStep(NamedTuple):
    """Rule 4.7: nothing but the problem."""

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.7: a unit of the first layer can be made smaller and its outgoing
        weights larger, or it has none, along a curve of equal loss without end: its
        pre-activations at different inputs take any values.
        """
        first = problem.layers[0]
        require(
            shrinks(first.activation),
            "the first activation is not known to be one that can be made smaller",
        )
        one = [Fraction(1)] if first.bias else []
        different = dict.fromkeys(map(tuple, problem.x))
        require_independent([[*x, *one] for x in different])
        return Proved([Said("no-sub-optimal-basin"), Said("no-basin")])


def shrinks(s: Activation | None) -> bool:
    """Whether every value of s, times any factor from 1 down, is taken somewhere, along
    a path that starts where the value is taken and leads on without end, or to 0.
    """
    if isinstance(s, Pieces) and s.slopes is not None:
        rising = all(slope > 0 for slope in s.slopes)
        return rising or all(slope < 0 for slope in s.slopes)
    return s in [NAMES[name] for name in SHRINKING]


def require_independent(rows: Sequence[Sequence[Fraction]]) -> None:
    """By elimination: no row is left without an entry that is not 0."""
    rest: Matrix = [list(row) for row in rows]
    while rest:
        top = rest.pop()
        lead = next((k for k, entry in enumerate(top) if entry != 0), -1)
        require(lead >= 0, "the different inputs are not independent")
        for row in rest:
            factor = metered(row[lead] / top[lead])
            pairs = zip(row, top)
            row[:] = [metered(a - metered(factor * b)) for a, b in pairs]
