"""Wide networks, and points in no basin: rules 3.7 and 4.1 to 4.5."""

from dataclasses import replace
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from exactland.second_checker import activations
from exactland.second_checker.facts import (
    About,
    Box,
    Fact,
    Minimum,
    Order,
    Step,
    balls,
    box,
    earlier,
)
from exactland.second_checker.formal import Algebra, FormalNetwork, number
from exactland.second_checker.network import Network
from exactland.second_checker.numbers import (
    Refused,
    ball,
    finite,
    lower,
    require,
    upper,
)
from exactland.second_checker.reader import LOSSES, Problem
from exactland.second_checker.syntax import Vector


def global_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.7."""
    center = step["center"]
    require(problem.loss == LOSSES[0], "only half the squared error")
    net = FormalNetwork(problem)
    residuals = [
        net.slopes(net.outputs(center, x), y)
        for x, y in zip(problem.x, problem.y, strict=True)
    ]
    net.vanish([[r[o] for r in residuals] for o in range(problem.outputs)])
    _defined(problem, center)
    kinds = (
        ("global-minimum", center, None, None),
        ("in-no-sub-optimal-basin", center, None, None),
    )
    return About((*kinds, ("escape", center, None, None)), end=center)


def _moving(
    problem: Problem, p: Vector, q: Vector
) -> dict[int, list[tuple[int, Vector]]]:
    """The layers in which two points differ: their moving rows, each with the
    difference (bias last).
    """
    found: dict[int, list[tuple[int, Vector]]] = {}
    for layer in range(len(problem.hidden) + 1):
        units, inputs, bias, start = problem.shape(layer)
        for j in range(units):
            places = list(range(start + j * inputs, start + (j + 1) * inputs))
            if bias:
                places.append(start + units * inputs + j)
            change = [q[k] - p[k] for k in places]
            if any(c != 0 for c in change):
                found.setdefault(layer, []).append((j, change))
    return found


def _kernel(problem: Problem, p: Vector, q: Vector) -> None:
    """Only pre-activations that do not change are moved: E is the same on the line
    through p and q.
    """
    moving = _moving(problem, p, q)
    require(len(moving) == 1, "not exactly one layer moves")
    net = FormalNetwork(problem)
    for layer, rows in moving.items():
        for x in problem.x:
            columns = net.columns(p, x, layer)
            for _, change in rows:
                total = number(fmpq(0))
                for c, a in zip(change, columns, strict=True):
                    total = total + a.times(c)
                require(total.zero(), "a pre-activation is not shown to stay the same")


def _idle(problem: Problem, p: Vector, q: Vector) -> None:
    """Only units that reach no output move."""
    moving = _moving(problem, p, q)
    live = set(range(problem.outputs))
    for layer in range(len(problem.hidden), -1, -1):
        require(
            all(j not in live for j, _ in moving.get(layer, [])),
            "a unit that reaches an output moves",
        )
        _, inputs, _, start = problem.shape(layer)
        live = {
            k for j in live for k in range(inputs) if p[start + j * inputs + k] != 0
        }


def constant_line(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.1."""
    center, witness = step["center"], step["witness"]
    require(
        any(a != b for a, b in zip(center, witness, strict=True)),
        "the two points are equal",
    )
    if step["reason"] == "kernel":
        _kernel(problem, center, witness)
    else:
        acts = [activations.build(h.activation) for h in problem.hidden]
        require(
            all(a.entire for a in acts),
            "an activation is not defined on the whole line",
        )
        _idle(problem, center, witness)
    _defined(problem, center)
    return _no_basin(center)


def _no_basin(center: Vector, *more: tuple[str, Any, Any, Any]) -> About:
    kinds = (
        ("in-no-basin", center, None, None),
        ("in-no-sub-optimal-basin", center, None, None),
    )
    return About((*kinds, *more), unbasin=center)


