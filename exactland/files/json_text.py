"""Strict JSON for people's files: numbers kept as written, and every refusal names its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from exactland.errors import InputError, ResourceLimitError
from exactland.model.numbers import parse_rational

MAX_BYTES = 4 << 20  # what the kernel reads
MAX_NESTING = 100
T = TypeVar("T")


class NumberText(str):
    """The text of a JSON number."""


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file.

    Raises InputError naming the path, ResourceLimitError above `most` bytes (4 MiB).
    """
    try:
        if path.is_dir():
            raise InputError(str(path), "is a folder, a file is needed")
        if path.is_fifo() and path.parts[:2] not in (("/", "dev"), ("/", "proc")):
            raise InputError(str(path), "is a named pipe, a file is needed")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise InputError(
            str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    if len(data) > most:
        raise ResourceLimitError(f"{path}: is larger than {most >> 20} MiB")
    return data


def parse(data: bytes) -> Any:
    """The JSON value, numbers as NumberText.

    Raises InputError for bad encoding, syntax, nesting, duplicate keys, NaN and Infinity.
    """
    if not data.strip():
        raise InputError("file", "is empty")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("file", f"is not UTF-8 (byte {error.start})") from None
    try:
        value = json.loads(
            text,
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"line {error.lineno} column {error.colno}", f"not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise InputError("file", f"is nested deeper than {MAX_NESTING}") from None
    level = [value]
    for _ in range(MAX_NESTING + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    if level:
        raise InputError("file", f"is nested deeper than {MAX_NESTING}")
    return value


def _no_constant(name: str) -> NoReturn:
    raise InputError("file", f"{name} is not a number here")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise InputError("file", f"the key {key[:40]!a} stands twice in one object")
        seen[key] = value
    return seen


def fields(
    value: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> list[Any]:
    """The values of an object's required and optional (None) keys, and no others."""
    if not isinstance(value, dict):
        raise InputError(place, "an object { ... } is needed")
    for key in value:
        if key not in (*required, *optional):
            raise InputError(
                place, f"unknown field {key[:40]!a} (known: {', '.join((*required, *optional))})"
            )
    for key in required:
        if key not in value:
            raise InputError(place, f"the field {key!a} is missing")
    return [value.get(key) for key in (*required, *optional)]


def listed(
    value: Any, place: str, entry: Callable[[Any, str], T], *, empty: bool = False
) -> tuple[T, ...]:
    if not isinstance(value, list) or not (value or empty):
        raise InputError(
            place,
            "a list [ ... ] is needed" if not isinstance(value, list) else "the list is empty",
        )
    return tuple(entry(v, f"{place}[{k}]") for k, v in enumerate(value))


def number(value: Any, place: str) -> Fraction:
    if not isinstance(value, str):
        raise InputError(place, f"a number is needed, not {_kind(value)}")
    return parse_rational(value, place)


def numbers(value: Any, place: str) -> tuple[Fraction, ...]:
    return listed(value, place, number)


def count(value: Any, place: str) -> int:
    q = number(value, place)
    if q.denominator != 1 or not 1 <= q <= 10**6:
        raise InputError(place, f"{str(value)[:40]} is not a whole number from 1 to 1000000")
    return int(q)


def flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(place, f"true or false is needed, not {_kind(value)}")
    return value


def word(value: Any, place: str, *allowed: str) -> str:
    if not isinstance(value, str) or isinstance(value, NumberText) or value not in allowed:
        shown = f"{value[:40]!a}" if isinstance(value, str) else _kind(value)
        raise InputError(place, f"{shown} is not known here (known: {', '.join(allowed)})")
    return value


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a string")
