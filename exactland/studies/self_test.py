"""A self-test a user can run: versions, and whether both checkers still tell a true certificate
from a false one.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version

from flint import arb

import exactland
from exactland.certificates.certificate import certificate_from_bytes
from exactland.checking import check
from exactland.engine.outcomes import Certified
from exactland.gallery import case as built_in
from exactland.numerics.kernel_bridge import exponential
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from exactland.studies.making import made

PACKAGES = ("python-flint", "sympy", "mpmath", "numpy", "scipy", "click", "rich")


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is as it should be, and what was seen."""

    what: str
    good: bool
    says: str


def examine() -> list[Finding]:
    """Every finding; the installation is sound when all are good.

    >>> all(finding.good for finding in examine())
    True
    """
    return [*_versions(), *_certificates(), _functions()]


def _versions() -> Iterator[Finding]:
    yield Finding("exactland", True, exactland.__version__)
    yield Finding("python", True, platform.python_version())
    for package in PACKAGES:
        try:
            yield Finding(package, True, version(package))
        except PackageNotFoundError:
            yield Finding(package, False, "not installed")


def _certificates() -> Iterator[Finding]:
    """A built-in case is certified; its certificate, and a false one, go to both checkers."""
    case = built_in("sine-2-1")
    outcome = made(case, {})
    if not isinstance(outcome, Certified):
        yield Finding("self-test: certify", False, f"{case.name} NOT certified")
        return
    yield Finding("self-test: certify", True, f"{case.name} certified, kernel agrees")
    data = outcome.certificate.to_bytes()
    twin = _false_twin(data)
    verdict = check(twin)
    words = f"a false twin is {verdict.status} ({verdict.rule})"
    yield Finding("self-test: kernel", verdict.status == "rejected", words)
    first, second = check(data, "second"), check(twin, "second")
    good = (first.status, second.status) == ("verified", "rejected")
    words = f"the certificate is {first.status}, the twin {second.status} ({second.rule})"
    yield Finding("self-test: second checker", good, words)


def _false_twin(data: bytes) -> bytes:
    """The same certificate about other targets, digest recomputed."""
    certificate = certificate_from_bytes(data)
    problem = certificate.problem
    others = replace(problem, y=((Fraction(17),), *problem.y[1:]))
    return replace(certificate, problem=others).to_bytes()


def _functions() -> Finding:
    low, high = exponential(Fraction(1, 3), 128)
    with precision(200):
        theirs = from_midpoint((arb(1) / 3).exp())
    agree = low <= theirs <= high
    word = "agree" if agree else "DISAGREE"
    return Finding("self-test: functions", agree, f"the kernel's exp(1/3) and Arb's {word}")