def dependent_columns(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.1c.

    The columns are a set: one that is named twice counts once, one that is not there
    not at all.
    """
    center, layer = step["center"], step["layer"]
    require(layer <= len(problem.hidden), "no such layer")
    _, inputs, bias, _ = problem.shape(layer)
    columns = [c for c in range(inputs + bias) if c in step["columns"]]
    net = FormalNetwork(problem)
    rows = set()
    for x in problem.x:
        row = net.columns(center, x, layer)
        rows.add(tuple(row[c].key() for c in columns))
    require(len(rows) < len(columns), "not fewer rows than columns")
    _defined(problem, center)
    return _no_basin(center)


def _homogeneous(act: activations.Activation) -> bool:
    if not act.entire:
        return False
    algebra = Algebra()
    x = algebra.atom("x")
    good = {m[0][0] for u in (x, algebra.relu(x)) for m in u.terms}
    terms = algebra.activation(act, x).terms
    degrees = {sum(power for _, power in m) for m in terms}
    known = all(atom in good for m in terms for atom, _ in m)
    return known and len(degrees) == 1 and min(degrees) > 0


def rescaled_unit(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.1h."""
    acts = [activations.build(h.activation) for h in problem.hidden]
    require(any(_homogeneous(a) for a in acts), "no layer is positively homogeneous")
    _defined(problem, step["center"])
    return _no_basin(
        step["center"],
        ("no-basin", None, None, None),
        ("no-sub-optimal-basin", None, None, None),
    )


def wide_theorem(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.2."""
    width, samples = problem.hidden[-1].units + problem.output_bias, len(problem.x)
    require(width >= samples, "the last hidden layer is too narrow")
    said = [("no-sub-optimal-basin", None, None, None)]
    if width > samples:
        said.append(("no-basin", None, None, None))
    return About(tuple(said))


def _invertible(rows: list[list[arb]], inverse: list[Vector], size: int) -> None:
    """Every matrix in these balls is invertible: every row sum of |C A - I| is below
    1.
    """
    require(
        len(inverse) == size and all(len(r) == size for r in inverse),
        "the inverse has the wrong size",
    )
    require(
        len(rows) == size and all(len(r) == size for r in rows),
        "the matrix has the wrong size",
    )
    for i in range(size):
        total = arb(0)
        for j in range(size):
            entry = sum((arb(inverse[i][k]) * rows[k][j] for k in range(size)), arb(0))
            total = total + abs(entry - (1 if i == j else 0))
        require(finite(total) < 1, "the matrix is not shown invertible")


def spanning_features(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.3."""
    center, identities, samples = step["center"], step["identities"], len(problem.x)
    last = -1
    for r in identities:
        require(len(r) == samples, "an identity has the wrong length")
        first = next((i for i, v in enumerate(r) if v != 0), -1)
        require(first > last, "the identities are not in echelon form")
        last = first
    FormalNetwork(problem).vanish([[number(v) for v in r] for r in identities])
    layer = len(problem.hidden)
    _, inputs, bias, _ = problem.shape(layer)
    chosen, columns = (
        [i for i in range(samples) if i in step["rows"]],
        [c for c in range(inputs + bias) if c in step["columns"]],
    )
    size = samples - len(identities)
    require(
        len(chosen) == size and len(columns) == size, "the minor has the wrong size"
    )
    _defined(problem, center)
    with ctx.workprec(step["precision"] + 64):
        net, theta, rows = Network(problem), balls(center), []
        for i in chosen:
            row = [*net.features(theta, problem.x[i], layer), arb(1)]
            rows.append([row[c] for c in columns])
        _invertible(rows, step["inverse"], size)
    return About(
        (
            ("escape", center, None, None),
            ("in-no-sub-optimal-basin", center, None, None),
        ),
        end=center,
    )


def _convex(problem: Problem, p: Vector, q: Vector) -> None:
    """E is convex on the segment from p to q."""
    moving = _moving(problem, p, q)
    require(len(moving) == 1, "not exactly one layer moves")
    layer = next(iter(moving))
    net = FormalNetwork(problem)
    for x in problem.x:
        inner = [net.features(t, x, layer) for t in (p, q)]
        for k in range(layer, len(problem.hidden)):
            act = net.acts[k]
            require(act.slopes is not None, "an activation is not piecewise linear")
            ends = [
                net.pre(k, _reader(t), a) for t, a in zip((p, q), inner, strict=True)
            ]
            for u, v in zip(*ends, strict=True):
                a, b = u.constant(), v.constant()
                if a is None or b is None:
                    raise Refused("a pre-activation is not known as a rational")
                low, high = (a, b) if a < b else (b, a)
                require(
                    all(c <= low or c >= high for c in act.breaks),
                    "a breakpoint is crossed",
                )
            inner = [[net.algebra.activation(act, z) for z in e] for e in ends]


def _reader(theta: Vector) -> Any:
    return lambda k: number(theta[k])


def path(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.4."""
    points, reasons, eta, end = (
        step["points"],
        step["reasons"],
        step["eta"],
        step["end"],
    )
    require(eta >= 0, "eta must not be negative")
    require(len(points) == len(reasons) + 1, "one reason fewer than points")
    first, last = points[0], points[-1]
    with ctx.workprec(step["precision"] + 64):
        net = Network(problem)
        values = [net.value(balls(p)) for p in points]
        for i, reason in enumerate(reasons):
            p, q = points[i], points[i + 1]
            box = [ball(a, b) for a, b in zip(p, q, strict=True)]
            if reason == "kernel":
                _kernel(problem, p, q)
            elif reason == "idle":
                _idle(problem, p, q)
                net.value(box)
            elif reason == "convex":
                require(
                    upper(values[i + 1]) < lower(values[i]), "E is not shown to fall"
                )
                _convex(problem, p, q)
            elif reason == "slope":
                change = arb_mat([[arb(b - a)] for a, b in zip(p, q, strict=True)])
                require(
                    finite((net.gradient(box).transpose() * change)[0, 0]) < 0,
                    "E is not shown to fall",
                )
            else:
                require(
                    upper(net.value(box)) <= lower(values[0]) + eta,
                    "E is not shown to be small",
                )
        low: fmpq | None = None
        if end[0] == "loss":
            low = end[1]
            require(upper(values[-1]) <= low, "the end is not reached")
        else:
            goal = facts[earlier(end[1], facts)]
            if type(goal) is not About or goal.end is None:
                raise Order("not a step by 3.7 or 4.3")
            require(
                all(a == b for a, b in zip(goal.end, last, strict=True)),
                "the last step is about another point",
            )
    said: list[tuple[str, Any, Any, Any]] = []
    if eta > 0:
        said.append(("eta-escape", first, low, eta))
    else:
        said.append(("escape", first, low, None))
        if low is None:
            said.append(("in-no-sub-optimal-basin", first, None, None))
    return About(
        tuple(said), box=Box(first, fmpq(0)) if reasons[:1] == ["convex"] else None
    )


def one_more_unit(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.5."""
    minimum = facts[earlier(step["minimum"], facts)]
    if type(minimum) is not Minimum:
        raise Order("not a step about a minimum")
    if minimum.box is None:
        raise Refused("not a minimum by 3.1")
    layer = len(problem.hidden) - 1
    _, before, bias, _ = problem.shape(layer)
    weights = step["weights"]
    require(
        len(weights) == before + bias, "the new unit has the wrong number of weights"
    )
    with ctx.workprec(step["precision"] + 64):
        net, theta = Network(problem), box(*minimum.box)
        rows = []
        for x in problem.x:
            inner = net.features(theta, x, layer)
            z = sum((arb(w) * a for w, a in zip(weights, inner, strict=False)), arb(0))
            if bias:
                z = z + arb(weights[-1])
            new = activations.over(net.acts[-1], z, 0)[0]
            rows.append(
                [
                    *net.features(theta, x, layer + 1),
                    new,
                    *([arb(1)] if problem.output_bias else []),
                ]
            )
        _invertible(rows, step["inverse"], len(problem.x))
    return replace(minimum, rank=3)


def _defined(problem: Problem, theta: Vector, bits: int = 128) -> fmpq:
    """See in balls that E is defined at a point; a lower bound of it."""
    with ctx.workprec(bits + 64):
        return lower(Network(problem).value(balls(theta)))
