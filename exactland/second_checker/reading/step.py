"""The rules with the fields of their steps."""

from typing import Any

from flint import fmpq

from exactland.second_checker.network.layout import Problem
from exactland.second_checker.reading.values import (
    count,
    counts,
    entries,
    flag,
    keys,
    matrix,
    number,
    vector,
    word,
)
from exactland.second_checker.refusals import Malformed

RULES = {
    "3.1": "center radius lambda gamma preconditioner precision",
    "3.1b": "center",
    "3.2": "minimum witness gap precision",
    "3.3": "center radii cover precision",
    "3.4": "center",
    "3.4b": "center units midpoints fitted precision",
    "3.5": "center radius direction order precision",
    "3.7": "center",
    "4.1": "center witness reason",
    "4.1c": "center layer columns",
    "4.1h": "center",
    "4.2": "",
    "4.3": "center identities rows columns inverse precision",
    "4.4": "points reasons eta end precision",
    "4.5": "minimum weights inverse precision",
}


def _midpoint(value: Any, place: str) -> tuple[int, int, int, fmpq]:
    keys(value, "ends middle weight", place)
    ends = entries(value["ends"], place + ".ends", length=2)
    a, b = count(ends[0], place + ".ends"), count(ends[1], place + ".ends")
    return (
        a,
        b,
        count(value["middle"], place + ".middle"),
        number(value["weight"], place + ".weight"),
    )


def _field(problem: Problem, step: dict[str, Any], name: str, where: str) -> Any:
    value, p = step[name], problem.parameters
    if name in ("center", "witness", "direction"):
        return vector(value, p, where)
    if name in ("radius", "gamma", "eta", "lambda", "gap"):
        return number(value, where)
    if name == "radii":
        return vector(value, p, where)
    if name == "preconditioner":
        return matrix(value, p, p, where)
    if name == "precision":
        bits = count(value, where)
        if not 32 <= bits <= 4096:
            raise Malformed(where, "precision is 32 to 4096")
        return bits
    if name in ("minimum", "layer"):
        return count(value, where)
    if name in ("columns", "rows", "cover"):
        return counts(value, where, least=1 if name == "cover" else 0)
    if name == "units":
        return [
            word(v, ("flat", "definite", "midpoints"), where)
            for v in entries(value, where, least=1)
        ]
    if name == "midpoints":
        return [
            _midpoint(v, f"{where}[{i}]") for i, v in enumerate(entries(value, where))
        ]
    if name == "fitted":
        return flag(value, where)
    if name == "order":
        return word(value, ("first", "second"), where)
    if name == "reason":
        return word(value, ("kernel", "idle"), where)
    if name == "identities":
        return [
            vector(v, None, f"{where}[{i}]")
            for i, v in enumerate(entries(value, where))
        ]
    if name == "inverse":
        return [
            vector(v, None, f"{where}[{i}]")
            for i, v in enumerate(entries(value, where))
        ]
    if name == "points":
        return [
            vector(v, p, f"{where}[{i}]")
            for i, v in enumerate(entries(value, where, least=1))
        ]
    if name == "reasons":
        words = entries(value, where, least=1)
        return [
            word(v, ("kernel", "idle", "convex", "slope", "small"), where)
            for v in words
        ]
    if name == "end":
        if type(value) is dict:
            return ("step", count(keys(value, "step", where)["step"], where))
        return ("loss", number(value, where))
    if name == "weights":
        return vector(value, None, where)
    raise Malformed(where, "unknown field")


def read_step(problem: Problem, value: Any, place: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    rule = word(value.get("rule"), RULES, place + ".rule")
    keys(value, "rule " + RULES[rule], place)
    step: dict[str, Any] = {"rule": rule}
    for name in RULES[rule].split():
        step[name] = _field(problem, value, name, f"{place}.{name}")
    return step
