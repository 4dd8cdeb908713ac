"""Deliberately broken provers, kernels and strategies: each is caught by the property (or the
coverage) that should catch it.

A prover alone cannot make a false certificate: the kernel refuses it, and the property misses what
should have been certified. So most bugs here break the kernel as well, in the same direction, which
leaves nothing but the property's own arithmetic in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exactland import activation
from exactland.certificates.steps import ConstantLine, DependentColumns, LineReason, StrictMinimum
from exactland.engine import points
from exactland.kernel import facts as kernel_facts
from exactland.kernel import refusals as kernel_refusals
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.network import evaluation as kernel_evaluation
from exactland.kernel.network.activations import total
from exactland.kernel.rules import constant_line as kernel_constant_line
from exactland.kernel.rules import global_minimum as kernel_global_minimum
from exactland.kernel.rules import independent_inputs as kernel_independent_inputs
from exactland.kernel.rules import path as kernel_path
from exactland.kernel.rules import spanning as kernel_spanning
from exactland.kernel.rules import table as kernel_table
from exactland.kernel.rules import valleys as kernel_valleys
from exactland.kernel.rules import wide_theorem as kernel_wide_theorem
from exactland.model.activations import NAMED
from exactland.model.layout import moved
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.minors import Minor
from exactland.provers import (
    constant_lines,
    near_point,
    outputs,
    paths,
    rank,
    spanning,
    strict_minimum,
    wide_theorem,
)
from exactland.provers import one_more_unit as one_more
from exactland.provers.constant_lines import FeaturesAt
from exactland.provers.evidence import Evidence
from exactland.provers.minima import Found
from exactland.provers.proposals import Obstacle
from exactland.provers.question import Question
from exactland.provers.reasons import Reason
from exactland.testing import architectures, properties, strategies
from exactland.testing.degeneracies import ACTIVATIONS, DATA, PARAMETERS, SHAPES, degeneracies
from exactland.testing.planted import planted_basins
from exactland.testing.strategies import exact_activations, generic_problems, wide_problems
from tests.examples import examples
from tests.testing.coverage import OFTEN, rare
from tests.testing.test_properties import EXACT, LOSSES

Patch = pytest.MonkeyPatch
EXAMPLES = 150  # in which a bug has to show; most show in the first ten


def accept(*_: Any) -> None:
    """A check that cannot fail."""


def nothing(*_: Any) -> Iterator[Any]:
    """A prover of lines that finds none."""
    return iter(())


def plant_rule(patch: Patch, name: str, rule: Any) -> None:
    """In the kernel: this function in place of a rule's."""
    patch.setattr(kernel_table.RULES[name], "fact", lambda step, problem: rule(problem, step))


def plant_reason(patch: Patch, name: str, reason: Any) -> None:
    """In the kernel: this function in place of the one that looks at a reason of rule 4.1."""
    for module in (kernel_constant_line, kernel_path):
        patch.setattr(module, name, reason)


def lines(problem: Problem) -> None:
    at = properties.point_of(problem)
    properties.level(problem, points.classify_exactly(problem, at))


def opens(problem: Problem) -> None:
    properties.expect(properties.one_more_unit_opens(problem), "a planted basin was not certified")


def certifies(problem: Problem) -> None:
    properties.expect(properties.basin_certified(problem), "a planted basin was not certified")


def keeps(problem: Problem) -> None:
    order = list(reversed(range(problem.samples)))
    properties.same_everywhere(
        problem, [properties.permuted(problem, order, 0, range(problem.network.hidden[0].units))]
    )


WIDE, ONE_LAYER = (
    wide_problems(exact_activations()),
    wide_problems(exact_activations(), depths=(1,)),
)
EQUAL = wide_problems(
    exact_activations(), depths=(1,), parameters_of="equal units", data="distinct inputs"
)
JUST_BELOW = planted_basins(just_below=True)
SOMEWHERE, PYRAMIDS = architectures.wide_somewhere(), architectures.pyramids()
# 1/x is one of their activations
NOT_EVERYWHERE = architectures.wide_somewhere(
    st.sampled_from([activation({"expression": ["/", "1", "x"]}), NAMED["identity"]])
)
WITH_GELU = architectures.wide_somewhere(strategies.named("gelu", "mish", "swish"))
WITHOUT_ZERO = architectures.wide_somewhere(strategies.named("softplus", "sigmoid", "leaky-relu"))


