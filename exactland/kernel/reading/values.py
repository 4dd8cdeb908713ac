"""What may stand at a place of a file.

A reader takes a parsed value and its place, and raises `Malformed` naming the place.
Raw values are of type Any in these readers and nowhere after.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from ..refusals import Malformed

T = TypeVar("T")
Reader = Callable[[Any, str], T]

# So many digits every Python reads, whatever its settings.
MAX_DIGITS = 640
# Of the exponent of 2 in a dyadic number.
MAX_SHIFT = 4096
# How many of something there may be; their numbers begin with 0.
MOST = 10**6

INTEGER = re.compile("0|-?[1-9][0-9]{0,8}")
DIGITS = f"[1-9][0-9]{{0,{MAX_DIGITS - 1}}}"
RATIONAL = re.compile(f"0|-?{DIGITS}(/{DIGITS})?")


def rational(value: Any, place: str) -> Fraction:
    """In lowest terms, a denominator 1 not written: every number has one spelling."""
    if isinstance(value, str) and RATIONAL.fullmatch(value):
        if "/" not in value:
            return Fraction(int(value))
        q = Fraction(value)
        if str(q) == value:
            return q
    raise Malformed(
        f"{place}: expected a rational 'p' or 'p/q' in lowest terms, in a string"
    )


def number(value: Any, place: str) -> Fraction:
    """A rational or a dyadic [mantissa, exponent]."""
    if not isinstance(value, list):
        return rational(value, place)
    above, shift = entries(value, place, 2)
    mantissa = rational(above, place)
    exponent = integer(-MAX_SHIFT, MAX_SHIFT)(shift, place)
    if mantissa.denominator != 1:
        raise Malformed(f"{place}: a mantissa that is not an integer")
    return mantissa * Fraction(2) ** exponent


def integer(least: int, most: int) -> Reader[int]:
    """Reads an integer between these limits, in its one spelling."""

    def read(value: Any, place: str) -> int:
        if isinstance(value, str) and INTEGER.fullmatch(value):
            k = int(value)
            if least <= k <= most:
                return k
        limits = f"from {least} to {most}"
        raise Malformed(f"{place}: expected an integer {limits}, as a string")

    return read


def one_of(*words: str) -> Reader[str]:
    """Reads one of these words."""

    def read(value: Any, place: str) -> str:
        if value not in words:
            expected = " or ".join(map(repr, words))
            shown = f"{str(value)[:40]!a}"
            raise Malformed(f"{place}: expected {expected}, not {shown}")
        return str(value)

    return read


def flag(value: Any, place: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed(f"{place}: expected True or False")
    return value


# How long a list is that may be empty.
ANY = 0


def entries(value: Any, place: str, length: int | None = None) -> list[Any]:
    """A list of this length; of any but 0, if none is given."""
    if (
        isinstance(value, list)
        and length in (ANY, None, len(value))
        and (value or length == ANY)
    ):
        return value
    raise Malformed(f"{place}: expected a list of {length or 'at least 1'}")


def each(
    reader: Reader[T],
    length: int | None = None,
) -> Reader[list[T]]:
    """Reads a list, as `entries` says."""

    def read(value: Any, place: str) -> list[T]:
        inside = enumerate(entries(value, place, length))
        return [reader(entry, f"{place}[{k}]") for k, entry in inside]

    return read


count = integer(1, MOST)
index = integer(0, MOST)


class Fields:
    """A JSON object at a place of a file."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(f"{place}: an object is needed")
        self.value = value
        self.place = place

    def are(self, *names: str) -> None:
        """These and no others: what the kernel does not read might mean something to
        whoever wrote it.
        """
        for name in (*names, *self.value):
            if name not in self.value:
                raise Malformed(f"{self.place}: missing field {name!a}")
            if name not in names:
                raise Malformed(f"{self.place}: unknown field {name[:40]!a}")

    def read(self, name: str, reader: Reader[T]) -> T:
        """A field, read. (The place `file` stands for the whole file alone.)"""
        place = f"{self.place}.{name}".removeprefix("file.")
        return reader(self.value.get(name), place)

    def read_all(self, readers: Mapping[str, Reader[Any]]) -> dict[str, Any]:
        """These fields, read, if there are no others."""
        self.are(*readers)
        return {name: self.read(name, reader) for name, reader in readers.items()}


def record(kind: type[T], **readers: Reader[Any]) -> Reader[T]:
    """Reads an object with these fields and no others, and makes something of them."""
    return lambda value, place: kind(**Fields(value, place).read_all(readers))
