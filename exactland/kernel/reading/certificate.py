"""A certificate file: claim, evidence, provenance; and how every field of a statement
or a step is read, whatever the kind or rule.

Which fields they have, `STATEMENTS` (conclusion.py) and the classes of rules (rules/)
say.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, NamedTuple

from ..arithmetic import ZERO
from ..conclusion import STATEMENTS, Said
from ..network import Problem
from ..refusals import Malformed, OutOfOrder
from ..rules.potentials import Midpoint
from ..rules.table import RULES, Step
from .canonical_json import FORMAT, canonical, claim_digest, parse
from .problem import read_problem
from .values import (
    ANY,
    Fields,
    Reader,
    each,
    flag,
    index,
    integer,
    number,
    one_of,
    record,
)

# What rule 3.1 says has changed since.
OLDER = ("exactland-certificate/1",)


class Certificate(NamedTuple):
    """The problem; statement and steps, not yet read, since what they may be depends on
    it; whether the evidence is bound to this claim, and how many bytes that has.
    """

    problem: Problem
    statement: Fields
    steps: list[Fields]
    is_bound: bool
    size_of_claim: int


def read_certificate(data: bytes) -> Certificate:
    """What the bytes say; of the provenance only that it is there."""
    value = parse(data)
    file = FILE(value, "file")
    claim = value["claim"]
    is_bound = file.evidence.claim_sha256 == claim_digest(claim)
    size = len(canonical(claim))
    return Certificate(
        file.claim.problem, file.claim.statement, file.evidence.steps, is_bound, size
    )


def _read_format(value: Any, place: str) -> str:
    if value in OLDER:
        raise Malformed(f"{place}: {value} is an older format, no longer read")
    return one_of(FORMAT)(value, place)


def _read_digest(value: Any, place: str) -> str:
    if not (isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value)):
        raise Malformed(f"{place}: expected 64 hexadecimal digits")
    return value


CLAIM = record(
    SimpleNamespace, format=_read_format, problem=read_problem, statement=Fields
)
EVIDENCE = record(SimpleNamespace, claim_sha256=_read_digest, steps=each(Fields, ANY))
FILE = record(SimpleNamespace, claim=CLAIM, evidence=EVIDENCE, provenance=Fields)


def readers(parameters: int) -> Mapping[str, Reader[Any]]:
    """How each field is read, for networks of so many parameters; but the end that is
    stated, which is no step.
    """
    vector = each(number, parameters)
    matrix = each(each(number), ANY)
    return {
        "center": vector,
        "witness": vector,
        "direction": vector,
        "radii": vector,
        "points": each(vector),
        "weights": each(number),
        "identities": matrix,
        "inverse": matrix,
        "distance": number,
        "radius": number,
        "lambda": number,
        "gamma": number,
        "gap": number,
        "eta": number,
        "end": _read_end,
        "minimum": index,
        "layer": index,
        "rows": _read_set,
        "columns": _read_set,
        "cover": each(index),
        "units": each(one_of("flat", "definite", "midpoints")),
        "midpoints": each(MIDPOINT, ANY),
        "fitted": flag,
        "order": one_of("first", "second"),
        "reason": one_of("kernel", "idle"),
        "reasons": each(one_of("convex", "kernel", "idle", "small", "slope")),
        "precision": integer(32, 4096),  # fractional bits
    }


def read_statement(fields: Fields, known: Mapping[str, Reader[Any]]) -> Said:
    """What is stated: a kind, and the fields of this kind."""
    kind = fields.read("kind", one_of(*STATEMENTS))
    names = STATEMENTS[kind].fields
    fields.are("kind", *names)
    own = {**known, "end": _read_stated_end}
    values = {name: fields.read(name, own[name]) for name in names}
    return Said(
        kind,
        values,
        values.get("center", []),
        values.get("distance", ZERO),
        values.get("gap"),
    )


def _read_stated_end(value: Any, place: str) -> Fraction | str:
    return "infimum" if value == "infimum" else number(value, place)


def read_step(
    fields: Fields, known: Mapping[str, Reader[Any]], position: int
) -> tuple[str, Step]:
    """The step at this position: its rule, and what it says."""
    rule = fields.read("rule", one_of(*RULES))
    kind = RULES[rule]
    # a field that files call by a word of Python has a name that ends in _
    names = {name: name.rstrip("_") for name in kind.__annotations__}
    fields.are("rule", *names.values())
    values: dict[str, Any] = {}
    for name, own in names.items():
        values[name] = fields.read(own, known[own])
    # A step that named itself or a later one could prove itself.
    for named in (values.get("minimum"), values.get("end")):
        if isinstance(named, int) and named >= position:
            raise OutOfOrder("names a step that is not an earlier one")
    return rule, kind(**values)


def _read_set(value: Any, place: str) -> frozenset[int]:
    return frozenset(each(index, ANY)(value, place))


def _read_end(value: Any, place: str) -> Fraction | int:
    """Where a path leads: a loss, or the number of the step that goes on."""
    if not isinstance(value, dict):
        return number(value, place)
    fields = Fields(value, place)
    fields.are("step")
    return fields.read("step", index)


MIDPOINT = record(Midpoint, ends=each(index, 2), middle=index, weight=number)
