"""From a built-in case to its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import Claim
from exactland.engine.minima import certify_recorded
from exactland.engine.outcomes import Outcome
from exactland.engine.paths import escape
from exactland.engine.points import classify_exactly
from exactland.engine.widths import one_more_unit, wide_theorem
from exactland.gallery.cases import (
    AtThePoint,
    Case,
    LocalMinimumAt,
    MinimumNear,
    NoMinimumAt,
    OneMoreUnit,
    PathDown,
    RimOf,
    WholeLoss,
)
from exactland.model.numbers import rational_text
from exactland.provers import recorded
from exactland.provers.question import Ball


def made(case: Case, earlier: Mapping[str, Certificate]) -> Outcome:
    """What becomes of a case: a certificate that the kernel accepted; the same bytes everywhere.

    `earlier` has, by name, the certificate of the narrow case that one with a task `OneMoreUnit`
    starts from. A case that states that there is no local minimum is refuted, as a point is.
    """
    problem, recipe = case.problem, {"recipe": case.recipe}
    match case.task:
        case MinimumNear(start, witness):
            given = {**recipe, "start": [rational_text(v) for v in start]}
            return certify_recorded(problem, recorded.MinimumFrom(start, witness, given))
        case RimOf(center, radii, witness):
            prover = recorded.RimOf(center, radii, witness, recipe)
            return certify_recorded(problem, prover, Claim.BAD_BASIN)
        case LocalMinimumAt(theta, witness):
            return certify_recorded(problem, recorded.PotentialsAt(theta, witness, recipe))
        case NoMinimumAt(theta):
            there = Ball(theta, Fraction(0))
            return certify_recorded(problem, recorded.SlopeAt(theta, recipe), Claim.ANYTHING, there)
        case OneMoreUnit(of):
            return one_more_unit(earlier[of])
        case WholeLoss(claim):
            return wide_theorem(problem, claim)
        case AtThePoint():
            return classify_exactly(problem, problem.point or ())
        case PathDown(below, eta):
            return escape(problem, below=below, eta=eta)
