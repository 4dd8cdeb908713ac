"""Features, loss, gradient and Hessian of a network, over balls or exactly, by
second-order forward differentiation (docs/theorems/derivatives.md, (a)).
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Generic, NamedTuple

from ..arithmetic import ONE, ZERO, Ball, Number, constant, metered
from ..refusals import TooLarge
from .activation_values import derivatives
from .jets import Jet, Jets, Term, composed, pre_activation
from .layout import Layer, Problem, split
from .losses import LOSSES

# Numbers held at once, times 4096 + p, are at most these two multiplied: half as many
# at the highest precision p. Those beyond 2^512 pay for their length (ball.py).
MOST_NUMBERS = 8 * 10**5
BITS_OF_A_NUMBER = 4096
# Terms of the loss that wait to be added: one, and as many as fit in this part of it.
SHARE_OF_TERMS = 4


class Derivatives(NamedTuple, Generic[Number]):
    """E with its dense gradient (empty below order 1) and Hessian (empty below order
    2).
    """

    value: Number
    gradient: list[Number]
    hessian: list[list[Number]]


def differentiate(
    problem: Problem, theta: Sequence[Number], order: int
) -> Derivatives[Number]:
    """Loss and its derivatives up to order 0, 1 or 2 at theta (P balls at one
    precision, or P exact numbers).

    Every entry encloses all values over the box theta. Raises Undefined where an
    activation or its derivative does not exist on the whole range.
    """
    samples = _by_sample(problem, theta, len(problem.layers), order)
    return _sum_of_losses(problem, samples, theta[0], order)


def slopes_over(
    problem: Problem, over: Sequence[Ball], at: Sequence[Ball], order: int
) -> Derivatives[Ball]:
    """Rule 3.3: of h(theta) = sum_ik dl/df_k(f(x_i; at)) f_k(x_i; theta) over a box the
    slopes, kinks and all (order 1: the gradient), or the second derivatives (order 2:
    the Hessian; the gradient is 0). The value is E at the point.

    The chain rule for a loss takes l' at f_i(at) and derivatives of f over the box: so
    those are put together from two runs.
    """
    depth = len(problem.layers)
    moving = _by_sample(problem, over, depth, order, 1)
    fixed = _by_sample(problem, at, depth, 0)
    samples = (_linearised(*both, order) for both in zip(moving, fixed))
    return _sum_of_losses(problem, samples, at[0], order)


def _linearised(
    moving: Jets[Ball],
    fixed: Jets[Ball],
    order: int,
) -> Jets[Ball]:
    """The outputs at the point, with derivatives of this order alone over the box: l''
    would meet those of order 1 only.
    """
    if order == 2:
        moving = [u._replace(gradient={}) for u in moving]
    return [u._replace(value=v.value) for u, v in zip(moving, fixed)]


def features(
    problem: Problem, theta: Sequence[Number], depth: int
) -> list[list[Number]]:
    """What enters layer `depth`, a row for every sample: the features of the layer
    before (the inputs, for 0), and 1 if the layer has a bias.

    For depth = len(problem.layers), the outputs. With exact theta, formal numbers.
    """
    width = problem.widths[: depth + 1][-1]
    _times_in_memory(len(problem.x) * width, theta[0])
    rows = []
    for units in _by_sample(problem, theta, depth, 0):
        row = [unit.value for unit in units]
        if depth < len(problem.layers) and problem.layers[depth].bias:
            row.append(constant(ONE, theta[0]))
        rows.append(row)
    return rows


def _entries(problem: Problem, order: int) -> int:
    """How many derivatives a layer has at one sample, at most: of every unit by all
    parameters up to it, once or twice. The loss has them by all parameters.
    """
    most: int = problem.parameters**order
    before = 0
    for layer, width in zip(problem.layers, problem.widths):
        own = width + layer.bias
        most = max(most, layer.units * (before + own) ** order)
        before += own * layer.units
    return most


def _times_in_memory(numbers: int, like: Number) -> int:
    """How many times so many numbers fit in memory, at least once, if they are not
    long. A ball has twice as many bits as its precision says, as its radius may be as
    long as its middle.
    """
    bits = like.p if isinstance(like, Ball) else 0
    room = MOST_NUMBERS * BITS_OF_A_NUMBER
    times = room // (numbers * (BITS_OF_A_NUMBER + bits))
    if times == 0:
        raise TooLarge("the numbers of one layer do not fit in the memory allowed")
    return times


def _by_sample(
    problem: Problem, theta: Sequence[Number], depth: int, order: int, across: int = 0
) -> Iterator[Jets[Number]]:
    """What the layers before `depth` make of every sample, one at a time: derivatives
    at all samples would not fit in memory. Later layers need no parameters.

    With across = 1, derivatives of the highest order may jump at breakpoints, and those
    over a range are all slopes of the order below.
    """
    layers = problem.layers[:depth]
    below = problem._replace(layers=layers)
    places = split(below, list(range(len(theta))))
    like = theta[0]
    for x in problem.x:
        units = [Jet(constant(v, like), {}, {}) for v in x]
        for layer, own in zip(layers, places):
            units = _through(layer, own, theta, units, order, across)
        yield units


def _through(
    layer: Layer,
    places: list[list[int]],
    theta: Sequence[Number],
    fed: Jets[Number],
    order: int,
    across: int,
) -> Jets[Number]:
    """What a layer makes of the features it is fed, which nothing holds afterwards."""
    if layer.bias:
        fed = fed + [Jet(constant(ONE, theta[0]), {}, {})]
    units = []
    for own in places:
        z = pre_activation([theta[p] for p in own], own, fed, order)
        if layer.activation is not None:
            found = derivatives(layer.activation, z.value, order, across)
            z = composed([Term(found, z)])
        units.append(z)
    return units


def _sum_of_losses(
    problem: Problem, samples: Iterator[Jets[Number]], like: Number, order: int
) -> Derivatives[Number]:
    """E and its derivatives, from the outputs at every sample, which are not computed
    before it is known that everything fits in memory; some at once, as fit beside it.
    """
    times = _times_in_memory(_entries(problem, order), like)
    zero = constant(ZERO, like)
    count = problem.parameters
    value = zero
    gradient = [zero] * count if order >= 1 else []
    hessian = [[zero] * count for _ in range(count)] if order == 2 else []
    terms = _terms(problem, samples, zero, order)
    size = 1 + times // SHARE_OF_TERMS
    for part in _portions(terms, size):
        value = metered(value + part.value)
        for p, entry in part.gradient.items():
            gradient[p] = metered(gradient[p] + entry)
        while part.hessian:  # emptied: no entry is held twice
            (p, q), entry = part.hessian.popitem()
            entry = metered(hessian[p][q] + entry)
            hessian[p][q] = entry
            hessian[q][p] = entry
    return Derivatives(value, gradient, hessian)


def _portions(
    terms: Iterator[Term[Number]],
    size: int,
) -> Iterator[Jet[Number]]:
    """The sums of so many terms at a time, which are let go before the next are made:
    they hold most of the numbers.
    """
    some = list(islice(terms, size))
    while some:
        part = composed(some)
        some.clear()
        yield part
        some.extend(islice(terms, size))


def _terms(
    problem: Problem, samples: Iterator[Jets[Number]], zero: Number, order: int
) -> Iterator[Term[Number]]:
    """Those of the losses at all samples."""
    loss = LOSSES[problem.loss]
    for outputs, y in zip(samples, problem.y):
        yield from loss(outputs, [constant(v, zero) for v in y], order)
        outputs.clear()  # as above