@dataclass(frozen=True)
class Bug:
    plant: Callable[[Patch], None]
    where: SearchStrategy[Problem]
    caught_by: Callable[[Problem], object]


def _kernel_vector_with_a_wrong_sign(patch: Patch) -> None:
    right = constant_lines.rational_kernel
    patch.setattr(
        constant_lines,
        "rational_kernel",
        lambda matrix: [(-c[0], *c[1:]) if any(c[1:]) and c[0] else c for c in right(matrix)],
    )


def _kernel_vector_and_nobody_looks(patch: Patch) -> None:
    patch.setattr(
        constant_lines,
        "rational_kernel",
        lambda matrix: [(Fraction(1), *[Fraction(0)] * (len(matrix[0]) - 1))],
    )
    plant_reason(patch, "require_equal_preactivations", accept)


def _every_unit_is_idle(patch: Patch) -> None:
    def lines_of_first_units(problem: Problem, theta: Any) -> Iterator[ConstantLine]:
        along = [Fraction(1)] * (problem.network.inputs + problem.network.hidden[0].bias)
        yield ConstantLine(theta, moved(problem, theta, 0, 0, along), LineReason.IDLE)

    patch.setattr(constant_lines, "kernel_lines", nothing)
    patch.setattr(constant_lines, "idle_lines", lines_of_first_units)
    plant_reason(patch, "require_idle_units", accept)


def _two_columns_count_as_too_many(patch: Patch) -> None:
    """Rule 4.1c without counting rows: full rank called deficient."""
    patch.setattr(constant_lines, "kernel_lines", nothing)
    patch.setattr(constant_lines, "idle_lines", nothing)

    def first_column_alone(at: FeaturesAt) -> Iterator[DependentColumns]:
        yield DependentColumns(at.theta, 0, (0,))

    patch.setattr(constant_lines, "dependent_columns", first_column_alone)
    plant_rule(
        patch,
        "4.1c",
        lambda problem, step: kernel_constant_line.no_basin(problem, step.center),
    )


def _minors_need_not_be_invertible(patch: Patch) -> None:
    """Rule 4.3 with any matrix: points of deficient rank called full."""

    def any_minor(problem: Problem, theta: Any, missing: int, first: Any = ()) -> Minor | None:
        size = problem.samples - missing
        eye = tuple(tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size))
        return (
            Minor(tuple(range(size)), tuple(range(size)), eye)
            if size <= problem.network.hidden[-1].units
            else None
        )

    for name in ("kernel_lines", "idle_lines", "dependent_columns"):
        patch.setattr(constant_lines, name, nothing)
    patch.setattr(spanning, "spanning_minor", any_minor)
    patch.setattr(kernel_spanning, "require_invertible", accept)


def _identities_of_the_data_at_hand(patch: Patch) -> None:
    """Any vector taken for an identity, by prover and kernel: rank N - 1 called full."""
    patch.setattr(
        spanning,
        "identities",
        lambda problem: [tuple(Fraction(int(i == 0)) for i in range(problem.samples))],
    )
    patch.setattr(kernel_spanning, "are_identities", lambda problem, vectors: True)


def _best_fits_that_overshoot(patch: Patch) -> None:
    """Twice the way to the best output weights, and a kernel that does not compare losses."""
    right = paths.better_outputs

    def too_far(problem: Problem, theta: Any, columns: Any = None) -> Any:
        lower = right(problem, theta, columns) if columns is not None else right(problem, theta)
        return lower and replace(
            lower, theta=tuple(t + 3 * (p - t) for t, p in zip(theta, lower.theta))
        )

    patch.setattr(paths, "better_outputs", too_far)
    patch.setattr(
        paths,
        "exact_best_fit",
        lambda problem, matrix, theta, columns: tuple(t + 5 for t in theta),
    )

    def any_path(problem: Any, step: Any) -> kernel_facts.Proved:
        return kernel_facts.Proved([kernel_facts.Said("escape", step.points[0], end="infimum")])

    plant_rule(patch, "4.4", any_path)
    plant_rule(
        patch, "3.7", lambda problem, step: kernel_global_minimum.leads_to_infimum(step.center)
    )


