"""Why nothing was proved, and what would help: codes with their words. Nothing parses the words."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a prover proposes nothing, or why a proposal came to nothing. `words` has named gaps."""

    NO_CRITICAL_POINT = "no-critical-point"
    SINGULAR_HESSIAN = "singular-hessian"
    NO_HESSIAN = "no-hessian"
    NEGATIVE_CURVATURE = "negative-curvature"
    NO_BOX_LARGE_ENOUGH = "no-box-large-enough"
    NO_STRICT_SIGN = "no-strict-sign"
    NO_POTENTIALS = "no-potentials"
    NO_RIM = "no-rim"
    ON_A_LINE = "on-a-line"
    SHOWS_LESS = "shows-less"
    NO_BETTER_POINT = "no-better-point"
    NO_TRAINED_POINT = "no-trained-point"
    NO_RANK = "no-rank"
    TOO_NARROW = "too-narrow"
    NOT_ACCEPTED = "not-accepted"
    OVER_THE_CAP = "over-the-cap"
    OTHERWISE_DECIDED = "otherwise-decided"
    ELSEWHERE = "elsewhere"
    OUT_OF_BUDGET = "out-of-budget"
    NO_PATH = "no-path"
    NO_LOWER_POINT = "no-lower-point"
    NOT_SPANNING = "not-spanning"
    NO_SMALL_STEP = "no-small-step"
    NOT_BELOW = "not-below"
    OTHER_WIDTH = "other-width"
    NO_BOX_OF_A_MINIMUM = "no-box-of-a-minimum"
    NO_WEIGHTS = "no-weights"
    NOT_SETTLED = "not-settled"
    NO_VALLEY_RULE = "no-valley-rule"

    @property
    def words(self) -> str:
        return _REASONS[self]


_REASONS = {
    Reason.NO_CRITICAL_POINT: "no critical point was found within {radius} of the point",
    Reason.SINGULAR_HESSIAN: "the Hessian looks singular in {count}: {directions}",
    Reason.NO_HESSIAN: (
        "the Hessian does not exist there (a kink, or outside an activation's domain), or numbers"
        " are too large to resolve it"
    ),
    Reason.NEGATIVE_CURVATURE: "the Hessian looks bent down (least eigenvalue {eigenvalue})",
    Reason.NO_BOX_LARGE_ENOUGH: (
        "the Hessian looks positive definite (least eigenvalue {eigenvalue}) but no box was large"
        " enough"
    ),
    Reason.NO_STRICT_SIGN: (
        "neither slope nor curvature keeps a strict sign on the whole box around the point"
    ),
    Reason.NO_POTENTIALS: "its unit potentials do not show a local minimum",
    Reason.NO_RIM: "no box around it was found on whose rim the loss is higher",
    Reason.ON_A_LINE: "a line or curve of equal loss leads through it without end",
    Reason.SHOWS_LESS: "rule {shown_by} shows a {what}, no more",
    Reason.NO_BETTER_POINT: "no point with a smaller loss was found",
    Reason.NO_TRAINED_POINT: (
        "none of the points where {starts} trainings stopped could be certified (lowest loss seen"
        " {loss})"
    ),
    Reason.NO_RANK: (
        "at none of the layers are the features shown to be dependent, the last ones are not shown"
        " to span all the network can reach, the residual is not shown to be orthogonal to that,"
        " and moving the last layer alone is not shown to lower the loss"
    ),
    Reason.TOO_NARROW: "{what}",
    Reason.NO_VALLEY_RULE: "that there is no bad valley is not shown: {what}",
    Reason.NOT_ACCEPTED: "the kernel did not accept {what}: {says}",
    Reason.OVER_THE_CAP: "the kernel: {says}",
    Reason.OTHERWISE_DECIDED: (
        "{says} (rule {shown_by}), so they are no strict minimum and in no bad basin"
    ),
    Reason.ELSEWHERE: "what rule {shown_by} shows is not within the distance asked about",
    Reason.OUT_OF_BUDGET: "the budget of {spent} is spent",
    Reason.NO_PATH: "no certified end of a path was found",
    Reason.NO_LOWER_POINT: (
        "no lower point was found by moving the last layer, idle units and then the last layer, or"
        " down a slope"
    ),
    Reason.NOT_SPANNING: (
        "the last features span {rank} of the {needed} dimensions the outputs can have, and {why}"
    ),
    Reason.NO_SMALL_STEP: "no small step within eta was found to lead to full features",
    Reason.NOT_BELOW: (
        "a way was found, but no explicit parameters with a loss of at most {below} at its end"
    ),
    Reason.OTHER_WIDTH: (
        "one more unit makes the last hidden layer as wide as {width}, not {samples}"
    ),
    Reason.NO_BOX_OF_A_MINIMUM: (
        "the certificate does not have a box around a sub-optimal strict minimum (rules 3.1 and"
        " 3.2)"
    ),
    Reason.NOT_SETTLED: "Newton's iteration does not settle from this start",
    Reason.NO_WEIGHTS: (
        "no weights were found with which one more unit makes the last features independent on a"
        " box around the minimum"
    ),
}


