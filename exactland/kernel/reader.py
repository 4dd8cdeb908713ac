"""From bytes to a certificate: the grammar of FORMAT.md, sections 1 to 3, and nothing
besides.

Everything here is about form. A certificate has one spelling: the bytes must be the
canonical encoding of what they parse to. A shape says what may stand at a place
(`read`); a reader takes a parsed value and its place. Both raise `Malformed` naming the
place.
"""

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from .activation import NAMES, Activation, Tree, piecewise_linear, polynomial, tanh
from .ball import TooLarge, refuse

# So many digits every Python reads, whatever its settings.
FORMAT, MAX_BYTES, MAX_NESTING, MAX_SHIFT, MAX_DIGITS = (
    "exactland-certificate/1",
    4 << 20,
    100,
    4096,
    640,
)
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
# the losses, and whether a row of targets makes sense to each
TARGETS: Mapping[str, Callable[[list[Fraction]], bool]] = MappingProxyType(
    {
        "half-squared-error": lambda y: True,
        "logistic": lambda y: y in ([-1], [1]),
        "softmax-cross-entropy": lambda y: (
            len(y) > 1 and min(y) >= 0 and _total(y) == 1
        ),
        "multinomial-logistic": lambda y: min(y) >= 0 and _total(y) <= 1,
    }
)
# a reader | a tuple of words | a range of integers | [shape] | [shape, count] | {key:
# shape}
Shape = Any


def _total(y: list[Fraction]) -> Fraction:
    """Their sum, refused where its denominator, which divides the product of theirs,
    might be long.
    """
    refuse(
        sum(denominator.bit_length() for denominator in {v.denominator for v in y})
        > 10**4,
        TooLarge,
        "targets whose sum is too long",
    )
    return sum(y, Fraction(0))


class Malformed(Exception):
    """Not a certificate: the place, and what is wrong there."""


class Layer(NamedTuple):
    units: int
    activation: Activation  # None for the linear output layer
    bias: bool


class Problem(NamedTuple):
    inputs: int
    layers: tuple[Layer, ...]  # hidden layers, then the linear output layer
    loss: str
    x: list[list[Fraction]]
    y: list[list[Fraction]]

    @property
    def parameters(self) -> int:
        return sum(
            (width + layer.bias) * layer.units
            for width, layer in zip(
                [self.inputs, *(layer.units for layer in self.layers)], self.layers
            )
        )


def canonical(value: Any) -> bytes:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    ).encode("ascii")


def claim_digest(claim: Any) -> str:
    return sha256(b"exactland-claim/1\0" + canonical(claim)).hexdigest()


def parse(data: bytes) -> Any:
    """The JSON value in canonical bytes: no number, no duplicate key, no deep nesting,
    no second spelling.
    """
    refuse(len(data) > MAX_BYTES, TooLarge, "file: more than 4 MiB")
    try:
        value = json.loads(
            data.decode("ascii"),
            parse_int=_no_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"file: not JSON: {str(error)[:80]}") from None
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_NESTING + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    refuse(bool(level), Malformed, "file", f"nested deeper than {MAX_NESTING}")
    refuse(
        canonical(value) + b"\n" != data,
        Malformed,
        "file",
        "not in canonical form (sorted keys, no spaces, one final newline, no duplicate"
        " key)",
    )
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:20]} is not in a string")


def read(shape: Shape, value: Any, place: str) -> Any:
    """The value at a place, read by its shape."""
    if isinstance(shape, dict):
        for key in [*shape, *_object(value, place)]:
            refuse(
                (key in value) is not (key in shape),
                Malformed,
                place,
                f"{'unknown' if key in value else 'missing'} field {key[:40]!a}",
            )
        return {
            key: read(part, value[key], f"{place}.{key}".removeprefix("file."))
            for key, part in shape.items()
        }
    if isinstance(shape, list):
        wrong = (
            not isinstance(value, list)
            or not value
            or len(value) not in (shape[1:] or [len(value)])
        )
        refuse(
            wrong, Malformed, place, f"expected a list of {(*shape, 'at least 1')[1]}"
        )
        return [read(shape[0], v, f"{place}[{k}]") for k, v in enumerate(value)]
    if callable(shape):
        return shape(value, place)
    if isinstance(shape, range):
        what = f"an integer from {shape[0]} to {shape[-1]}, as a string"
        return int(
            text(
                value,
                place,
                r"0|-?[1-9][0-9]{0,8}",
                what,
                lambda word: int(word) in shape,
            )
        )
    refuse(
        value not in shape,
        Malformed,
        place,
        f"expected {' or '.join(map(repr, shape))}",
    )
    return value


def text(
    value: Any, place: str, pattern: str, what: str, fits: Callable[[str], bool] = bool
) -> str:
    refuse(
        not (isinstance(value, str) and re.fullmatch(pattern, value) and fits(value)),
        Malformed,
        place,
        f"expected {what}",
    )
    return str(value)


def rational(value: Any, place: str) -> Fraction:
    pattern = rf"-?[0-9]{{1,{MAX_DIGITS}}}(/[1-9][0-9]{{0,{MAX_DIGITS - 1}}})?"
    return Fraction(
        text(
            value,
            place,
            pattern,
            "a rational 'p' or 'p/q' in lowest terms, in a string",
            lambda word: str(Fraction(word)) == word,
        )
    )


