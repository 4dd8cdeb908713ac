"""What a file may say: the rules with the fields of their steps, the statements with theirs, and the work a step asks for."""

from collections.abc import Callable
from typing import Any

from . import rules
from .activation import SOFTPLUS, size
from .ball import Ball, TooLarge, bits, refuse
from .reader import Problem, Shape, anything, integer, maybe, number, read
from .rules import Fact, Minimum, NoMinimumBox, Proved, need

WORK_CAP, MEMORY_CAP = 15 * 10**7, 8 * 10**5  # multiplications of small numbers (one to three minutes); derivatives of one layer at one sample, 4096 bits each
RULES: dict[str, tuple[Callable[..., Fact], tuple[str, ...]]] = {
    "3.1": (rules.strict_minimum, ("center", "radius", "lambda", "gamma", "preconditioner", "precision")),
    "3.1b": (rules.exact_minimum, ("center",)), "3.2": (rules.sub_optimal, ("minimum", "witness", "gap", "precision")),
    "3.5": (rules.no_minimum, ("center", "radius", "direction", "order", "precision")), "3.7": (rules.global_minimum, ("center",)),
    "4.1": (rules.line, ("center", "witness", "reason")), "4.1c": (rules.dependent, ("center", "layer", "columns")), "4.2": (rules.wide, ()),
    "4.3": (rules.reach, ("center", "identities", "rows", "columns", "inverse", "precision")),
    "4.4": (rules.path, ("points", "reasons", "eta", "end", "precision")), "4.5": (rules.one_more_unit, ("minimum", "weights", "inverse", "precision")),
}  # fmt: skip
EXACT = ("3.7", "4.1", "4.1c", "4.3", "4.4")  # rules that evaluate the network several times, also exactly
REFERENCES: dict[str, Any] = {"minimum": Minimum, "end": Proved}  # fields that may name an earlier step, by its number
PATH = "a path leads from the stated parameters to the stated end, on which the loss is never above its start"
WIDER = "; with one more unit in the last hidden layer, its output weights zero, a path leads from there to the infimum, never above its start"
NEAR, BAD = "within the stated distance of the stated center", "a strict local minimum that is not global (a bad basin)"
STATEMENTS: dict[str, tuple[str, ...]] = {  # kind: what it says, and its fields
    **{kind: (f"the loss has {what} {NEAR}", "center", "distance") for kind, what in (
        ("strict-minimum", "a strict local minimum"), ("local-minimum", "a local minimum"), ("basin", "a basin"))},
    **{kind: (f"the loss has {what} {NEAR}{more}", "center", "distance", "gap") for kind, what, more in (
        ("sub-optimal-strict-minimum", BAD, ""), ("sub-optimal-local-minimum", "a local minimum that is not global", ""),
        ("bad-basin", "a bad basin (a basin that is not global)", ""), ("one-more-unit", BAD, WIDER))},
    "no-local-minimum": ("no parameters within the stated distance of the stated center are a local minimum of the loss", "center", "distance"),
    "global-minimum": ("the stated parameters are a global minimum of the loss", "center"),
    "in-no-basin": ("the stated parameters lie in no basin of the loss: a line of equal loss leads through them", "center"),
    "in-no-sub-optimal-basin": ("the stated parameters lie in no sub-optimal basin of the loss", "center"),
    "no-sub-optimal-basin": ("the loss has no sub-optimal basin",), "no-basin": ("the loss has no basin at all",),
    "escape": (PATH, "center", "end"), "eta-escape": (f"{PATH} plus eta", "center", "end", "eta"),
}  # fmt: skip


def shapes(problem: Problem, end: Shape) -> dict[str, Shape]:
    """The shape of every field a step (whose `end` is as here) or a statement may have."""
    count, index = problem.parameters, integer(0, 10**6)
    return {
        **{name: [number, count] for name in ("center", "witness", "direction")}, "points": [[number, count]], "preconditioner": [[number, count], count],
        **dict.fromkeys(("radius", "lambda", "gamma", "gap", "distance", "eta"), number), "weights": [number], "layer": index, "minimum": index,
        **dict.fromkeys(("identities", "inverse"), maybe([number])), **dict.fromkeys(("rows", "columns"), lambda value, place: set(maybe(index)(value, place))),
        "reason": ("kernel", "idle"), "reasons": [("convex", "kernel", "idle", "small", "slope")], "order": ("first", "second"),
        "precision": integer(32, 4096), "end": end,
    }  # fmt: skip


def end_of_path(value: Any, place: str) -> Any:
    """Where a path leads: a loss, or a step that goes on."""
    return read({"step": integer(0, 10**6)}, value, place)["step"] if isinstance(value, dict) else number(value, place)


