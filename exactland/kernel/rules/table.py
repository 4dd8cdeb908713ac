"""Which class a step by which rule is of."""

from collections.abc import Mapping
from typing import Protocol

from ..facts import Fact, Facts
from ..network.layout import Problem
from .constant_line import ConstantLineStep, DependentColumnsStep, RescaledUnitStep
from .global_minimum import GlobalMinimumStep
from .no_minimum import NoMinimumStep
from .one_more_unit import OneMoreUnitStep
from .path import PathStep
from .potentials import FlatPotentialsStep, PotentialsStep
from .rim import RimStep
from .spanning import SpanningFeaturesStep
from .strict_minimum import ExactMinimumStep, StrictMinimumStep, SubOptimalStep
from .wide_theorem import WideTheoremStep


class Step(Protocol):
    """A step that was read."""

    def fact(self, problem: Problem, earlier: Facts, /) -> Fact:
        """What the step proves by its rule; or Rejected, or Undefined."""


RULES: Mapping[str, type[Step]] = {
    "3.1": StrictMinimumStep,
    "3.1b": ExactMinimumStep,
    "3.2": SubOptimalStep,
    "3.3": RimStep,
    "3.4": FlatPotentialsStep,
    "3.4b": PotentialsStep,
    "3.5": NoMinimumStep,
    "3.7": GlobalMinimumStep,
    "4.1": ConstantLineStep,
    "4.1c": DependentColumnsStep,
    "4.1h": RescaledUnitStep,
    "4.2": WideTheoremStep,
    "4.3": SpanningFeaturesStep,
    "4.4": PathStep,
    "4.5": OneMoreUnitStep,
}
