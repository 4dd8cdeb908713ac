"""The small values of a file: words, counts, rationals, vectors, matrices; or Malformed
with a place (docs/reference/format.md, section 1).
"""

import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from flint import fmpq, fmpz

from ..arithmetic.exact import Vector
from ..refusals import Malformed

LIMIT_DIGITS = 640
LIMIT_COUNT = 10**6
LIMIT_EXPONENT = 4096
DIGITS_OF_AN_EXPONENT = 4

_COUNT = re.compile(r"0|[1-9][0-9]*")
_RATIONAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?")
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")

Read = TypeVar("Read")
Values = list[Any]
Reader = Callable[[Any, str], Read]


def keys(value: Any, names: str, place: str) -> dict[str, Any]:
    """An object with exactly these keys."""
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    if set(value) != set(names.split()):
        raise Malformed(place, "keys must be exactly: " + names)
    return value


def entries(value: Any, place: str, least: int = 0) -> list[Any]:
    """A list of at least so many entries."""
    if type(value) is not list:
        raise Malformed(place, "not a list")
    if len(value) < least:
        raise Malformed(place, "wrong length")
    return value


def entries_of_length(value: Any, length: int, place: str) -> list[Any]:
    """A list of exactly so many entries."""
    values = entries(value, place)
    if len(values) != length:
        raise Malformed(place, f"must have {length} entries")
    return values


def each(read: Reader[Read], values: Values, place: str) -> list[Read]:
    """Every entry of a list, at a place of its own."""
    return [read(value, f"{place}[{i}]") for i, value in enumerate(values)]


def word(value: Any, choices: Collection[str], place: str) -> str:
    """One of these words."""
    if type(value) is not str or value not in choices:
        raise Malformed(place, "not one of the known words")
    return value


def flag(value: Any, place: str) -> bool:
    """true or false."""
    if type(value) is not bool:
        raise Malformed(place, "neither true nor false")
    return value


def count(value: Any, place: str) -> int:
    """A count; the length is looked at first, as long ones take long to convert."""
    longest = len(str(LIMIT_COUNT))
    if type(value) is not str or len(value) > longest or not _COUNT.fullmatch(value):
        raise Malformed(place, "not a count")
    result = int(value)
    if result > LIMIT_COUNT:
        raise Malformed(place, "count above 10^6")
    return result


def count_from_1(value: Any, place: str) -> int:
    """A count of things of which there is one at least."""
    result = count(value, place)
    if result < 1:
        raise Malformed(place, "must be at least 1")
    return result


def integer(value: Any, place: str, digits: int = LIMIT_DIGITS) -> int:
    """An integer of at most so many digits."""
    longest = digits + 1  # with its sign
    if type(value) is not str or len(value) > longest or not _INTEGER.fullmatch(value):
        raise Malformed(place, "not an integer")
    if len(value.lstrip("-")) > digits:
        raise Malformed(place, "too many digits")
    return int(value)


def rational(value: Any, place: str) -> fmpq:
    """A rational in lowest terms: every number has one spelling."""
    longest = 2 * LIMIT_DIGITS + 2  # with sign and stroke
    if type(value) is not str or len(value) > longest:
        raise Malformed(place, "not a rational")
    match = _RATIONAL.fullmatch(value)
    if match is None:
        raise Malformed(place, "not a rational")
    sign, above, below = match.groups(default="")
    if len(above) > LIMIT_DIGITS or len(below) > LIMIT_DIGITS:
        raise Malformed(place, "too many digits")
    if sign and above == "0":
        raise Malformed(place, "minus zero")
    if not below:
        return fmpq(int(sign + above), 1)
    denominator = int(below)
    result = fmpq(int(sign + above), denominator)
    if denominator < 2 or int(result.q) != denominator:
        raise Malformed(place, "not in lowest terms")
    return result


def number(value: Any, place: str) -> fmpq:
    """A rational, or a dyadic: mantissa times 2^exponent."""
    if type(value) is not list:
        return rational(value, place)
    entries_of_length(value, 2, place)
    mantissa = fmpz(integer(value[0], place))
    exponent = integer(value[1], place, DIGITS_OF_AN_EXPONENT)
    if abs(exponent) > LIMIT_EXPONENT:
        raise Malformed(place, "exponent beyond 4096")
    scale = fmpz(1) << abs(exponent)
    if exponent >= 0:
        return fmpq(mantissa * scale, 1)
    return fmpq(mantissa, scale)


def vector(value: Any, length: int, place: str) -> Vector:
    """So many numbers."""
    return each(number, entries_of_length(value, length, place), place)


def matrix(value: Any, size: int, place: str) -> list[Vector]:
    """A square of numbers."""
    rows = enumerate(entries_of_length(value, size, place))
    return [vector(row, size, f"{place}[{i}]") for i, row in rows]


def vector_of_any_length(value: Any, place: str) -> Vector:
    """Numbers; how many there have to be, the rule says."""
    return each(number, entries(value, place), place)


def rows_of_any_length(value: Any, place: str) -> list[Vector]:
    """Vectors of numbers; how long they have to be, the rule says."""
    return each(vector_of_any_length, entries(value, place), place)


def counts(value: Any, place: str, least: int = 0) -> list[int]:
    """At least so many counts."""
    return each(count, entries(value, place, least), place)


def rationals(value: Any, length: int, place: str) -> Vector:
    """So many rationals: inside the problem no dyadics are written."""
    return each(rational, entries_of_length(value, length, place), place)
