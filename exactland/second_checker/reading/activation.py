"""Activations as files write them."""

from typing import Any

from exactland.second_checker.network.activations import Tree
from exactland.second_checker.reading.values import (
    entries,
    integer,
    keys,
    rational,
    rationals,
    word,
)
from exactland.second_checker.refusals import Malformed

SMOOTH = (
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "swish",
    "gelu",
    "mish",
    "sin",
    "exp",
    "identity",
)


NAMES = (*SMOOTH, "softsign", "elu", "selu", "relu", "leaky-relu", "hard-tanh")


FUNCTIONS = (
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "atan",
    "tanh",
    "erf",
    "softplus",
    "sigmoid",
)


def _tree(value: Any, place: str, level: int, nodes: list[int]) -> Tree:
    nodes[0] += 1
    if nodes[0] > 1000:
        raise Malformed(place, "expression too long")
    if type(value) is str:
        return ("x",) if value == "x" else ("c", rational(value, place))
    if level > 40:
        raise Malformed(place, "expression too deep")
    entries(value, place, least=2)
    head = value[0]
    if type(head) is not str:
        raise Malformed(place, "not an operation")
    if head == "^":
        entries(value, place, length=3)
        power = integer(value[2], place, digits=2)
        if not -64 <= power <= 64:
            raise Malformed(place, "power beyond 64")
        return ("^", _tree(value[1], place, level + 1, nodes), power)
    if head in ("+", "*"):
        entries(value, place, least=3)
    elif head == "/":
        entries(value, place, length=3)
    else:
        word(head, FUNCTIONS, place)
        entries(value, place, length=2)
    return (head, *[_tree(v, place, level + 1, nodes) for v in value[1:]])


def read_activation(value: Any, place: str) -> Any:
    if type(value) is str:
        return ("name", word(value, NAMES, place))
    if type(value) is not dict or len(value) != 1:
        raise Malformed(place, "not an activation")
    if "polynomial" in value:
        return ("polynomial", rationals(value["polynomial"], place, least=1, most=65))
    if "piecewise-linear" in value:
        inner = keys(value["piecewise-linear"], "breakpoints slopes value_at_0", place)
        breaks = rationals(
            inner["breakpoints"], place + ".breakpoints", least=1, most=64
        )
        slopes = rationals(inner["slopes"], place + ".slopes", length=len(breaks) + 1)
        if not all(a < b for a, b in zip(breaks, breaks[1:], strict=False)):
            raise Malformed(place, "breakpoints must increase")
        return (
            "linear",
            breaks,
            slopes,
            rational(inner["value_at_0"], place + ".value_at_0"),
        )
    if "expression" in value:
        return ("expression", _tree(value["expression"], place, 1, [0]))
    raise Malformed(place, "not an activation")
