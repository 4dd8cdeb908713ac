"""What carries statements about widths: the theorem on wide networks, spanning features, one more
unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.kinds import StatementKind
from exactland.certificates.steps import (
    IndependentInputs,
    OneMoreUnit,
    SpanningFeatures,
    WideLayer,
    WideTheorem,
)
from exactland.model.problem import Problem
from exactland.model.words import describe_activation
from exactland.numerics.exact_linear import rational_kernel
from exactland.reports.lines import Line, StepInWords

IDENTITIES = 6  # that are shown
PROOF = (  # line by line
    (
        "Proof (rule 4.2). Let S be a sub-optimal basin and p any of its points. If the last"
        " features at p (with a column 1 for an output"
    ),
    (
        "bias) are dependent, moving the output weights along their kernel changes nothing: a line"
        " of equal loss through p leaves the"
    ),
    (
        "compact S, and just beyond its last point in S there are points outside, as near as one"
        " likes, with the same loss: S is no basin."
    ),
    (
        "Otherwise they are independent and as many as samples, so the last layer alone reaches all"
        " outputs, and with them a q whose loss is"
    ),
    (
        "below that of all points of S. The loss is convex on the segment from p to q, and smaller"
        " at q than at the last point of the segment"
    ),
    "in S; so right after that point it is smaller than there: S is no basin.",
)
NO_BASIN_AT_ALL = (
    "With more columns than samples the features are always dependent: there is no basin at all."
)


PROOF_OF_DEPENDENT_ENTRIES = (
    (
        "Proof (rule 4.7). The incoming weights of a unit of the first layer, its bias among them,"
        " can move by multiples of that combination and change nothing: a line of equal loss"
    ),
    "through every point. No basin contains one.",
)
PROOF_OF_INDEPENDENT_INPUTS = (
    (
        "Proof (rule 4.7). A unit of the first layer whose outgoing weights are 0 can take any"
        " incoming weights: a line of equal loss."
    ),
    (
        "Else make its outgoing weights larger and its values smaller by the same factor. Incoming"
        " weights for these values exist, as the inputs are independent: a curve of equal loss."
    ),
    (
        "Along it either the factor grows without end, or some value reaches the end of the range"
        " of the activation, and the incoming weights grow without end. No basin contains it."
    ),
)
PROOF_OF_WIDE_LAYER = (
    (
        "Proof (rule 4.6). Let p be in a basin. If the columns of what enters the next layer are"
        " dependent at p, its weights can move along a line and change nothing: p is in no basin."
    ),
    (
        "Else the rows of so many samples, which determine those of all others, are an invertible"
        " matrix. Move any weight below without end, and keep the next pre-activations by its"
        " inverse: a curve of equal loss, which the basin"
    ),
    (
        "contains. It is bounded, so the curve ends where the matrix is not invertible any more: at"
        " a point that the basin contains and that is in none."
    ),
)


def wide_theorem(step: WideTheorem, problem: Problem, kind: StatementKind) -> StepInWords:
    """Rule 4.2: its hypotheses, as this network fulfils them, and its proof."""
    network = problem.network
    width = network.hidden[-1].units + network.output_bias
    plus = " with the output bias" if network.output_bias else ""
    compared = ">" if width > problem.samples else ">="
    lines = (
        Line(
            "width",
            f"of the last hidden layer{plus}: {width} {compared} {problem.samples}, the number of"
            " samples",
        ),
        Line("loss", f"{problem.loss}: convex in the outputs"),
        Line("activation", "any (its values are all that is used)"),
        Line("data", _about_the_data(problem)),
    )
    more = (NO_BASIN_AT_ALL,) if kind is StatementKind.NO_BASIN else ()
    return StepInWords(step, lines, (*PROOF, *more))


def wide_layer(step: WideLayer, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.6: its hypotheses, as this network fulfils them, and its proof."""
    _, columns, bias = problem.network.shapes()[step.layer + 1]
    plus = " with the bias of the next layer" if bias else ""
    different = len(set(problem.x))
    what = f"{different}, the number of different inputs"
    left = problem.samples - len(step.identities)
    if left < different:
        what = f"{left}, the samples without identities"
    lines = (
        Line("width", f"of hidden layer {step.layer + 1}{plus}: {columns + bias} >= {what}"),
        Line(
            "activation",
            f"up to hidden layer {step.layer + 1} continuous on the whole line; after it, any",
        ),
        Line("loss", f"{problem.loss}, of which nothing is used (rule 4.6)"),
    )
    return StepInWords(step, lines, PROOF_OF_WIDE_LAYER)


