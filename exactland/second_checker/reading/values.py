"""The small values of a file: words, counts, rationals, vectors, matrices."""

import re
from typing import Any

from flint import fmpq, fmpz

from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.refusals import Malformed

LIMIT_DIGITS = 640


_COUNT = re.compile(r"0|[1-9][0-9]*")


_RATIONAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?")


_INTEGER = re.compile(r"0|-?[1-9][0-9]*")


def keys(value: Any, names: str, place: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    if set(value) != set(names.split()):
        raise Malformed(place, "keys must be exactly: " + names)
    return value


def entries(
    value: Any,
    place: str,
    length: int | None = None,
    least: int = 0,
    most: int | None = None,
) -> list[Any]:
    if type(value) is not list:
        raise Malformed(place, "not a list")
    if length is not None and len(value) != length:
        raise Malformed(place, f"must have {length} entries")
    if len(value) < least or (most is not None and len(value) > most):
        raise Malformed(place, "wrong length")
    return value


def word(value: Any, choices: Any, place: str) -> str:
    if type(value) is not str or value not in choices:
        raise Malformed(place, "not one of the known words")
    return value


def flag(value: Any, place: str) -> bool:
    if type(value) is not bool:
        raise Malformed(place, "neither true nor false")
    return value


def count(value: Any, place: str) -> int:
    if type(value) is not str or len(value) > 7 or not _COUNT.fullmatch(value):
        raise Malformed(place, "not a count")
    n = int(value)
    if n > 10**6:
        raise Malformed(place, "count above 10^6")
    return n


def integer(value: Any, place: str, digits: int = LIMIT_DIGITS) -> int:
    if (
        type(value) is not str
        or len(value) > digits + 1
        or not _INTEGER.fullmatch(value)
    ):
        raise Malformed(place, "not an integer")
    if len(value.lstrip("-")) > digits:
        raise Malformed(place, "too many digits")
    return int(value)


def rational(value: Any, place: str) -> fmpq:
    if type(value) is not str or len(value) > 2 * LIMIT_DIGITS + 2:
        raise Malformed(place, "not a rational")
    match = _RATIONAL.fullmatch(value)
    if match is None:
        raise Malformed(place, "not a rational")
    sign, above, below = match.groups()
    if len(above) > LIMIT_DIGITS or (below is not None and len(below) > LIMIT_DIGITS):
        raise Malformed(place, "too many digits")
    if sign and above == "0":
        raise Malformed(place, "minus zero")
    p, q = int(sign + above), 1 if below is None else int(below)
    result = fmpq(p, q)
    if below is not None and (q < 2 or int(result.q) != q):
        raise Malformed(place, "not in lowest terms")
    return result


def number(value: Any, place: str) -> fmpq:
    if type(value) is not list:
        return rational(value, place)
    entries(value, place, length=2)
    mantissa = integer(value[0], place)
    exponent = integer(value[1], place, digits=4)
    if not -4096 <= exponent <= 4096:
        raise Malformed(place, "exponent beyond 4096")
    two = fmpz(1) << abs(exponent)
    return fmpq(fmpz(mantissa) * two, 1) if exponent >= 0 else fmpq(fmpz(mantissa), two)


def vector(value: Any, length: int | None, place: str) -> Vector:
    return [
        number(v, f"{place}[{i}]") for i, v in enumerate(entries(value, place, length))
    ]


def matrix(value: Any, rows: int, columns: int, place: str) -> list[Vector]:
    return [
        vector(v, columns, f"{place}[{i}]")
        for i, v in enumerate(entries(value, place, rows))
    ]


def counts(value: Any, place: str, least: int = 0) -> list[int]:
    return [
        count(v, f"{place}[{i}]")
        for i, v in enumerate(entries(value, place, least=least))
    ]


def rationals(
    value: Any,
    place: str,
    length: int | None = None,
    least: int = 0,
    most: int | None = None,
) -> Vector:
    return [
        rational(v, f"{place}[{i}]")
        for i, v in enumerate(entries(value, place, length, least, most))
    ]


def at_least_one(value: Any, place: str) -> int:
    n = count(value, place)
    if n < 1:
        raise Malformed(place, "must be at least 1")
    return n
