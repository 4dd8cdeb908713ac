"""The gallery's files have no floats and no unknown keys, and a wrong entry is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest

from exactland.errors import InputError
from exactland.gallery import entries
from exactland.gallery.entries import Entry, activation, entry, papers, problem
from exactland.model.activations import NAMED, PiecewiseLinear, polynomial

FILES = ("narrow", "rims", "wide", "literature", "recorded", "papers")
RELU = {"units": 1, "activation": "relu"}


def values(value: Any) -> Iterator[Any]:
    """What stands at the ends of nested tables and lists."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from values(part)
    else:
        yield value


def test_the_files_are_all_there_is() -> None:
    there = {path.name for path in files("exactland.gallery").iterdir()}
    assert {name for name in there if name.endswith(".toml")} == {f"{name}.toml" for name in FILES}


@pytest.mark.parametrize("file", FILES)
def test_numbers_are_strings_and_counts(file: str) -> None:
    for value in values(entries._tables(file)):
        assert isinstance(value, str | int)


def test_every_paper_is_named_in_full() -> None:
    assert set(papers()) == {entry("literature", name).text("paper") for name in _literature()}
    assert all("arXiv" in title for title in papers().values())


def _literature() -> tuple[str, ...]:
    return entries.names("literature")


def test_numbers_vectors_and_rows() -> None:
    table = Entry("here", {"a": "1/3", "b": "1 -0.5\n 2e-1", "c": ["1 2", "3 4"], "d": 3})
    assert table.number("a") == Fraction(1, 3)
    assert table.vector("b") == (1, Fraction(-1, 2), Fraction(1, 5))
    assert table.rows("c") == ((1, 2), (3, 4))
    assert table.count("d") == 3
    assert table.flag("e") is False
    table.check_all_read()


@pytest.mark.parametrize(
    ("values", "ask", "place", "words"),
    [
        ({}, lambda t: t.text("a"), "here.a", "is missing"),
        ({"a": 1}, lambda t: t.text("a"), "here.a", "is not a string"),
        ({"a": 0.5}, lambda t: t.number("a"), "here.a", "is not a string"),
        ({"a": "0,5"}, lambda t: t.number("a"), "here.a", "is not a rational number"),
        ({"a": "1 x"}, lambda t: t.vector("a"), "here.a", "is not a rational number"),
        ({"a": "1 2"}, lambda t: t.rows("a"), "here.a", "is not a list of strings"),
        ({"a": ["1", 2]}, lambda t: t.rows("a"), "here.a[1]", "is not a string of numbers"),
        ({"a": ["1", "2/0"]}, lambda t: t.rows("a"), "here.a[1]", "has denominator zero"),
        ({"a": 0}, lambda t: t.count("a"), "here.a", "0 is not a positive integer"),
        ({"a": True}, lambda t: t.count("a"), "here.a", "True is not a positive integer"),
        ({"a": "2"}, lambda t: t.count("a"), "here.a", "is not an integer"),
        ({"a": "yes"}, lambda t: t.flag("a"), "here.a", "is not true or false"),
        ({"a": []}, lambda t: t.table("a"), "here.a", "is not a table"),
        ({"a": {}}, lambda t: t.tables("a"), "here.a", "is not a list of tables"),
        ({"a": ["relu"]}, lambda t: t.tables("a"), "here.a[0]", "is not a table"),
        ({"activation": "rule"}, activation, "here.activation", "unknown activation 'rule'"),
        (
            {"activation": {"spline": "1"}},
            activation,
            "here.activation.piecewise-linear",
            "is missing",
        ),
    ],
)
def test_a_wrong_value_is_refused_by_its_place(
    values: dict[str, Any], ask: Callable[[Entry], object], place: str, words: str
) -> None:
    table = Entry("here", values)
    with pytest.raises(InputError) as error:
        ask(table)
    assert error.value.place == place
    assert words in error.value.what


def test_a_misspelt_key_is_refused() -> None:
    table = Entry("here", {"witness": "1", "witnes": "2"})
    table.vector("witness")
    with pytest.raises(InputError, match=r"^here.witnes: is not known here"):
        table.check_all_read()


def test_there_is_no_table_of_another_name() -> None:
    with pytest.raises(InputError, match=r"^narrow.toml: there is no 'sine-1-1'"):
        entry("narrow", "sine-1-1")


def test_activations_by_name_by_coefficients_and_by_pieces() -> None:
    assert activation(Entry("here", {"activation": "sin"})) == NAMED["sin"]
    cubic = activation(Entry("here", {"activation": {"polynomial": "0 1 1 -1"}}))
    assert cubic == polynomial((Fraction(0), Fraction(1), Fraction(1), Fraction(-1)))
    pieces = {"breakpoints": "1", "slopes": "0 2", "value_at_0": "3"}
    linear = activation(Entry("here", {"activation": {"piecewise-linear": pieces}}))
    assert linear == PiecewiseLinear((Fraction(1),), (Fraction(0), Fraction(2)), Fraction(3))


def test_a_problem_from_layers_and_data() -> None:
    layers = [{"units": 2, "activation": "tanh", "bias": True}, RELU]
    data = {"layers": layers, "inputs": ["1 2", "3 4"], "targets": ["0", "1"], "output_bias": True}
    made = problem(Entry("here", {**data, "every_parameter": "1/2"}), "point")
    assert [layer.units for layer in made.network.hidden] == [2, 1]
    assert [layer.bias for layer in made.network.hidden] == [True, False]
    assert made.point == (Fraction(1, 2),) * 10
    assert problem(Entry("here", data), "point").point is None
    with pytest.raises(InputError, match=r"^here.layers\[0\].biased: is not known here"):
        problem(Entry("here", {**data, "layers": [{**RELU, "biased": True}]}))