def read_step(known: dict[str, Shape], step: dict[str, Any], place: str, index: int) -> tuple[str, dict[str, Any]]:
    """The rule a step names, and its fields, of known shapes; a reference to another step stays a number, which must be below index."""
    rule = read(tuple(RULES), step.get("rule"), f"{place}.rule")
    values = read({"rule": anything, **{name: known[name] for name in RULES[rule][1]}}, step, place)
    need(all(values[name] < index for name in _references(values)), "names a step that is not an earlier one")
    return values.pop("rule"), values


def _references(values: dict[str, Any]) -> list[str]:
    return [name for name in REFERENCES if isinstance(values.get(name), int)]


def read_statement(problem: Problem, statement: dict[str, Any]) -> dict[str, Any]:
    """The fields of the statement, its kind among them."""
    kind = read(tuple(STATEMENTS), statement.get("kind"), "claim.statement.kind")
    known = shapes(problem, lambda value, place: value if value == "infimum" else number(value, place))
    return dict(read({"kind": anything, **{name: known[name] for name in STATEMENTS[kind][1:]}}, statement, "claim.statement"))


def dereference(values: dict[str, Any], facts: list[Fact]) -> list[Any]:
    """The fields, with facts in place of references."""
    named = {name: facts[values[name]] for name in _references(values)}
    need(all(isinstance(fact, REFERENCES[name]) for name, fact in named.items()), "names a step that proved something else")
    return list((values | named).values())


def conclude(said: dict[str, Any], facts: list[Fact]) -> str:
    """Rule claim: the statement follows from the last fact. Returns what was verified, in words."""
    need(bool(facts), "no step: nothing is proved")
    fact, kind, (words, *fields) = facts[-1], said["kind"], STATEMENTS[said["kind"]]
    if isinstance(fact, Proved):
        need(kind in fact.statements, f"the steps prove {', '.join(fact.statements)}; the statement says {kind}")
        need({"kind": kind, **fact.statements[kind]} == said, "the statement is about other parameters or numbers than the steps")
        return words
    need("distance" in fields and (kind == "no-local-minimum") is isinstance(fact, NoMinimumBox), f"the steps prove something else than {kind}")
    shift, distance = [a - b for a, b in zip(fact.center, said["center"])], said["distance"]
    if isinstance(fact, NoMinimumBox):
        need(distance >= 0 and all(abs(s) + distance <= fact.radius for s in shift), "the stated ball is not inside the box")
    else:
        need("gap" not in fields or 0 < said["gap"] <= fact.gap, "the stated gap is not positive, or more than what the steps prove")
        need(kind != "one-more-unit" or fact.opened, "the statement speaks of one more unit, no step does")
        off = sum(Ball.exact(s, 4096).magnitude() ** 2 for s in shift)  # an upper bound of |shift|^2, in units of 2^-8192
        need(distance >= fact.distance and off <= (distance - fact.distance) ** 2 * (1 << 8192), "no minimum is shown to be within the stated distance")
    return words


def work(problem: Problem, rule: str, values: dict[str, Any]) -> float:
    """Multiplications of small numbers a step asks for, roughly, from the sizes alone. Raises TooLarge when derivatives would not fit in memory."""
    reasons, points = values.get("reasons", []), values.get("points", [[], []])
    order = {"3.1": 2, "3.1b": 2, "3.5": 1 if values.get("order") == "first" else 2, "4.4": int("slope" in reasons)}.get(rule, 0)
    precision, count, samples = values.get("precision", 0), problem.parameters, len(problem.x)
    sizes = [size(layer.activation or SOFTPLUS) for layer in problem.layers]  # the loss calls it at most once per output
    total, width, before, room, fine = 0.0, problem.inputs, 0, count**order if order else 0, 15 + (precision + 190) ** 2 / 3000  # with guard bits
    for layer, (nodes, _) in zip(problem.layers, sizes):
        own = width + layer.bias
        total += layer.units * ((own + 1) * (before + own) ** order + nodes * (1 + order) * fine)
        room = max(room, layer.units * (before + own) ** order)
        width, before = layer.units, before + layer.units * own
    refuse(order > 0 and room * (1 + precision / 4096) > MEMORY_CAP, TooLarge, f"the derivatives of {count} parameters do not fit in the memory allowed")
    total = samples * (total + 3 * width * count**order) * (4 * len(points) * len(sizes) if rule in EXACT else 1)
    lists = [values[name] for name in ("center", "witness", "direction", "weights") if name in values]
    longest = max(bits(v) for rows in (problem.x, problem.y, lists, points, values.get("identities", []), [c for _, c in sizes]) for row in rows for v in row)
    total += sum(2 * len(values.get(name, [])) ** 3 for name in ("inverse", "preconditioner")) + (count**3 if rule == "3.1b" else 0)
    return float(total * (1 + (precision + longest) / 1024) ** 2)
