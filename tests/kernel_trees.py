"""The trees of the model as the kernel writes them, to hold the one against the other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactland.kernel.network import activations as kernel_activations
from exactland.model.trees import Tree, UniformAlgebra, fold


def kernel_tree(tree: Tree) -> Any:
    """Tuples; tanh u is 2 sigmoid(2u) - 1, which is how the kernel reads it."""
    return fold(tree, _KernelTree())


class _KernelTree(UniformAlgebra[Any]):
    def variable(self) -> Any:
        return "x"

    def constant(self, value: Fraction, /) -> Any:
        return value

    def power(self, base: Any, exponent: int, /) -> Any:
        return ("^", base, exponent)

    def add(self, terms: Sequence[Any], /) -> Any:
        return ("+", *terms)

    def multiply(self, factors: Sequence[Any], /) -> Any:
        first, second, *others = factors
        if first == second:
            return ("*", ("^", first, 2), *others)
        return ("*", *factors)

    def divide(self, numerator: Any, denominator: Any, /) -> Any:
        return ("/", numerator, denominator)

    def tanh(self, u: Any, /) -> Any:
        return kernel_activations.tanh(u)

    def function(self, name: str, u: Any, /) -> Any:
        return (name, u)