def number(value: Any, place: str) -> Fraction:
    """A rational or a dyadic [mantissa, exponent]."""
    if not isinstance(value, list):
        return rational(value, place)
    m, e = (
        rational(read([anything, 2], value, place)[0], place),
        read(range(-MAX_SHIFT, MAX_SHIFT + 1), value[1], place),
    )
    refuse(m.denominator != 1, Malformed, place, "a mantissa that is not an integer")
    return m * (1 << e) if e >= 0 else Fraction(m.numerator, 1 << -e)


def anything(value: Any, _: str) -> Any:
    return value  # Read later, or never.


def _object(value: Any, place: str) -> dict[str, Any]:
    refuse(not isinstance(value, dict), Malformed, place, "an object is needed")
    return dict(value)


# A list of this shape, or an empty one.
def maybe(shape: Shape) -> Shape:
    return lambda value, place: [] if value == [] else read([shape], value, place)


def problem(value: Any, place: str) -> Problem:
    parts = read(PROBLEM, value, place)
    network, (x, y) = parts["network"], parts["data"].values()
    layers = (
        *(Layer(**layer) for layer in network["hidden"]),
        Layer(network["outputs"], None, network["output_bias"]),
    )
    xs = read([[rational, network["inputs"]]], x, f"{place}.data.x")
    ys = read([[rational, network["outputs"]], len(xs)], y, f"{place}.data.y")
    for k, row in enumerate(ys):
        refuse(
            not TARGETS[parts["loss"]](row),
            Malformed,
            f"{place}.data.y[{k}]",
            f"not targets of the loss {parts['loss']}",
        )
    return Problem(network["inputs"], layers, parts["loss"], xs, ys)


def _activation(value: Any, place: str) -> Activation:
    if isinstance(value, str):
        return NAMES[read(tuple(NAMES), value, place)]
    refuse(
        not isinstance(value, dict) or len(value) != 1,
        Malformed,
        place,
        "expected a name, or an object with one key",
    )
    ((kind, body),) = value.items()
    if kind == "polynomial":
        coefficients = read([rational], body, place)
        refuse(len(coefficients) > 65, Malformed, place, "more than 65 coefficients")
        return polynomial(coefficients)
    if kind == "piecewise-linear":
        at, _, value_at_0 = read(
            {"breakpoints": [rational], "slopes": anything, "value_at_0": rational},
            body,
            place,
        ).values()
        refuse(
            len(at) > 64 or any(a >= b for a, b in zip(at, at[1:])),
            Malformed,
            f"{place}.breakpoints",
            "not increasing, or more than 64",
        )
        return piecewise_linear(
            at,
            read([rational, len(at) + 1], body["slopes"], f"{place}.slopes"),
            value_at_0,
        )
    refuse(
        kind != "expression",
        Malformed,
        place,
        f"unknown kind of activation {kind[:40]!a}",
    )
    tree, nodes = _tree(body, place, 40)
    refuse(nodes > 1000, Malformed, place, "an expression of more than 1000 nodes")
    return tree


def _tree(value: Any, place: str, levels: int) -> tuple[Tree, int]:
    if isinstance(value, str):
        return ("x" if value == "x" else rational(value, place)), 1
    refuse(not levels, Malformed, place, "an expression of more than 40 levels")
    operator, *parts = read([anything], value, place)
    known = (
        ("^", "/", "+", "*")
        if len(parts) == 2
        else ("+", "*")
        if len(parts) > 2
        else FUNCTIONS * len(parts)
    )
    refuse(
        operator not in known,
        Malformed,
        place,
        f"not an operator of the grammar with {len(parts)} operands:"
        f" {str(operator)[:20]!a}",
    )
    if operator == "^":
        tree, nodes = _tree(parts[0], place, levels - 1)
        return ("^", tree, read(range(-64, 65), parts[1], place)), nodes + 1
    trees, counts = zip(*(_tree(part, place, levels - 1) for part in parts))
    return tanh(*trees) if operator == "tanh" else (operator, *trees), 1 + sum(counts)


COUNT, FLAG = range(1, 10**6 + 1), (True, False)
NETWORK = {
    "inputs": COUNT,
    "hidden": [{"units": COUNT, "activation": _activation, "bias": FLAG}],
    "outputs": COUNT,
    "output_bias": FLAG,
}
PROBLEM = {
    "format": ("exactland-problem/1",),
    "network": NETWORK,
    "loss": lambda v, at: read(tuple(TARGETS), v, at),
    "data": {"x": anything, "y": anything},
}
CERTIFICATE = {
    "claim": {"format": (FORMAT,), "problem": problem, "statement": _object},
    "evidence": {
        "claim_sha256": lambda value, place: text(
            value, place, "[0-9a-f]{64}", "64 hexadecimal digits"
        ),
        "steps": maybe(_object),
    },
    "provenance": _object,
}


def certificate(
    data: bytes,
) -> tuple[Problem, dict[str, Any], dict[str, dict[str, Any]], bool]:
    """Problem, statement and steps by their places, the last two not yet read; and
    whether the evidence is bound to this claim.
    """
    value = parse(data)
    claim, evidence, _ = read(CERTIFICATE, value, "file").values()
    steps = {f"evidence.steps[{k}]": step for k, step in enumerate(evidence["steps"])}
    return (
        claim["problem"],
        claim["statement"],
        steps,
        evidence["claim_sha256"] == claim_digest(value["claim"]),
    )
