"""From bytes to a certificate: the grammar of FORMAT.md, sections 1 to 3, and nothing besides.

Everything here is about form. A certificate has one spelling: the bytes must be the canonical encoding of what they parse to.
Each function takes a parsed value and the place where it stands, and raises `Malformed` naming that place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import gcd
from typing import Any, NoReturn

from .activation import NAMES, Activation, Tree, piecewise_linear, polynomial
from .ball import TooLarge

FORMAT = "exactland-certificate/1"
MAX_BYTES = 4 << 20
MAX_NESTING = 100
MAX_DIGITS = 640  # of an integer: what every Python reads whatever its settings
MAX_SHIFT = 4096
_RATIONAL = re.compile(rf"(0|-?[1-9][0-9]{{0,{MAX_DIGITS - 1}}})(/[1-9][0-9]{{0,{MAX_DIGITS - 1}}})?")
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "atan", "tanh", "erf", "softplus", "sigmoid")
TARGETS: dict[str, Callable[[list[Fraction]], bool]] = {  # the losses, and whether a row of targets makes sense to each
    "half-squared-error": lambda y: True,
    "logistic": lambda y: y in ([-1], [1]),
    "softmax-cross-entropy": lambda y: len(y) > 1 and min(y) >= 0 and _total(y) == 1,
    "multinomial-logistic": lambda y: min(y) >= 0 and _total(y) <= 1,
}


def _total(y: list[Fraction]) -> Fraction:
    """Their sum, refused where its denominator, which divides the product of theirs, might be long."""
    if sum(denominator.bit_length() for denominator in {v.denominator for v in y}) > 10**4:
        raise TooLarge("targets whose sum is too long")
    return sum(y, Fraction(0))


class Malformed(Exception):
    """Not a certificate: the place, and what is wrong there."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")


@dataclass(frozen=True)
class Layer:
    units: int
    activation: Activation  # None for the linear output layer
    bias: bool


@dataclass(frozen=True)
class Problem:
    inputs: int
    layers: tuple[Layer, ...]  # hidden layers, then the linear output layer
    loss: str
    x: list[list[Fraction]]
    y: list[list[Fraction]]

    @property
    def parameters(self) -> int:
        widths = [self.inputs, *[layer.units for layer in self.layers]]
        return sum((width + layer.bias) * layer.units for width, layer in zip(widths, self.layers))


@dataclass(frozen=True)
class Certificate:
    problem: Problem
    statement: dict[str, Any]
    digest: str  # what the evidence says it is bound to
    claim_digest: str  # what the claim's bytes hash to
    steps: list[dict[str, Any]]


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def claim_digest(claim: Any) -> str:
    return sha256(b"exactland-claim/1\0" + canonical(claim)).hexdigest()


def parse(data: bytes) -> Any:
    """The JSON value in canonical bytes: no number, no duplicate key, no deep nesting, no second spelling."""
    if len(data) > MAX_BYTES:
        raise TooLarge("file: more than 4 MiB")
    try:
        value = json.loads(data.decode("ascii"), parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Malformed("file", f"not JSON: {str(error)[:80]}") from None
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_NESTING + 1):
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer) if isinstance(inner, dict | list)]
    if level:
        raise Malformed("file", f"nested deeper than {MAX_NESTING}")
    if canonical(value) + b"\n" != data:
        raise Malformed("file", "not in canonical form (one spelling: sorted keys, no spaces, one final newline, no duplicate key)")
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:20]} is not in a string")


def fields(value: Any, place: str, *names: str) -> list[Any]:
    """The values of an object that has exactly these keys."""
    if not isinstance(value, dict):
        raise Malformed(place, "an object is needed")
    for key in [*names, *value]:
        if (key in value) is not (key in names):
            raise Malformed(place, f"{'unknown' if key in value else 'missing'} field {key[:40]!a}")
    return [value[name] for name in names]


def text(value: Any, place: str, *allowed: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(place, f"expected {' or '.join(map(repr, allowed))}")
    return value


def flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise Malformed(place, "expected true or false")
    return value


def integer(value: Any, place: str, low: int, high: int) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"0|-?[1-9][0-9]{0,8}", value) or not low <= int(value) <= high:
        raise Malformed(place, f"expected an integer from {low} to {high}, as a string")
    return int(value)


def rational(value: Any, place: str) -> Fraction:
    if not isinstance(value, str) or not _RATIONAL.fullmatch(value):
        raise Malformed(place, "expected a rational 'p' or 'p/q' in a string")
    numerator, _, denominator = value.partition("/")
    p, q = int(numerator), int(denominator or 1)
    if gcd(p, q) != 1 or denominator == "1":
        raise Malformed(place, "a rational not in lowest terms")
    return Fraction(p, q)


def number(value: Any, place: str) -> Fraction:
    """A rational or a dyadic [mantissa, exponent]."""
    if not isinstance(value, list):
        return rational(value, place)
    mantissa, exponent = items(value, place, 2)
    m, e = rational(mantissa, place), integer(exponent, place, -MAX_SHIFT, MAX_SHIFT)
    if m.denominator != 1:
        raise Malformed(place, "a mantissa that is not an integer")
    return m * (1 << e) if e >= 0 else Fraction(m.numerator, 1 << -e)


