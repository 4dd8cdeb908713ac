"""The rules of trust, in the order they are applied (docs/reference/format.md):

1. The bytes are the one canonical spelling of a certificate of a known version, or the
   file is malformed.
2. The evidence is bound to the claim by a digest, or it is rejected (`bind`).
3. All steps and the statement are well formed, a step names earlier steps alone
   (`order`).
4. Each step names a known rule; the rule recomputes everything from the problem in the
   claim and uses nothing else but the step's hints and the facts of earlier steps,
   which are of the kind that it needs (`order`).
5. The statement follows from the last fact (`claim`).
6. All arithmetic is paid for from one budget (meter.py); a file that asks for more is
   too large.
7. "Verified" is said once, at the end, in words computed from the facts. The file's
   provenance is never read.
"""

from contextvars import copy_context

from .conclusion import conclude
from .explanation import tell
from .facts import Fact
from .meter import BUDGET, MOST, Budget, charge
from .reading.certificate import read_certificate, read_statement, read_step, readers
from .refusals import Malformed, OutOfOrder, Rejected, TooLarge, Undefined
from .verdict import Verdict


class _Looking:
    """Which rule is asked at which place, for the verdict on a file that fails."""

    rule = "bind"
    place = "file"


def check(data: bytes) -> Verdict:
    """The verdict on a certificate file. Never raises on any bytes."""
    return copy_context().run(_check, data)


def _check(data: bytes) -> Verdict:
    BUDGET.set(Budget(MOST))
    at = _Looking()
    try:
        return _verified(data, at)
    except Malformed as error:
        return Verdict("malformed", str(error))
    except (TooLarge, RecursionError, MemoryError) as error:
        says = str(error) or type(error).__name__
        return Verdict("too large", says, place=at.place)
    except (Rejected, Undefined) as error:
        rule = "order" if isinstance(error, OutOfOrder) else at.rule
        return Verdict("rejected", str(error), rule, at.place)


def _verified(data: bytes, at: _Looking) -> Verdict:
    certificate = read_certificate(data)
    at.place = "evidence.claim_sha256"
    if not certificate.is_bound:
        raise Rejected("the evidence belongs to another claim")
    problem = certificate.problem
    known = readers(problem.parameters)
    steps = []
    for position, fields in enumerate(certificate.steps):
        at.place = fields.place
        steps.append(read_step(fields, known, position))
    said = read_statement(certificate.statement, known)
    facts: list[Fact] = []
    for fields, read in zip(certificate.steps, steps):
        at.place = fields.place
        at.rule = read.rule
        tell(f"{at.place}, by rule {read.rule}")
        charge(certificate.size_of_claim)  # a step may look at all of it
        facts.append(read.step(facts).fact(problem))
    at.place = "claim.statement"
    at.rule = "claim"
    tell(at.place)
    says = conclude(said, facts)
    return Verdict("verified", says, kind=said.kind, fact=facts[-1])
