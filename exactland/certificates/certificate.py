"""Certificates as values and as bytes (proofs/FORMAT.md, section 3).

How they are checked is the kernel's business.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactland.kernel import reader
from exactland.kernel.reader import FORMAT, canonical, claim_digest
from exactland.model.numbers import dyadic, rational_text
from exactland.model.problem import Problem


@dataclass(frozen=True)
class Certificate:
    """A claim (problem and statement), evidence (steps), and where it came from."""

    claim: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    provenance: dict[str, Any]

    def to_bytes(self) -> bytes:
        """The one spelling of this certificate."""
        evidence = {"claim_sha256": claim_digest(self.claim), "steps": list(self.steps)}
        return (
            canonical({"claim": self.claim, "evidence": evidence, "provenance": self.provenance})
            + b"\n"
        )


def certificate_from_bytes(data: bytes) -> Certificate:
    """The inverse of `to_bytes`, for bytes the kernel has accepted."""
    value = json.loads(data)
    return Certificate(value["claim"], tuple(value["evidence"]["steps"]), value["provenance"])


def certificate(
    problem: Problem,
    statement: dict[str, Any],
    steps: Sequence[dict[str, Any]],
    provenance: dict[str, Any],
) -> Certificate:
    claim = {"format": FORMAT, "problem": problem.specification(), "statement": statement}
    return Certificate(claim, tuple(steps), provenance)


def statement(
    kind: str, center: Sequence[Fraction], distance: Fraction, gap: Fraction | None = None
) -> dict[str, Any]:
    """A statement about what lies within Euclidean `distance` of `center`."""
    located = {
        "kind": kind,
        "center": [rational_text(c) for c in center],
        "distance": rational_text(distance),
    }
    return located if gap is None else {**located, "gap": rational_text(gap)}


def about(kind: str, point: Sequence[Fraction] | None = None, **fields: Any) -> dict[str, Any]:
    """A statement about exact parameters, or, without any, about the loss as a whole."""
    return {
        "kind": kind,
        **({} if point is None else {"center": [rational_text(c) for c in point]}),
        **fields,
    }


def in_kernel(problem: Problem) -> reader.Problem:
    """The kernel's own reading of a problem."""
    return reader.problem(problem.specification(), "problem")


def numbers(values: Sequence[Fraction]) -> list[Any]:
    return [dyadic(v) for v in values]
