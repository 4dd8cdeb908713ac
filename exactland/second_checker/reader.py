"""Strict reader of exactland-certificate/1: bytes to typed values, or Malformed with a
place.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.second_checker.syntax import (
    Malformed,
    TooLarge,
    Vector,
    canonical,
    count,
    counts,
    entries,
    flag,
    integer,
    keys,
    load,
    matrix,
    number,
    rational,
    rationals,
    vector,
    word,
)

_DIGEST = re.compile(r"[0-9a-f]{64}")

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
LOSSES = (
    "half-squared-error",
    "logistic",
    "softmax-cross-entropy",
    "multinomial-logistic",
)

Tree = tuple[Any, ...]


class Unbound(Exception):
    """claim_sha256 is not the digest of the claim."""


@dataclass(frozen=True)
class Layer:
    units: int
    # ("name", str) | ("polynomial", [...]) | ("linear", breaks, slopes, value) |
    # ("expression", tree)
    activation: Any
    bias: bool


@dataclass(frozen=True)
class Problem:
    inputs: int
    hidden: list[Layer]
    outputs: int
    output_bias: bool
    loss: str
    x: list[Vector]
    y: list[Vector]
    parameters: int

    def shape(self, layer: int) -> tuple[int, int, bool, int]:
        """Units, inputs, bias and first parameter of a layer; the output layer is the
        last.
        """
        start, before = 0, self.inputs
        for h in self.hidden[:layer]:
            start += h.units * (before + h.bias)
            before = h.units
        if layer == len(self.hidden):
            return self.outputs, before, self.output_bias, start
        return self.hidden[layer].units, before, self.hidden[layer].bias, start


@dataclass(frozen=True)
class Certificate:
    problem: Problem
    statement: dict[str, Any]
    steps: list[dict[str, Any]]


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


def _activation(value: Any, place: str) -> Any:
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


def _some(value: Any, place: str) -> int:
    n = count(value, place)
    if n < 1:
        raise Malformed(place, "must be at least 1")
    return n


def _targets(loss: str, y: list[Vector], outputs: int) -> None:
    if loss == "logistic" and outputs != 1:
        raise Malformed("problem.network.outputs", "the logistic loss takes one output")
    if loss == "softmax-cross-entropy" and outputs < 2:
        raise Malformed("problem.network.outputs", "softmax takes at least two outputs")
    for i, row in enumerate(y):
        place = f"problem.data.y[{i}]"
        if loss == "logistic" and not (row[0] == 1 or row[0] == -1):
            raise Malformed(place, "targets are -1 or 1")
        if loss in LOSSES[2:]:
            if not all(v >= 0 for v in row):
                raise Malformed(place, "targets must not be negative")
            if (
                sum(int(v.q).bit_length() for v in {int(v.q): v for v in row}.values())
                > 10**4
            ):
                raise TooLarge("denominators of class probabilities")
            total = sum(row, fmpq(0))
            if not (total == 1 if loss == "softmax-cross-entropy" else total <= 1):
                raise Malformed(place, "targets are no probabilities")


def read_problem(value: Any) -> Problem:
    place = "claim.problem"
    keys(value, "format network loss data", place)
    word(value["format"], ("exactland-problem/1",), place + ".format")
    net = keys(
        value["network"], "inputs hidden outputs output_bias", place + ".network"
    )
    inputs = _some(net["inputs"], place + ".network.inputs")
    hidden: list[Layer] = []
    for i, h in enumerate(entries(net["hidden"], place + ".network.hidden", least=1)):
        where = f"{place}.network.hidden[{i}]"
        keys(h, "units activation bias", where)
        hidden.append(
            Layer(
                _some(h["units"], where + ".units"),
                _activation(h["activation"], where + ".activation"),
                flag(h["bias"], where + ".bias"),
            )
        )
    outputs = _some(net["outputs"], place + ".network.outputs")
    output_bias = flag(net["output_bias"], place + ".network.output_bias")
    loss = word(value["loss"], LOSSES, place + ".loss")
    data = keys(value["data"], "x y", place + ".data")
    rows = entries(data["x"], place + ".data.x", least=1)
    x = [
        rationals(r, f"{place}.data.x[{i}]", length=inputs) for i, r in enumerate(rows)
    ]
    rows = entries(data["y"], place + ".data.y", length=len(x))
    y = [
        rationals(r, f"{place}.data.y[{i}]", length=outputs) for i, r in enumerate(rows)
    ]
    _targets(loss, y, outputs)
    total, before = 0, inputs
    for layer in hidden:
        total += layer.units * (before + layer.bias)
        before = layer.units
    total += outputs * (before + output_bias)
    return Problem(inputs, hidden, outputs, output_bias, loss, x, y, total)


STATEMENTS = {
    "strict-minimum": "center distance",
    "local-minimum": "center distance",
    "basin": "center distance",
    "sub-optimal-strict-minimum": "center distance gap",
    "sub-optimal-local-minimum": "center distance gap",
    "bad-basin": "center distance gap",
    "one-more-unit": "center distance gap",
    "local-minimum-in-no-basin": "center",
    "sub-optimal-local-minimum-in-no-basin": "center gap",
    "no-local-minimum": "center distance",
    "global-minimum": "center",
    "in-no-basin": "center",
    "in-no-sub-optimal-basin": "center",
    "no-sub-optimal-basin": "",
    "no-basin": "",
    "escape": "center end",
    "eta-escape": "center end eta",
}


def read_statement(value: Any, p: int) -> dict[str, Any]:
    place = "claim.statement"
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    kind = word(value.get("kind"), STATEMENTS, place + ".kind")
    keys(value, "kind " + STATEMENTS[kind], place)
    result: dict[str, Any] = {"kind": kind}
    for name in STATEMENTS[kind].split():
        where = f"{place}.{name}"
        if name == "center":
            result[name] = vector(value[name], p, where)
        elif name == "end":
            result[name] = (
                None if value[name] == "infimum" else number(value[name], where)
            )
        else:
            result[name] = number(value[name], where)
    return result


RULES = {
    "3.1": "center radius lambda gamma preconditioner precision",
    "3.1b": "center",
    "3.2": "minimum witness gap precision",
    "3.3": "center radii cover precision",
    "3.4": "center",
    "3.4b": "center units midpoints fitted precision",
    "3.5": "center radius direction order precision",
    "3.7": "center",
    "4.1": "center witness reason",
    "4.1c": "center layer columns",
    "4.1h": "center",
    "4.2": "",
    "4.3": "center identities rows columns inverse precision",
    "4.4": "points reasons eta end precision",
    "4.5": "minimum weights inverse precision",
}


def _midpoint(value: Any, place: str) -> tuple[int, int, int, fmpq]:
    keys(value, "ends middle weight", place)
    ends = entries(value["ends"], place + ".ends", length=2)
    a, b = count(ends[0], place + ".ends"), count(ends[1], place + ".ends")
    return (
        a,
        b,
        count(value["middle"], place + ".middle"),
        number(value["weight"], place + ".weight"),
    )


def _field(problem: Problem, step: dict[str, Any], name: str, where: str) -> Any:
    value, p = step[name], problem.parameters
    if name in ("center", "witness", "direction"):
        return vector(value, p, where)
    if name in ("radius", "gamma", "eta", "lambda", "gap"):
        return number(value, where)
    if name == "radii":
        return vector(value, p, where)
    if name == "preconditioner":
        return matrix(value, p, p, where)
    if name == "precision":
        bits = count(value, where)
        if not 32 <= bits <= 4096:
            raise Malformed(where, "precision is 32 to 4096")
        return bits
    if name in ("minimum", "layer"):
        return count(value, where)
    if name in ("columns", "rows", "cover"):
        return counts(value, where, least=1 if name == "cover" else 0)
    if name == "units":
        return [
            word(v, ("flat", "definite", "midpoints"), where)
            for v in entries(value, where, least=1)
        ]
    if name == "midpoints":
        return [
            _midpoint(v, f"{where}[{i}]") for i, v in enumerate(entries(value, where))
        ]
    if name == "fitted":
        return flag(value, where)
    if name == "order":
        return word(value, ("first", "second"), where)
    if name == "reason":
        return word(value, ("kernel", "idle"), where)
    if name == "identities":
        return [
            vector(v, None, f"{where}[{i}]")
            for i, v in enumerate(entries(value, where))
        ]
    if name == "inverse":
        return [
            vector(v, None, f"{where}[{i}]")
            for i, v in enumerate(entries(value, where))
        ]
    if name == "points":
        return [
            vector(v, p, f"{where}[{i}]")
            for i, v in enumerate(entries(value, where, least=1))
        ]
    if name == "reasons":
        words = entries(value, where, least=1)
        return [
            word(v, ("kernel", "idle", "convex", "slope", "small"), where)
            for v in words
        ]
    if name == "end":
        if type(value) is dict:
            return ("step", count(keys(value, "step", where)["step"], where))
        return ("loss", number(value, where))
    if name == "weights":
        return vector(value, None, where)
    raise Malformed(where, "unknown field")


def read_step(problem: Problem, value: Any, place: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise Malformed(place, "not an object")
    rule = word(value.get("rule"), RULES, place + ".rule")
    keys(value, "rule " + RULES[rule], place)
    step: dict[str, Any] = {"rule": rule}
    for name in RULES[rule].split():
        step[name] = _field(problem, value, name, f"{place}.{name}")
    return step


def read(data: bytes, work: Any) -> Certificate:
    """The certificate in these bytes.

    `work(problem, step)` is called after each step and may raise TooLarge.
    """
    value = load(data)
    claim = keys(value["claim"], "format problem statement", "claim")
    word(claim["format"], ("exactland-certificate/1",), "claim.format")
    evidence = keys(value["evidence"], "claim_sha256 steps", "evidence")
    if type(value["provenance"]) is not dict:
        raise Malformed("provenance", "not an object")
    digest = evidence["claim_sha256"]
    if type(digest) is not str or not _DIGEST.fullmatch(digest):
        raise Malformed("evidence.claim_sha256", "not 64 hex digits")
    problem = read_problem(claim["problem"])
    steps: list[dict[str, Any]] = []
    for i, s in enumerate(entries(evidence["steps"], "evidence.steps")):
        steps.append(read_step(problem, s, f"evidence.steps[{i}]"))
        work(problem, steps[-1])
    if (
        digest
        != hashlib.sha256(b"exactland-claim/1\x00" + canonical(claim)).hexdigest()
    ):
        raise Unbound
    statement = read_statement(claim["statement"], problem.parameters)
    return Certificate(problem, statement, steps)
