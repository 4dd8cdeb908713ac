"""A certificate file: claim, evidence, provenance."""

import re
from types import SimpleNamespace
from typing import Any, NamedTuple

from ..network.layout import Problem
from ..refusals import Malformed
from .canonical_json import FORMAT, canonical, claim_digest, parse
from .problem import read_problem
from .values import Fields, each_if_any, one_of, record


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


def _read_digest(value: Any, place: str) -> str:
    if not (isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value)):
        raise Malformed(f"{place}: expected 64 hexadecimal digits")
    return value


CLAIM = record(
    SimpleNamespace, format=one_of(FORMAT), problem=read_problem, statement=Fields
)
EVIDENCE = record(SimpleNamespace, claim_sha256=_read_digest, steps=each_if_any(Fields))
FILE = record(SimpleNamespace, claim=CLAIM, evidence=EVIDENCE, provenance=Fields)
