"""The losses, as functions of jets; their slopes as exact numbers
(docs/reference/format.md, section 2; docs/theorems/losses.md).
"""

from types import MappingProxyType

from ..arithmetic import (
    HALF,
    ONE,
    ZERO,
    Exact,
    Number,
    apply,
    constant,
    metered,
    square,
)
from ..facts import Vector
from .activation_values import derivatives
from .activations import SOFTPLUS
from .jets import Jet, Jets, Term, composed, weighted_sum

Terms = list[Term[Number]]


def half_squared_error(
    f: Jets[Number],
    y: list[Number],
    order: int,
) -> Terms[Number]:
    """|f - y|^2 / 2, with slopes f - y and bends 1."""
    terms = []
    for u, v in zip(f, y):
        residual = metered(u.value - v)
        half_square = metered(square(residual) * constant(HALF, v))
        found = [half_square, residual, constant(ONE, v)]
        terms.append(Term(found[: order + 1], u))
    return terms


def logistic(
    f: Jets[Number],
    y: list[Number],
    order: int,
) -> Terms[Number]:
    """log(1 + e^(-y f)), y = -1 or 1; there is one output."""
    return [_softplus(weighted_sum([-y[0]], [f[0]]), order)]


def _softplus(z: Jet[Number], order: int) -> Term[Number]:
    """log(1 + e^z)."""
    return Term(derivatives(SOFTPLUS, z.value, order), z)


def softmax_cross_entropy(
    f: Jets[Number],
    y: list[Number],
    order: int,
) -> Terms[Number]:
    """log(e^f_1 + ... + e^f_K) - y . f, one output at a time: log(e^a + e^b) = a +
    softplus(b - a).
    """
    one = constant(ONE, y[0])
    total = f[0]
    for u in f[1:]:
        above = weighted_sum([one, -one], [u, total])
        rise = composed([_softplus(above, order)])
        total = weighted_sum([one, one], [total, rise])
    shares = weighted_sum([-v for v in y], f)
    loss = weighted_sum([one, one], [total, shares])
    affine = [loss.value, one]
    return [Term(affine[: order + 1], loss)]


def multinomial_logistic(
    f: Jets[Number],
    y: list[Number],
    order: int,
) -> Terms[Number]:
    """log(1 + e^f_1 + ... + e^f_K) - y . f: an output 0, always 0, comes first."""
    zero = constant(ZERO, y[0])
    outputs = [Jet(zero, {}, {})] + f
    return softmax_cross_entropy(outputs, [zero] + y, order)


# The loss l(f, y) of one sample, as terms to be added.
LOSSES = MappingProxyType(
    {
        "half-squared-error": half_squared_error,
        "softmax-cross-entropy": softmax_cross_entropy,
        "logistic": logistic,
        "multinomial-logistic": multinomial_logistic,
    }
)


def _slopes_of_squares(f: list[Exact], y: Vector) -> list[Exact]:
    """f_k - y_k."""
    return [u - v for u, v in zip(f, y)]


def _slopes_of_logistic(f: list[Exact], y: Vector) -> list[Exact]:
    """-y sigmoid(-y f)."""
    signs = [-v for v in y]
    return [apply("sigmoid", u * v) * v for u, v in zip(f, signs)]


def _slopes_of_softmax(f: list[Exact], y: Vector) -> list[Exact]:
    """e^f_k / (e^f_1 + ... + e^f_K) - y_k, all divided by e^f_1."""
    powers = [apply("exp", u - f[0]) for u in f]
    return [power / sum(powers, ZERO) - v for power, v in zip(powers, y)]


def _slopes_of_multinomial(f: list[Exact], y: Vector) -> list[Exact]:
    """Those of an output 0, always 0, that comes first, are left out."""
    return _slopes_of_softmax([ZERO, *f], [ZERO, *y])[1:]


# dl/df_k at one sample, exactly: the derivative of every loss as a formula in formal
# numbers (rule 3.4b).
SLOPES = MappingProxyType(
    {
        "half-squared-error": _slopes_of_squares,
        "logistic": _slopes_of_logistic,
        "softmax-cross-entropy": _slopes_of_softmax,
        "multinomial-logistic": _slopes_of_multinomial,
    }
)
