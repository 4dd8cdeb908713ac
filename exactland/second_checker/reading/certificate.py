"""A certificate file: claim, evidence, provenance."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from exactland.second_checker.network.layout import Problem
from exactland.second_checker.reading.canonical_json import canonical, load
from exactland.second_checker.reading.problem import read_problem
from exactland.second_checker.reading.statement import read_statement
from exactland.second_checker.reading.step import read_step
from exactland.second_checker.reading.values import entries, keys, word
from exactland.second_checker.refusals import Malformed, Unbound

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Certificate:
    problem: Problem
    statement: dict[str, Any]
    steps: list[dict[str, Any]]


def read(data: bytes, work: Any) -> Certificate:
    """The certificate in these bytes.

    `work(problem, step)` is called after each step and may raise TooLarge.
    """
    value = load(data)
    claim = keys(value["claim"], "format problem statement", "claim")
    word(claim["format"], ("exactland-certificate/1",), "claim.format")
    evidence = keys(value["evidence"], "claim_sha256 steps", "evidence")
    if type(value["provenance"]) is not dict:
        raise Malformed("provenance", "not an object")
    digest = evidence["claim_sha256"]
    if type(digest) is not str or not _DIGEST.fullmatch(digest):
        raise Malformed("evidence.claim_sha256", "not 64 hex digits")
    problem = read_problem(claim["problem"])
    steps: list[dict[str, Any]] = []
    for i, s in enumerate(entries(evidence["steps"], "evidence.steps")):
        steps.append(read_step(problem, s, f"evidence.steps[{i}]"))
        work(problem, steps[-1])
    if (
        digest
        != hashlib.sha256(b"exactland-claim/1\x00" + canonical(claim)).hexdigest()
    ):
        raise Unbound
    statement = read_statement(claim["statement"], problem.parameters)
    return Certificate(problem, statement, steps)
