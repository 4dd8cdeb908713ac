"""Problems as files write them."""

from typing import Any

from flint import fmpq

from exactland.second_checker.arithmetic.exact import Vector
from exactland.second_checker.network.layout import Layer, Problem
from exactland.second_checker.network.losses import LOSSES
from exactland.second_checker.reading.activation import read_activation
from exactland.second_checker.reading.values import (
    at_least_one,
    entries,
    flag,
    keys,
    rationals,
    word,
)
from exactland.second_checker.refusals import Malformed, TooLarge


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
    inputs = at_least_one(net["inputs"], place + ".network.inputs")
    hidden: list[Layer] = []
    for i, h in enumerate(entries(net["hidden"], place + ".network.hidden", least=1)):
        where = f"{place}.network.hidden[{i}]"
        keys(h, "units activation bias", where)
        hidden.append(
            Layer(
                at_least_one(h["units"], where + ".units"),
                read_activation(h["activation"], where + ".activation"),
                flag(h["bias"], where + ".bias"),
            )
        )
    outputs = at_least_one(net["outputs"], place + ".network.outputs")
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
