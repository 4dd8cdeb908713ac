"""What proving returns. Three different things, none of which is true or false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from exactland.certificates.certificate import Certificate
from exactland.kernel import Verdict, check


class _NoTruthValue:
    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} has no truth value: test isinstance(outcome, Certified)"
        )


@dataclass(frozen=True)
class Certified(_NoTruthValue):
    """The kernel accepted `certificate`, which states the asked claim."""

    certificate: Certificate
    verdict: Verdict


@dataclass(frozen=True)
class Refuted(_NoTruthValue):
    """The kernel accepted `certificate`, which states that the asked claim is false."""

    certificate: Certificate
    verdict: Verdict


@dataclass(frozen=True)
class Inconclusive(_NoTruthValue):
    """Neither was proved: why, and what would help.

    `kernel`: unit vectors (P floats each) along which the Hessian vanishes, as far as floats can
    tell.
    """

    reason: str
    would_help: str
    kernel: tuple[tuple[float, ...], ...] = ()


Outcome = Certified | Refuted | Inconclusive


def submit(candidate: Certificate) -> Certified | Verdict:
    """Certified if the kernel accepts the certificate, else its verdict."""
    verdict = check(candidate.to_bytes())
    return Certified(candidate, verdict) if verdict.status == "verified" else verdict


def refusal(verdict: Verdict) -> str:
    """Why the kernel did not accept a candidate."""
    return (
        "the kernel did not accept"
        f" {f'rule {verdict.rule}' if verdict.rule else 'the certificate'}: {verdict.says}"
    )
