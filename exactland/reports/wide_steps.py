"""What carries a certificate, step by step, in words: lines, ranks, paths and the wide theorem,
from steps the kernel has just accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactland.kernel.reader import number
from exactland.model.numbers import decimal_text
from exactland.model.problem import Problem
from exactland.provers.degenerate_hessian import as_floats, combination
from exactland.provers.outputs import loss_bounds
from exactland.reports.rough_steps import potentials, rescaled, rim

REASONS = {
    "kernel": (
        "the output weights (or those of one layer) move along the kernel of what enters it:"
        " nothing changes"
    ),
    "idle": "incoming weights move of units that reach no output: nothing changes",
    "convex": "one layer moves, in which the loss is convex here, to a smaller loss",
    "slope": "on the whole box between, the loss has a strict slope this way: it falls",
    "small": "a small step: on the whole box between, the loss stays below its start plus eta",
}


AT_A_POINT = {"4.1", "4.1c", "4.1h", "4.3", "3.7"}


def carried_by(
    problem: Problem, claim: dict[str, Any], steps: Sequence[dict[str, Any]]
) -> list[str]:
    """What carries a statement besides numbers, one line or more for every step."""
    lines = []
    for step in steps:
        said = _BY_RULE.get(step["rule"], _nothing)(problem, claim, step)
        elsewhere = step["rule"] in AT_A_POINT and _numbers(step["center"]) != _numbers(
            claim["statement"].get("center", [])
        )
        lines += (
            [f"(not about the stated parameters: {said[0]})", *said[1:]]
            if elsewhere and said
            else said
        )
    return lines


def _nothing(_problem: Problem, _claim: dict[str, Any], _step: dict[str, Any]) -> list[str]:
    return []


def _numbers(values: Sequence[Any]) -> list[Fraction]:
    return [number(v, "step") for v in values]


def _line(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    center, witness = _numbers(step["center"]), _numbers(step["witness"])
    names = problem.network.parameter_names()
    along = combination(as_floats([b - a for a, b in zip(center, witness)]), names)
    why = (
        "what enters that layer vanishes along it at every sample, exactly: no pre-activation of"
        " the layer changes"
        if step["reason"] == "kernel"
        else "the units it leads into reach no output through weights different from zero"
    )
    return [f"line       of equal loss, unbounded, along {along} (rule 4.1)", f"           {why}"]


def _columns(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    depth = int(step["layer"])
    what = "of the inputs" if depth == 0 else f"of the features of layer {depth}"
    network = problem.network
    width = network.inputs if depth == 0 else network.hidden[depth - 1].units
    bias = network.hidden[depth].bias if depth < len(network.hidden) else network.output_bias
    count = len({int(column) for column in step["columns"] if int(column) < width + bias})
    return [
        (
            f"rank       {count} columns {what} (a bias counts as one) have fewer than {count}"
            " different rows: some vector is in their kernel (rule 4.1)"
        )
    ]


def _theorem(problem: Problem, claim: dict[str, Any], _step: dict[str, Any]) -> list[str]:
    network = problem.network
    width = network.hidden[-1].units + network.output_bias
    plus = " with the output bias" if network.output_bias else ""
    equal = problem.samples - len(set(problem.x))
    lines = [
        (
            f"width      of the last hidden layer{plus}: {width}"
            f" {'>' if width > problem.samples else '>='} {problem.samples}, the number of samples"
        ),
        f"loss       {problem.loss}: convex in the outputs",
        "activation any (its values are all that is used)",
        (
            f"data       any; {equal} of the inputs occur before"
            if equal
            else "data       any; the inputs are distinct, which is not needed"
        ),
        "",
        (
            "Proof (rule 4.2). Let S be a sub-optimal basin and p any of its points. If the last"
            " features at p (with a column 1 for an output"
        ),
        (
            "bias) are dependent, moving the output weights along their kernel changes nothing: a"
            " line of equal loss through p leaves the"
        ),
        (
            "compact S, and just beyond its last point in S there are points outside, as near as"
            " one likes, with the same loss: S is no basin."
        ),
        (
            "Otherwise they are independent and as many as samples, so the last layer alone reaches"
            " all outputs, and with them a q whose loss is"
        ),
        (
            "below that of all points of S. The loss is convex on the segment from p to q, and"
            " smaller at q than at the last point of the segment"
        ),
        "in S; so right after that point it is smaller than there: S is no basin.",
    ]
    if claim["statement"]["kind"] == "no-basin":
        lines.append(
            "With more columns than samples the features are always dependent: there is no basin at"
            " all."
        )
    return lines


def _span(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    known = len(step["identities"])
    rank = problem.samples - known
    lines = (
        [
            (
                f"rank       {rank}: the features of {rank} samples in columns"
                f" {', '.join(step['columns'])} are independent (rule 4.3)"
            )
        ]
        if rank
        else []
    )
    if known:
        lines.append(
            f"identities {known}: combinations of samples that every output of this network"
            " satisfies, whatever its weights:"
        )
        lines += [f"           {_identity(_numbers(r))} = 0" for r in step["identities"][:6]]
    return [
        *lines,
        (
            "           so the last layer alone reaches every output the network can have: the loss"
            " is convex on the way to its infimum"
        ),
    ]


def _identity(r: Sequence[Fraction]) -> str:
    return " ".join(
        f"{'-' if c < 0 else '+'} {'' if abs(c) == 1 else f'{abs(c)} '}f(x{i})"
        for i, c in enumerate(r, 1)
        if c
    ).removeprefix("+ ")


def _global(_problem: Problem, _claim: dict[str, Any], _step: dict[str, Any]) -> list[str]:
    return [
        (
            "global     the residual at the last point is orthogonal to every output the network"
            " can have, exactly (rules 3.6 and 3.7)"
        )
    ]


def _path(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    lines = [
        (
            f"path       {len(step['reasons'])} segment{'s' if len(step['reasons']) > 1 else ''}"
            " (rule 4.4)"
        )
    ]
    for k, point in enumerate(step["points"]):
        bounds = loss_bounds(problem, _numbers(point))
        loss = decimal_text(bounds[1], 10) if bounds else "?"
        lines.append(f"           point {k}: loss {loss}")
        if k < len(step["reasons"]):
            lines.append(f"             {step['reasons'][k]}: {REASONS[step['reasons'][k]]}")
    if isinstance(step["end"], dict):
        lines.append("           then the last layer alone, to the infimum")
    return lines


def _one_more(problem: Problem, _claim: dict[str, Any], step: dict[str, Any]) -> list[str]:
    weights = ", ".join(str(v) for v in _numbers(step["weights"]))
    last = " (bias last)" if problem.network.hidden[-1].bias else ""
    goal = (
        "zero loss"
        if problem.loss == "half-squared-error"
        else "the infimum of the loss, or as near to it as one likes"
    )
    return [
        (
            f"new unit   incoming weights {weights}{last}, output weights zero: the outputs are the"
            " same"
        ),
        (
            f"           on the whole box the last features and the new one are {problem.samples}"
            " independent columns (rule 4.5):"
        ),
        (
            f"           from every point of the box, moving the last layer alone leads to {goal},"
            " never above the start"
        ),
    ]


_BY_RULE = {
    "3.3": rim,
    "3.4": potentials,
    "3.4b": potentials,
    "4.1h": rescaled,
    "4.1": _line,
    "4.1c": _columns,
    "4.2": _theorem,
    "4.3": _span,
    "3.7": _global,
    "4.4": _path,
    "4.5": _one_more,
}
