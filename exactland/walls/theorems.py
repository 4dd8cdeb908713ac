"""Where there is no bad basin, proved for an activation (docs/theorems/walls.md): one hidden
layer, scalar output without bias.
"""

from __future__ import annotations

from exactland.model.activations import NAMED, Activation, Expression
from exactland.model.trees import X, apply
from exactland.walls.total_positivity import zeros_bounded

HOMOGENEOUS = ("identity", "relu", "leaky-relu")
W9 = "W9. Sigmoid and softplus units with a hidden bias on three inputs"
ODD_WITH_FEW_ZEROS: dict[str, Activation] = {
    "arctan": NAMED["arctan"],
    "softsign": NAMED["softsign"],
    "erf": Expression(apply("erf", X)),
}


def wall(
    activation: Activation, samples: int, units: int, *, inputs: int = 1, bias: bool = False
) -> str | None:
    """The name of the theorem by which no data set of N samples has a bad basin at m units, for any
    convex differentiable loss; None if none says so.

    `bias`: hidden units have biases. A name is a heading of docs/theorems/walls.md. None is no
    claim: a wall may be there that nobody has proved.

    >>> wall(NAMED["exp"], samples=4, units=2), wall(NAMED["exp"], samples=5, units=2)
    ('W2. Exponential units', None)
    """
    if any(activation == NAMED[name] for name in HOMOGENEOUS):
        return "W1. Positively homogeneous units"
    if activation == NAMED["exp"] and bias:
        return "W3. Exponential units with a hidden bias"
    if inputs > 1:
        return None
    if bias:
        on_list = activation in (NAMED["sigmoid"], NAMED["softplus"])
        return W9 if on_list and samples <= 3 else None
    return _without_bias(activation, samples, units)


def _without_bias(activation: Activation, samples: int, units: int) -> str | None:
    """`wall` for one input and no hidden bias, beyond W1."""
    if activation == NAMED["exp"] and 2 * units >= samples:
        return "W2. Exponential units"
    if any(activation == s for s in ODD_WITH_FEW_ZEROS.values()) and 2 * units >= samples:
        return "W4. Arctan, softsign and erf units"
    if activation == NAMED["tanh"] and 2 * units >= samples and zeros_bounded(samples):
        return "W5. Tanh units on at most six inputs"
    if activation == NAMED["softplus"] and samples <= 2:
        return "W6. A softplus unit on two inputs"
    if activation in (NAMED["elu"], NAMED["selu"]) and (2 * units > samples or samples == 2):
        return "W7. Elu and selu units"
    if activation == NAMED["hard-tanh"] and 2 * units >= samples:
        return "W8. Hard-tanh units"
    return None
