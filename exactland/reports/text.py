"""Problems and certificates as plain text, for a terminal.

Every number shown about a certificate was recomputed by the kernel just before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from exactland.certificates.kinds import StatementKind
from exactland.model.activations import Expression
from exactland.model.network import Layer
from exactland.model.problem import Problem
from exactland.model.words import describe_activation
from exactland.reports.lines import Line, StepInWords, plural
from exactland.reports.view import CertificateView

ROWS = 12  # of data shown
ENTRIES = 8  # of one sample shown
NAMES = 16  # of parameters shown
NAMED = 10**4  # parameters up to which there are names at all
MARGIN = " " * 10
LABEL = 11  # columns of a label


def describe_problem(problem: Problem) -> list[str]:
    """Network, loss and data."""
    lines = [f"Network   {_network(problem)}.", f"{MARGIN}{_parameters(problem)}."]
    for k, layer in enumerate(problem.network.hidden, 1):
        if not isinstance(layer.activation, Expression):
            lines.append(f"{MARGIN}Layer {k}: {layer.activation.smooth_on()}.")
    lines.append(f"Loss      {problem.loss}, summed over the samples.")
    lines.append(f"Data      N = {problem.samples} samples (x -> y):")
    for x, y in zip(problem.x[:ROWS], problem.y[:ROWS]):
        lines.append(f"{MARGIN}  {_tuple(x)} -> {_tuple(y)}")
    if problem.samples > ROWS:
        lines.append(f"{MARGIN}  ... and {problem.samples - ROWS} more")
    return lines


def _network(problem: Problem) -> str:
    network = problem.network
    inputs = f"{network.inputs} input{plural(network.inputs)}"
    hidden = ", then ".join(map(_layer, network.hidden))
    outputs = (
        f"{network.outputs} linear output{plural(network.outputs)} {_with(network.output_bias)}"
    )
    return f"{inputs}; {hidden}; {outputs}"


def _layer(layer: Layer) -> str:
    activation = describe_activation(layer.activation)
    return f"{layer.units} unit{plural(layer.units)} {_with(layer.bias)} ({activation})"


def _with(bias: bool) -> str:
    return "with bias" if bias else "without bias"


def _parameters(problem: Problem) -> str:
    count = f"P = {problem.parameters} parameters"
    if problem.parameters > NAMED:
        return count
    names = problem.network.parameter_names()
    shown = names[:NAMES] + (["..."] if len(names) > NAMES else [])
    return f"{count}: {', '.join(shown)}"


def _tuple(values: tuple[Fraction, ...]) -> str:
    texts = [str(v) for v in values[:ENTRIES]]
    if len(values) > ENTRIES:
        texts.append("...")
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def describe_certificate(shown: CertificateView) -> list[str]:
    """A verified certificate for a reader who has never seen the format."""
    return [
        *describe_problem(shown.problem),
        "",
        f"Claim     {shown.claim}",
        *_center(shown),
        "",
        "Carried by (recomputed by the kernel just now)",
        *_indented(map(_line, shown.proved)),
        *_indented(_steps(shown.carried_by)),
        "",
        "Not claimed",
        *_indented(shown.not_claimed),
        "",
        "Kernel    verified",
    ]


def _center(shown: CertificateView) -> list[str]:
    if not shown.center:
        return []
    what = "Parameters" if shown.is_exact else "Center"
    entries = [f"{p.name} = {p.value.to(8)}" for p in shown.center[:NAMES]]
    more = " ..." if len(shown.center) > NAMES else ""
    return [f"{MARGIN}{what}, to 8 digits: {', '.join(entries)}{more}."]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"{MARGIN}{line}".rstrip() for line in lines]


def _line(line: Line) -> str:
    return f"{line.label:<{LABEL}}{'  ' * line.depth}{line.words}"


def _steps(steps: Iterable[StepInWords]) -> Iterator[str]:
    for step in steps:
        for k, line in enumerate(step.lines):
            is_aside = step.is_elsewhere and k == 0
            text = _line(line)
            yield f"(not about the stated parameters: {text})" if is_aside else text
        if step.proof:
            yield ""
            yield from step.proof


def headline(kind: StatementKind) -> str:
    """In a few words, that something of this kind is certified.

    >>> headline(StatementKind.BAD_BASIN)
    'bad basin certified'
    """
    return f"{kind.words} certified"
