"""Trees of activations: the grammar's expressions as values, and one fold over them.

A tree is the variable, a constant, an integer power of a tree, or an operator or function applied
to trees. Whoever wants something of a tree (its value, its derivatives, its spelling) says in an
`Algebra` what every operation means to him; `fold` does the walking. A new function is one name in
`FUNCTIONS` and one method in `Algebra`, after which no algebra can be made that does not have it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from exactland.errors import InputError

T = TypeVar("T")
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "atan", "tanh", "erf", "softplus", "sigmoid")


@dataclass(frozen=True)
class Variable:
    """The variable x."""


@dataclass(frozen=True)
class Constant:
    """A rational number."""

    value: Fraction


@dataclass(frozen=True)
class Power:
    """An integer power of a tree."""

    base: Tree
    exponent: int


@dataclass(frozen=True)
class Apply:
    """An operator or a function of trees: "+" or "*" of two or more, "/" of two, one of FUNCTIONS
    of one.

    Raises InputError for another function, or another number of operands.
    """

    function: str
    operands: tuple[Tree, ...]

    def __post_init__(self) -> None:
        if self.function in ("+", "*"):
            fits = len(self.operands) >= 2
        elif self.function == "/":
            fits = len(self.operands) == 2
        elif self.function in FUNCTIONS:
            fits = len(self.operands) == 1
        else:
            known = ", ".join(FUNCTIONS)
            raise InputError("function", f"unknown: {self.function[:40]!a} (known: {known})")
        if not fits:
            raise InputError("operands", f"{self.function} with {len(self.operands)} operands")


Tree = Variable | Constant | Power | Apply

# To build trees with; numbers may stand for constants

Operand = Tree | Fraction | int
X = Variable()


def constant(value: Fraction | int) -> Constant:
    return Constant(Fraction(value))


def power(base: Operand, exponent: int) -> Power:
    return Power(_as_tree(base), exponent)


def add(*terms: Operand) -> Apply:
    return apply("+", *terms)


def multiply(*factors: Operand) -> Apply:
    return apply("*", *factors)


def divide(numerator: Operand, denominator: Operand) -> Apply:
    return apply("/", numerator, denominator)


def apply(function: str, *operands: Operand) -> Apply:
    """
    >>> apply("tanh", multiply(2, X)) == Apply("tanh", (Apply("*", (constant(2), X)),))
    True
    """
    return Apply(function, tuple(_as_tree(operand) for operand in operands))


def _as_tree(operand: Operand) -> Tree:
    return constant(operand) if isinstance(operand, Fraction | int) else operand


class Algebra(ABC, Generic[T]):
    """What the operations of a tree mean, for values of type T.

    Sums and products come with all their parts, left to right. An algebra of rounded numbers or
    balls must add and multiply them in this order, one after another: the bytes of certificates
    depend on it.
    """

    @abstractmethod
    def variable(self) -> T: ...

    @abstractmethod
    def constant(self, value: Fraction, /) -> T: ...

    @abstractmethod
    def power(self, base: T, exponent: int, /) -> T: ...

    @abstractmethod
    def add(self, terms: Sequence[T], /) -> T: ...

    @abstractmethod
    def multiply(self, factors: Sequence[T], /) -> T: ...

    @abstractmethod
    def divide(self, numerator: T, denominator: T, /) -> T: ...

    @abstractmethod
    def exp(self, u: T, /) -> T: ...

    @abstractmethod
    def log(self, u: T, /) -> T: ...

    @abstractmethod
    def sqrt(self, u: T, /) -> T: ...

    @abstractmethod
    def sin(self, u: T, /) -> T: ...

    @abstractmethod
    def cos(self, u: T, /) -> T: ...

    @abstractmethod
    def atan(self, u: T, /) -> T: ...

    @abstractmethod
    def tanh(self, u: T, /) -> T: ...

    @abstractmethod
    def erf(self, u: T, /) -> T: ...

    @abstractmethod
    def softplus(self, u: T, /) -> T: ...

    @abstractmethod
    def sigmoid(self, u: T, /) -> T: ...


class UniformAlgebra(Algebra[T]):
    """An algebra to which all functions are alike: one method, that is told the name."""

    @abstractmethod
    def function(self, name: str, u: T, /) -> T: ...

    def exp(self, u: T, /) -> T:
        return self.function("exp", u)

    def log(self, u: T, /) -> T:
        return self.function("log", u)

    def sqrt(self, u: T, /) -> T:
        return self.function("sqrt", u)

    def sin(self, u: T, /) -> T:
        return self.function("sin", u)

    def cos(self, u: T, /) -> T:
        return self.function("cos", u)

    def atan(self, u: T, /) -> T:
        return self.function("atan", u)

    def tanh(self, u: T, /) -> T:
        return self.function("tanh", u)

    def erf(self, u: T, /) -> T:
        return self.function("erf", u)

    def softplus(self, u: T, /) -> T:
        return self.function("softplus", u)

    def sigmoid(self, u: T, /) -> T:
        return self.function("sigmoid", u)


def fold(tree: Tree, algebra: Algebra[T]) -> T:
    """The value of a tree in an algebra, from the leaves up, operands left to right."""
    if isinstance(tree, Variable):
        return algebra.variable()
    if isinstance(tree, Constant):
        return algebra.constant(tree.value)
    if isinstance(tree, Power):
        return algebra.power(fold(tree.base, algebra), tree.exponent)
    operands = [fold(operand, algebra) for operand in tree.operands]
    if tree.function == "+":
        return algebra.add(operands)
    if tree.function == "*":
        return algebra.multiply(operands)
    if tree.function == "/":
        numerator, denominator = operands
        return algebra.divide(numerator, denominator)
    function: Callable[[T], T] = getattr(algebra, tree.function)
    return function(operands[0])
