"""Enclosures of loss, gradient and Hessian over a box of parameters.

`enclose(problem, theta, order)` is the interface; `balls` is its one tier today (Arb balls at the working precision). A later tier (verified
floats) answers the same question for larger networks.
"""

from exactland.calculus.balls import Enclosure, box, enclose
from exactland.calculus.functions import Undefined, derivatives

__all__ = ["Enclosure", "Undefined", "box", "derivatives", "enclose"]
