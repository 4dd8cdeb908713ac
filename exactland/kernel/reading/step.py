"""Steps as files write them: how every field is read, whatever the rule.

Which fields a step has, the class of its rule says (rules/).
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..refusals import OutOfOrder
from ..rules.potentials import Midpoint
from ..rules.table import RULES, Step
from .values import (
    Fields,
    Reader,
    each,
    each_if_any,
    flag,
    index,
    integer,
    number,
    one_of,
    record,
)


def readers(parameters: int) -> Mapping[str, Reader[Any]]:
    """How each field is read, for networks of so many parameters."""
    vector = each(number, parameters)
    matrix = each_if_any(each(number))
    return {
        "center": vector,
        "witness": vector,
        "direction": vector,
        "radii": vector,
        "points": each(vector),
        "preconditioner": each(vector, parameters),
        "weights": each(number),
        "identities": matrix,
        "inverse": matrix,
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
        "midpoints": each_if_any(MIDPOINT),
        "fitted": flag,
        "order": one_of("first", "second"),
        "reason": one_of("kernel", "idle"),
        "reasons": each(one_of("convex", "kernel", "idle", "small", "slope")),
        "precision": integer(32, 4096),  # fractional bits
    }


def read_step(
    fields: Fields, known: Mapping[str, Reader[Any]], position: int
) -> tuple[str, Step]:
    """The step at this position: its rule, and what it says."""
    rule = fields.read("rule", one_of(*RULES))
    kind = RULES[rule]
    # a field that files call by a word of Python has a name that ends in _
    names = [name.rstrip("_") for name in kind.__annotations__]
    fields.are("rule", *names)
    values = {name: fields.read(name, known[name]) for name in names}
    # A step that named itself or a later one could prove itself.
    for named in (values.get("minimum"), values.get("end")):
        if isinstance(named, int) and named >= position:
            raise OutOfOrder("names a step that is not an earlier one")
    return rule, kind(*values.values())


def _read_set(value: Any, place: str) -> frozenset[int]:
    return frozenset(each_if_any(index)(value, place))


def _read_end(value: Any, place: str) -> Fraction | int:
    """Where a path leads: a loss, or the number of the step that goes on."""
    if not isinstance(value, dict):
        return number(value, place)
    fields = Fields(value, place)
    fields.are("step")
    return fields.read("step", index)


MIDPOINT = record(Midpoint, ends=each(index, 2), middle=index, weight=number)
