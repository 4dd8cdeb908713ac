"""Problems from lists and arrays: every number is exact, and what is none is named by its place."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactland.errors import InputError
from exactland.model.activations import NAMED
from exactland.model.network import Layer, Network
from exactland.model.numbers import exact_from_float
from exactland.model.problem import Problem
from exactland.testing.strategies import problems as with_points
from tests import strategies as own

TANH = [Layer(2, "tanh", bias=True)]
X, Y = [[1], [2]], [0, 1]
AS: dict[str, Callable[[Any], Any]] = {
    "lists": lambda rows: [list(row) for row in rows],
    "tuples": tuple,
    "strings": lambda rows: [[str(v) for v in row] for row in rows],
    "arrays of objects": lambda rows: np.array([list(row) for row in rows], dtype=object),
    "lists of arrays": lambda rows: [np.array(list(row), dtype=object) for row in rows],
}


def remade(problem: Problem, form: Callable[[Any], Any]) -> Problem:
    """The problem from its own numbers, in another form."""
    network = problem.network
    return Problem.from_arrays(
        form(problem.x),
        form(problem.y),
        list(network.hidden),
        outputs=network.outputs,
        output_bias=network.output_bias,
        loss=problem.loss,
        point=None if problem.point is None else form([problem.point])[0],
    )


@pytest.mark.parametrize("form", AS)
@given(problem=own.problems())
def test_a_problem_is_made_of_its_own_numbers(form: str, problem: Problem) -> None:
    assert remade(problem, AS[form]) == problem


@given(problem=with_points())
def test_and_so_is_its_point(problem: Problem) -> None:
    made = remade(problem, AS["strings"])
    assert (made, made.point) == (problem, problem.point)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_floats_enter_as_the_dyadics_they_are(values: list[float]) -> None:
    exactly = tuple((exact_from_float(v),) for v in values)
    for y in (values, [[v] for v in values], np.array(values), np.array([values]).T):
        assert Problem.from_arrays([[0]] * len(values), y, TANH).y == exactly


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_and_so_do_those_of_half_the_width(values: list[float]) -> None:
    x = np.array([values], dtype=np.float32)
    assert Problem.from_arrays(x, [0], TANH).x == (tuple(exact_from_float(v) for v in values),)


@pytest.mark.parametrize(
    ("number", "exactly"),
    [
        (3, Fraction(3)),
        ("7.46", Fraction(373, 50)),
        (7.46, Fraction(*(7.46).as_integer_ratio())),
        ("1/3", Fraction(1, 3)),
        ("2e-3", Fraction(1, 500)),
        (Fraction(1, 3), Fraction(1, 3)),
        (sympy.Rational(1, 3), Fraction(1, 3)),
        (np.int64(-7), Fraction(-7)),
        (np.float64(0.5), Fraction(1, 2)),
        (np.float32(0.1), Fraction(13421773, 134217728)),
        (np.str_("1/3"), Fraction(1, 3)),
        (np.array(2), Fraction(2)),
    ],
)
def test_numbers_of_every_kind(number: Any, exactly: Fraction) -> None:
    made = Problem.from_arrays([[number]], [number], TANH, point=[number, 0, 0, 0, 0, 0]).point
    assert made == (exactly, 0, 0, 0, 0, 0)
    assert all(type(v) is Fraction for v in made)
    assert type(made[0].numerator) is int


def test_one_number_a_sample_is_one_output_and_layers_may_be_named() -> None:
    layer = Layer(1, NAMED["relu"], True)
    network = Network(2, (layer,), 1, True)
    one, two = (Fraction(1), Fraction(2)), (Fraction(3), Fraction(4))
    expected = Problem(network, (one, two), ((Fraction(5),), (Fraction(6),)))
    for y in ([5, 6], (5, 6), [[5], [6]], np.array([5, 6]), np.array([[5], [6]])):
        found = Problem.from_arrays(
            [[1, 2], [3, 4]], y, (Layer(1, "relu", True),), output_bias=True
        )
        assert found == expected


NOT_NUMBERS = {
    "true": (True, "not True"),
    "numpy's true": (np.bool_(True), "not True"),
    "complex": (1 + 2j, "not (1+2j)"),
    "numpy's complex": (np.complex128(1), "not (1+0j)"),
    "None": (None, "not None"),
    "NaN": (float("nan"), "nan is not a finite number"),
    "numpy's infinity": (np.float64("-inf"), "-inf is not a finite number"),
    "text": ("one", "'one' is not a rational number"),
    "empty text": ("", "'' is not a rational number"),
    "a quotient by zero": ("1/0", "'1/0' has denominator zero"),
    "bytes": (b"1", "not a bytes"),
    "a dict": ({}, "not a dict"),
    "a row": ([1], "not a list"),
    "a Decimal": (Decimal(1), "an int, a Fraction, a float or a string is needed, not a Decimal"),
    "too many digits": (10**640, "a number of more than 640 digits"),
    "too many digits below": (Fraction(1, 10**640), "a number of more than 640 digits"),
    "an exponent without end": ("1e999999999", "the exponent is beyond 600"),
}


@pytest.mark.parametrize("name", NOT_NUMBERS)
def test_what_is_no_number_is_named_by_its_place(name: str) -> None:
    value, words = NOT_NUMBERS[name]
    given_so: list[tuple[str, dict[str, Any]]] = [
        ("data.x[1][0]", {"x": [[1], [value]], "y": Y}),
        ("data.y[1][0]", {"x": X, "y": [[1], [value]]}),
        ("point[1]", {"x": X, "y": Y, "point": [1, value, 0, 0, 0, 0]}),
    ]
    if not isinstance(value, list):
        given_so.append(("data.y[1]", {"x": X, "y": [1, value]}))
    for place, arguments in given_so:
        with pytest.raises(InputError) as caught:
            Problem.from_arrays(hidden=TANH, **arguments)
        assert caught.value.place == place
        assert words in caught.value.what


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": []}, "data.x: there are no rows"),
        ({"x": np.empty((0, 3))}, "data.x: there are no rows"),
        ({"x": [[], []]}, "data.x[0]: there are no numbers"),
        ({"x": [[1], [1, 2]]}, "data.x[1]: 2 numbers where the first row has 1"),
        ({"x": [1, 2]}, "data.x[0]: a list of numbers is needed, not an int"),
        ({"x": np.array([1.0, 2.0])}, "data.x[0]: a list of numbers is needed, not a float"),
        ({"x": None}, "data.x: a list of rows is needed, not None"),
        ({"x": "12"}, "data.x: a list of rows is needed, not a str"),
        ({"x": np.float64(1)}, "data.x: a list of rows is needed, not a float"),
        ({"x": np.zeros((2, 1, 1))}, "data.x[0][0]: an int, a Fraction, a float or a string"),
        ({"x": {1: 2}}, "data.x: a list of rows is needed, not a dict"),
        ({"y": []}, "data.y: there are no rows"),
        ({"y": [[], []]}, "data.y[0]: there are no numbers"),
        ({"y": [1, [2]]}, "data.y[0]: a list of numbers is needed, not an int"),
        ({"y": [[1], [1, 2]]}, "data.y[1]: 2 numbers where the first row has 1"),
        ({"y": [1]}, "data.y: 1 rows for 2 samples"),
        ({"outputs": 2}, "data.y[0]: 1 numbers where the network has 2"),
        ({"outputs": 0}, "network.outputs: 0 is not at least 1"),
        ({"hidden": []}, "network.hidden: there are no layers"),
        ({"hidden": TANH[0]}, "network.hidden: a list of layers is needed, not a Layer"),
        ({"hidden": [(2, "tanh", True)]}, "network.hidden[0]: a Layer is needed, not a tuple"),
        ({"loss": "hinge"}, "loss: unknown loss 'hinge'"),
        ({"loss": "logistic"}, "data.y[0]: (0) are not targets of the loss logistic"),
        ({"point": [1]}, "point: 1 numbers where the network has 6 parameters"),
        ({"point": [[1] * 6]}, "point[0]: an int, a Fraction, a float or a string"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Problem.from_arrays(**{"x": X, "y": Y, "hidden": TANH, **arguments})
    assert str(caught.value).startswith(message)


def test_an_activation_that_is_no_name_of_one() -> None:
    with pytest.raises(InputError, match="activation: unknown activation 'tangent' .known: sig"):
        Layer(2, "tangent", bias=True)


def test_numpy_is_not_needed() -> None:
    program = (
        "import sys; from exactland import Layer, Problem;"
        " Problem.from_arrays([[1], [0.5]], [0, '1/3'], [Layer(2, 'tanh', bias=True)]);"
        " sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
