"""Certificates and problems in words. Every number shown about a certificate was recomputed by the kernel just before."""

from __future__ import annotations

import json
from fractions import Fraction

from exactland.activations import Expression
from exactland.exact import decimal_text
from exactland.io.problem_file import problem_from_json
from exactland.kernel import Verdict
from exactland.kernel.rules import Fact, Minimum, NoMinimumBox
from exactland.narrow.flat import combination
from exactland.problem import Problem
from exactland.reproduce import describe_activations, enclosure_text

ROWS = 12  # of data shown


def describe_problem(problem: Problem) -> list[str]:
    """Network, loss and data."""
    network = problem.network
    hidden = ", then ".join(
        f"{h.units} unit{'s' if h.units > 1 else ''} {'with' if h.bias else 'without'} bias ({_activation(problem, k)})" for k, h in enumerate(network.hidden)
    )
    ends = f"{network.outputs} linear output{'s' if network.outputs > 1 else ''} {'with' if network.output_bias else 'without'} bias"
    names = network.parameter_names() if problem.parameters <= 10**4 else []
    shown = ", ".join(names[:16]) + (", ..." if len(names) > 16 else "")
    lines = [
        f"Network   {network.inputs} input{'s' if network.inputs > 1 else ''}; {hidden}; {ends}.",
        f"          P = {problem.parameters} parameters{': ' if names else ''}{shown}.",
    ]
    for k, layer in enumerate(network.hidden, 1):
        lines += [f"          Layer {k}: {layer.activation.smooth_on()}."] if not isinstance(layer.activation, Expression) else []
    lines += [f"Loss      {problem.loss}, summed over the samples.", f"Data      N = {problem.samples} samples (x -> y):"]
    for x, y in list(zip(problem.x, problem.y))[:ROWS]:
        lines.append(f"            {_tuple(x)} -> {_tuple(y)}")
    return lines + ([f"            ... and {problem.samples - ROWS} more"] if problem.samples > ROWS else [])


def _activation(problem: Problem, k: int) -> str:
    layer = problem.network.hidden[k]
    return describe_activations(Problem(type(problem.network)(1, (type(layer)(1, layer.activation, False),)), ((Fraction(0),),), ((Fraction(0),),)))


def _tuple(values: tuple[Fraction, ...]) -> str:
    texts = [str(v) for v in values[:8]] + (["..."] if len(values) > 8 else [])
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def describe_certificate(data: bytes, verdict: Verdict) -> list[str]:
    """A verified certificate for a reader who has never seen the format."""
    assert verdict.fact is not None
    claim = json.loads(data)["claim"]
    problem = problem_from_json(claim["problem"])
    statement = claim["statement"]
    fact = verdict.fact
    center = [Fraction(c) if isinstance(c, str) else Fraction(int(c[0])) * Fraction(2) ** int(c[1]) for c in statement["center"]]
    distance = statement["distance"]
    d = Fraction(distance) if isinstance(distance, str) else Fraction(int(distance[0])) * Fraction(2) ** int(distance[1])
    where = ", ".join(f"{name} = {decimal_text(c, 8)}" for name, c in list(zip(problem.network.parameter_names(), center))[:16])
    return [
        *describe_problem(problem),
        "",
        f"Claim     {_claim(verdict, d)}",
        f"          Center, to 8 digits: {where}{' ...' if problem.parameters > 16 else ''}.",
        "",
        "Carried by (recomputed by the kernel just now)",
        *(f"          {line}" for line in _numbers(fact, problem)),
        "",
        "Not claimed",
        *(f"          {line}" for line in _not_claimed(fact)),
        "",
        "Kernel    verified",
    ]


def _claim(verdict: Verdict, d: Fraction) -> str:
    where = f"within {decimal_text(d, 3, up=True)} of the center below" if d else "exactly at the center below"
    says = verdict.says.replace("within the stated distance of the stated center", where)
    return says[0].upper() + says[1:] + "."


def barrier(fact: Minimum) -> Fraction:
    """E exceeds E(theta*) by at least this on the sphere |theta - center| = radius (rule 3.1)."""
    return fact.curvature / 2 * (fact.radius - fact.distance) ** 2 if fact.radius else Fraction(0)


def describe_direction(fact: NoMinimumBox, problem: Problem) -> str:
    """Along which combination of parameters, and how, the loss shows that there is no local minimum."""
    along = combination([float(v) for v in fact.direction], problem.network.parameter_names())
    return f"on the whole box the loss {'has a strict slope' if fact.order == 'first' else 'curves down'} along {along}"


def _numbers(fact: Fact, problem: Problem) -> list[str]:
    if isinstance(fact, NoMinimumBox):
        box = f"box        |theta_k - center_k| <= {decimal_text(fact.radius, 4, up=False)} holds no local minimum (rule 3.5)"
        return [box, f"direction  {describe_direction(fact, problem)}"]
    if not isinstance(fact, Minimum):
        return []
    lines = [f"loss       at the minimum: {enclosure_text(fact, 12)}"]
    where = "on the box" if fact.radius else "there"
    lines.append(f"curvature  every eigenvalue of the Hessian {where} is at least {decimal_text(fact.curvature, 4, up=False)}")
    off = f"from the evidence's center to the minimum: at most {decimal_text(fact.distance, 3, up=True)}"
    lines.append(f"distance   {off if fact.distance else 'the center is the minimum, exactly (rule 3.1b)'}")
    if fact.radius:
        lines.append(f"radius     it is the only critical point within {decimal_text(fact.radius, 4, up=False)}")
        lines.append(f"barrier    on that sphere the loss is higher by at least {decimal_text(barrier(fact), 4, up=False)}")
    if fact.witness_loss is not None:
        loss, gap = decimal_text(fact.witness_loss, 6, up=True), decimal_text(fact.gap, 6, up=False)
        lines.append(f"witness    parameters with loss at most {loss}: lower by at least {gap}")
    return lines


def _not_claimed(fact: Fact) -> list[str]:
    if not isinstance(fact, Minimum):
        return ["anything outside that box"]
    lines = ["that it is the only minimum, that training finds it, or anything about other data or widths"]
    return [*lines, "that the witness is a minimum, or the best" if fact.witness_loss is not None else "that it is, or is not, global"]
