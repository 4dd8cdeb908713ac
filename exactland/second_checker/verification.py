"""check(data): the verdict on the bytes of one certificate. Never raises."""

from typing import Any

from exactland.second_checker.conclusion import conclude
from exactland.second_checker.meter import Meter
from exactland.second_checker.reading.certificate import Certificate, read
from exactland.second_checker.refusals import (
    Malformed,
    Order,
    Refused,
    TooLarge,
    Unbound,
)
from exactland.second_checker.rules.table import RULES
from exactland.second_checker.verdict import Verdict
from exactland.second_checker.work import Work


def _prove(certificate: Certificate) -> Verdict:
    facts: list[Any] = []
    for i, step in enumerate(certificate.steps):
        rule, place = step["rule"], f"evidence.steps[{i}]"
        try:
            facts.append(RULES[rule](certificate.problem, step, facts))
        except Order as error:
            return Verdict("rejected", str(error), "order", place)
        except (Refused, ZeroDivisionError) as error:
            return Verdict("rejected", str(error), rule, place)
    try:
        conclude(certificate.statement, facts)
    except Refused as error:
        return Verdict("rejected", str(error), "claim", "claim.statement")
    kind = certificate.statement["kind"]
    return Verdict("verified", kind, None, None, kind)


def check(data: bytes) -> Verdict:
    """The verdict on the bytes of a certificate file."""
    try:
        Meter.reset()
        return _prove(read(data, Work()))
    except Malformed as error:
        return Verdict("malformed", error.says, None, error.place)
    except Unbound:
        return Verdict(
            "rejected",
            "claim_sha256 is not the digest of the claim",
            "bind",
            "evidence.claim_sha256",
        )
    except (TooLarge, RecursionError, MemoryError, OverflowError) as error:
        return Verdict("too large", str(error) or type(error).__name__)
    except Exception as error:  # a defect of this checker: never "verified"
        return Verdict(
            "rejected",
            f"internal error: {type(error).__name__}: {error}",
            "internal",
            None,
        )