def items(value: Any, place: str, count: int | None = None) -> list[Any]:
    if not isinstance(value, list) or not value or (count is not None and len(value) != count):
        raise Malformed(place, f"expected a list of {'at least 1' if count is None else count}")
    return value


def vector(value: Any, place: str, count: int, entry: Callable[[Any, str], Fraction] = number) -> list[Fraction]:
    return [entry(v, f"{place}[{k}]") for k, v in enumerate(items(value, place, count))]


def matrix(value: Any, place: str, columns: int, rows: int | None = None, entry: Callable[[Any, str], Fraction] = number) -> list[list[Fraction]]:
    return [vector(row, f"{place}[{k}]", columns, entry) for k, row in enumerate(items(value, place, rows))]


def certificate(data: bytes) -> Certificate:
    claim, evidence, provenance = fields(parse(data), "file", "claim", "evidence", "provenance")
    if not isinstance(provenance, dict):
        raise Malformed("provenance", "an object is needed")
    form, problem, statement = fields(claim, "claim", "format", "problem", "statement")
    text(form, "claim.format", FORMAT)
    digest, steps = fields(evidence, "evidence", "claim_sha256", "steps")
    if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise Malformed("evidence.claim_sha256", "expected 64 hexadecimal digits")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise Malformed("evidence.steps", "expected a list of objects")
    if not isinstance(statement, dict):
        raise Malformed("claim.statement", "an object is needed")
    return Certificate(_problem(problem), statement, digest, claim_digest(claim), steps)


def _problem(value: Any) -> Problem:
    place = "claim.problem"
    form, network, loss, data = fields(value, place, "format", "network", "loss", "data")
    text(form, f"{place}.format", "exactland-problem/1")
    text(loss, f"{place}.loss", *TARGETS)
    inputs, hidden, outputs, output_bias = fields(network, f"{place}.network", "inputs", "hidden", "outputs", "output_bias")
    many = 10**6
    d = integer(inputs, f"{place}.network.inputs", 1, many)
    layers = [_layer(layer, f"{place}.network.hidden[{k}]", many) for k, layer in enumerate(items(hidden, f"{place}.network.hidden"))]
    layers.append(Layer(integer(outputs, f"{place}.network.outputs", 1, many), None, flag(output_bias, f"{place}.network.output_bias")))
    x, y = fields(data, f"{place}.data", "x", "y")
    xs = matrix(x, f"{place}.data.x", d, None, rational)
    ys = matrix(y, f"{place}.data.y", layers[-1].units, len(xs), rational)
    for k, row in enumerate(ys):
        if not TARGETS[loss](row):
            raise Malformed(f"{place}.data.y[{k}]", f"not targets of the loss {loss}")
    return Problem(d, tuple(layers), loss, xs, ys)


def _layer(value: Any, place: str, many: int) -> Layer:
    units, activation, bias = fields(value, place, "units", "activation", "bias")
    return Layer(integer(units, f"{place}.units", 1, many), _activation(activation, f"{place}.activation"), flag(bias, f"{place}.bias"))


def _activation(value: Any, place: str) -> Activation:
    if isinstance(value, str):
        return NAMES[text(value, place, *NAMES)]
    if not isinstance(value, dict) or len(value) != 1:
        raise Malformed(place, "expected a name, or an object with one key")
    ((kind, body),) = value.items()
    if kind == "polynomial":
        if len(items(body, place)) > 65:
            raise Malformed(place, "more than 65 coefficients")
        return polynomial(vector(body, place, len(body), rational))
    if kind == "piecewise-linear":
        breakpoints, slopes, value_at_0 = fields(body, place, "breakpoints", "slopes", "value_at_0")
        at = vector(breakpoints, f"{place}.breakpoints", len(items(breakpoints, place)), rational)
        if len(at) > 64 or any(a >= b for a, b in zip(at, at[1:])):
            raise Malformed(f"{place}.breakpoints", "not increasing, or more than 64")
        slope = vector(slopes, f"{place}.slopes", len(at) + 1, rational)
        return piecewise_linear(at, slope, rational(value_at_0, f"{place}.value_at_0"))
    if kind == "expression":
        tree, nodes = _tree(body, place, 40)
        if nodes > 1000:
            raise Malformed(place, "an expression of more than 1000 nodes")
        return tree
    raise Malformed(place, f"unknown kind of activation {kind[:40]!a}")


def _tree(value: Any, place: str, levels: int) -> tuple[Tree, int]:
    if value == "x":
        return "x", 1
    if isinstance(value, str):
        return rational(value, place), 1
    if not levels:
        raise Malformed(place, "an expression of more than 40 levels")
    operator, *parts = items(value, place)
    if operator == "^" and len(parts) == 2:
        tree, nodes = _tree(parts[0], place, levels - 1)
        return ("^", tree, integer(parts[1], place, -64, 64)), nodes + 1
    arities = {"+": len(parts) >= 2, "*": len(parts) >= 2, "/": len(parts) == 2, **dict.fromkeys(FUNCTIONS, len(parts) == 1)}
    if not isinstance(operator, str) or not arities.get(operator, False):
        raise Malformed(place, f"not an operator of the grammar with {len(parts)} operands: {str(operator)[:20]!a}")
    trees = [_tree(part, place, levels - 1) for part in parts]
    return (operator, *(tree for tree, _ in trees)), 1 + sum(nodes for _, nodes in trees)
