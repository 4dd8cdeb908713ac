"""A second checker of certificates, on Arb balls: written from docs/reference/format.md
and docs/theorems alone, without the kernel's source.

It imports the standard library and python-flint. It shares no code with the kernel, not
even the reader; what they have in common is the specification.
"""

from .verdict import Verdict
from .verification import check

__all__ = ["Verdict", "check"]
