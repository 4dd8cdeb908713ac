"""Statements as files write them (docs/reference/format.md, section 3)."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flint import fmpq

from ..arithmetic.exact import ZERO, Vector
from ..facts import Said
from ..refusals import Malformed
from .values import keys, number, vector, word

PLACE = "claim.statement"

STATEMENTS = MappingProxyType(
    {
        "strict-minimum": "center distance",
        "local-minimum": "center distance",
        "basin": "center distance",
        "sub-optimal-strict-minimum": "center distance gap",
        "sub-optimal-local-minimum": "center distance gap",
        "bad-basin": "center distance gap",
        "one-more-unit": "center distance gap",
        "local-minimum-in-no-basin": "center",
        "sub-optimal-local-minimum-in-no-basin": "center gap",
        "no-local-minimum": "center distance",
        "global-minimum": "center",
        "in-no-basin": "center",
        "in-no-sub-optimal-basin": "center",
        "no-sub-optimal-basin": "",
        "no-basin": "",
        "no-bad-valley": "",
        "escape": "center end",
        "eta-escape": "center end eta",
    }
)

INFIMUM = "infimum"


@dataclass(frozen=True)
class Statement:
    """What a certificate claims.

    A field that its kind does not have is empty, 0 or None: a distance of 0 is the
    least, a gap of 0 is never proved.
    """

    said: Said
    distance: fmpq
    gap: fmpq


def read_statement(value: Any, parameters: int) -> Statement:
    """A statement about the loss of a problem with so many parameters."""
    if type(value) is not dict:
        raise Malformed(PLACE, "not an object")
    kind = word(value.get("kind"), STATEMENTS, PLACE + ".kind")
    fields = keys(value, "kind " + STATEMENTS[kind], PLACE)
    center: Vector = []
    if "center" in fields:
        center = vector(fields["center"], parameters, PLACE + ".center")
    end: fmpq | None = None
    if fields.get("end", INFIMUM) != INFIMUM:
        end = number(fields["end"], PLACE + ".end")
    distance = _number_or_0(fields, "distance")
    gap = _number_or_0(fields, "gap")
    eta = _number_or_0(fields, "eta")
    return Statement(Said(kind, center, end, eta), distance, gap)


def _number_or_0(fields: dict[str, Any], name: str) -> fmpq:
    if name not in fields:
        return ZERO
    return number(fields[name], f"{PLACE}.{name}")
