"""Expressions, and what they are evaluated in."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from flint import fmpq

from ..arithmetic.exact import ONE, ZERO

Value = TypeVar("Value")

MAY_FAIL = ("log", "sqrt", "/")  # not defined everywhere


@dataclass(frozen=True)
class Tree:
    """An expression: x, a constant, an operation, or a function of one expression."""

    head: str  # "x", "constant", "+", "*", "/", "^" or the function's name
    parts: tuple["Tree", ...] = ()
    value: fmpq = ZERO  # of a constant
    exponent: int = 0  # of "^"


X = Tree("x")


def constant(value: fmpq) -> Tree:
    """The expression of a rational."""
    return Tree("constant", value=value)


def apply(head: str, *parts: Tree) -> Tree:
    """An operation or a function."""
    return Tree(head, parts)


def power(base: Tree, exponent: int) -> Tree:
    """A power with an integer exponent."""
    return Tree("^", (base,), exponent=exponent)


def is_entire(tree: Tree) -> bool:
    """Whether it is seen to be defined on the whole line: no log, sqrt, quotient or
    negative power but of numbers (rule 4.1).
    """
    if tree.head in MAY_FAIL or tree.exponent < 0:
        return all(part.head == "constant" for part in tree.parts) and _exists(tree)
    return all(is_entire(part) for part in tree.parts)


def _exists(tree: Tree) -> bool:
    """Whether a log, sqrt, quotient or negative power of constants is a number."""
    if tree.head in ("log", "sqrt"):
        return tree.parts[0].value > 0
    return tree.parts[-1].value != 0


class Algebra(ABC, Generic[Value]):
    """What expressions are evaluated in."""

    @abstractmethod
    def constant(self, value: fmpq) -> Value:
        """A rational."""

    @abstractmethod
    def add(self, left: Value, right: Value) -> Value:
        """The sum."""

    @abstractmethod
    def multiply(self, left: Value, right: Value) -> Value:
        """The product."""

    @abstractmethod
    def square(self, base: Value) -> Value:
        """The square, where balls are tighter than for a product."""

    @abstractmethod
    def divide(self, above: Value, below: Value) -> Value:
        """The quotient."""

    @abstractmethod
    def function(self, name: str, argument: Value, /) -> Value:
        """A function by its name."""

    def power(self, base: Value, exponent: int) -> Value:
        """base^exponent: the product of base^(2^k) over the binary digits 1."""
        if exponent < 0:
            return self.divide(self.constant(ONE), self.power(base, -exponent))
        if exponent == 0:
            return self.constant(ONE)
        factors = []
        while exponent > 0:
            if exponent % 2 == 1:
                factors.append(base)
            exponent //= 2
            if exponent > 0:
                base = self.square(base)
        return self._product(factors)

    def evaluate(self, tree: Tree, x: Value) -> Value:
        """The value of an expression at x."""
        if tree.head == "x":
            return x
        if tree.head == "constant":
            return self.constant(tree.value)
        values = [self.evaluate(part, x) for part in tree.parts]
        first = values[0]
        if tree.head == "^":
            return self.power(first, tree.exponent)
        if tree.head == "/":
            return self.divide(first, values[1])
        if tree.head == "+":
            return self._sum(values)
        if tree.head == "*":
            return self._product_of_trees(tree.parts, values)
        return self.function(tree.head, first)

    def _sum(self, terms: list[Value]) -> Value:
        total = terms[0]
        for term in terms[1:]:
            total = self.add(total, term)
        return total

    def _product(self, factors: list[Value]) -> Value:
        product = factors[0]
        for factor in factors[1:]:
            product = self.multiply(product, factor)
        return product

    def _product_of_trees(self, trees: tuple[Tree, ...], values: list[Value]) -> Value:
        """Two equal factors at the beginning are squared."""
        if trees[0] == trees[1]:
            return self._product([self.square(values[0]), *values[2:]])
        return self._product(values)
