"""The kernel: bytes in, verdict out.

The only part of exactland that has to be trusted. `check` is its one door;
verification.py says in which order it looks at what.

Standard library only; no input or output; no search; bounded work.
"""

from .facts import Fact, Minimum, NoMinimumBox, Proved
from .verdict import EXIT, Verdict
from .verification import check

__all__ = ["EXIT", "Fact", "Minimum", "NoMinimumBox", "Proved", "Verdict", "check"]
