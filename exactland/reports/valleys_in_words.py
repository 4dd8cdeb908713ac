"""What carries statements about valleys: rules 4.8 and 4.8p."""

from __future__ import annotations

from exactland.certificates.kinds import StatementKind
from exactland.certificates.steps import NoBadValley, Pyramid
from exactland.model.problem import Problem
from exactland.reports.lines import Line, StepInWords

PROOF = (
    (
        "Proof (rule 4.8). While the features are dependent, a unit whose column is a combination"
        " of others hands its output weights over to them: the outputs stay. Then its incoming"
    ),
    (
        "weights are free; if they can make a column outside of the span, they do. In the end the"
        " span contains every column a unit can have: the last layer alone reaches all outputs,"
    ),
    "and the loss is convex on the way to better ones. It never rises.",
)
PROOF_OF_PYRAMID = (
    (
        "Proof (rule 4.8p). A move on which the loss rises by less than eta makes the rank full and"
        " the weights of later layers independent. Then every path of outputs is one of parameters:"
    ),
    (
        "the layer makes any pre-activations, and later activations are inverted, after their"
        " features were scaled into the range. The segment to better outputs is such a path; the"
        " loss is convex on it."
    ),
)


def no_bad_valley(step: NoBadValley, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.8: its hypotheses, as this network fulfils them, and its proof."""
    units = problem.network.hidden[0].units
    plus = " and 1 for the output bias" if problem.network.output_bias else ""
    different = len(set(problem.x))
    lines = (
        Line("width", f"{units} hidden units{plus}, for {different} different inputs (rule 4.8)"),
        Line("activation", "continuous on the whole line; nothing else of it is used"),
        Line("loss", f"{problem.loss}: convex in the outputs"),
    )
    return StepInWords(step, lines, PROOF)


def pyramid(step: Pyramid, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.8p: its hypotheses, as this network fulfils them, and its proof."""
    layers = [layer.units for layer in problem.network.hidden]
    later = [*layers[step.layer :], problem.network.outputs]
    rank = f"{len(step.rows)} different inputs"
    full = f"the {rank} are independent"
    if step.layer:
        full = f"of what hidden layer {step.layer} makes of {rank}, at some parameters"
    lines = [
        Line("full rank", f"{full} (rule 4.8p)"),
        Line("widths", f"from there on {', '.join(map(str, later))}, outputs last: none grows"),
    ]
    if layers[step.layer :]:
        inverted = "strictly monotone, and 0 is a value of each, or a bias follows"
        lines.append(Line("activation", f"from there on {inverted}"))
    lines.append(Line("loss", f"{problem.loss}: convex in the outputs"))
    return StepInWords(step, tuple(lines), PROOF_OF_PYRAMID)
