"""check(data): the verdict on the bytes of one certificate. Never raises."""

from .conclusion import conclude
from .facts import Fact
from .meter import start_budget
from .reading.certificate import Certificate, read
from .refusals import (
    Malformed,
    Order,
    Refused,
    TooLarge,
    Unbound,
)
from .rules.table import RULES
from .verdict import Verdict


def _prove(certificate: Certificate) -> Verdict:
    """Every step by its rule, and the statement from what the last one concludes."""
    facts: list[Fact] = []
    for i, step in enumerate(certificate.steps):
        place = f"evidence.steps[{i}]"
        try:
            facts.append(RULES[step.rule](certificate.problem, step, facts))
        except Order as error:
            return Verdict("rejected", str(error), "order", place)
        except (Refused, ZeroDivisionError) as error:
            return Verdict("rejected", str(error), step.rule, place)
    try:
        conclude(certificate.statement, facts)
    except Refused as error:
        return Verdict("rejected", str(error), "claim", "claim.statement")
    kind = certificate.statement.said.kind
    return Verdict("verified", kind, kind=kind)


def check(data: bytes) -> Verdict:
    """The verdict on the bytes of a certificate file."""
    try:
        start_budget()
        return _prove(read(data))
    except Malformed as error:
        return Verdict("malformed", error.says, place=error.place)
    except Unbound:
        says = "claim_sha256 is not the digest of the claim"
        return Verdict("rejected", says, "bind", "evidence.claim_sha256")
    except (TooLarge, RecursionError, MemoryError, OverflowError) as error:
        return Verdict("too large", str(error) or type(error).__name__)
    except Exception as error:  # a defect of this checker: never "verified"
        says = f"internal error: {type(error).__name__}: {error}"
        return Verdict("rejected", says, "internal")
