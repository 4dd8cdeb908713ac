"""The kernel: bytes in, verdict out. The only part of exactland that has to be trusted.

Rules of trust, in the order they are applied (FORMAT.md):

1. The bytes are the one canonical spelling of a certificate of a known version, or the file is malformed.
2. The evidence is bound to the claim by a digest, or it is rejected (`bind`).
3. Each step names a known rule; the rule recomputes everything from the problem in the claim and uses nothing else but the step's hints and
   the facts of earlier steps.
4. The statement follows from the last fact (`claim`).
5. "Verified" is said once, at the end, in words computed from the facts. The file's provenance is never read.

Standard library only; no input or output; no search; work estimated before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import reader, rules
from .ball import TooLarge

EXIT = {"verified": 0, "rejected": 1, "malformed": 2, "too large": 4}


@dataclass(frozen=True)
class Verdict:
    """status is a key of EXIT; `says` what was verified, or why not; rule and place name what failed; fact carries the proved numbers."""

    status: str
    says: str
    rule: str | None = None
    place: str | None = None
    kind: str | None = None
    fact: rules.Fact | None = None

    @property
    def exit_status(self) -> int:
        return EXIT[self.status]


def check(data: bytes) -> Verdict:
    """The verdict on a certificate file. Never raises on any bytes."""
    place = "file"
    try:
        certificate = reader.certificate(data)
        place = "evidence.claim_sha256"
        rules.need(certificate.digest == certificate.claim_digest, "bind", "the evidence belongs to another claim")
        facts: list[rules.Fact] = []
        for index, step in enumerate(certificate.steps):
            place = f"evidence.steps[{index}]"
            facts.append(rules.apply(certificate.problem, step, place, facts))
        place = "claim.statement"
        kind, says = rules.conclude(certificate.problem, certificate.statement, facts[-1] if facts else None)
    except reader.Malformed as error:
        return Verdict("malformed", str(error))
    except TooLarge as error:
        return Verdict("too large", str(error), place=place)
    except rules.Rejected as error:
        return Verdict("rejected", str(error), rule=error.rule, place=place)
    return Verdict("verified", says, kind=kind, fact=facts[-1])
