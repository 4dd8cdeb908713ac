"""A self-test a user can run: versions, backends, and whether the kernel still tells a true
certificate from a false one.
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version

from flint import arb

import exactland
from exactland.checking import check_with
from exactland.engine.outcomes import Certified
from exactland.engine.prove import certify_start
from exactland.gallery.cases import core
from exactland.kernel import check
from exactland.kernel.ball import Ball
from exactland.kernel.functions import exp
from exactland.kernel.reader import canonical, claim_digest
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint

PACKAGES = ("python-flint", "sympy", "mpmath", "numpy", "scipy", "click", "rich")


@dataclass(frozen=True)
class Finding:
    what: str
    good: bool
    says: str


def examine() -> list[Finding]:
    """Every finding; the installation is sound when all are good."""
    findings = [
        Finding("exactland", True, exactland.__version__),
        Finding("python", True, platform.python_version()),
    ]
    for package in PACKAGES:
        try:
            findings.append(Finding(package, True, version(package)))
        except PackageNotFoundError:
            findings.append(Finding(package, False, "not installed"))
    case = next(core())
    outcome = certify_start(case.problem, case.start, case.witness, {"recipe": case.recipe})
    accepted = isinstance(outcome, Certified)
    findings.append(
        Finding(
            "self-test: certify",
            accepted,
            f"{case.name} {'certified, kernel agrees' if accepted else 'NOT certified'}",
        )
    )
    if isinstance(outcome, Certified):
        data, twin = outcome.certificate.to_bytes(), _false_twin(outcome.certificate.to_bytes())
        verdict, first, second = check(twin), check_with("arb", data), check_with("arb", twin)
        rejected = verdict.status == "rejected"
        findings.append(
            Finding(
                "self-test: kernel", rejected, f"a false twin is {verdict.status} ({verdict.rule})"
            )
        )
        agrees = (first.status, second.status) == ("verified", "rejected")
        findings.append(
            Finding(
                "self-test: second checker",
                agrees,
                f"the certificate is {first.status}, the twin {second.status} ({second.rule})",
            )
        )
    findings.append(_functions_agree())
    return findings


def _false_twin(data: bytes) -> bytes:
    """The same certificate about other targets, digest recomputed."""
    value = json.loads(data)
    value["claim"]["problem"]["data"]["y"][0] = ["17"]
    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    return canonical(value) + b"\n"


def _functions_agree() -> Finding:
    ours = exp(Ball.exact(Fraction(1, 3), 128))
    with precision(200):
        theirs = from_midpoint((arb(1) / 3).exp())
    agree = ours.lower() <= theirs <= ours.upper()
    return Finding(
        "self-test: functions",
        agree,
        "the kernel's exp(1/3) and Arb's " + ("agree" if agree else "DISAGREE"),
    )
