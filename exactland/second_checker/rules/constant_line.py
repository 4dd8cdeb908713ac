"""Lines and curves of equal loss: rules 4.1, 4.1c and 4.1h."""

from typing import Any

from flint import fmpq

from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.arithmetic.formal import number
from exactland.second_checker.facts import About, Fact, Step
from exactland.second_checker.network.activations import Activation, build
from exactland.second_checker.network.formal_evaluation import Algebra, FormalNetwork
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import require
from exactland.second_checker.rules.defined import require_defined


def moving_rows(
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


def require_kernel(problem: Problem, p: Vector, q: Vector) -> None:
    """Only pre-activations that do not change are moved: E is the same on the line
    through p and q.
    """
    moving = moving_rows(problem, p, q)
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


def require_idle(problem: Problem, p: Vector, q: Vector) -> None:
    """Only units that reach no output move."""
    moving = moving_rows(problem, p, q)
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
        require_kernel(problem, center, witness)
    else:
        acts = [build(h.activation) for h in problem.hidden]
        require(
            all(a.entire for a in acts),
            "an activation is not defined on the whole line",
        )
        require_idle(problem, center, witness)
    require_defined(problem, center)
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
    require_defined(problem, center)
    return _no_basin(center)


def _homogeneous(act: Activation) -> bool:
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
    acts = [build(h.activation) for h in problem.hidden]
    require(any(_homogeneous(a) for a in acts), "no layer is positively homogeneous")
    require_defined(problem, step["center"])
    return _no_basin(
        step["center"],
        ("no-basin", None, None, None),
        ("no-sub-optimal-basin", None, None, None),
    )
