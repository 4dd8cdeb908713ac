"""The rules with the fields of their steps (docs/reference/format.md, section 3)."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, ClassVar

from flint import fmpq

from ..arithmetic.exact import Vector
from ..network.layout import Problem
from ..refusals import Malformed
from .values import (
    count,
    counts,
    each,
    entries,
    entries_of_length,
    flag,
    keys,
    number,
    rows_of_any_length,
    vector,
    vector_of_any_length,
    word,
)

Words = tuple[str, ...]

LEAST_PRECISION = 32
LARGEST_PRECISION = 4096


class Step:
    """A step of a certificate: a class for every rule, with the fields it has in files
    (but for an underscore after words of Python).
    """

    rule: ClassVar[str]


@dataclass(frozen=True)
class StrictMinimum(Step):
    """Rule 3.1."""

    rule = "3.1"
    center: Vector
    radius: fmpq
    lambda_: fmpq
    gamma: fmpq
    precision: int


@dataclass(frozen=True)
class ExactMinimum(Step):
    """Rule 3.1b."""

    rule = "3.1b"
    center: Vector


@dataclass(frozen=True)
class SubOptimal(Step):
    """Rule 3.2."""

    rule = "3.2"
    minimum: int
    witness: Vector
    gap: fmpq
    precision: int


@dataclass(frozen=True)
class Rim(Step):
    """Rule 3.3."""

    rule = "3.3"
    center: Vector
    radii: Vector
    cover: list[int]
    precision: int


@dataclass(frozen=True)
class FlatPotentials(Step):
    """Rule 3.4."""

    rule = "3.4"
    center: Vector


@dataclass(frozen=True)
class Midpoint:
    """Samples a, b and c, c in the middle, with a weight (rule 3.4b)."""

    ends: tuple[int, int]
    middle: int
    weight: fmpq


@dataclass(frozen=True)
class Potentials(Step):
    """Rule 3.4b."""

    rule = "3.4b"
    center: Vector
    units: list[str]
    midpoints: list[Midpoint]
    fitted: bool
    precision: int


@dataclass(frozen=True)
class NoMinimum(Step):
    """Rule 3.5."""

    rule = "3.5"
    center: Vector
    radius: fmpq
    direction: Vector
    order: str
    precision: int


@dataclass(frozen=True)
class GlobalMinimum(Step):
    """Rule 3.7."""

    rule = "3.7"
    center: Vector


@dataclass(frozen=True)
class ConstantLine(Step):
    """Rule 4.1."""

    rule = "4.1"
    center: Vector
    witness: Vector
    reason: str


@dataclass(frozen=True)
class DependentColumns(Step):
    """Rule 4.1c."""

    rule = "4.1c"
    center: Vector
    layer: int
    columns: list[int]


@dataclass(frozen=True)
class RescaledUnit(Step):
    """Rule 4.1h."""

    rule = "4.1h"
    center: Vector


@dataclass(frozen=True)
class WideTheorem(Step):
    """Rule 4.2."""

    rule = "4.2"


@dataclass(frozen=True)
class WideLayer(Step):
    """Rule 4.6."""

    rule = "4.6"
    layer: int
    identities: list[Vector]


@dataclass(frozen=True)
class IndependentInputs(Step):
    """Rule 4.7."""

    rule = "4.7"


@dataclass(frozen=True)
class NoBadValley(Step):
    """Rule 4.8."""

    rule = "4.8"


@dataclass(frozen=True)
class Pyramid(Step):
    """Rule 4.8p."""

    rule = "4.8p"
    layer: int
    center: Vector
    rows: list[int]
    columns: list[int]
    inverse: list[Vector]
    precision: int


@dataclass(frozen=True)
class SpanningFeatures(Step):
    """Rule 4.3."""

    rule = "4.3"
    center: Vector
    identities: list[Vector]
    rows: list[int]
    columns: list[int]
    inverse: list[Vector]
    precision: int


@dataclass(frozen=True)
class StepNumber:
    """The end of a path, as an earlier step has it."""

    step: int


@dataclass(frozen=True)
class Path(Step):
    """Rule 4.4."""

    rule = "4.4"
    points: list[Vector]
    reasons: list[str]
    eta: fmpq
    end: fmpq | StepNumber
    precision: int


@dataclass(frozen=True)
class OneMoreUnit(Step):
    """Rule 4.5."""

    rule = "4.5"
    minimum: int
    weights: Vector
    inverse: list[Vector]
    precision: int


STEPS = MappingProxyType(
    {
        kind.rule: kind
        for kind in (
            StrictMinimum,
            ExactMinimum,
            SubOptimal,
            Rim,
            FlatPotentials,
            Potentials,
            NoMinimum,
            GlobalMinimum,
            ConstantLine,
            DependentColumns,
            RescaledUnit,
            WideTheorem,
            WideLayer,
            IndependentInputs,
            NoBadValley,
            Pyramid,
            SpanningFeatures,
            Path,
            OneMoreUnit,
        )
    }
)


def _precision(value: Any, place: str) -> int:
    bits = count(value, place)
    if not LEAST_PRECISION <= bits <= LARGEST_PRECISION:
        raise Malformed(place, "precision is 32 to 4096")
    return bits


def _cover(value: Any, place: str) -> list[int]:
    return counts(value, place, least=1)


def _midpoint(value: Any, place: str) -> Midpoint:
    keys(value, "ends middle weight", place)
    first, second = entries_of_length(value["ends"], 2, place + ".ends")
    ends = (count(first, place + ".ends"), count(second, place + ".ends"))
    middle = count(value["middle"], place + ".middle")
    weight = number(value["weight"], place + ".weight")
    return Midpoint(ends, middle, weight)


def _midpoints(value: Any, place: str) -> list[Midpoint]:
    return each(_midpoint, entries(value, place), place)


def _words(value: Any, choices: Words, place: str) -> list[str]:
    return [word(entry, choices, place) for entry in entries(value, place, least=1)]


def _units(value: Any, place: str) -> list[str]:
    return _words(value, ("flat", "definite", "midpoints"), place)


def _reasons(value: Any, place: str) -> list[str]:
    return _words(value, ("kernel", "idle", "convex", "slope", "small"), place)


def _reason(value: Any, place: str) -> str:
    return word(value, ("kernel", "idle"), place)


def _order(value: Any, place: str) -> str:
    return word(value, ("first", "second"), place)


def _end(value: Any, place: str) -> fmpq | StepNumber:
    if type(value) is dict:
        return StepNumber(count(keys(value, "step", place)["step"], place))
    return number(value, place)


# fields whose lengths depend on the number of parameters are read below
READERS: MappingProxyType[str, Callable[[Any, str], object]] = MappingProxyType(
    {
        "radius": number,
        "gamma": number,
        "eta": number,
        "lambda": number,
        "gap": number,
        "precision": _precision,
        "minimum": count,
        "layer": count,
        "columns": counts,
        "rows": counts,
        "cover": _cover,
        "units": _units,
        "midpoints": _midpoints,
        "fitted": flag,
        "order": _order,
        "reason": _reason,
        "reasons": _reasons,
        "identities": rows_of_any_length,
        "inverse": rows_of_any_length,
        "end": _end,
        "weights": vector_of_any_length,
    }
)
POINTS = ("center", "witness", "direction", "radii")


def _field(name: str, value: Any, parameters: int, place: str) -> object:
    """A field has one form, whatever the rule."""
    if name in POINTS:
        return vector(value, parameters, place)
    if name == "points":
        points = enumerate(entries(value, place, least=1))
        return [vector(p, parameters, f"{place}[{i}]") for i, p in points]
    return READERS[name](value, place)


def read_step(problem: Problem, value: Any, place: str) -> Step:
    """A step by any rule."""
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    kind = STEPS[word(value.get("rule"), STEPS, place + ".rule")]
    names = [field.name.rstrip("_") for field in fields(kind)]
    keys(value, "rule " + " ".join(names), place)
    parameters = problem.parameters
    values: list[Any] = []
    for name in names:
        where = f"{place}.{name}"
        values.append(_field(name, value[name], parameters, where))
    return kind(*values)
