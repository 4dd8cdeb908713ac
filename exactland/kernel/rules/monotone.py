"""Activations that are strictly monotone and continuous on the whole line."""

from ..network import Activation, Pieces
from ..network.activations import NAMES

THROUGH_ZERO = ("tanh", "arctan", "identity", "softsign", "elu", "selu")
NEVER_ZERO = ("sigmoid", "softplus", "exp")


def is_strictly_monotone(s: Activation | None) -> bool:
    """Whether it certainly is so: by the same tree as one with a name, or by slopes."""
    return takes_zero(s) or s in [NAMES[name] for name in NEVER_ZERO]


def takes_zero(s: Activation | None) -> bool:
    """Whether it is so, and 0 is one of its values. Lines that all rise, or all fall,
    take every value.
    """
    if isinstance(s, Pieces) and s.slopes is not None:
        rising = all(slope > 0 for slope in s.slopes)
        return rising or all(slope < 0 for slope in s.slopes)
    return s in [NAMES[name] for name in THROUGH_ZERO]