def _paths_that_start_somewhere_else(patch: Patch) -> None:
    right = paths.Way.to
    patch.setattr(
        paths.Way, "to", lambda way, point, reason: right(way, tuple(p + 1 for p in point), reason)
    )


def _no_best_fit_at_all(patch: Patch) -> None:
    """A prover that finds no better output weights leaves points that should escape."""
    patch.setattr(paths, "better_outputs", lambda *_: None)
    patch.setattr(paths, "exact_best_fit", lambda *_: None)
    patch.setattr(paths, "spanning_minor", lambda *_: None)


def _curvature_unchecked(patch: Patch) -> None:
    """Rule 3.1 without gradient and dominance."""

    def fact(problem: Any, step: Any) -> kernel_facts.Fact:
        return kernel_facts.Minimum(
            step.center,
            step.gamma / step.lambda_,
            Fraction(0),
            Fraction(0),
            "strict-minimum",
            step.lambda_,
            step.radius,
        )

    plant_rule(patch, "3.1", fact)


def _pivots_that_may_vanish(patch: Patch) -> None:
    """Rule 3.1b for semi-definite Hessians: flat points called strict minima."""

    def semidefinite(problem: Any, step: Any) -> Any:
        at = kernel_evaluation.differentiate(problem, step.center, 2)
        kernel_refusals.require(
            all(g == 0 for g in at.gradient)
            and all(row[k] >= 0 for k, row in enumerate(at.hessian)),
            "not semi-definite",
        )
        return kernel_facts.Minimum(step.center, Fraction(0), at.value, at.value, "strict-minimum")

    plant_rule(patch, "3.1b", semidefinite)


def _wide_one_unit_too_early(patch: Patch) -> None:
    """Rule 4.2 at width N - 1: contradicts a certified bad basin."""
    right = wide_theorem.too_narrow

    def early(problem: Problem, *, wider: bool = False) -> Any:
        last = problem.network.hidden[-1]
        hidden = (*problem.network.hidden[:-1], replace(last, units=last.units + 1))
        network = replace(problem.network, hidden=hidden)
        return right(replace(problem, network=network, point=None), wider=wider)

    patch.setattr(wide_theorem, "too_narrow", early)
    said = kernel_facts.Said("no-sub-optimal-basin")
    plant_rule(patch, "4.2", lambda problem, _: kernel_facts.Proved([said]))


def _wide_one_unit_too_late(patch: Patch) -> None:
    right = kernel_table.RULES["4.2"].fact

    def later(problem: Any, step: Any) -> Any:
        kernel_refusals.require(
            problem.layers[-2].units + problem.layers[-1].bias > len(problem.x), "too narrow"
        )
        return right(step, problem)

    plant_rule(patch, "4.2", later)


def _witnesses_that_are_not_lower(patch: Patch) -> None:
    """A prover that offers the minimum itself as the better point."""
    patch.setattr(properties, "witness", lambda problem, theta: theta)


def _newton_that_stops_too_early(patch: Patch) -> None:
    patch.setattr(
        near_point,
        "polish",
        lambda problem, start, *_: tuple(round(t * 4) / Fraction(4) for t in start),
    )


def _boxes_that_are_too_large(patch: Patch) -> None:
    """A prover whose bounds are a thousand times what it showed."""
    right = strict_minimum.strict_evidence

    def bold(
        problem: Problem, theta: Any, shrink: int = 0, progress: Progress = no_progress
    ) -> Evidence | None:
        found = right(problem, theta, shrink, progress)
        if found is None:
            return None
        assert isinstance(found.step, StrictMinimum)
        return replace(found, step=replace(found.step, curvature=found.step.curvature * 2**10))

    patch.setattr(strict_minimum, "strict_evidence", bold)
    for module in (strict_minimum, near_point):
        patch.setattr(module, "exact_evidence", lambda problem, theta: None)


