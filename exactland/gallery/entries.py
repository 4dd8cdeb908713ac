"""The TOML files of the gallery, and how their entries are read.

One rule everywhere: a number is a string; a vector is a string of numbers with spaces between them;
rows are a list of vectors. Counts are integers, and there are no floats. Whatever is wrong with an
entry is an InputError that names the file, the case and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from exactland.certificates.kinds import StatementKind
from exactland.errors import InputError
from exactland.model.activations import Activation, PiecewiseLinear, named, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector, parse_rational
from exactland.model.problem import Problem

T = TypeVar("T")


class Entry:
    """One table of a file. Its values are asked for by key and type; `check_all_read` refuses keys
    that nobody asked for, which are misspelt ones.
    """

    def __init__(self, place: str, values: Mapping[str, Any]) -> None:
        self.place = place
        self._values = values
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        return self._typed(key, str, "a string")

    def kind(self, key: str) -> StatementKind:
        """A kind of statement, as certificates name them."""
        name = self.text(key)
        if name not in set(StatementKind):
            raise InputError(f"{self.place}.{key}", f"{name} is no kind of statement")
        return StatementKind(name)

    def count(self, key: str) -> int:
        """A positive integer."""
        number = self._typed(key, int, "an integer")
        if isinstance(number, bool) or number < 1:
            raise InputError(f"{self.place}.{key}", f"{number} is not a positive integer")
        return number

    def flag(self, key: str) -> bool:
        """False where there is none."""
        return self._typed(key, bool, "true or false") if key in self else False

    def number(self, key: str) -> Fraction:
        return parse_rational(self.text(key), f"{self.place}.{key}")

    def vector(self, key: str) -> Vector:
        return _vector(self.text(key), f"{self.place}.{key}")

    def rows(self, key: str) -> tuple[Vector, ...]:
        rows = []
        for k, row in enumerate(self._typed(key, list, "a list of strings")):
            place = f"{self.place}.{key}[{k}]"
            if not isinstance(row, str):
                raise InputError(place, "is not a string of numbers")
            rows.append(_vector(row, place))
        return tuple(rows)

    def is_table(self, key: str) -> bool:
        return isinstance(self._values.get(key), dict)

    def table(self, key: str) -> Entry:
        return Entry(f"{self.place}.{key}", self._typed(key, dict, "a table"))

    def tables(self, key: str) -> list[Entry]:
        tables = []
        for k, values in enumerate(self._typed(key, list, "a list of tables")):
            place = f"{self.place}.{key}[{k}]"
            if not isinstance(values, dict):
                raise InputError(place, "is not a table")
            tables.append(Entry(place, values))
        return tables

    def check_all_read(self) -> None:
        """Raises InputError for a key that nobody asked for."""
        for key in self._values:
            if key not in self._read:
                raise InputError(f"{self.place}.{key}", "is not known here")

    def _typed(self, key: str, kind: type[T], words: str) -> T:
        self._read.add(key)
        if key not in self._values:
            raise InputError(f"{self.place}.{key}", "is missing")
        value = self._values[key]
        if not isinstance(value, kind):
            raise InputError(f"{self.place}.{key}", f"is not {words}")
        return value


def names(file: str) -> tuple[str, ...]:
    """The names of the tables of a file, in its order."""
    return tuple(_tables(file))


def entry(file: str, name: str) -> Entry:
    """A table of a file. Raises InputError when there is none of that name."""
    if name not in _tables(file):
        raise InputError(f"{file}.toml", f"there is no {name[:60]!a}")
    return Entry(f"{file}.toml: {name}", _tables(file)[name])


@cache
def papers() -> dict[str, str]:
    """The papers of the literature, by key, as certificates name them."""
    return {key: str(title) for key, title in _tables("papers").items()}


def activation(entry: Entry) -> Activation:
    """The `activation` of an entry: a name, or a table with the one key polynomial or
    piecewise-linear.
    """
    if not entry.is_table("activation"):
        return named(entry.text("activation"), f"{entry.place}.activation")
    form = entry.table("activation")
    if "polynomial" in form:
        made: Activation = polynomial(form.vector("polynomial"))
    else:
        pieces = form.table("piecewise-linear")
        breakpoints, slopes = pieces.vector("breakpoints"), pieces.vector("slopes")
        made = PiecewiseLinear(breakpoints, slopes, pieces.number("value_at_0"))
        pieces.check_all_read()
    form.check_all_read()
    return made


def problem(entry: Entry, point: str | None = None) -> Problem:
    """The problem of an entry with layers, inputs and targets; with the point under this key, or
    with `every_parameter` equal, if one of them is there.
    """
    inputs, targets = entry.rows("inputs"), entry.rows("targets")
    layers = tuple(_layer(table) for table in entry.tables("layers"))
    output_bias = entry.flag("output_bias")
    network = Network(len(inputs[0]), layers, len(targets[0]), output_bias)
    loss = entry.text("loss") if "loss" in entry else "half-squared-error"
    theta = None
    if point is not None and point in entry:
        theta = entry.vector(point)
    elif point is not None and "every_parameter" in entry:
        theta = (entry.number("every_parameter"),) * network.parameters
    return Problem(network, inputs, targets, loss, theta)


def _layer(entry: Entry) -> Layer:
    layer = Layer(entry.count("units"), activation(entry), entry.flag("bias"))
    entry.check_all_read()
    return layer


def _vector(text: str, place: str) -> Vector:
    return tuple(parse_rational(number, place) for number in text.split())


@cache
def _tables(file: str) -> dict[str, Any]:
    text = (files("exactland.gallery") / f"{file}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
