"""Statements as files write them."""

from fractions import Fraction
from typing import Any

from ..conclusion import STATEMENTS, Said
from ..network.layout import Problem
from .values import Fields, Reader, each, number, one_of


def read_statement(problem: Problem, statement: Fields) -> Said:
    """What is stated: a kind, and the fields of this kind."""
    kind = statement.read("kind", one_of(*STATEMENTS))
    names = STATEMENTS[kind].fields
    statement.are("kind", *names)
    readers: dict[str, Reader[Any]] = {
        "center": each(number, problem.parameters),
        "distance": number,
        "gap": number,
        "end": _read_end,
        "eta": number,
    }
    fields = {name: statement.read(name, readers[name]) for name in names}
    return Said(
        kind,
        fields,
        fields.get("center", []),
        fields.get("distance", Fraction(0)),
        fields.get("gap"),
    )


def _read_end(value: Any, place: str) -> Fraction | str:
    return "infimum" if value == "infimum" else number(value, place)
