"""Lists, tuples and arrays of numbers as rows of exact numbers.

An array is anything with `.tolist()`: of numpy, which is not imported, or of anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from exactland.errors import InputError
from exactland.model.numbers import Vector, exact_number, kind_of


class Array(Protocol):
    """An array, as far as it matters here."""

    def tolist(self) -> Any: ...


Number = int | Fraction | float | str
Row = Sequence[Number] | Array
Rows = Sequence[Row] | Array
RowsOrNumbers = Sequence[Row | Number] | Array


def rows_of_numbers(values: Any, place: str, *, or_numbers: bool = False) -> tuple[Vector, ...]:
    """Rows of one length; with `or_numbers`, plain numbers are taken for rows of one number.

    Raises InputError for anything else, with the place of what is wrong.
    """
    given = entries(values, place, "rows")
    if or_numbers and not any(_is_row(entry) for entry in given):
        return tuple((v,) for v in row_of_numbers(given, place))
    rows = tuple(row_of_numbers(entry, f"{place}[{i}]") for i, entry in enumerate(given))
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            what = f"{len(row)} numbers where the first row has {len(rows[0])}"
            raise InputError(f"{place}[{i}]", what)
    return rows


def row_of_numbers(values: Any, place: str) -> Vector:
    given = entries(values, place, "numbers")
    return tuple(exact_number(v, f"{place}[{k}]") for k, v in enumerate(given))


def entries(values: Any, place: str, what: str) -> Sequence[Any]:
    """The entries of a list, a tuple or an array, which must have some; `what` they should be."""
    plain = _plain(values)
    if not isinstance(plain, list | tuple):
        raise InputError(place, f"a list of {what} is needed, not {kind_of(plain)}")
    if not plain:
        raise InputError(place, f"there are no {what}")
    return plain


def _is_row(value: Any) -> bool:
    return isinstance(_plain(value), list | tuple)


def _plain(value: Any) -> Any:
    """An array as a list; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value