class Advice(StrEnum):
    """What would help. `words` has named gaps."""

    ANOTHER_POINT = "another-point"
    SMALLER_WITHIN = "smaller-within"
    REGULAR_POINT = "regular-point"
    MORE_STARTS = "more-starts"
    MORE_STARTS_OR_CLAIM = "more-starts-or-claim"
    NON_REDUNDANT_LOSS = "non-redundant-loss"
    MORE_UNITS = "more-units"
    WIDER_PYRAMID = "wider-pyramid"
    EXACT_AND_WIDE = "exact-and-wide"
    CLASSIFY = "classify"
    LARGER_BUDGET = "larger-budget"
    ANOTHER_SEED = "another-seed"
    SEED_OR_ETA = "seed-or-eta"
    LARGER_BELOW = "larger-below"
    WIDER_LAYER = "wider-layer"
    NEXT_WIDTH = "next-width"
    SMOOTH_MINIMUM = "smooth-minimum"
    ANOTHER_BOX = "another-box"
    CLOSER_START = "closer-start"

    @property
    def words(self) -> str:
        return _ADVICE[self]


_ADVICE = {
    Advice.ANOTHER_POINT: "another point, or a larger --within",
    Advice.SMALLER_WITHIN: "--within {radius}: that close to the point there is no local minimum",
    Advice.REGULAR_POINT: "a point with a non-singular Hessian, or a rule for flat minima",
    Advice.MORE_STARTS: (
        "more starts, another seed, or a point to start from; a network whose last hidden layer is"
        " as wide as the number of samples has no bad basin"
    ),
    Advice.MORE_STARTS_OR_CLAIM: "more starts, or --claim strict-minimum",
    Advice.NON_REDUNDANT_LOSS: (
        "the loss multinomial-logistic: softmax has no strict minimum, equal changes of all outputs"
        " do not change it; a network whose last hidden layer is as wide as the number of samples"
        " has no bad basin"
    ),
    Advice.MORE_UNITS: (
        "{units} units in layer {layer}; the theorem says nothing about narrower networks"
    ),
    Advice.WIDER_PYRAMID: (
        "a hidden layer as wide as there are different inputs, with layers after it that do not"
        " grow and strictly monotone activations followed by a bias; or one hidden layer that wide"
    ),
    Advice.EXACT_AND_WIDE: (
        "the point is not decided by the rank rule; a network whose last hidden layer is as wide as"
        " the number of samples, with exact activations, is, unless its numbers grow too long"
    ),
    Advice.CLASSIFY: (
        "`classify`, which certifies that of exactly this point; other points nearby are another"
        " matter"
    ),
    Advice.LARGER_BUDGET: "a larger {option}",
    Advice.ANOTHER_SEED: "another seed",
    Advice.SEED_OR_ETA: (
        "another seed, --eta for a path with a small rise, or `classify`, which decides the point"
        " itself"
    ),
    Advice.LARGER_BELOW: (
        "a larger --below, or none: without it the path ends where the last layer alone leads to"
        " the infimum"
    ),
    Advice.WIDER_LAYER: "a wider last hidden layer",
    Advice.NEXT_WIDTH: "a minimum at the width just below",
    Advice.SMOOTH_MINIMUM: "a smooth one that has",
    Advice.ANOTHER_BOX: "another box",
    Advice.CLOSER_START: "a start closer to a minimum",
}
