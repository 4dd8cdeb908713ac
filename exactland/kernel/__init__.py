"""The kernel: bytes in, verdict out. The only part of exactland that has to be trusted.

Rules of trust, in the order they are applied (FORMAT.md):

1. The bytes are the one canonical spelling of a certificate of a known version, or the file is malformed.
2. The evidence is bound to the claim by a digest, or it is rejected (`bind`).
3. All steps and the statement are well formed, and the work they ask for, estimated from sizes, is below a cap.
4. Each step names a known rule; the rule recomputes everything from the problem in the claim and uses nothing else but the step's hints and
   the facts of earlier steps.
5. The statement follows from the last fact (`claim`).
6. "Verified" is said once, at the end, in words computed from the facts. The file's provenance is never read.

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
        steps = []
        for index, step in enumerate(certificate.steps):
            place = f"evidence.steps[{index}]"
            steps.append(rules.read(certificate.problem, step, place, index))
        place = "claim.statement"
        statement = rules.read_statement(certificate.problem, certificate.statement)
        place = "evidence.steps"
        work = 0.0
        for rule, values in steps:
            work += rules.work(certificate.problem, rule, values)
            if work > rules.WORK_CAP:
                raise TooLarge("the steps ask for more work than the cap")
        facts: list[rules.Fact] = []
        for index, (rule, values) in enumerate(steps):
            place = f"evidence.steps[{index}]"
            facts.append(rules.apply(certificate.problem, rule, values, facts))
        place = "claim.statement"
        says = rules.conclude(**statement, fact=facts[-1] if facts else None)
    except reader.Malformed as error:
        return Verdict("malformed", str(error))
    except (TooLarge, RecursionError, MemoryError) as error:
        return Verdict("too large", str(error) or type(error).__name__, place=place)
    except rules.Rejected as error:
        return Verdict("rejected", str(error), rule=error.rule, place=place)
    return Verdict("verified", says, kind=statement["kind"], fact=facts[-1])
