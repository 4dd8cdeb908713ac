"""Global minima: rules 3.6 and 3.7."""

from typing import NamedTuple

from ..arithmetic import Exact, atom, box, dot
from ..facts import Proved, Said, Vector
from ..meter import COST_OF_A_TERM, charge
from ..network import Problem, differentiate, features
from ..refusals import require
from .linear import Rows, difference

# of the balls that rules compute with which otherwise compute exactly
BITS = 128


def require_defined(problem: Problem, point: Vector) -> None:
    """E is defined at the point, or Undefined is raised. Formal numbers do not show
    it: terms that cancel are gone, wherever they are defined.
    """
    differentiate(problem, box(point, BITS), 0)


class GlobalMinimumStep(NamedTuple):
    """Rules 3.6 and 3.7."""

    center: Vector

    def fact(self, problem: Problem) -> Proved:
        """Rules 3.6 and 3.7: the residual of every output is orthogonal to all outputs
        a network can have, so that E, convex in them, is nowhere lower.
        """
        center = self.center
        require(
            problem.loss == "half-squared-error",
            "this rule is about half the squared error",
        )
        require_defined(problem, center)
        outputs = features(problem, center, len(problem.layers))
        residuals = [difference(row, y) for row, y in zip(outputs, problem.y)]
        require(
            are_identities(problem, list(zip(*residuals))),
            "the residual is not orthogonal to all outputs the network can have",
        )
        also = leads_to_infimum(center).statements
        return Proved([Said("global-minimum", center), *also], center)


def are_identities(problem: Problem, vectors: Rows[Exact]) -> bool:
    """Rule 3.7: whether sum_i r_i f(x_i) = 0 for each vector r and every output f of
    every network of this architecture.

    Formally: f is a sum of multiples of units of the last hidden layer, one of which,
    with all parameters atoms, stands for all; and of 1 with an output bias.
    """
    if not any(any(vector) for vector in vectors):
        return True  # also where the network is too large for formal numbers
    *before, last, output = problem.layers
    below = (*before, last._replace(units=1))
    count = problem._replace(layers=below).parameters
    charge(COST_OF_A_TERM * count)  # before they are made: they may be too many
    unknown = [atom(f"w{k}") for k in range(count)]
    one = problem._replace(layers=(*below, output))
    columns = list(zip(*features(one, unknown, len(below))))
    for column in columns:
        if any(dot(vector, column) != 0 for vector in vectors):
            return False
    return True


def leads_to_infimum(center: Vector) -> Proved:
    """From the center a convex way leads E to its infimum: what that proves."""
    statements = [
        Said("in-no-sub-optimal-basin", center),
        Said("escape", center, end="infimum"),
    ]
    return Proved(statements, center)
