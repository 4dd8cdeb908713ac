"""Elementary functions and named activations with their first two derivatives, as textbook formulas
in Arb: the truth the enclosures are held against.

None of these formulas is the one the package uses.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb

from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

Values = tuple[arb, arb, arb]

# Named activations whose values at rational points are not rational, nearly everywhere
CURVED = (
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "sin",
    "exp",
    "softsign",
    "elu",
    "selu",
)

FUNCTIONS: dict[str, Callable[[arb], Values]] = {
    "exp": lambda x: (x.exp(), x.exp(), x.exp()),
    "log": lambda x: (x.log(), 1 / x, -1 / (x * x)),
    "sqrt": lambda x: (x.sqrt(), 1 / (2 * x.sqrt()), -1 / (4 * x * x.sqrt())),
    "sin": lambda x: (x.sin(), x.cos(), -x.sin()),
    "cos": lambda x: (x.cos(), -x.sin(), -x.cos()),
    "atan": lambda x: (x.atan(), 1 / (1 + x * x), -2 * x / (1 + x * x) ** 2),
    "tanh": lambda x: (x.tanh(), 1 / x.cosh() ** 2, -2 * x.tanh() / x.cosh() ** 2),
    "erf": lambda x: (
        x.erf(),
        2 / arb.pi().sqrt() * (-x * x).exp(),
        -4 * x / arb.pi().sqrt() * (-x * x).exp(),
    ),
    "softplus": lambda x: ((1 + x.exp()).log(), *_sigmoid(x)[:2]),
    "sigmoid": lambda x: _sigmoid(x),
}


def _sigmoid(x: arb) -> Values:
    """1 / (1 + e^-x), s (1 - s), s (1 - s) (1 - 2 s), with cosh for the slope so that nothing
    cancels.
    """
    slope = 1 / (2 * (x / 2).cosh()) ** 2
    return 1 / (1 + (-x).exp()), slope, -slope * (x / 2).tanh()


def _swish(x: arb) -> Values:
    """x s(x)."""
    s, slope, bend = _sigmoid(x)
    return x * s, s + x * slope, 2 * slope + x * bend


def _gelu(x: arb) -> Values:
    """x times the normal distribution function."""
    bell = (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
    below = (-x / arb(2).sqrt()).erfc() / 2
    return x * below, below + x * bell, (2 - x * x) * bell


def _mish(x: arb) -> Values:
    """x tanh(softplus x), by the tanh rule on t = tanh u, u = softplus x."""
    s, slope, _ = _sigmoid(x)
    t = (1 + x.exp()).log().tanh()
    d = (1 - t * t) * s
    dd = (1 - t * t) * slope - 2 * t * d * s
    return x * t, t + x * d, 2 * d + x * dd


def _softsign(x: arb) -> Values:
    size = 1 + abs(x)
    sign = 1 if x > 0 else -1
    return x / size, 1 / size**2, -2 * sign / size**3


def _elu(x: arb) -> Values:
    return (x, arb(1), arb(0)) if x > 0 else (x.expm1(), x.exp(), x.exp())


def _selu(x: arb) -> Values:
    """Klambauer et al. (2017): scale and alpha to 31 digits."""
    scale, alpha = (
        to_arb(Fraction("1.0507009873554804934193349852946")),
        to_arb(Fraction("1.6732632423543772848170429916717")),
    )
    s, slope, bend = _elu(x)
    factor = scale if x > 0 else scale * alpha
    return factor * s, factor * slope, factor * bend


ACTIVATIONS: dict[str, Callable[[arb], Values]] = {
    "arctan": FUNCTIONS["atan"],
    "swish": _swish,
    "gelu": _gelu,
    "mish": _mish,
    "softsign": _softsign,
    "elu": _elu,
    "selu": _selu,
}
FORMULAS = FUNCTIONS | ACTIVATIONS
POSITIVE = ("log", "sqrt")
# how many continuous derivatives they have there
BROKEN_AT_0 = {"softsign": 1, "elu": 1, "selu": 0}


def working_precision(name: str, size: int, bits: int) -> int:
    """Enough for errors far below 2^-bits (1 + |s|) at arguments of about `size`: the formula of
    mish cancels where e^x is small.
    """
    return (
        2 * bits
        + 64
        + 3 * abs(size).bit_length()
        + (2 * abs(size) if name == "mish" and size < 0 else 0)
    )


def sampled_truth(name: str, x: Fraction, bits: int) -> tuple[list[Fraction], Fraction]:
    """s, s', s'' at x as dyadics, and a bound on their error, far below 2^-bits (1 + |s|).

    The activations that break at 0 are wanted elsewhere.
    """
    working = working_precision(name, int(x), bits)
    with precision(working):
        # far below any tolerance; e^-(2^60) would not fit in memory as a fraction
        nothing = arb(2) ** (-4 * working)
        values = tuple(
            (0 if abs(v) < nothing else v) + arb(0, nothing) for v in FORMULAS[name](to_arb(x))
        )
        return [from_midpoint(v) for v in values], max(from_midpoint(v.rad()) for v in values)
