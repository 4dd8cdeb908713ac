"""Certificates and problems in words.

Every number shown about a certificate was recomputed by the kernel just before.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from exactland.files.problem_file import problem_from_json
from exactland.kernel import Verdict
from exactland.kernel.reader import number
from exactland.kernel.rules import Fact, Minimum, NoMinimumBox, Proved
from exactland.model.activations import Expression
from exactland.model.numbers import decimal_text
from exactland.model.problem import Problem
from exactland.provers.degenerate_hessian import as_floats, combination
from exactland.reports.wide_steps import carried_by
from exactland.studies.reproduce import describe_activations, enclosure_text

ROWS = 12  # of data shown
NOT_CLAIMED = {
    "in-no-basin": "that the parameters are no local minimum, or anything about other points",
    "in-no-sub-optimal-basin": (
        "that the parameters are, or are not, a local or a global minimum, or anything about other"
        " points"
    ),
    "no-sub-optimal-basin": (
        "that every local minimum is global: non-strict ones that are not lie in no basin; or"
        " anything about training"
    ),
    "no-basin": (
        "that there is no local minimum: it would lie in no basin; or anything about training"
    ),
    "escape": "that training takes this path, or anything about other starts",
    "eta-escape": "anything about basins: the loss may rise by eta on the way",
    "global-minimum": "that it is the only one",
    "no-local-minimum": "anything about other points, however near",
}


def describe_problem(problem: Problem) -> list[str]:
    """Network, loss and data."""
    network = problem.network
    hidden = ", then ".join(
        f"{h.units} unit{'s' if h.units > 1 else ''} {'with' if h.bias else 'without'} bias"
        f" ({_activation(problem, k)})"
        for k, h in enumerate(network.hidden)
    )
    ends = (
        f"{network.outputs} linear output{'s' if network.outputs > 1 else ''}"
        f" {'with' if network.output_bias else 'without'} bias"
    )
    names = network.parameter_names() if problem.parameters <= 10**4 else []
    shown = ", ".join(names[:16]) + (", ..." if len(names) > 16 else "")
    lines = [
        f"Network   {network.inputs} input{'s' if network.inputs > 1 else ''}; {hidden}; {ends}.",
        f"          P = {problem.parameters} parameters{': ' if names else ''}{shown}.",
    ]
    for k, layer in enumerate(network.hidden, 1):
        lines += (
            [f"          Layer {k}: {layer.activation.smooth_on()}."]
            if not isinstance(layer.activation, Expression)
            else []
        )
    lines += [
        f"Loss      {problem.loss}, summed over the samples.",
        f"Data      N = {problem.samples} samples (x -> y):",
    ]
    for x, y in list(zip(problem.x, problem.y))[:ROWS]:
        lines.append(f"            {_tuple(x)} -> {_tuple(y)}")
    return lines + (
        [f"            ... and {problem.samples - ROWS} more"] if problem.samples > ROWS else []
    )


def _activation(problem: Problem, k: int) -> str:
    layer = problem.network.hidden[k]
    return describe_activations(
        Problem(
            type(problem.network)(1, (type(layer)(1, layer.activation, False),)),
            ((Fraction(0),),),
            ((Fraction(0),),),
        )
    )


def _tuple(values: tuple[Fraction, ...]) -> str:
    texts = [str(v) for v in values[:8]] + (["..."] if len(values) > 8 else [])
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def describe_certificate(data: bytes, verdict: Verdict) -> list[str]:
    """A verified certificate for a reader who has never seen the format."""
    assert verdict.fact is not None
    value = json.loads(data)
    claim, steps = value["claim"], value["evidence"]["steps"]
    problem = problem_from_json(claim["problem"])
    statement = claim["statement"]
    fact = verdict.fact
    center = [number(c, "center") for c in statement.get("center", [])]
    distance = number(statement["distance"], "distance") if "distance" in statement else None
    where = ", ".join(
        f"{name} = {decimal_text(c, 8)}"
        for name, c in list(zip(problem.network.parameter_names(), center))[:16]
    )
    named = "Center" if distance is not None else "Parameters"
    return [
        *describe_problem(problem),
        "",
        f"Claim     {_claim(verdict, distance, statement)}",
        *(
            [f"          {named}, to 8 digits: {where}{' ...' if problem.parameters > 16 else ''}."]
            if center
            else []
        ),
        "",
        "Carried by (recomputed by the kernel just now)",
        *(
            f"          {line}".rstrip()
            for line in (*_numbers(fact, problem), *carried_by(problem, claim, steps))
        ),
        "",
        "Not claimed",
        *(f"          {line}" for line in _not_claimed(fact, statement["kind"])),
        "",
        "Kernel    verified",
    ]


def _claim(verdict: Verdict, distance: Fraction | None, statement: dict[str, Any]) -> str:
    where = (
        f"within {decimal_text(distance, 3, up=True)} of the center below"
        if distance
        else "exactly at the center below"
    )
    says = verdict.says.replace("within the stated distance of the stated center", where).replace(
        "the stated parameters", "the parameters below"
    )
    says = says.replace("the stated end", end_text(statement)).replace(
        "plus eta", f"plus {eta_text(statement)}"
    )
    return says[0].upper() + says[1:] + "."


def end_text(statement: dict[str, Any]) -> str:
    """Where a stated path leads."""
    end = statement.get("end", "infimum")
    if end == "infimum":
        return "the infimum of the loss (or as near to it as one likes)"
    return f"a loss of at most {decimal_text(number(end, 'end'), 6, up=True)}"


def eta_text(statement: dict[str, Any]) -> str:
    """By how much the loss may rise on a stated path."""
    return decimal_text(number(statement.get("eta", "0"), "eta"), 6, up=True)


def barrier(fact: Minimum) -> Fraction:
    """E exceeds E(theta*) by at least this on the sphere |theta - center| = radius (rule 3.1)."""
    return fact.curvature / 2 * (fact.radius - fact.distance) ** 2 if fact.radius else Fraction(0)


def describe_direction(fact: NoMinimumBox, problem: Problem) -> str:
    """Along which combination of parameters, and how, the loss shows that there is no local
    minimum.
    """
    along = combination(as_floats(fact.direction), problem.network.parameter_names())
    return (
        "on the whole box the loss"
        f" {'has a strict slope' if fact.order == 'first' else 'curves down'} along {along}"
    )


def _numbers(fact: Fact, problem: Problem) -> list[str]:
    if isinstance(fact, NoMinimumBox):
        box = (
            f"box        |theta_k - center_k| <= {decimal_text(fact.radius, 4, up=False)} holds no"
            " local minimum (rule 3.5)"
        )
        return [box, f"direction  {describe_direction(fact, problem)}"]
    if not isinstance(fact, Minimum):
        return []
    least = fact.what == "basin"
    lines = [
        (
            f"loss       {'least in the basin' if least else 'at the minimum'}:"
            f" {enclosure_text(fact, 12)}"
        )
    ]
    if fact.curvature:
        where = "on the box" if fact.radius else "there"
        lines.append(
            f"curvature  every eigenvalue of the Hessian {where} is at least"
            f" {decimal_text(fact.curvature, 4, up=False)}"
        )
    off = (
        f"from the evidence's center to {'every point of the basin' if least else 'the minimum'}:"
        f" at most {decimal_text(fact.distance, 3, up=True)}"
    )
    lines.append(f"distance   {off if fact.distance else 'the center is the minimum, exactly'}")
    if fact.radius:
        lines.append(
            "radius     it is the only critical point within"
            f" {decimal_text(fact.radius, 4, up=False)}"
        )
        lines.append(
            "barrier    on that sphere the loss is higher by at least"
            f" {decimal_text(barrier(fact), 4, up=False)}"
        )
    if fact.witness_loss is not None:
        loss, gap = decimal_text(fact.witness_loss, 6, up=True), decimal_text(fact.gap, 6, up=False)
        lines.append(f"witness    parameters with loss at most {loss}: lower by at least {gap}")
    return lines


def _not_claimed(fact: Fact, kind: str) -> list[str]:
    if isinstance(fact, NoMinimumBox):
        return ["anything outside that box"]
    if isinstance(fact, Proved):
        return [NOT_CLAIMED[kind]]
    strict = [] if fact.what != "local-minimum" else ["that it is strict, or that it is a basin"]
    widths = "widths other than this and the next" if kind == "one-more-unit" else "widths"
    lines = [
        (
            "that it is the only minimum, that training finds it, or anything about other data or"
            f" {widths}"
        )
    ]
    return [
        *lines,
        *strict,
        (
            "that the witness is a minimum, or the best"
            if fact.witness_loss is not None
            else "that it is, or is not, global"
        ),
    ]
