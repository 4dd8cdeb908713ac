"""From evidence to a certificate: the statement it carries for a claim, put to the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactland.certificates.certificate import about, certificate, statement
from exactland.engine.outcomes import Certified, refusal, submit
from exactland.errors import ResourceLimit
from exactland.model.numbers import Vector, rational_text
from exactland.model.problem import Problem
from exactland.provers.evidence import Evidence
from exactland.provers.rim import covered_above
from exactland.provers.strict_minimum import sub_optimal

SUB_OPTIMAL = {
    "strict-minimum": "sub-optimal-strict-minimum",
    "basin": "bad-basin",
    "local-minimum": "sub-optimal-local-minimum",
}
IMPLIES = {
    "strict-minimum": ("strict-minimum", "basin", "local-minimum"),
    "basin": ("basin", "local-minimum"),
    "local-minimum": ("local-minimum",),
}


@dataclass(frozen=True)
class Ball:
    """All theta with Euclidean norm of theta - center at most radius."""

    center: Vector
    radius: Fraction


def assemble(
    problem: Problem,
    evidence: Evidence,
    witness: Sequence[Fraction] | None,
    claim: str,
    ball: Ball | None,
    provenance: dict[str, Any],
    free: dict[str, Any] | None = None,
) -> Certified | str:
    """The certificate of the claim from this evidence, if the kernel accepts it; else the reason
    why not.

    `claim` is "bad-basin", "basin", "strict-minimum", "local-minimum" or "strongest". `free` is a
    step that shows that the center lies in no basin: "strongest" then says both. The statement is
    about `ball`; without one, about a small ball around the evidence's center.
    """
    wanted = {"strongest": evidence.what, "bad-basin": "basin"}.get(claim, claim)
    if wanted not in IMPLIES[evidence.what]:
        return f"rule {evidence.step['rule']} shows a {evidence.what.replace('-', ' ')}, no more"
    lower = None
    if witness is not None and claim in ("strongest", "bad-basin"):
        evidence, lower = _lower(problem, evidence, witness)
    if claim == "bad-basin" and lower is None:
        return "no point with a smaller loss was found"
    kind = {"strongest": SUB_OPTIMAL[evidence.what] if lower else evidence.what}.get(claim, claim)
    gap = lower[1] if lower else None
    steps = [evidence.step, *([lower[0]] if lower else [])]
    if (
        free is not None
        and claim == "strongest"
        and evidence.what == "local-minimum"
        and not evidence.distance
    ):
        said = about(
            f"{kind}-in-no-basin",
            evidence.center,
            **({} if gap is None else {"gap": rational_text(gap)}),
        )
        steps = [*steps[:-1], free, steps[-1]] if lower else [free, *steps]
    else:
        located = ball or location(evidence)
        said = statement(kind, located.center, located.radius, gap)
    outcome = submit(certificate(problem, said, steps, provenance))
    if isinstance(outcome, Certified):
        return outcome
    if outcome.status == "too large":
        raise ResourceLimit(f"the kernel: {outcome.says}")
    return refusal(outcome)


def _lower(
    problem: Problem, evidence: Evidence, witness: Sequence[Fraction]
) -> tuple[Evidence, tuple[dict[str, Any], Fraction] | None]:
    """Rule 3.2; for a basin, after bounding the loss on its box more closely if that is needed."""
    lower = sub_optimal(problem, evidence, witness)
    if lower is not None or evidence.what != "basin":
        return evidence, lower
    higher = covered_above(problem, evidence, witness)
    return (evidence, None) if higher is None else (higher, sub_optimal(problem, higher, witness))


def location(evidence: Evidence) -> Ball:
    """A short center near the evidence's, and a power of ten that surely contains the minimum."""
    if not evidence.distance:
        return Ball(evidence.center, Fraction(0))
    center = tuple(Fraction(round(c * 10**12), 10**12) for c in evidence.center)
    radius = Fraction(1, 10**12)
    while (
        radius < evidence.distance
        or sum((a - b) ** 2 for a, b in zip(center, evidence.center))
        > (radius - evidence.distance) ** 2
    ):
        radius *= 10
    return Ball(center, radius)