def independent_inputs(
    step: IndependentInputs, problem: Problem, _kind: StatementKind
) -> StepInWords:
    """Rule 4.7: the one of its two cases that this problem is, and the proof of that."""
    first = problem.network.hidden[0]
    one = (Fraction(1),) if first.bias else ()
    rows = [(*x, *one) for x in dict.fromkeys(problem.x)]
    plus = ", each with a 1 for the bias," if first.bias else ""
    width = Line("width", "any, as are the layers after the first and the loss (rule 4.7)")
    if rational_kernel(rows):
        lines = (
            Line("inputs", f"some combination of their entries{plus} is 0 at all samples"),
            Line("activation", "any"),
            width,
        )
        return StepInWords(step, lines, PROOF_OF_DEPENDENT_ENTRIES)
    shrinking = f"{describe_activation(first.activation)}: its values can be made smaller"
    lines = (
        Line("inputs", f"{len(rows)} different ones{plus} are linearly independent"),
        Line("activation", f"of the first layer {shrinking}, down to 0 or without end"),
        width,
    )
    return StepInWords(step, lines, PROOF_OF_INDEPENDENT_INPUTS)


def _about_the_data(problem: Problem) -> str:
    repeated = problem.samples - len(set(problem.x))
    if repeated:
        return f"any; {repeated} of the inputs occur before"
    return "any; the inputs are distinct, which is not needed"


def spanning_features(
    step: SpanningFeatures, problem: Problem, _kind: StatementKind
) -> StepInWords:
    """Rule 4.3."""
    lines = []
    known = len(step.identities)
    rank = problem.samples - known
    if rank:
        columns = ", ".join(map(str, step.columns))
        words = f"{rank}: the features of {rank} samples in columns {columns} are independent"
        lines.append(Line("rank", f"{words} (rule 4.3)"))
    if known:
        words = (
            f"{known}: combinations of samples that every output of this network satisfies,"
            " whatever its weights:"
        )
        lines.append(Line("identities", words))
        shown = map(_combination_of_samples, step.identities[:IDENTITIES])
        lines += [Line("", f"{combination} = 0") for combination in shown]
    convex = (
        "so the last layer alone reaches every output the network can have: the loss is convex on"
        " the way to its infimum"
    )
    lines.append(Line("", convex))
    return StepInWords(step, tuple(lines))


def _combination_of_samples(coefficients: Sequence[Fraction]) -> str:
    """The outputs at the samples, each with its coefficient, as a sum."""
    terms: list[str] = []
    for sample, coefficient in enumerate(coefficients, 1):
        if not coefficient:
            continue
        plus = "+ " if terms else ""
        sign = "- " if coefficient < 0 else plus
        factor = "" if abs(coefficient) == 1 else f"{abs(coefficient)} "
        terms.append(f"{sign}{factor}f(x{sample})")
    return " ".join(terms)


def one_more_unit(step: OneMoreUnit, problem: Problem, _kind: StatementKind) -> StepInWords:
    """Rule 4.5."""
    weights = ", ".join(map(str, step.weights))
    last = " (bias last)" if problem.network.hidden[-1].bias else ""
    if problem.loss == "half-squared-error":
        goal = "zero loss"
    else:
        goal = "the infimum of the loss, or as near to it as one likes"
    lines = (
        Line(
            "new unit",
            f"incoming weights {weights}{last}, output weights zero: the outputs are the same",
        ),
        Line(
            "",
            f"on the whole box the last features and the new one are {problem.samples} independent"
            " columns (rule 4.5):",
        ),
        Line(
            "",
            f"from every point of the box, moving the last layer alone leads to {goal}, never above"
            " the start",
        ),
    )
    return StepInWords(step, lines)