def _new_units_like_old_ones(patch: Patch) -> None:
    patch.setattr(
        one_more,
        "_weights",
        lambda question, center: tuple(center[: question.problem.network.inputs]),
    )


def _products_of_four_digits(patch: Patch) -> None:
    """A kernel whose products keep four binary digits after the point: sound, and blind to the rank
    of generic weights.
    """
    right = Ball.__mul__

    def coarse(a: Ball, b: Ball | int) -> Ball:
        product = right(a, b)
        drop = max(0, product.p - 4)
        return Ball(product.m >> drop << drop, product.r + (1 << drop), product.p)

    patch.setattr(Ball, "__mul__", coarse)


def _verdicts_that_depend_on_the_order(patch: Patch) -> None:
    def first_sample_decides(question: Question) -> Found:
        x = question.problem.x
        if x[0] <= x[-1]:
            yield from rank.propose(question)
        else:
            yield Obstacle(Reason.NO_RANK)

    patch.setattr(points, "AT_A_POINT", (("rank", first_sample_decides),))


def _wrong_losses(patch: Patch) -> None:
    """outputs.with_output_rows forgets the last output weight: fits are computed and not
    applied.
    """
    patch.setattr(outputs, "with_output_rows", lambda problem, theta, rows: tuple(theta))
    patch.setattr(paths, "with_output_rows", lambda problem, theta, rows: tuple(theta))


def _one_unit_too_early(patch: Patch) -> None:
    """Of the different inputs one is forgotten, in rules 4.6 and 4.8 and 4.8p."""
    for module in (kernel_wide_theorem, kernel_valleys):
        patch.setattr(module, "different", lambda rows: list({tuple(row) for row in rows})[1:])


def _one_unit_too_late(patch: Patch) -> None:
    for module in (kernel_wide_theorem, kernel_valleys):
        patch.setattr(module, "different", lambda rows: [*{tuple(row) for row in rows}, None])


def _total(patch: Patch) -> None:
    """All activations count as defined on the whole line."""
    for module in (kernel_wide_theorem, kernel_valleys):
        patch.setattr(module, "total", lambda _: True)


def _own_bias(patch: Patch) -> None:
    """Rule 4.6 counts the bias of the wide layer itself, not of the next."""

    def fact(problem: Any, step: Any) -> Any:
        layer = problem.layers[step.layer]
        kernel_refusals.require(all(map(total, _activations(problem, step.layer))), "domain")
        inputs = len({tuple(x) for x in problem.x})
        kernel_refusals.require(layer.units + layer.bias >= inputs, "too narrow")
        return kernel_facts.Proved([kernel_facts.Said("no-basin")])

    plant_rule(patch, "4.6", fact)


def _activations(problem: Any, layer: int) -> list[Any]:
    return [each.activation for each in problem.layers[: layer + 1]]


def _layer_after(patch: Patch) -> None:
    """Rule 4.6 looks at the width of another layer than at the activations of."""
    right = kernel_table.RULES["4.6"].fact

    def fact(problem: Any, step: Any) -> Any:
        first = problem._replace(layers=problem.layers[step.layer :])
        return right(step._replace(layer=0), first)

    plant_rule(patch, "4.6", fact)


def _any_depth(patch: Patch) -> None:
    """Rule 4.8 of the last hidden layer, however many there are."""
    right = kernel_table.RULES["4.8"].fact
    plant_rule(
        patch,
        "4.8",
        lambda problem, step: right(step, problem._replace(layers=problem.layers[-2:])),
    )


def _monotone(patch: Patch) -> None:
    patch.setattr(kernel_valleys, "is_strictly_monotone", lambda _: True)


def _zero(patch: Patch) -> None:
    patch.setattr(kernel_valleys, "takes_zero", lambda _: True)


