"""False twins: an accepted certificate, one field of it edited, the digest recomputed.

Each is false for a reason of its own, and names the rule that must see it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified
from exactland.files.problem_file import problem_from_json
from exactland.kernel import Verdict
from exactland.kernel import check as by_kernel
from exactland.kernel.reading.canonical_json import canonical, claim_digest
from exactland.model.activations import NAMED, PiecewiseLinear
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, exact_from_float
from exactland.model.problem import Problem
from exactland.provers.no_minimum import no_minimum_step
from exactland.search.newton import polish
from exactland.search.training import train
from exactland.second_checker import check as by_arb
from tests.wire import certificate, numbers, statement

Path = tuple[Any, ...]


@lru_cache(256)  # an original is put to them beside each of its twins
def check(data: bytes) -> Verdict:
    """The kernel's verdict, which has to be that of the second checker: status, rule and kind.

    What is too large for the kernel the other may decide.
    """
    ours, theirs = by_kernel(data), by_arb(data)
    if ours.status != "too large":
        assert (theirs.status, theirs.rule, theirs.kind) == (ours.status, ours.rule, ours.kind), (
            ours[:4],
            theirs[:4],
        )
    return ours


STEP, STATEMENT, PROBLEM = ("evidence", "steps"), ("claim", "statement"), ("claim", "problem")


@dataclass(frozen=True)
class Twin:
    """`edit` maps the old value of the field at `path` to a new one; the kernel must reject the
    result by `rule`.
    """

    name: str
    original: str
    path: Path
    edit: Callable[[Any], Any]
    rule: str


def apply(data: bytes, path: Path, edit: Callable[[Any], Any]) -> bytes:
    """The certificate with one field edited and the digest recomputed."""
    value = json.loads(data)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = edit(place[path[-1]])
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    return canonical(value) + b"\n"


def read(number: Any) -> Fraction:
    return (
        Fraction(number)
        if isinstance(number, str)
        else Fraction(int(number[0])) * Fraction(2) ** int(number[1])
    )


def write(q: Fraction) -> Any:
    return numbers([q])[0]


def times(factor: Fraction | int) -> Callable[[Any], Any]:
    return lambda old: write(read(old) * factor)


def plus(amount: Fraction | int) -> Callable[[Any], Any]:
    return lambda old: write(read(old) + amount)


def always(new: Any) -> Callable[[Any], Any]:
    return lambda old: new


def theta(values: Vector) -> list[Any]:
    return numbers(values)


def sub(problem: Problem, units: int) -> Problem:
    """The same data, fewer units."""
    layer = problem.network.hidden[0]
    return Problem(
        Network(problem.network.inputs, (Layer(units, layer.activation, layer.bias),)),
        problem.x,
        problem.y,
    )


@cache
def one_unit_critical(problem: Problem) -> Vector:
    """A critical point of one unit on the same data."""
    one = sub(problem, 1)
    polished = (
        polish(one, tuple(map(exact_from_float, trained.theta)))
        for seed in range(8)
        for trained in train(one, 1, seed)
    )
    return next(found for found in polished if found is not None and max(map(abs, found)) < 50)


def duplicated(problem: Problem) -> list[Any]:
    """A critical point of one unit, doubled into two equal units with half the output weight each:
    critical, with a flat direction.
    """
    w, *bias, v = one_unit_critical(problem)
    return theta((w, w, *bias, *bias, v / 2, v / 2))


def unrelated(problem: Problem) -> Problem:
    return Problem(
        problem.network, problem.x, tuple(tuple(v + 1 for v in row) for row in problem.y)
    )


# Accepted originals that are not shipped.


def _column(text: str) -> tuple[Vector, ...]:
    return tuple((Fraction(v),) for v in text.split())


def kinked() -> bytes:
    """A unit linear on [-10, 10] with value 1 at 0, fitting two samples exactly: a strict minimum
    away from its kinks.
    """
    s = PiecewiseLinear(
        (Fraction(-10), Fraction(10)), (Fraction(0), Fraction(1), Fraction(0)), Fraction(1)
    )
    problem = Problem(Network(1, (Layer(1, s, False),)), _column("1 2"), _column("2 3"))
    return certified_at(problem, (Fraction(1), Fraction(1)), Fraction(1, 10))


def kinked_ball() -> bytes:
    """The same unit on three samples it does not fit exactly: certified with balls."""
    problem = problem_from_json(json.loads(kinked())["claim"]["problem"])
    problem = Problem(problem.network, _column("1 2 3"), _column("2 3 21/5"))
    return certified_at(problem, (Fraction(1), Fraction(1)), Fraction(1))


def logarithmic() -> bytes:
    """s = log(x + 3): smooth only right of -3."""
    expression = {"expression": ["log", ["+", "x", "3"]]}
    network = {
        "inputs": "1",
        "hidden": [{"units": "1", "activation": expression, "bias": False}],
        "outputs": "1",
        "output_bias": False,
    }
    data = {"x": [["1"], ["2"]], "y": [["1.4"], ["1.6"]]}
    problem = problem_from_json(
        {
            "format": "exactland-problem/1",
            "network": network,
            "loss": "half-squared-error",
            "data": data,
        }
    )
    return certified_at(problem, (Fraction(1), Fraction(1)), Fraction(1))


def certified_at(problem: Problem, point: Vector, within: Fraction) -> bytes:
    outcome = certify(problem, point, within=within, claim="strict-minimum")
    assert isinstance(outcome, Certified), outcome
    return outcome.certificate.to_bytes()


def slope() -> bytes:
    """Rule 3.5, first order: no local minimum near (1, 1) of a sigmoid unit."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["sigmoid"], False),)),
        ((Fraction(1),), (Fraction(2),)),
        ((Fraction(5),), (Fraction(5),)),
    )
    return _no_minimum(problem, (Fraction(1), Fraction(1)), "first")


