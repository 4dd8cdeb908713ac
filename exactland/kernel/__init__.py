"""The kernel: bytes in, verdict out.

The only part of exactland that has to be trusted.

Rules of trust, in the order they are applied (FORMAT.md):

1. The bytes are the one canonical spelling of a certificate of a known version, or the
   file is malformed.
2. The evidence is bound to the claim by a digest, or it is rejected (`bind`).
3. All steps and the statement are well formed, and the work they ask for, estimated
   from sizes, is below a cap.
4. Each step names a known rule; the rule recomputes everything from the problem in the
   claim and uses nothing else but the step's hints and the facts of earlier steps.
5. The statement follows from the last fact (`claim`).
6. "Verified" is said once, at the end, in words computed from the facts. The file's
   provenance is never read.

Standard library only; no input or output; no search; work estimated before it is done.
"""

from contextvars import copy_context
from typing import Any, NamedTuple

from . import reader, rules, steps
from .ball import BUDGET, MOST, TooLarge, Undefined, refuse
from .rules import Fact, Minimum, NoMinimumBox, Proved

__all__ = [
    "EXIT",
    "Fact",
    "Minimum",
    "NoMinimumBox",
    "Proved",
    "Verdict",
    "check",
]

EXIT = {"verified": 0, "rejected": 1, "malformed": 2, "too large": 4}


class Verdict(NamedTuple):
    """status is a key of EXIT; `says` what was verified, or why not; rule and place
    name what failed; fact carries the proved numbers.
    """

    status: str
    says: str
    rule: str | None = None
    place: str | None = None
    kind: str | None = None
    fact: Fact | None = None


def check(data: bytes) -> Verdict:
    """The verdict on a certificate file. Never raises on any bytes."""
    return copy_context().run(_check, data)


def _check(data: bytes) -> Verdict:
    BUDGET.set([MOST])
    place, rule = "file", "bind"
    try:
        problem, statement, listed, bound = reader.certificate(data)
        place = "evidence.claim_sha256"
        rules.need(bound, "the evidence belongs to another claim")
        rule, asked, work, facts, shapes = (
            "order",
            list[tuple[str, str, Any]](),
            0.0,
            list[rules.Fact](),
            steps.shapes(problem, steps.end_of_path),
        )
        for place, step in listed.items():
            asked.append((place, *steps.read_step(shapes, step, place, len(asked))))
            work += steps.work(problem, *asked[-1][1:])
            refuse(
                work > steps.WORK_CAP,
                TooLarge,
                "the steps ask for more work than the cap",
            )
        said = steps.read_statement(problem, statement)
        for at, name, values in asked:
            place, rule = at, "order"
            rule, fields = name, steps.dereference(values, facts)
            facts.append(steps.RULES[rule](problem, *fields))
        place, rule = "claim.statement", "claim"
        says = steps.conclude(said, facts)
    except reader.Malformed as error:
        return Verdict("malformed", str(error))
    except (TooLarge, RecursionError, MemoryError) as error:
        return Verdict("too large", str(error) or type(error).__name__, place=place)
    except (rules.Rejected, Undefined) as error:
        return Verdict("rejected", str(error), rule=rule, place=place)
    return Verdict("verified", says, kind=said["kind"], fact=facts[-1])
