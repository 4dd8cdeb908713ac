"""Properties of the rules about architectures (4.6, 4.7, 4.8, 4.8p), and networks to test them on.
What the kernel accepts is followed in rational arithmetic, as in the proofs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from exactland import checking
from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import StatementKind
from exactland.certificates.statements import of_the_loss
from exactland.certificates.steps import IndependentInputs, NoBadValley, Step, WideLayer
from exactland.model.activations import (
    NAMED,
    Activation,
    Expression,
    PiecewiseLinear,
    evaluate_exactly,
)
from exactland.model.network import Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.exact_linear import least_squares, rational_kernel
from exactland.provers.hypotheses import discontinuity
from exactland.provers.valley_hypotheses import is_strictly_monotone, meets_pyramid
from exactland.provers.valleys import full_rank
from exactland.testing.properties import exact_features, exact_loss, expect, point_of
from exactland.testing.strategies import exact_activations, named, problems

NUDGE = Fraction(1, 997)  # by which a parameter moves
BOUND = 24  # random parameters are eighths up to 3
TRIES = 8  # incoming weights that are tried for a column outside the span

Rows = Sequence[Sequence[Fraction]]


@st.composite
def wide_somewhere(
    draw: DrawFn, activations: SearchStrategy[Activation] | Activation | None = None
) -> Problem:
    """Problems with parameters, of one to three layers, one of which may be as wide as there are
    different inputs, one unit narrower or wider. `activations`: exact ones.
    """
    some = exact_activations() if activations is None else activations
    problem = draw(problems(activations=some, samples=4))
    layer = draw(st.integers(0, len(problem.network.hidden) - 1))
    bias = problem.network.shapes()[layer + 1][2]
    units = max(1, len(set(problem.x)) - bias + draw(st.sampled_from((-1, 0, 0, 1))))
    hidden = list(problem.network.hidden)
    hidden[layer] = replace(hidden[layer], units=units)
    network = replace(problem.network, hidden=tuple(hidden))
    return _with_parameters(problem, network, draw(st.integers(0, 2**16)))


def pyramids() -> SearchStrategy[Problem]:
    """The same with activations many of which are strictly monotone."""
    return wide_somewhere(st.one_of(named("leaky-relu", "identity"), exact_activations()))


def _with_parameters(problem: Problem, network: Network, seed: int) -> Problem:
    random = Random(seed)
    theta = tuple(Fraction(random.randint(-BOUND, BOUND), 8) for _ in range(network.parameters))
    return Problem(network, problem.x, problem.y, problem.loss, theta)


def accepted(problem: Problem, kind: StatementKind, step: Step) -> bool:
    """Whether the kernel verifies the statement about the whole loss by this step alone."""
    certificate = Certificate(problem, of_the_loss(kind), (step,), {})
    return checking.check(certificate.to_bytes()).status == "verified"


def level_near(problem: Problem) -> int:
    """P9: where the kernel says by rule 4.6, of some hidden layer, that there is no basin, the
    parameters are not alone: what enters the next layer has dependent columns, or other parameters
    near have exactly the same loss. And it says so of every layer that is wide enough.

    Returns of how many layers it says so.
    """
    count = 0
    for layer in range(len(problem.network.hidden)):
        below = problem.network.hidden[: layer + 1]
        is_continuous = all(discontinuity(each.activation) is None for each in below)
        _, columns, bias = problem.network.shapes()[layer + 1]
        is_wide = columns + bias >= len(set(problem.x))
        if accepted(problem, StatementKind.NO_BASIN, WideLayer(layer, ())):
            expect(is_continuous, f"layer {layer} by 4.6, but an activation is not continuous")
            _expect_company(problem, layer)
            count += 1
        elif is_wide:
            expect(not _plainly_defined(problem, layer), f"layer {layer} is wide, and not by 4.6")
    return count


def _plainly_defined(problem: Problem, layer: int) -> bool:
    """Whether activations up to the layer are piecewise linear or polynomials."""
    below = [each.activation for each in problem.network.hidden[: layer + 1]]
    return all(isinstance(s, PiecewiseLinear) or _is_polynomial(s) for s in below)


def _is_polynomial(s: Activation) -> bool:
    return isinstance(s, Expression) and (s.polynomial is not None or s == NAMED["identity"])


def _expect_company(problem: Problem, layer: int) -> None:
    """Beside the parameters, as the proof of 4.6 finds them."""
    theta = point_of(problem)
    rows = _of_different_inputs(problem, exact_features(problem, theta)[layer + 1])
    if rational_kernel(rows):
        return  # dependent columns: a line
    expect(
        len(rows) == len(rows[0]),
        f"what enters layer {layer + 1} has independent columns, and more rows: not 4.6",
    )
    nudged = (theta[0] + NUDGE, *theta[1:])
    moved = _of_different_inputs(problem, exact_features(problem, nudged)[layer + 1])
    if rational_kernel(moved):
        return
    there = _with_layer(
        problem, nudged, layer + 1, _compensated(problem, theta, layer, rows, moved)
    )
    expect(
        exact_loss(problem, there) == exact_loss(problem, theta),
        f"the next layer does not make up for a change below layer {layer + 1}",
    )


def _compensated(
    problem: Problem, theta: Vector, layer: int, rows: Rows, moved: Rows
) -> list[Vector]:
    """Weights of the next layer, unit by unit, bias last, that keep its pre-activations."""
    found = []
    for unit in _units(problem, theta, layer + 1):
        wanted = [sum((w * a for w, a in zip(unit, row)), Fraction(0)) for row in rows]
        fit, residual = least_squares(moved, wanted)
        expect(not any(residual), "an invertible matrix does not reach what was there")
        found.append(tuple(fit))
    return found


def _units(problem: Problem, theta: Vector, layer: int) -> list[Vector]:
    weights, biases = problem.network.split(theta)[layer]
    return [(*unit, *biases[k : k + 1]) for k, unit in enumerate(weights)]


def _with_layer(problem: Problem, theta: Vector, layer: int, units: Sequence[Vector]) -> Vector:
    """The parameters with these weights, bias last, of the units of a layer."""
    layers = list(problem.network.split(theta))
    columns = problem.network.shapes()[layer][1]
    weights = [list(unit[:columns]) for unit in units]
    biases = [entry for unit in units for entry in unit[columns:]]
    layers[layer] = (weights, biases)
    return tuple(problem.network.join(layers))


def _of_different_inputs(problem: Problem, rows: Sequence[Vector]) -> list[Vector]:
    """Of samples with equal inputs the first."""
    first = {x: i for i, x in reversed(list(enumerate(problem.x)))}
    return [rows[i] for i in sorted(first.values())]


def comes_to_span(problem: Problem) -> bool:
    """P10: where the kernel says by rule 4.8 that there is no bad valley, moves at equal loss lead
    from the parameters to features whose span has the outputs of other parameters; and it says so
    of every hidden layer that is alone, wide enough and plainly continuous.

    Returns whether it says so.
    """
    network = problem.network
    is_alone = len(network.hidden) == 1
    width = network.hidden[-1].units + network.output_bias
    if not accepted(problem, StatementKind.NO_BAD_VALLEY, NoBadValley()):
        applies = is_alone and width >= len(set(problem.x)) and _plainly_defined(problem, 0)
        expect(not applies, "the one hidden layer is wide, and not by 4.8")
        return False
    expect(is_alone, "4.8 of more than one hidden layer")
    expect(discontinuity(network.hidden[0].activation) is None, "4.8, but not continuous")
    start = exact_loss(problem, point_of(problem))
    theta, random = point_of(problem), Random(0)
    for _ in range(len(problem.x) + 1):
        theta = _with_more_rank(problem, theta, random)
        expect(exact_loss(problem, theta) == start, "the loss changed on the way to full rank")
    rows = exact_features(problem, theta)[1]
    for _ in range(3):
        other = tuple(_random(random) for _ in theta)
        outputs = exact_features(problem, other)[2]
        with_outputs = [(*row, *f) for row, f in zip(rows, outputs)]
        expect(_rank(with_outputs) == _rank(rows), "outputs that the last layer does not reach")
    return True


def _with_more_rank(problem: Problem, theta: Vector, random: Random) -> Vector:
    """One unit whose column is a combination of others hands over its output weights, and takes
    incoming ones that make the rank larger, if some are found.
    """
    rows = exact_features(problem, theta)[1]
    units = problem.network.hidden[0].units
    dependent = [c for c in rational_kernel(rows) if any(c[:units])]
    if not dependent:
        return theta
    c = dependent[0]
    j = next(k for k in range(units) if c[k])
    outgoing = _units(problem, theta, 1)
    handed = [tuple(w - unit[j] * a / c[j] for w, a in zip(unit, c)) for unit in outgoing]
    theta = _with_layer(problem, theta, 1, handed)
    incoming = _units(problem, theta, 0)
    for _ in range(TRIES):
        fresh = tuple(_random(random) for _ in incoming[j])
        tried = _with_layer(problem, theta, 0, [*incoming[:j], fresh, *incoming[j + 1 :]])
        if _rank(exact_features(problem, tried)[1]) > _rank(rows):
            return tried
    return theta


def inverts(problem: Problem) -> int:
    """P11: the kernel accepts by rule 4.8p exactly those layers from which on no layer is wider
    than the one before, activations are known to be strictly monotone with 0 or a bias, those
    before are continuous or analytic, and what enters has full rank (for exact activations over the
    rationals). Layers after activations that are not plainly defined everywhere are left aside.

    Returns of how many layers.
    """
    count = 0
    for layer in range(len(problem.network.hidden) + 1):
        step = full_rank(problem, layer, 0)
        if step is None:
            continue
        says = accepted(problem, StatementKind.NO_BAD_VALLEY, step)
        applies = meets_pyramid(problem, layer)
        if not _all_plainly_defined(problem, layer):
            continue
        expect(
            says == applies, f"layer {layer} by 4.8p: the kernel {says}, the hypotheses {applies}"
        )
        wrong = replace(step, inverse=tuple(tuple(3 * v for v in row) for row in step.inverse))
        expect(
            not accepted(problem, StatementKind.NO_BAD_VALLEY, wrong),
            f"layer {layer} by 4.8p with an inverse that is none",
        )
        if says and problem.is_exact:
            rows = exact_features(problem, step.center)[layer]
            minor = [[rows[i][j] for j in step.columns] for i in step.rows]
            expect(_rank(minor) == len(set(problem.x)), f"layer {layer} has no full rank")
        count += says
    return count


def _all_plainly_defined(problem: Problem, layer: int) -> bool:
    return layer == 0 or _plainly_defined(problem, layer - 1)


def makes_smaller(problem: Problem) -> bool:
    """P12: the kernel accepts by rule 4.7 exactly networks in which some combination of what enters
    the first layer is 0 at all samples, or the different inputs are independent and the first
    activation is one of those that can be made smaller. If that is piecewise linear, the first unit
    is made half as large and its outgoing weights twice, for exactly the same loss.

    Returns whether it accepts.
    """
    one = (Fraction(1),) if problem.network.hidden[0].bias else ()
    rows = [(*x, *one) for x in dict.fromkeys(problem.x)]
    s = problem.network.hidden[0].activation
    is_free = bool(rational_kernel(rows))
    is_independent = _rank(rows) == len(rows)
    shrinks = is_strictly_monotone(s) or s in [NAMED[name] for name in ("swish", "gelu", "mish")]
    says = accepted(problem, StatementKind.NO_BASIN, IndependentInputs())
    applies = is_free or (is_independent and shrinks)
    expect(says == applies, f"by 4.7: the kernel {says}, the hypotheses {applies}")
    if says and not is_free and isinstance(s, PiecewiseLinear) and problem.is_exact:
        _expect_smaller(problem, s, rows)
    return says


def _expect_smaller(problem: Problem, s: PiecewiseLinear, rows: Rows) -> None:
    theta = point_of(problem)
    incoming, outgoing = _units(problem, theta, 0), _units(problem, theta, 1)
    z = [sum((w * a for w, a in zip(incoming[0], row)), Fraction(0)) for row in rows]
    halves = [_where(s, evaluate_exactly(s, value) / 2) for value in z]
    smaller, residual = least_squares(rows, halves)
    expect(not any(residual), "independent inputs do not take these pre-activations")
    there = _with_layer(problem, theta, 0, [tuple(smaller), *incoming[1:]])
    there = _with_layer(problem, there, 1, [(2 * unit[0], *unit[1:]) for unit in outgoing])
    expect(exact_loss(problem, there) == exact_loss(problem, theta), "half a unit, another loss")


def _where(s: PiecewiseLinear, value: Fraction) -> Fraction:
    """Where a strictly monotone function of lines has this value."""
    ends = [s.breakpoints[0] - 1, *s.breakpoints] if s.breakpoints else [Fraction(0)]
    for slope, end, following in zip(s.slopes, ends, [*ends[1:], None]):
        found = end + (value - evaluate_exactly(s, end)) / slope
        first = end == ends[0]
        if (first or found >= end) and (following is None or found <= following):
            return found
    raise AssertionError("a value that strictly monotone lines do not take")


def _random(random: Random) -> Fraction:
    return Fraction(random.randint(-BOUND, BOUND), 8)


def _rank(rows: Rows) -> int:
    return len(rows[0]) - len(rational_kernel([list(row) for row in rows]))
