"""That the loss is defined at a point."""

from flint import ctx, fmpq

from exactland.second_checker.arithmetic.ball import balls, lower
from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.layout import Problem


def require_defined(problem: Problem, theta: Vector, bits: int = 128) -> fmpq:
    """See in balls that E is defined at a point; a lower bound of it."""
    with ctx.workprec(bits + 64):
        return lower(Network(problem).value(balls(theta)))