def bend() -> bytes:
    """Rule 3.5, second order: at the saddle (0, 0) of tanh, with y = x."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["tanh"], False),)),
        ((Fraction(1),), (Fraction(2),)),
        ((Fraction(1),), (Fraction(2),)),
    )
    return _no_minimum(problem, (Fraction(0), Fraction(0)), "second")


def kink_slope() -> bytes:
    """Rule 3.5 on f = v relu(w), x = 1, y = -1, at (w, v) = (1, 1)."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["relu"], False),)), ((Fraction(1),),), ((Fraction(-1),),)
    )
    return _no_minimum(problem, (Fraction(1), Fraction(1)), "first")


def _no_minimum(problem: Problem, center: Vector, order: str) -> bytes:
    step = no_minimum_step(problem, center, Fraction(1, 100))
    assert step is not None
    assert step.order == order
    return certificate(
        problem, statement("no-local-minimum", center, Fraction(1, 100)), [step], {"recipe": "test"}
    ).to_bytes()


MADE = {
    "kinked": kinked,
    "kinked-ball": kinked_ball,
    "logarithmic": logarithmic,
    "slope": slope,
    "bend": bend,
    "kink-slope": kink_slope,
}


BREAKPOINTS = (*PROBLEM, "network", "hidden", 0, "activation", "piecewise-linear", "breakpoints")


def first(name: str) -> Path:
    return (*STEP, 0, name)


def second(name: str) -> Path:
    return (*STEP, 1, name)


def _center_edit(build: Callable[[Problem], list[Any]]) -> Callable[[bytes], Callable[[Any], Any]]:
    return lambda data: always(build(problem_from_json(json.loads(data)["claim"]["problem"])))


def saddle_2(problem: Problem) -> list[Any]:
    """sine-2-1: (0, v) is critical for sin where sum of e_i x_i = 0 and v = 0 is free: (0, 0) has
    gradient (0, 0) and an indefinite Hessian.
    """
    return theta((Fraction(0), Fraction(0)))


def idle(problem: Problem) -> list[Any]:
    """A one-unit critical point and a second sine unit with w = 0, v = 0: critical, and idle."""
    w, v = one_unit_critical(problem)
    return theta((w, Fraction(0), v, Fraction(0)))


# Twins whose new center is computed from the original's problem: name, original, builder, rule.
CENTERS: tuple[tuple[str, str, Callable[[Problem], list[Any]], str], ...] = (
    ("a saddle with P = 2", "sine-2-1", saddle_2, "3.1"),
    ("a saddle with P = 2, exactly", "cubic-exact", saddle_2, "3.1b"),
    ("a saddle with P = 6", "anscombe-ii", duplicated, "3.1"),
    ("a duplicated unit: flat direction", "sine-3-2", duplicated, "3.1"),
    ("an idle unit", "sine-3-2", idle, "3.1"),
)

