"""Local minima by their potentials: rules 3.4 and 3.4b."""

from flint import arb, ctx, fmpq

from exactland.second_checker.arithmetic.ball import ball, balls, lower, square, upper
from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.arithmetic.formal import Formal, number
from exactland.second_checker.facts import Fact, Minimum, Step
from exactland.second_checker.meter import metered
from exactland.second_checker.network.activation_values import at, over
from exactland.second_checker.network.activations import Activation
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.formal_evaluation import FormalNetwork
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.network.losses import LOSSES
from exactland.second_checker.refusals import Refused, require
from exactland.second_checker.rules.linear import definite


def flat_potentials(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.4."""
    units = ["flat"] * problem.hidden[0].units
    return potentials(
        problem,
        {**step, "units": units, "midpoints": [], "fitted": False, "precision": 128},
        facts,
    )


def potentials(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.4b."""
    center, fitted, samples = step["center"], step["fitted"], len(problem.x)
    require(len(problem.hidden) == 1, "not one hidden layer")
    require(
        len(step["units"]) == problem.hidden[0].units, "not one reason for every unit"
    )
    require(
        not fitted or (problem.loss == LOSSES[0] and problem.output_bias),
        "nothing to fit",
    )
    net = FormalNetwork(problem)
    rows = [
        net.slopes(net.outputs(center, x), y)
        for x, y in zip(problem.x, problem.y, strict=True)
    ]
    columns = [[row[k] for row in rows] for k in range(problem.outputs)]
    for k, column in enumerate(columns):
        total = number(fmpq(0))
        for g in column:
            total = total + g
        if fitted:
            columns[k] = [g - total.times(fmpq(1, samples)) for g in column]
        else:
            require(
                total.zero() or not problem.output_bias,
                "the slopes of an output do not sum to 0",
            )
    with ctx.workprec(step["precision"] + 64):
        distance, low = (
            _fit(problem, center)
            if fitted
            else (fmpq(0), lower(Network(problem).value(balls(center))))
        )
        for j, reason in enumerate(step["units"]):
            for k, column in enumerate(columns):
                if not all(g.zero() for g in column):
                    _potential(problem, net, step, j, k, column, reason)
    return Minimum(0, center, distance, low)


def _fit(problem: Problem, center: Vector) -> tuple[fmpq, fmpq]:
    """How far the best output biases are at most, and a lower bound of E with them."""
    net, samples = Network(problem), len(problem.x)
    net.value(balls(center))
    f = [[o.value for o in net.layers(balls(center), x, 0)] for x in problem.x]
    distance, total = fmpq(0), arb(0)
    for k in range(problem.outputs):
        rest = [row[k] - arb(y[k]) for row, y in zip(f, problem.y, strict=True)]
        mean = sum(rest, arb(0)) / samples
        distance = distance + upper(abs(mean))
        total = total + sum((square(r - mean) / 2 for r in rest), arb(0))
    return distance, lower(total)


def _vanishes(items: list[Formal]) -> bool:
    total = number(fmpq(0))
    for t in items:
        total = total + t
    return total.zero()


def _potential(
    problem: Problem,
    net: FormalNetwork,
    step: Step,
    j: int,
    k: int,
    column: list[Formal],
    reason: str,
) -> None:
    """The potential of unit j in output k is 0 near its weights, or has the sign of its
    output weight.
    """
    center, act = step["center"], net.acts[0]
    units, inputs, bias, _ = problem.shape(0)
    _, _, _, start = problem.shape(1)
    v = center[start + k * units + j]
    w = [
        *center[j * inputs : (j + 1) * inputs],
        *([center[units * inputs + j]] if bias else []),
    ]
    rows = [[*x, fmpq(1)] if bias else list(x) for x in problem.x]
    z = [
        metered(sum((a * b for a, b in zip(w, x, strict=True)), fmpq(0))) for x in rows
    ]
    some = [i for i, g in enumerate(column) if not g.zero()]
    require(
        _vanishes(
            [column[i] * net.algebra.activation(act, number(z[i])) for i in some]
        ),
        "the potential is not 0",
    )
    require(reason == "flat" or v != 0, "the output weight is 0")
    if reason == "midpoints":
        _midpoints(problem, act, step["midpoints"], column, z, v)
        return
    if reason == "flat":
        require(act.slopes is not None, "not piecewise linear")
        require(all(b != z[i] for i in some for b in act.breaks), "a unit is at a kink")
    s = {i: at(act, z[i], 1 if reason == "flat" else 2) for i in some}
    size = len(w)
    for a in range(size):
        require(
            _vanishes([column[i].times(s[i][1] * rows[i][a]) for i in some]),
            "the potential has a slope",
        )
    if reason == "definite":
        h = [[fmpq(0)] * size for _ in range(size)]
        for a in range(size):
            for b in range(size):
                total = number(fmpq(0))
                for i in some:
                    total = total + column[i].times(s[i][2] * rows[i][a] * rows[i][b])
                value = total.constant()
                if value is None:
                    raise Refused("the second derivatives are no rationals")
                h[a][b] = value if v > 0 else -value
        require(definite(h), "the potential is not shown to have a strict extremum")


def _midpoints(
    problem: Problem,
    act: Activation,
    entries: list[tuple[int, int, int, fmpq]],
    column: list[Formal],
    z: Vector,
    v: fmpq,
) -> None:
    """The slopes are a sum of second differences, and the activation is convex or
    concave where they are taken.
    """
    samples = len(problem.x)
    total = [fmpq(0)] * samples
    for a, b, c, t in entries:
        require(max(a, b, c) < samples, "no such sample")
        require(t >= 0, "a weight is negative")
        triples = zip(problem.x[a], problem.x[b], problem.x[c], strict=True)
        require(all(p + q == 2 * m for p, q, m in triples), "not a midpoint")
        bend = over(act, ball(z[a], z[b]), 2, parts=8)[2]
        require(
            (bend > 0 and v > 0) or (bend < 0 and v < 0),
            "the activation is not shown to bend that way",
        )
        for place, weight in ((a, t), (b, t), (c, -2 * t)):  # the places may coincide
            total[place] = total[place] + weight
    for g, t in zip(column, total, strict=True):
        value = g.constant()
        require(value is not None and value == t, "the slopes are another sum")
