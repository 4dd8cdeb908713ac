"""Exceptions: for a caller's mistakes and for limits.

What a proof finds out is an outcome, not an exception.
"""

from __future__ import annotations


class ExactlandError(Exception):
    """Base class of everything exactland raises on purpose."""


class InputError(ExactlandError):
    """Wrong input: names the field, the value and the rule it breaks."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place, self.what = place, what

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        """It may be raised in another process."""
        return type(self), (self.place, self.what)


class CertificateError(ExactlandError):
    """A file that should be a verified certificate is not."""


class ResourceLimitError(ExactlandError):
    """A stated cap on size, precision or work was hit."""