TWINS: tuple[Twin, ...] = (
    # 3.1: the center
    Twin(
        "center moved off the minimum by 1/1000",
        "anscombe-iii",
        (*first("center"), 0),
        plus(Fraction(1, 1000)),
        "3.1",
    ),
    Twin(
        "center moved by 1e-9",
        "sigmoid-4-3",
        (*first("center"), 3),
        plus(Fraction(1, 10**9)),
        "3.1",
    ),
    Twin(
        "center moved in a bias",
        "tanh-bias",
        (*first("center"), 1),
        plus(Fraction(1, 10**6)),
        "3.1",
    ),
    Twin(
        "center of a deep network moved",
        "two-layers-2-1",
        (*first("center"), 5),
        plus(Fraction(1, 10**6)),
        "3.1",
    ),
    Twin("center negated", "sine-4-2", (*first("center"), 0), times(-1), "3.1"),
    # 3.1: radius, lambda, gamma
    Twin(
        "radius enlarged until curvature is lost", "anscombe-iii", first("radius"), times(64), "3.1"
    ),
    Twin("radius enlarged eightfold", "sine-2-1", first("radius"), times(8), "3.1"),
    Twin("radius of a deep network enlarged", "two-layers-1-1", first("radius"), times(32), "3.1"),
    Twin("radius zero", "sine-3-1", first("radius"), always(["0", "0"]), "3.1"),
    Twin("radius negative", "sine-3-1", first("radius"), times(-1), "3.1"),
    Twin("radius below gamma / lambda", "sine-3-1", first("radius"), always(["1", "-80"]), "3.1"),
    Twin("lambda five times", "anscombe-iii", first("lambda"), times(5), "3.1"),
    Twin("lambda twenty-five times", "sine-6-5", first("lambda"), times(25), "3.1"),
    Twin("lambda zero", "sine-2-1", first("lambda"), always("0"), "3.1"),
    Twin("lambda negative", "sine-2-1", first("lambda"), times(-1), "3.1"),
    Twin("gamma understated", "anscombe-iii", first("gamma"), times(Fraction(1, 1000)), "3.1"),
    Twin("gamma zero", "tanh-generic-1", first("gamma"), always("0"), "3.1"),
    Twin("gamma negative", "tanh-generic-1", first("gamma"), times(-1), "3.1"),
    Twin("gamma as large as lambda radius", "tanh-generic-1", first("gamma"), always("1"), "3.1"),
    # the problem
    Twin("a target changed", "anscombe-iii", (*PROBLEM, "data", "y", 2, 0), always("5"), "3.1"),
    Twin(
        "a target changed by 1e-6",
        "sigmoid-2-1",
        (*PROBLEM, "data", "y", 0, 0),
        plus(Fraction(1, 10**6)),
        "3.1",
    ),
    Twin(
        "a target changed, exact case",
        "cubic-exact",
        (*PROBLEM, "data", "y", 1, 0),
        always("-1"),
        "3.1b",
    ),
    Twin("an input changed", "sine-5-4", (*PROBLEM, "data", "x", 4, 0), always("4/5"), "3.1"),
    Twin(
        "another activation",
        "sigmoid-bias",
        (*PROBLEM, "network", "hidden", 0, "activation"),
        always("tanh"),
        "3.1",
    ),
    Twin(
        "another activation, smooth part only",
        "sine-2-1",
        (*PROBLEM, "network", "hidden", 0, "activation"),
        always("relu"),
        "3.1",
    ),
    Twin(
        "a polynomial coefficient changed",
        "quartic-exact",
        (*PROBLEM, "network", "hidden", 0, "activation", "polynomial", 4),
        always("1/3"),
        "3.1b",
    ),
    Twin(
        "targets of another problem",
        "sine-3-2",
        (*PROBLEM, "data", "y"),
        lambda old: [[str(Fraction(v) + 1) for v in row] for row in old],
        "3.1",
    ),
    # smoothness
    Twin(
        "a kink moved into the box",
        "kinked-ball",
        BREAKPOINTS,
        always(["-10", "1"]),
        "3.1",
    ),
    Twin(
        "a kink at a pre-activation",
        "kinked",
        BREAKPOINTS,
        always(["1", "10"]),
        "3.1b",
    ),
    Twin(
        "outside the domain of log",
        "logarithmic",
        (*PROBLEM, "data", "x", 0, 0),
        always("-4"),
        "3.1",
    ),
    Twin(
        "a kink in a box by 3.5",
        "kink-slope",
        first("center"),
        always([["0", "0"], ["1", "0"]]),
        "3.5",
    ),
    Twin(
        "a local minimum at a kink, by 3.5 with radius zero",
        "kink-slope",
        (*first("center"), 0),
        always("0"),
        "3.5",
    ),
    # 3.2
    Twin("witness equal to the center", "anscombe-iii", second("witness"), None, "3.2"),  # type: ignore[arg-type]
    Twin(
        "witness worse than the minimum",
        "anscombe-iii",
        second("witness"),
        always(["0", "0", "0"]),
        "3.2",
    ),
    Twin("witness at zero", "sine-4-3", second("witness"), always(["0"] * 6), "3.2"),
    Twin(
        "gap in the step overstated", "sigmoid-2-1", second("gap"), times(Fraction(11, 10)), "3.2"
    ),
    Twin("gap in the step zero", "sigmoid-2-1", second("gap"), always("0"), "3.2"),
    Twin("gap in the step negative", "sigmoid-2-1", second("gap"), times(-1), "3.2"),
    # 3.5
    Twin(
        "direction orthogonal to the slope", "slope", first("direction"), always(["0", "0"]), "3.5"
    ),
    Twin("box by slope too large", "slope", first("radius"), always("3"), "3.5"),
    Twin("a saddle has no slope", "bend", first("order"), always("first"), "3.5"),
    Twin("direction of positive curvature", "bend", first("direction"), always(["1", "-1"]), "3.5"),
    Twin("box by curvature too large", "bend", first("radius"), always("2"), "3.5"),
    Twin("box by curvature with a negative radius", "bend", first("radius"), times(-1), "3.5"),
    # order of steps
    Twin("no steps", "anscombe-iii", STEP, always([]), "claim"),
    Twin("steps out of order", "anscombe-iii", STEP, lambda old: old[::-1], "order"),
    Twin("only the second step", "anscombe-iii", STEP, lambda old: old[1:], "order"),
    Twin("a step that refers to itself", "anscombe-iii", second("minimum"), always("1"), "order"),
    Twin(
        "a step that refers to a later one", "anscombe-iii", second("minimum"), always("7"), "order"
    ),
    Twin(
        "the last step proves something else",
        "anscombe-iii",
        STEP,
        lambda old: [*old, old[0]],
        "claim",
    ),
    Twin("steps of another problem", "sine-4-2", STEP, None, "3.1"),  # type: ignore[arg-type]
    # the statement
    Twin(
        "sub-optimality claimed without a witness",
        "anscombe-iii",
        STEP,
        lambda old: old[:1],
        "claim",
    ),
    Twin(
        "gap in the statement overstated",
        "anscombe-iii",
        (*STATEMENT, "gap"),
        times(Fraction(1001, 1000)),
        "claim",
    ),
    Twin("gap in the statement zero", "anscombe-iii", (*STATEMENT, "gap"), always("0"), "claim"),
    Twin(
        "distance overstated in precision",
        "anscombe-iii",
        (*STATEMENT, "distance"),
        times(Fraction(1, 10**6)),
        "claim",
    ),
    Twin("distance negative", "anscombe-iii", (*STATEMENT, "distance"), times(-1), "claim"),
    Twin(
        "distance zero for an irrational minimum",
        "anscombe-iii",
        (*STATEMENT, "distance"),
        always("0"),
        "claim",
    ),
    Twin(
        "center of the statement elsewhere",
        "anscombe-iii",
        (*STATEMENT, "center", 0),
        plus(1),
        "claim",
    ),
    Twin(
        "a refutation claimed from a minimum",
        "kinked",
        (*STATEMENT, "kind"),
        always("no-local-minimum"),
        "claim",
    ),
    Twin(
        "a minimum claimed from a refutation",
        "slope",
        (*STATEMENT, "kind"),
        always("local-minimum"),
        "claim",
    ),
    Twin(
        "the stated ball larger than the box",
        "slope",
        (*STATEMENT, "distance"),
        always("1/99"),
        "claim",
    ),
    Twin(
        "the stated ball outside the box",
        "bend",
        (*STATEMENT, "center", 1),
        always("1/1000"),
        "claim",
    ),
)
