"""Exceptions: for a caller's mistakes and for limits.

What a proof finds out is an outcome, not an exception.
"""

from __future__ import annotations


class ExactlandError(Exception):
    """Base class of everything exactland raises on purpose.

    >>> from exactland import ExactlandError, InputError, ResourceLimitError
    >>> issubclass(InputError, ExactlandError), issubclass(ResourceLimitError, ExactlandError)
    (True, True)
    """


class InputError(ExactlandError):
    """Wrong input: names the field, the value and the rule it breaks.

    >>> from exactland import InputError, Layer, Network
    >>> try:
    ...     Network(1, (Layer(0, "tanh", bias=True),))
    ... except InputError as error:
    ...     print(error)
    network.hidden[0].units: 0 is not at least 1
    """

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place, self.what = place, what

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        """It may be raised in another process."""
        return type(self), (self.place, self.what)


class CertificateError(ExactlandError):
    """A file that should be a verified certificate is not."""


class ResourceLimitError(ExactlandError):
    """A stated cap on size, precision or work was hit.

    >>> from exactland import Layer, Problem, ResourceLimitError, certify
    >>> large = Problem.from_arrays([[1], [2]], [0, 1], [Layer(500, "tanh", bias=True)])
    >>> try:
    ...     certify(large)
    ... except ResourceLimitError as error:
    ...     print(error)
    search over 1500 parameters (at most 1000)
    """
