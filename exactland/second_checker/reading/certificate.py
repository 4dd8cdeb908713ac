"""A certificate file: claim, evidence, provenance (docs/reference/format.md, section
3).
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from ..network.layout import Problem
from ..refusals import Malformed, Unbound
from ..work import Work
from .canonical_json import canonical, load
from .problem import read_problem
from .statement import Statement, read_statement
from .step import Step, read_step
from .values import entries, keys, word

_OLDER = ("exactland-certificate/1",)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Certificate:
    """A claim about a problem, and its evidence."""

    problem: Problem
    statement: Statement
    steps: list[Step]


def _digest_of(claim: Any) -> str:
    return hashlib.sha256(b"exactland-claim/1\x00" + canonical(claim)).hexdigest()


def _read_steps(problem: Problem, values: list[Any]) -> list[Step]:
    """One after the other, with their work: reading stops at what is too much."""
    work = Work(problem)
    steps = []
    for i, value in enumerate(values):
        step = read_step(problem, value, f"evidence.steps[{i}]")
        work.add(step)
        steps.append(step)
    return steps


def read(data: bytes) -> Certificate:
    """The certificate in these bytes."""
    value = load(data)
    claim = keys(value["claim"], "format problem statement", "claim")
    if claim["format"] in _OLDER:
        raise Malformed("claim.format", "an older format, no longer read")
    word(claim["format"], ("exactland-certificate/2",), "claim.format")
    evidence = keys(value["evidence"], "claim_sha256 steps", "evidence")
    if type(value["provenance"]) is not dict:
        raise Malformed("provenance", "not an object")
    digest = evidence["claim_sha256"]
    if type(digest) is not str or not _DIGEST.fullmatch(digest):
        raise Malformed("evidence.claim_sha256", "not 64 hex digits")
    problem = read_problem(claim["problem"])
    steps = _read_steps(problem, entries(evidence["steps"], "evidence.steps"))
    if digest != _digest_of(claim):  # evidence of another claim
        raise Unbound
    statement = read_statement(claim["statement"], problem.parameters)
    return Certificate(problem, statement, steps)
