"""What a file may say: the rules with the fields of their steps, the statements with
theirs, and the work a step asks for.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from . import rules
from .activation import SOFTPLUS, size
from .ball import Ball, TooLarge, bits, refuse
from .reader import FLAG, Problem, Shape, anything, maybe, number, read
from .rules import Fact, Minimum, NoMinimumBox, Proved, need

# Multiplications of small numbers (one to three minutes); derivatives of one layer at
# one sample, 4096 bits each.
WORK_CAP, MEMORY_CAP, INDEX = 15 * 10**7, 8 * 10**5, range(10**6 + 1)
# the fields of a step are the parameters of its function after `problem`
RULES: Mapping[str, Any] = MappingProxyType(
    {
        "3.1": rules.strict_minimum,
        "3.1b": rules.exact_minimum,
        "3.2": rules.sub_optimal,
        "3.3": rules.rim,
        "3.4": rules.flat_potentials,
        "3.4b": rules.potentials,
        "3.5": rules.no_minimum,
        "3.7": rules.global_minimum,
        "4.1": rules.constant_line,
        "4.1c": rules.dependent_columns,
        "4.1h": rules.rescaled_unit,
        "4.2": rules.wide_theorem,
        "4.3": rules.spanning_features,
        "4.4": rules.path,
        "4.5": rules.one_more_unit,
    }
)
# rules that evaluate the network several times, also exactly
EXACT = ("3.4", "3.4b", "3.7", "4.1", "4.1c", "4.1h", "4.3", "4.4")
# fields that may name an earlier step, by its number
REFERENCES: dict[str, Any] = {"minimum": Minimum, "end": Proved}
PATH = (
    "a path leads from the stated parameters to a loss of at most the stated end (if"
    " that is the infimum, or as near to it as one likes), on which the loss is never"
    " above its start"
)
WIDER = (
    "; with one more last hidden unit, with some incoming weights and zero output"
    " weights, a path leads from there to the infimum, or as near as one likes, never"
    " above its start"
)
NEAR, BAD = (
    "within the stated distance of the stated center",
    "a strict local minimum that is not global (a bad basin)",
)
HERE, FLAT = (
    "the stated parameters are a local minimum of the loss",
    "and lie in no basin: a line or curve of equal loss leads through them without end",
)
# each implies those before it
RANKS = ("local-minimum", "basin", "strict-minimum", "one-more-unit")
# kind: what a minimum must be for it, what it says, and its fields
STATEMENTS: dict[str, tuple[str, ...]] = {
    "strict-minimum": (
        "strict-minimum",
        f"the loss has a strict local minimum {NEAR}",
        "center",
        "distance",
    ),
    "local-minimum": (
        "local-minimum",
        f"the loss has a local minimum {NEAR}",
        "center",
        "distance",
    ),
    "basin": ("basin", f"the loss has a basin {NEAR}", "center", "distance"),
    "sub-optimal-strict-minimum": (
        "strict-minimum",
        f"the loss has {BAD} {NEAR}",
        "center",
        "distance",
        "gap",
    ),
    "sub-optimal-local-minimum": (
        "local-minimum",
        f"the loss has a local minimum that is not global {NEAR}",
        "center",
        "distance",
        "gap",
    ),
    "bad-basin": (
        "basin",
        f"the loss has a bad basin (a basin that is not global) {NEAR}",
        "center",
        "distance",
        "gap",
    ),
    "one-more-unit": (
        "one-more-unit",
        f"the loss has {BAD} {NEAR}{WIDER}",
        "center",
        "distance",
        "gap",
    ),
    "local-minimum-in-no-basin": ("local-minimum", f"{HERE}, {FLAT}", "center"),
    "sub-optimal-local-minimum-in-no-basin": (
        "local-minimum",
        f"{HERE} that is not global, {FLAT}",
        "center",
        "gap",
    ),
    "no-local-minimum": (
        "",
        (
            "no parameters within the stated distance of the stated center are a local"
            " minimum of the loss"
        ),
        "center",
        "distance",
    ),
    "global-minimum": (
        "",
        "the stated parameters are a global minimum of the loss",
        "center",
    ),
    "in-no-basin": (
        "",
        (
            "the stated parameters lie in no basin of the loss: a line or curve of"
            " equal loss leads through them without end"
        ),
        "center",
    ),
    "in-no-sub-optimal-basin": (
        "",
        "the stated parameters lie in no sub-optimal basin of the loss",
        "center",
    ),
    "no-sub-optimal-basin": ("", "the loss has no sub-optimal basin"),
    "no-basin": ("", "the loss has no basin at all"),
    "escape": ("", PATH, "center", "end"),
    "eta-escape": ("", f"{PATH} plus eta", "center", "end", "eta"),
}


def shapes(problem: Problem, end: Shape) -> dict[str, Shape]:
    """The shape of every field a step (whose `end` is as here) or a statement may
    have.
    """
    count, index = problem.parameters, INDEX
    return {
        **{
            name: [number, count]
            for name in ("center", "witness", "direction", "radii")
        },
        "points": [[number, count]],
        "weights": [number],
        **dict.fromkeys(
            ("radius", "lambda", "gamma", "gap", "distance", "eta"), number
        ),
        "preconditioner": [[number, count], count],
        "layer": index,
        **dict.fromkeys(("identities", "inverse"), maybe([number])),
        **dict.fromkeys(
            ("rows", "columns"), lambda value, place: set(maybe(index)(value, place))
        ),
        "reason": ("kernel", "idle"),
        "reasons": [("convex", "kernel", "idle", "small", "slope")],
        "order": ("first", "second"),
        "minimum": index,
        "midpoints": maybe({"ends": [index, 2], "middle": index, "weight": number}),
        "units": [tuple(rules.REASONS)],
        "fitted": FLAG,
        "precision": range(32, 4097),
        "end": end,
        "cover": [index],
    }


# Where a path leads: a loss, or a step that goes on.
def end_of_path(value: Any, place: str) -> Any:
    return (
        read({"step": INDEX}, value, place)["step"]
        if isinstance(value, dict)
        else number(value, place)
    )


def read_step(
    known: dict[str, Shape], step: dict[str, Any], place: str, index: int
) -> tuple[str, dict[str, Any]]:
    """The rule a step names, and its fields, of known shapes; a reference to another
    step stays a number, which must be below index.
    """
    rule = read(tuple(RULES), step.get("rule"), f"{place}.rule")
    parameters = RULES[rule].__code__.co_varnames[1 : RULES[rule].__code__.co_argcount]
    values = read(
        {
            "rule": anything,
            **{
                name: known[name]
                for name in (parameter.rstrip("_") for parameter in parameters)
            },
        },
        step,
        place,
    )
    need(
        all(values[name] < index for name in _references(values)),
        "names a step that is not an earlier one",
    )
    return values.pop("rule"), values


def _references(values: dict[str, Any]) -> list[str]:
    return [name for name in REFERENCES if isinstance(values.get(name), int)]


def read_statement(problem: Problem, statement: dict[str, Any]) -> dict[str, Any]:
    """The fields of the statement, its kind among them."""
    kind = read(tuple(STATEMENTS), statement.get("kind"), "claim.statement.kind")
    known = shapes(
        problem,
        lambda value, place: value if value == "infimum" else number(value, place),
    )
    return dict(
        read(
            {"kind": anything, **{name: known[name] for name in STATEMENTS[kind][2:]}},
            statement,
            "claim.statement",
        )
    )


def dereference(values: dict[str, Any], facts: list[Fact]) -> list[Any]:
    """The fields, with facts in place of references."""
    named = {name: facts[values[name]] for name in _references(values)}
    need(
        all(isinstance(fact, REFERENCES[name]) for name, fact in named.items()),
        "names a step that proved something else",
    )
    return list((values | named).values())


def conclude(said: dict[str, Any], facts: list[Fact]) -> str:
    """Rule claim: the statement follows from the last fact.

    Returns what was verified, in words.
    """
    need(bool(facts), "no step: nothing is proved")
    fact, kind, (least, words, *fields) = (
        facts[-1],
        said["kind"],
        STATEMENTS[said["kind"]],
    )
    if isinstance(fact, Proved):
        need(
            kind in fact.statements,
            f"the steps prove {', '.join(fact.statements)}; the statement says {kind}",
        )
        need(
            {"kind": kind, **fact.statements[kind]} == said,
            "the statement is about other parameters or numbers than the steps",
        )
        return words
    shift, distance = (
        [a - b for a, b in zip(fact.center, said.get("center", []))],
        said.get("distance", Fraction(0)),
    )
    if isinstance(fact, NoMinimumBox):
        need(
            kind == "no-local-minimum",
            f"the steps prove no-local-minimum; the statement says {kind}",
        )
        need(
            distance >= 0 and all(abs(s) + distance <= fact.radius for s in shift),
            "the stated ball is not inside the box",
        )
        return words
    need(
        least in RANKS[: RANKS.index(fact.what) + 1],
        f"the steps prove {fact.what}; the statement says {kind}",
    )
    need(
        "gap" not in fields or 0 < said["gap"] <= fact.gap,
        "the stated gap is not positive, or more than what the steps prove",
    )
    # an upper bound of |shift|^2, in units of 2^-8192
    off = sum(Ball.exact(s, 4096).magnitude() ** 2 for s in shift)
    need(
        distance >= fact.distance
        and off <= (distance - fact.distance) ** 2 * (1 << 8192),
        "no minimum is shown to be within the stated distance",
    )
    free = any(
        other.statements.get("in-no-basin") == {"center": said["center"]}
        for other in facts
        if isinstance(other, Proved)
    )
    need(
        free or not kind.endswith("-in-no-basin"),
        "no step shows that the parameters lie in no basin",
    )
    return words


def work(problem: Problem, rule: str, values: dict[str, Any]) -> float:
    """Multiplications of small numbers a step asks for, roughly, from the sizes alone.

    Raises TooLarge when derivatives would not fit in memory.
    """
    reasons, points, midpoints, (first, *_, last) = (
        values.get("reasons", []),
        values.get("points", [[], []]),
        values.get("midpoints", []),
        problem.layers,
    )
    order = {
        "3.1": 2,
        "3.1b": 2,
        "3.3": 2,
        "3.5": 1 if values.get("order") == "first" else 2,
        "4.4": int("slope" in reasons),
    }.get(rule, 0)
    precision, count, samples = (
        values.get("precision", 0),
        problem.parameters,
        len(problem.x),
    )
    # the loss calls it at most once per output
    sizes = [size(layer.activation or SOFTPLUS) for layer in problem.layers]
    # with guard bits
    total, width, before, room, fine = (
        0.0,
        problem.inputs,
        0,
        count**order if order else 0,
        15 + (precision + 190) ** 2 / 3000,
    )
    for layer, (nodes, _) in zip(problem.layers, sizes):
        own = width + layer.bias
        total += layer.units * (
            (own + 1) * (before + own) ** order + nodes * (1 + order) * fine
        )
        room = max(room, layer.units * (before + own) ** order)
        width, before = layer.units, before + layer.units * own
    refuse(
        order > 0 and room * (1 + precision / 4096) > MEMORY_CAP,
        TooLarge,
        f"the derivatives of {count} parameters do not fit in the memory allowed",
    )
    times = (
        4 * len(points) * len(sizes)
        if rule in EXACT
        else 1 + 3 * len(values.get("cover", [])) / count
    )
    total = (
        samples * (total + 3 * width * count**order) * times
        + len(midpoints) * first.units * last.units * sizes[0][0] * 3 * fine
    )
    lists = [
        values[name]
        for name in ("center", "witness", "direction", "radii", "weights")
        if name in values
    ] + [[m["weight"] for m in midpoints]]
    longest = max(
        bits(v)
        for rows in (
            problem.x,
            problem.y,
            lists,
            points,
            values.get("identities", []),
            [c for _, c in sizes],
        )
        for row in rows
        for v in row
    )
    total += sum(
        2 * len(values.get(name, [])) ** 3 for name in ("inverse", "preconditioner")
    ) + (count**3 if rule == "3.1b" else 0)
    return float(total * (1 + (precision + longest) / 1024) ** 2)
