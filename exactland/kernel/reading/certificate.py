"""A certificate file: claim, evidence, provenance."""

import re
from typing import Any, NamedTuple

from ..network.layout import Problem
from ..refusals import Malformed
from .canonical_json import FORMAT, canonical, claim_digest, parse
from .problem import read_problem
from .values import Fields, each_if_any, one_of


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
    file = Fields(parse(data), "file")
    file.are("claim", "evidence", "provenance")
    claim = file.read("claim", Fields)
    claim.are("format", "problem", "statement")
    claim.read("format", one_of(FORMAT))
    problem = claim.read("problem", read_problem)
    statement = claim.read("statement", Fields)
    evidence = file.read("evidence", Fields)
    evidence.are("claim_sha256", "steps")
    digest = evidence.read("claim_sha256", _read_digest)
    steps = evidence.read("steps", each_if_any(Fields))
    file.read("provenance", Fields)
    is_bound = digest == claim_digest(claim.value)
    size = len(canonical(claim.value))
    return Certificate(problem, statement, steps, is_bound, size)


def _read_digest(value: Any, place: str) -> str:
    if not (isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value)):
        raise Malformed(f"{place}: expected 64 hexadecimal digits")
    return value
