"""Which class a step by which rule is of."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from ..facts import Fact
from ..network import Problem
from . import (
    constant_line,
    global_minimum,
    independent_inputs,
    no_minimum,
    one_more_unit,
    path,
    potentials,
    rim,
    spanning,
    strict_minimum,
    valleys,
    wide_theorem,
)


class Step(Protocol):
    """A step that was read."""

    def fact(self, problem: Problem, /) -> Fact:
        """What the step proves by its rule; or Rejected, or Undefined."""


RULES: Mapping[str, type[Step]] = MappingProxyType(
    {
        "3.1": strict_minimum.StrictMinimumStep,
        "3.1b": strict_minimum.ExactMinimumStep,
        "3.2": strict_minimum.SubOptimalStep,
        "3.3": rim.RimStep,
        "3.4": potentials.FlatPotentialsStep,
        "3.4b": potentials.PotentialsStep,
        "3.5": no_minimum.NoMinimumStep,
        "3.7": global_minimum.GlobalMinimumStep,
        "4.1": constant_line.ConstantLineStep,
        "4.1c": constant_line.DependentColumnsStep,
        "4.1h": constant_line.RescaledUnitStep,
        "4.2": wide_theorem.WideTheoremStep,
        "4.3": spanning.SpanningFeaturesStep,
        "4.4": path.PathStep,
        "4.5": one_more_unit.OneMoreUnitStep,
        "4.6": wide_theorem.WideLayerStep,
        "4.7": independent_inputs.IndependentInputsStep,
        "4.8": valleys.NoBadValleyStep,
        "4.8p": valleys.PyramidStep,
    }
)
