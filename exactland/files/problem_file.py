"""Reading and writing `exactland-problem/1` and `exactland-point/1` (docs/reference/format.md,
sections 1 and 2).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from exactland.errors import InputError
from exactland.files import json_text as at
from exactland.model.activations import (
    Activation,
    Expression,
    PiecewiseLinear,
    named,
    polynomial,
)
from exactland.model.losses import LOSSES
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import FORMAT, Problem
from exactland.model.trees import FUNCTIONS, Apply, Constant, Power, Tree, X

T = TypeVar("T")
POINT_FORMAT = "exactland-point/1"


def read_problem(path: Path | str) -> Problem:
    """The problem in a file.

    Raises InputError, whose place starts with the path.

    >>> problem = read_problem("proofs/problems/anscombe-iii.json")
    >>> problem.samples, problem.network.parameter_names()
    (11, ['w1[1,1]', 'b1[1]', 'v[1,1]'])
    """
    path = Path(path)
    return _located(path, lambda: problem_from_json(at.parse(at.read_bytes(path))))


def read_point(path: Path | str, problem: Problem) -> Vector:
    """The parameters in a point file, checked against the problem's count.

    Raises InputError, whose place starts with the path.

    >>> from tempfile import TemporaryDirectory
    >>> problem = read_problem("proofs/problems/anscombe-iii.json")
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "point.json")
    ...     text = '{"format": "exactland-point/1", "theta": ["-3.3", "-2", "-2/3"]}'
    ...     characters = path.write_text(text)
    ...     point = read_point(path, problem)
    >>> [str(value) for value in point]
    ['-33/10', '-2', '-2/3']
    """
    path = Path(path)
    return _located(path, lambda: _point(at.parse(at.read_bytes(path)), problem))


def _located(path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except InputError as error:
        raise error if error.place == str(path) else InputError(str(path), str(error)) from None


def _point(value: Any, problem: Problem) -> Vector:
    if isinstance(value, list):
        example = f'{{"format": "{POINT_FORMAT}", "theta": [...]}}'
        raise InputError("point", f"a list; a point file is {example}")
    form, theta = at.fields(value, "point", ("format", "theta"))
    at.word(form, "format", POINT_FORMAT)
    vector = at.numbers(theta, "theta")
    problem.check_point(vector, "theta")
    return vector


def problem_from_json(value: Any) -> Problem:
    _refuse_other_files(value)
    form, network, loss, data, point = at.fields(
        value, "problem", ("format", "network", "loss", "data"), ("point",)
    )
    at.word(form, "format", FORMAT)
    x, y = at.fields(data, "data", ("x", "y"))
    return Problem(
        network=_network(network),
        x=at.listed(x, "data.x", at.numbers),
        y=at.listed(y, "data.y", at.numbers),
        loss=at.word(loss, "loss", *LOSSES),
        point=None if point is None else at.numbers(point, "point"),
    )


def _refuse_other_files(value: Any) -> None:
    """By the name of what they are: their fields would only be unknown."""
    if not isinstance(value, dict):
        return
    if "claim" in value:
        raise InputError("file", "a certificate: `exactland show` and `exactland check` read it")
    if value.get("format") == POINT_FORMAT:
        raise InputError("file", "a point: name it with --point, beside the problem it is of")


def _network(value: Any) -> Network:
    inputs, hidden, outputs, output_bias = at.fields(
        value, "network", ("inputs", "hidden", "outputs", "output_bias")
    )
    return Network(
        inputs=at.count(inputs, "network.inputs"),
        hidden=at.listed(hidden, "network.hidden", _layer),
        outputs=at.count(outputs, "network.outputs"),
        output_bias=at.flag(output_bias, "network.output_bias"),
    )


def _layer(value: Any, place: str) -> Layer:
    units, s, bias = at.fields(value, place, ("units", "activation", "bias"))
    return Layer(
        at.count(units, f"{place}.units"),
        activation(s, f"{place}.activation"),
        at.flag(bias, f"{place}.bias"),
    )


def activation(value: Any, place: str = "activation") -> Activation:
    """An activation in the grammar: a name, or an object with the one key polynomial,
    piecewise-linear or expression.

    Raises InputError (with `place`) for anything else.

    >>> from exactland import Layer
    >>> square = activation({"polynomial": ["0", "0", "1"]})
    >>> Layer(2, square, bias=True).activation.is_exact
    True
    """
    if isinstance(value, str) and not isinstance(value, at.NumberText):
        return named(value, place)
    if not isinstance(value, dict) or len(value) != 1:
        raise InputError(
            place,
            "a name, or an object with one key (polynomial, piecewise-linear or expression) is"
            " needed",
        )
    ((kind, body),) = value.items()
    inside = f"{place}.{kind[:40]}"
    if kind == "polynomial":
        coefficients = at.numbers(body, inside)
        if len(coefficients) > 65:
            raise InputError(inside, f"{len(coefficients)} coefficients (at most 65)")
        return polynomial(coefficients)
    if kind == "piecewise-linear":
        return _piecewise_linear(body, inside)
    if kind == "expression":
        tree, nodes = _tree(body, inside, 40)
        if nodes > 1000:
            raise InputError(inside, f"{nodes} nodes (at most 1000)")
        return Expression(tree)
    raise InputError(
        place, f"unknown kind {kind[:40]!a} (known: polynomial, piecewise-linear, expression)"
    )


def _piecewise_linear(value: Any, place: str) -> PiecewiseLinear:
    breakpoints, slopes, value_at_0 = at.fields(
        value, place, ("breakpoints", "slopes", "value_at_0")
    )
    b, s = at.numbers(breakpoints, f"{place}.breakpoints"), at.numbers(slopes, f"{place}.slopes")
    try:
        return PiecewiseLinear(b, s, at.number(value_at_0, f"{place}.value_at_0"))
    except InputError as error:
        raise (
            error
            if error.place.startswith(place)
            else InputError(f"{place}.{error.place}", error.what)
        ) from None


def _tree(value: Any, place: str, levels: int) -> tuple[Tree, int]:
    if value == "x":
        return X, 1
    if isinstance(value, str):
        return Constant(at.number(value, place)), 1
    if not isinstance(value, list) or not value or not isinstance(value[0], str):
        raise InputError(place, 'expected "x", a rational, or a list [operator, operands...]')
    if not levels:
        raise InputError(place, "more than 40 levels")
    operator, *parts = value
    if operator == "^":
        if len(parts) != 2:
            raise InputError(place, f"^ takes a tree and an integer, not {len(parts)} operands")
        tree, nodes = _tree(parts[0], f"{place}[1]", levels - 1)
        power = at.number(parts[1], f"{place}[2]")
        if power.denominator != 1 or abs(power) > 64:
            raise InputError(f"{place}[2]", "the exponent is not an integer from -64 to 64")
        return Power(tree, int(power)), nodes + 1
    arity = {"+": (2, 1000), "*": (2, 1000), "/": (2, 2), **dict.fromkeys(FUNCTIONS, (1, 1))}
    if operator not in arity:
        raise InputError(place, f"unknown operator {operator[:40]!a} (known: ^ {' '.join(arity)})")
    low, high = arity[operator]
    if not low <= len(parts) <= high:
        raise InputError(place, f"{operator} with {len(parts)} operands")
    trees = [_tree(part, f"{place}[{k}]", levels - 1) for k, part in enumerate(parts, 1)]
    operands = tuple(tree for tree, _ in trees)
    return Apply(operator, operands), 1 + sum(nodes for _, nodes in trees)


def problem_text(problem: Problem) -> str:
    """The problem file of a problem, for people: one part a line."""
    return f"{problem!r}\n"


def point_text(theta: tuple[Fraction, ...]) -> str:
    return (
        f'{{\n  "format": "{POINT_FORMAT}",\n  "theta": {json.dumps([str(v) for v in theta])}\n}}\n'
    )
