"""The steps of a certificate: one frozen dataclass a rule (docs/reference/format.md, section 3).

A field is what the rule takes; what it is called in files, if that is another name, stands in its
metadata. Numbers are exact. Nothing here is believed: steps are hints for the checkers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from exactland.certificates.kinds import Rule
from exactland.model.numbers import Vector

Matrix = tuple[Vector, ...]
Indices = tuple[int, ...]
PRECISION = 128  # bits, where a rule needs no more


class LineReason(StrEnum):
    """Why nothing changes along a line: what enters the layer vanishes, or no output is reached."""

    KERNEL = "kernel"
    IDLE = "idle"


class SegmentReason(StrEnum):
    """Why the loss does not rise on a segment of a path."""

    CONVEX = "convex"
    KERNEL = "kernel"
    IDLE = "idle"
    SMALL = "small"
    SLOPE = "slope"


class PotentialReason(StrEnum):
    """What shows the sign of a unit's potential."""

    FLAT = "flat"
    DEFINITE = "definite"
    MIDPOINTS = "midpoints"


class Order(StrEnum):
    """Which derivative along a direction keeps a strict sign."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True)
class StepReference:
    """An earlier step of the same certificate, by its number from 0."""

    step: int


@dataclass(frozen=True)
class Midpoint:
    """Sample `middle` is the midpoint of the two samples `ends`; its weight in a potential."""

    ends: tuple[int, int]
    middle: int
    weight: Fraction


@dataclass(frozen=True)
class StrictMinimum:
    """A strict local minimum near `center`: the Hessian on a box is positive definite (rule 3.1).

    `curvature`: lambda, at most its least eigenvalue; `slope`: gamma, at least the gradient's norm.
    """

    rule: ClassVar = Rule.STRICT_MINIMUM
    center: Vector
    radius: Fraction
    curvature: Fraction = field(metadata={"name": "lambda"})
    slope: Fraction = field(metadata={"name": "gamma"})
    precision: int


@dataclass(frozen=True)
class ExactMinimum:
    """A strict local minimum exactly at `center`, calculated over the rationals (rule 3.1b)."""

    rule: ClassVar = Rule.EXACT_MINIMUM
    center: Vector


@dataclass(frozen=True)
class SubOptimal:
    """The minimum of an earlier step is not global: the loss at `witness` is lower (rule 3.2)."""

    rule: ClassVar = Rule.SUB_OPTIMAL
    minimum: int
    witness: Vector
    gap: Fraction
    precision: int = PRECISION


@dataclass(frozen=True)
class Rim:
    """A basin in a box: on all its faces the loss is above that at `center` (rule 3.3).

    `cover`: how the faces and the box are cut, and where planes touch the loss.
    """

    rule: ClassVar = Rule.RIM
    center: Vector
    radii: Vector
    cover: Indices
    precision: int


@dataclass(frozen=True)
class FlatPotentials:
    """A local minimum: the potential of every unit vanishes near its weights (rule 3.4)."""

    rule: ClassVar = Rule.FLAT_POTENTIALS
    center: Vector


@dataclass(frozen=True)
class Potentials:
    """A local minimum: no potential of a unit is negative near its weights (rule 3.4b).

    `units`: a reason for each. `fitted`: with the best output biases in place of those of `center`.
    """

    rule: ClassVar = Rule.POTENTIALS
    center: Vector
    units: tuple[PotentialReason, ...]
    midpoints: tuple[Midpoint, ...]
    fitted: bool
    precision: int = PRECISION


@dataclass(frozen=True)
class NoMinimum:
    """No local minimum in a box: a slope or a curvature keeps its sign there (rule 3.5)."""

    rule: ClassVar = Rule.NO_MINIMUM
    center: Vector
    radius: Fraction
    direction: Vector
    order: Order
    precision: int = PRECISION


@dataclass(frozen=True)
class GlobalMinimum:
    """The residual at `center` is orthogonal to all the network can output (rules 3.6, 3.7)."""

    rule: ClassVar = Rule.GLOBAL_MINIMUM
    center: Vector


@dataclass(frozen=True)
class ConstantLine:
    """The loss is constant on the whole line through `center` and `witness` (rule 4.1)."""

    rule: ClassVar = Rule.CONSTANT_LINE
    center: Vector
    witness: Vector
    reason: LineReason


@dataclass(frozen=True)
class DependentColumns:
    """Of these columns of what enters a layer there are more than different rows (rule 4.1)."""

    rule: ClassVar = Rule.DEPENDENT_COLUMNS
    center: Vector
    layer: int
    columns: Indices


@dataclass(frozen=True)
class RescaledUnit:
    """A positively homogeneous unit can be rescaled without end (rule 4.1h)."""

    rule: ClassVar = Rule.RESCALED_UNIT
    center: Vector


@dataclass(frozen=True)
class WideTheorem:
    """The last hidden layer is as wide as there are samples (rule 4.2)."""

    rule: ClassVar = Rule.WIDE_THEOREM


@dataclass(frozen=True)
class WideLayer:
    """A hidden layer, 0 the first, is as wide as there are samples that differ (rule 4.6)."""

    rule: ClassVar = Rule.WIDE_LAYER
    layer: int
    identities: Matrix


@dataclass(frozen=True)
class IndependentInputs:
    """The inputs that differ are independent, and values of the first activation can be made
    smaller; or some combination of the entries of inputs is 0 at all samples (rule 4.7).
    """

    rule: ClassVar = Rule.INDEPENDENT_INPUTS


@dataclass(frozen=True)
class NoBadValley:
    """The one hidden layer is as wide as there are different inputs (rule 4.8)."""

    rule: ClassVar = Rule.NO_BAD_VALLEY


@dataclass(frozen=True)
class Pyramid:
    """What enters a layer, 0 the first, has full rank at the center, and from there on no layer is
    wider than the one before (rule 4.8p).

    The minor of these rows (samples) and columns is invertible, as a rough inverse shows.
    """

    rule: ClassVar = Rule.PYRAMID
    layer: int
    center: Vector
    rows: Indices
    columns: Indices
    inverse: Matrix
    precision: int


@dataclass(frozen=True)
class SpanningFeatures:
    """The last features span all that the identities of the network leave (rule 4.3).

    The minor of these rows (samples) and columns is invertible, as a rough inverse shows.
    """

    rule: ClassVar = Rule.SPANNING_FEATURES
    center: Vector
    identities: Matrix
    rows: Indices
    columns: Indices
    inverse: Matrix
    precision: int


@dataclass(frozen=True)
class Path:
    """A path on which the loss is never above its start plus eta (rule 4.4).

    `end`: the loss at its last point is at most this, or an earlier step says how it goes on there.
    """

    rule: ClassVar = Rule.PATH
    points: Matrix
    reasons: tuple[SegmentReason, ...]
    eta: Fraction
    end: Fraction | StepReference
    precision: int


@dataclass(frozen=True)
class OneMoreUnit:
    """With one more unit of these weights the last features on a box are independent (rule 4.5)."""

    rule: ClassVar = Rule.ONE_MORE_UNIT
    minimum: int
    weights: Vector
    inverse: Matrix
    precision: int


Step = (
    StrictMinimum
    | ExactMinimum
    | SubOptimal
    | Rim
    | FlatPotentials
    | Potentials
    | NoMinimum
    | GlobalMinimum
    | ConstantLine
    | DependentColumns
    | RescaledUnit
    | WideTheorem
    | WideLayer
    | IndependentInputs
    | NoBadValley
    | Pyramid
    | SpanningFeatures
    | Path
    | OneMoreUnit
)
STEPS: dict[Rule, type[Step]] = {
    step.rule: step
    for step in (
        StrictMinimum,
        ExactMinimum,
        SubOptimal,
        Rim,
        FlatPotentials,
        Potentials,
        NoMinimum,
        GlobalMinimum,
        ConstantLine,
        DependentColumns,
        RescaledUnit,
        WideTheorem,
        WideLayer,
        IndependentInputs,
        NoBadValley,
        Pyramid,
        SpanningFeatures,
        Path,
        OneMoreUnit,
    )
}