def _analytic(patch: Patch) -> None:
    patch.setattr(kernel_valleys, "analytic", lambda _: True)


def _growing(patch: Patch) -> None:
    """Rule 4.8p does not compare the layers."""
    patch.setattr(kernel_valleys, "pairwise", lambda _: ())


def _any_inputs(patch: Patch) -> None:
    patch.setattr(kernel_independent_inputs, "rank", len)


def _any_first_activation(patch: Patch) -> None:
    patch.setattr(kernel_independent_inputs, "shrinks", lambda _: True)


def _monotone_alone(patch: Patch) -> None:
    """Rule 4.7 forgets gelu and the others with one minimum."""
    patch.setattr(
        kernel_independent_inputs, "shrinks", kernel_independent_inputs.is_strictly_monotone
    )


def _any_inverse(patch: Patch) -> None:
    patch.setattr(kernel_valleys, "require_invertible", accept)


BUGS: dict[str, Bug] = {
    **{
        f"kernel: {name}": Bug(plant, where, caught_by)
        for name, plant, where, caught_by in (
            ("4.6 one unit too early", _one_unit_too_early, SOMEWHERE, architectures.level_near),
            ("4.6 one unit too late", _one_unit_too_late, SOMEWHERE, architectures.level_near),
            ("4.6 counts its own bias", _own_bias, SOMEWHERE, architectures.level_near),
            ("4.6 of any activations", _total, NOT_EVERYWHERE, architectures.level_near),
            ("4.6 forgets layers before", _layer_after, NOT_EVERYWHERE, architectures.level_near),
            ("4.7 of any inputs", _any_inputs, PYRAMIDS, architectures.makes_smaller),
            (
                "4.7 of any activation",
                _any_first_activation,
                SOMEWHERE,
                architectures.makes_smaller,
            ),
            ("4.7 without gelu", _monotone_alone, WITH_GELU, architectures.makes_smaller),
            ("4.8 one unit too early", _one_unit_too_early, SOMEWHERE, architectures.comes_to_span),
            ("4.8 one unit too late", _one_unit_too_late, SOMEWHERE, architectures.comes_to_span),
            ("4.8 of any activation", _total, NOT_EVERYWHERE, architectures.comes_to_span),
            ("4.8 at any depth", _any_depth, SOMEWHERE, architectures.comes_to_span),
            ("4.8p of any later activation", _monotone, PYRAMIDS, architectures.inverts),
            ("4.8p without 0 or a bias", _zero, WITHOUT_ZERO, architectures.inverts),
            ("4.8p of layers that grow", _growing, PYRAMIDS, architectures.inverts),
            ("4.8p with any inverse", _any_inverse, PYRAMIDS, architectures.inverts),
            ("4.8p of pieces before two layers", _analytic, PYRAMIDS, architectures.inverts),
        )
    },
    "prover: a kernel vector with a wrong sign": Bug(
        _kernel_vector_with_a_wrong_sign, EQUAL, properties.decided
    ),
    "prover and kernel: any vector is a kernel vector": Bug(
        _kernel_vector_and_nobody_looks, WIDE, lines
    ),
    "prover and kernel: every unit is idle": Bug(_every_unit_is_idle, WIDE, lines),
    "prover and kernel: rows are not counted in 4.1c": Bug(
        _two_columns_count_as_too_many, EXACT, properties.decided
    ),
    "prover and kernel: minors need not be invertible": Bug(
        _minors_need_not_be_invertible, WIDE, properties.decided
    ),
    "prover and kernel: any vector is an identity": Bug(
        _identities_of_the_data_at_hand, EXACT, properties.decided
    ),
    "prover and kernel: best fits that overshoot": Bug(
        _best_fits_that_overshoot, ONE_LAYER, properties.escapes
    ),
    "prover: paths whose corners are moved": Bug(
        _paths_that_start_somewhere_else, ONE_LAYER, properties.escapes
    ),
    "prover: no best fits": Bug(_no_best_fit_at_all, ONE_LAYER, properties.escapes),
    "prover: fits are not applied": Bug(_wrong_losses, ONE_LAYER, properties.escapes),
    "kernel: 3.1 checks nothing": Bug(
        _curvature_unchecked, wide_problems(losses=LOSSES), properties.no_basin_certified
    ),
    "kernel: 3.1b takes semi-definite for definite": Bug(
        _pivots_that_may_vanish, WIDE, properties.no_basin_certified
    ),
    "prover and kernel: 4.2 one unit too early": Bug(
        _wide_one_unit_too_early, JUST_BELOW, certifies
    ),
    "kernel: 4.2 one unit too late": Bug(_wide_one_unit_too_late, WIDE, properties.decided),
    "prover: the minimum is its own witness": Bug(
        _witnesses_that_are_not_lower, JUST_BELOW, certifies
    ),
    "prover: Newton's iteration stops too early": Bug(
        _newton_that_stops_too_early, planted_basins(), certifies
    ),
    "prover: boxes with bounds that are too bold": Bug(
        _boxes_that_are_too_large, planted_basins(), certifies
    ),
    "prover: the new unit is like an old one": Bug(_new_units_like_old_ones, JUST_BELOW, opens),
    "kernel: products of four digits": Bug(
        _products_of_four_digits, generic_problems(), properties.spans
    ),
    "prover: the order of the samples matters": Bug(
        _verdicts_that_depend_on_the_order, EXACT, keeps
    ),
}


