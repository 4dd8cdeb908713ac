"""What carries a certificate, step by step: a table of the rules, one function each.

The kernel has just accepted these steps; nothing here checks them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import Rule, StatementKind
from exactland.certificates.statements import Statement
from exactland.certificates.steps import (
    ConstantLine,
    DependentColumns,
    ExactMinimum,
    GlobalMinimum,
    NoMinimum,
    RescaledUnit,
    SpanningFeatures,
    Step,
    StrictMinimum,
    SubOptimal,
)
from exactland.model.problem import Problem
from exactland.reports.lines import StepInWords
from exactland.reports.minima_in_words import flat_potentials, potentials, rim
from exactland.reports.paths_in_words import path
from exactland.reports.points_in_words import (
    constant_line,
    dependent_columns,
    global_minimum,
    rescaled_unit,
)
from exactland.reports.valleys_in_words import no_bad_valley, pyramid
from exactland.reports.widths_in_words import (
    independent_inputs,
    one_more_unit,
    spanning_features,
    wide_layer,
    wide_theorem,
)

# of a step of the rule: the problem and the kind of the statement say what the step itself does not
Describe = Callable[[Any, Problem, StatementKind], StepInWords]
AtOnePoint = ConstantLine | DependentColumns | RescaledUnit | SpanningFeatures | GlobalMinimum


def by_its_numbers(
    step: StrictMinimum | ExactMinimum | SubOptimal | NoMinimum,
    _problem: Problem,
    _kind: StatementKind,
) -> StepInWords:
    """Rules 3.1, 3.1b, 3.2 and 3.5: the numbers of the fact say it all."""
    return StepInWords(step)


BY_RULE: Mapping[Rule, Describe] = {
    Rule.STRICT_MINIMUM: by_its_numbers,
    Rule.EXACT_MINIMUM: by_its_numbers,
    Rule.SUB_OPTIMAL: by_its_numbers,
    Rule.RIM: rim,
    Rule.FLAT_POTENTIALS: flat_potentials,
    Rule.POTENTIALS: potentials,
    Rule.NO_MINIMUM: by_its_numbers,
    Rule.GLOBAL_MINIMUM: global_minimum,
    Rule.CONSTANT_LINE: constant_line,
    Rule.DEPENDENT_COLUMNS: dependent_columns,
    Rule.RESCALED_UNIT: rescaled_unit,
    Rule.WIDE_THEOREM: wide_theorem,
    Rule.SPANNING_FEATURES: spanning_features,
    Rule.PATH: path,
    Rule.ONE_MORE_UNIT: one_more_unit,
    Rule.WIDE_LAYER: wide_layer,
    Rule.INDEPENDENT_INPUTS: independent_inputs,
    Rule.NO_BAD_VALLEY: no_bad_valley,
    Rule.PYRAMID: pyramid,
}


def carried_by(certificate: Certificate) -> tuple[StepInWords, ...]:
    """What every step of a verified certificate contributes, in order."""
    statement = certificate.statement
    described = []
    for step in certificate.steps:
        words = BY_RULE[step.rule](step, certificate.problem, statement.kind)
        described.append(replace(words, is_elsewhere=_is_elsewhere(step, statement)))
    return tuple(described)


def _is_elsewhere(step: Step, statement: Statement) -> bool:
    """Whether a step about one point is about another one than the statement."""
    return isinstance(step, AtOnePoint) and step.center != statement.center
