"""Trees, and the one fold over them."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given

from exactland.errors import InputError
from exactland.model.activations import NAMED, Expression, polynomial
from exactland.model.trees import (
    FUNCTIONS,
    Algebra,
    Apply,
    Constant,
    Power,
    UniformAlgebra,
    Variable,
    X,
    add,
    apply,
    constant,
    divide,
    fold,
    multiply,
    power,
)
from exactland.testing.strategies import expressions


class Words(UniformAlgebra[str]):
    """A tree as text, every operation with its parts in their order."""

    def variable(self) -> str:
        return "x"

    def constant(self, value: Fraction, /) -> str:
        return str(value)

    def power(self, base: str, exponent: int, /) -> str:
        return f"{base}^{exponent}"

    def add(self, terms: Sequence[str], /) -> str:
        return f"({' + '.join(terms)})"

    def multiply(self, factors: Sequence[str], /) -> str:
        return f"({' * '.join(factors)})"

    def divide(self, numerator: str, denominator: str, /) -> str:
        return f"({numerator} / {denominator})"

    def function(self, name: str, u: str, /) -> str:
        return f"{name}({u})"


def test_the_helpers_build_what_they_are_called() -> None:
    assert Variable() == X
    assert constant(2) == Constant(Fraction(2))
    assert power(3, 2) == Power(Constant(Fraction(3)), 2)
    assert add(1, X, Fraction(1, 2)) == Apply("+", (constant(1), X, constant(Fraction(1, 2))))
    assert multiply(X, X) == Apply("*", (X, X))
    assert divide(1, X) == Apply("/", (constant(1), X))
    assert apply("sin", X) == Apply("sin", (X,))


def test_a_fold_goes_from_left_to_right() -> None:
    tree = divide(add(1, X, multiply(2, power(X, 3), -1)), apply("exp", add(X, X)))
    assert fold(tree, Words()) == "((1 + x + (2 * x^3 * -1)) / exp((x + x)))"
    for name in FUNCTIONS:
        assert fold(apply(name, X), Words()) == f"{name}(x)"


def test_an_algebra_without_a_function_cannot_be_made() -> None:
    class Half(Words):
        """All of an algebra but what its functions are."""

        function = UniformAlgebra.function

    with pytest.raises(TypeError, match="abstract"):
        Half()
    with pytest.raises(TypeError, match="abstract"):
        Algebra()


@pytest.mark.parametrize(
    ("function", "operands", "message"),
    [
        ("sinh", (X,), "function: unknown: 'sinh'"),
        ("^", (X, X), "function: unknown"),
        ("exp", (X, X), "operands: exp with 2 operands"),
        ("+", (X,), r"operands: \+ with 1 operands"),
        ("*", (), r"operands: \* with 0 operands"),
        ("/", (X, X, X), "operands: / with 3 operands"),
    ],
)
def test_what_is_no_tree_is_refused(
    function: str, operands: tuple[Variable, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Apply(function, operands)


@given(expressions())
def test_equal_trees_are_one_key(activation: Expression) -> None:
    copy = pickle.loads(pickle.dumps(activation))
    assert copy == activation
    assert {activation: 1}[copy] == 1
    assert copy != Expression(add(activation.tree, 0))


def test_a_name_tells_equal_trees_apart() -> None:
    assert NAMED["exp"] == Expression(apply("exp", X), "exp")
    assert NAMED["exp"] != Expression(apply("exp", X))
    assert len(set(NAMED.values())) == len(NAMED)


def test_the_longest_polynomial_of_a_file_is_as_good_as_others() -> None:
    """65 coefficients are 128 levels, and every level costs the interpreter a few."""
    long = polynomial(tuple(map(Fraction, range(65))))
    copy = pickle.loads(pickle.dumps(long))
    assert copy == long
    assert hash(copy) == hash(long)
    assert fold(long.tree, Words()).startswith("(0 + (x * (1 + (x * (2 + ")
