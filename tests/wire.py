"""Certificates as files spell them: for tests that put wrong ones together, field by field.

The package itself has typed steps and one codec. What a checker has to refuse often has no type.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactland.certificates.codec import spelled_step
from exactland.certificates.steps import Step
from exactland.kernel.network import layout as kernel_layout
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.reading.canonical_json import FORMAT, canonical, claim_digest
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem

Wire = dict[str, Any]


@dataclass(frozen=True)
class RawCertificate:
    """A claim, steps and provenance, in the form they have in files; the digest is made right."""

    claim: Wire
    steps: tuple[Wire, ...]
    provenance: Wire

    def to_bytes(self) -> bytes:
        evidence = {"claim_sha256": claim_digest(self.claim), "steps": list(self.steps)}
        whole = {"claim": self.claim, "evidence": evidence, "provenance": self.provenance}
        return canonical(whole) + b"\n"


def raw(data: bytes) -> RawCertificate:
    """A file in this form."""
    value = json.loads(data)
    return RawCertificate(value["claim"], tuple(value["evidence"]["steps"]), value["provenance"])


def certificate(
    problem: Problem, statement: Wire, steps: Sequence[Wire | Step], provenance: Wire
) -> RawCertificate:
    claim = {"format": FORMAT, "problem": problem.specification(), "statement": statement}
    spelled = (step if isinstance(step, dict) else spelled_step(step) for step in steps)
    return RawCertificate(claim, tuple(spelled), provenance)


def statement(
    kind: str, center: Sequence[Fraction], distance: Fraction, gap: Fraction | None = None
) -> Wire:
    """A statement about what lies within Euclidean `distance` of `center`."""
    located = about(kind, center, distance=rational_text(distance))
    return located if gap is None else {**located, "gap": rational_text(gap)}


def about(kind: str, point: Sequence[Fraction] | None = None, **fields: Any) -> Wire:
    """A statement about exact parameters, or, without any, about the loss as a whole."""
    center = {} if point is None else {"center": [rational_text(c) for c in point]}
    return {"kind": kind, **center, **fields}


def in_kernel(problem: Problem) -> kernel_layout.Problem:
    """The kernel's own reading of a problem."""
    return kernel_problem.read_problem(problem.specification(), "problem")


def dyadic(q: Fraction) -> Any:
    """[mantissa, exponent] when the denominator is a power of two, else "p/q"."""
    if q.denominator & (q.denominator - 1):
        return rational_text(q)
    mantissa, exponent = q.numerator, 1 - q.denominator.bit_length()
    while exponent >= 0 and mantissa and mantissa % 2 == 0:
        mantissa, exponent = mantissa // 2, exponent + 1
    return [str(mantissa), str(exponent)]


def numbers(values: Sequence[Fraction]) -> list[Any]:
    return [dyadic(v) for v in values]


def path_step(
    points: Sequence[Sequence[Fraction]],
    reasons: Sequence[str],
    end: Fraction | Wire,
    bits: int,
    eta: Fraction = Fraction(0),
) -> Wire:
    """A step by rule 4.4; the end is a loss, or {"step": ...}."""
    return {
        "rule": "4.4",
        "points": [numbers(p) for p in points],
        "reasons": list(reasons),
        "eta": dyadic(eta),
        "end": dyadic(end) if isinstance(end, Fraction) else end,
        "precision": str(bits),
    }
