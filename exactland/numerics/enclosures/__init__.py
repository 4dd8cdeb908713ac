"""Enclosures of loss, gradient and Hessian over a box of parameters.

`enclose(problem, theta, order)` is the interface; `balls` is its one tier today (Arb balls at the
working precision). A later tier (verified floats) answers the same question for larger networks.
"""

from exactland.numerics.enclosures.activation_balls import UndefinedError, derivatives
from exactland.numerics.enclosures.arb_balls import Enclosure, box, enclose

__all__ = ["Enclosure", "UndefinedError", "box", "derivatives", "enclose"]
