"""The one place that puts a file to the kernel on behalf of the provers."""

from __future__ import annotations

from exactland.certificates.certificate import Certificate
from exactland.kernel import Verdict, check


def submit(candidate: Certificate) -> Verdict:
    """The kernel's verdict on a candidate, from its bytes."""
    return check(candidate.to_bytes())