def run(bug: Bug, count: int = EXAMPLES) -> None:
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(bug.where)
    def each(problem: Problem) -> None:
        bug.caught_by(problem)

    each()


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str, monkeypatch: Patch) -> None:
    bug = BUGS[name]
    bug.plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(bug)


def test_without_bugs_the_same_checks_pass(monkeypatch: Patch) -> None:
    """So that what catches a bug is the bug; a few planted basins may not be certified."""
    for where, check in {
        (bug.where, bug.caught_by)
        for bug in BUGS.values()
        if bug.caught_by not in (certifies, opens)
    }:
        run(Bug(accept, where, check), 30)
    planted = examples(JUST_BELOW, 40)
    monkeypatch.setattr(properties, "basin_near", cache(properties.basin_near))  # asked for by both
    for holds in (properties.basin_certified, properties.one_more_unit_opens):
        held = [holds(problem) for problem in planted]
        assert sum(held) >= 0.9 * len(held)


# Strategies are provers of coverage: what they never produce is never tested


# a strategy, and the kind that the coverage finds missing
FORGETFUL: dict[str, tuple[SearchStrategy[Problem], str]] = {
    "activations without zeros": (
        strategies.problems(
            activations=strategies.named("exp", "softplus"), parameters_of="generic"
        ),
        "dead units",
    ),
    "parameters of one sign": (strategies.problems(parameters_of="ones"), "opposite units"),
    "nothing idle": (strategies.problems(parameters_of="ones"), "idle units"),
    "small weights": (
        strategies.problems(activations=strategies.named("tanh"), parameters_of="ones"),
        "saturated units",
    ),
    "smooth activations": (strategies.problems(activations=strategies.analytic()), "on a kink"),
    "kinks at zero": (
        strategies.problems(activations=strategies.named("relu", "leaky-relu")),
        "kink off zero",
    ),
    "distinct data": (strategies.problems(data="distinct inputs"), "duplicate inputs"),
    "data far apart": (strategies.problems(data="duplicate inputs"), "near-duplicate inputs"),
    "one input": (strategies.problems(dimensions=1), "inputs on a line"),
    "one layer": (strategies.problems(depths=(1,)), "three layers"),
    "wide networks": (wide_problems(), "narrow"),
    "no wide networks": (strategies.problems(wide=False), "exactly wide"),
}


@pytest.mark.parametrize("name", FORGETFUL)
def test_a_strategy_that_forgets_a_kind_is_caught(name: str) -> None:
    strategy, kind = FORGETFUL[name]
    found = [degeneracies(problem) for problem in examples(strategy, OFTEN // 4)]
    assert kind in rare(found, (*DATA, *PARAMETERS, *ACTIVATIONS, *SHAPES))
