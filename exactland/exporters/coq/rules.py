"""Which steps can be exported, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from exactland.certificates.steps import (
    ConstantLine,
    DependentColumns,
    ExactMinimum,
    FlatPotentials,
    GlobalMinimum,
    IndependentInputs,
    NoBadValley,
    NoMinimum,
    OneMoreUnit,
    Path,
    Potentials,
    Pyramid,
    RescaledUnit,
    Rim,
    SpanningFeatures,
    Step,
    StrictMinimum,
    SubOptimal,
    WideLayer,
    WideTheorem,
)
from exactland.errors import InputError
from exactland.exporters.coq import deep, enclosed, exact, wide
from exactland.exporters.coq.evidence import Evidence
from exactland.exporters.coq.statement import Stated

# of what is stated, the step that shows it, and what goes with it: the lines of the file
Export = Callable[[Stated, Any, Evidence], list[str]]


@dataclass(frozen=True)
class NotExported:
    """A step that no file can be made from alone, and why."""

    reason: str


def _wide_theorem(said: Stated, step: WideTheorem, evidence: Evidence) -> list[str]:
    export = wide.export if said.is_shallow else deep.export_last_layer
    return export(said, step, evidence)


BESIDE_A_MINIMUM = NotExported("it can only go with a minimum at the same point, by another rule")
BY_STEP: Mapping[type[Step], Export | NotExported] = {
    StrictMinimum: enclosed.export,
    ExactMinimum: exact.export,
    SubOptimal: NotExported("it can only go with the minimum it is about"),
    Rim: NotExported("bounds of the loss on parts of a box are hypotheses in Coq, not calculated"),
    FlatPotentials: exact.export,
    Potentials: exact.export,
    NoMinimum: NotExported("slopes and curvatures on a box are hypotheses in Coq, not calculated"),
    GlobalMinimum: NotExported("identities (rules 3.6 and 3.7) are not in Coq"),
    ConstantLine: BESIDE_A_MINIMUM,
    DependentColumns: NotExported("that rows are equal is a hypothesis in Coq, not calculated"),
    RescaledUnit: BESIDE_A_MINIMUM,
    WideTheorem: _wide_theorem,
    WideLayer: deep.export_wide_layer,
    IndependentInputs: deep.export_independent_inputs,
    NoBadValley: deep.export_no_bad_valley,
    Pyramid: NotExported("that what enters a layer has full rank is shown by balls, not in Coq"),
    SpanningFeatures: NotExported("that features are independent is shown by balls, not in Coq"),
    Path: NotExported("bounds of the loss along segments are hypotheses in Coq, not calculated"),
    OneMoreUnit: NotExported("that a matrix is invertible on a box is not calculated in Coq"),
}
# steps of networks of any depth, with any loss
ANY_DEPTH = (WideTheorem, WideLayer, IndependentInputs, NoBadValley)
EXPORTED = tuple(
    str(step.rule) for step, export in BY_STEP.items() if not isinstance(export, NotExported)
)
ONLY = (
    f"only what rule {', '.join(EXPORTED)} shows, and a better point by 3.2, can be exported to Coq"
)


def export_of(step: Step) -> Export:
    """How a file is made from a step. Raises InputError, with the reason, where there is no way."""
    export = BY_STEP[type(step)]
    if isinstance(export, NotExported):
        raise InputError("evidence.steps", f"{ONLY}; of rule {step.rule}: {export.reason}")
    return export
