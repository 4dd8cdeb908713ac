"""What may stand at a place of a file.

A reader takes a parsed value and its place, and raises `Malformed` naming the place.
Raw values are of type Any in these readers and nowhere after.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from ..refusals import Malformed
from .canonical_json import MAX_DIGITS, MAX_SHIFT

T = TypeVar("T")
Reader = Callable[[Any, str], T]

# How many of something there may be, and their numbers, which begin with 0.
COUNT = range(1, 10**6 + 1)
INDEX = range(10**6 + 1)
SHIFT = range(-MAX_SHIFT, MAX_SHIFT + 1)

INTEGER = re.compile("0|-?[1-9][0-9]{0,8}")
DIGITS = f"[1-9][0-9]{{0,{MAX_DIGITS - 1}}}"
RATIONAL = re.compile(f"0|-?{DIGITS}(/{DIGITS})?")


def rational(value: Any, place: str) -> Fraction:
    """In lowest terms, a denominator 1 not written: every number has one spelling."""
    if isinstance(value, str) and RATIONAL.fullmatch(value):
        above, _, below = value.partition("/")
        denominator = int(below or 1)
        q = Fraction(int(above), denominator)
        if q.denominator == denominator and below != "1":
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
    exponent = integer(SHIFT)(shift, place)
    if mantissa.denominator != 1:
        raise Malformed(f"{place}: a mantissa that is not an integer")
    return mantissa * Fraction(2) ** exponent


def integer(allowed: range) -> Reader[int]:
    """Reads an allowed integer, in its one spelling."""

    def read(value: Any, place: str) -> int:
        if isinstance(value, str) and INTEGER.fullmatch(value):
            k = int(value)
            if k in allowed:
                return k
        limits = f"from {allowed[0]} to {allowed[-1]}"
        raise Malformed(f"{place}: expected an integer {limits}, as a string")

    return read


def one_of(*words: str) -> Reader[str]:
    """Reads one of these words."""

    def read(value: Any, place: str) -> str:
        if value not in words:
            raise Malformed(f"{place}: expected {' or '.join(map(repr, words))}")
        return str(value)

    return read


def flag(value: Any, place: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed(f"{place}: expected True or False")
    return value


def entries(value: Any, place: str, length: int | None = None) -> list[Any]:
    """A list that is not empty, of the length if one is given."""
    if isinstance(value, list) and value and length in (None, len(value)):
        return value
    raise Malformed(f"{place}: expected a list of {length or 'at least 1'}")


def each(
    reader: Reader[T],
    length: int | None = None,
) -> Reader[list[T]]:
    """Reads a list that is not empty, of the length if one is given."""

    def read(value: Any, place: str) -> list[T]:
        inside = enumerate(entries(value, place, length))
        return [reader(entry, f"{place}[{k}]") for k, entry in inside]

    return read


def each_if_any(reader: Reader[T]) -> Reader[list[T]]:
    """Reads a list that may be empty."""

    def read(value: Any, place: str) -> list[T]:
        return [] if value == [] else each(reader)(value, place)

    return read


count = integer(COUNT)
index = integer(INDEX)


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
                raise Malformed(f"{self.place}: missing field {name[:40]!a}")
            if name not in names:
                raise Malformed(f"{self.place}: unknown field {name[:40]!a}")

    def read(self, name: str, reader: Reader[T]) -> T:
        """A field, read. (The place `file` stands for the whole file alone.)"""
        place = f"{self.place}.{name}".removeprefix("file.")
        return reader(self.value.get(name), place)
