"""Minima where training stops: as strict ones, or made exact by the rules for kinks and flat
minima.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactland.certificates.kinds import Claim
from exactland.errors import InputError
from exactland.model.numbers import Vector, exact_from_float
from exactland.provers.basin_boxes import ROUNDS, basin_evidence
from exactland.provers.constant_lines import line_through
from exactland.provers.degenerate_hessian import no_strict_minimum
from exactland.provers.minima import STRONGEST, Asked, Found, minimum_by
from exactland.provers.near_point import at_critical_point, critical_point_near
from exactland.provers.potentials import potential_evidence
from exactland.provers.proposals import Obstacle
from exactland.provers.question import Question, nearby
from exactland.provers.reasons import Advice, Reason
from exactland.provers.sub_optimal import in_few_decimals
from exactland.search.linear_pieces import settle
from exactland.search.training import Trained

BOXES = 3  # of the points where training stopped, at most so many are tried for a basin at kinks
SAME = 1e-9  # losses that differ by less, relatively, are one


def propose(question: Question) -> Found:
    """The worst of the minima training found that can be certified, with the best as witness;
    failing that the best itself.

    Each as a strict minimum, or else, made exact where that can be done, by the rules for kinks and
    flat minima. Raises InputError when the loss is not defined at any start.
    """
    found = question.trained
    if not found:
        raise InputError("problem", "the loss is not defined, or not finite, at any start tried")
    best, ranked = found[0], _worst_first(found)
    worse = [t for t in ranked if t.loss > best.loss + SAME * (1 + abs(best.loss))]
    others = ranked[len(worse) :] if question.claim is not Claim.BAD_BASIN else []
    boxes = BOXES if question.problem.is_kinked else 0
    for group, better in ((worse, best), (others, None)):
        for trained in group:
            yield from _strict(question, trained, better)
        for trained in group:
            yield from _rough(question, trained, better, with_box=boxes > 0)
            boxes -= 1
    yield no_strict_minimum(question.problem, _exact(best))
    shown = {"starts": question.search.starts, "loss": f"{best.loss:.6g}"}
    is_redundant = question.problem.loss == "softmax-cross-entropy"
    advice = Advice.NON_REDUNDANT_LOSS if is_redundant else Advice.MORE_STARTS
    yield Obstacle(Reason.NO_TRAINED_POINT, shown, advice)


def _strict(question: Question, trained: Trained, better: Trained | None) -> Found:
    problem, start = question.problem, _exact(trained)
    reach = Fraction(0) if problem.is_piecewise_linear else 100 * nearby(start)
    theta = critical_point_near(problem, start, reach, question.tick)
    if theta is not None:
        yield from at_critical_point(_asked(question, better), theta, progress=question.tick)


def _rough(
    question: Question, trained: Trained, better: Trained | None, *, with_box: bool
) -> Found:
    """A local minimum exactly there by its unit potentials, or a basin by its rim."""
    problem, claim = question.problem, question.claim
    settled = settle(problem, trained.theta)
    if claim is Claim.STRICT_MINIMUM or (settled is None and not with_box):
        return
    question.tick("looking at kinks")
    center = settled or _exact(trained)
    is_local_asked = claim in (*STRONGEST, Claim.LOCAL_MINIMUM)
    local = potential_evidence(problem, center) if is_local_asked else None
    is_line_asked = local is not None or claim is not Claim.LOCAL_MINIMUM
    line = line_through(problem, center) if is_line_asked else None
    asked = _asked(question, better)
    if line is None:
        around = min(Fraction(1), 100 * nearby(center))
        rounds = ROUNDS[:1] if with_box else ()
        basin = basin_evidence(problem, center, around, question.tick, rounds)
        if basin is not None and (local is None or claim is not Claim.LOCAL_MINIMUM):
            yield from minimum_by(asked, basin)
    if local is not None:
        yield from minimum_by(asked, local, line)
    else:
        yield Obstacle(Reason.NO_POTENTIALS)
        yield Obstacle(Reason.NO_RIM if line is None else Reason.ON_A_LINE)


def _asked(question: Question, better: Trained | None) -> Asked:
    problem, search = question.problem, question.search
    asks_for_one = question.claim in (*STRONGEST, Claim.BAD_BASIN)
    witness = in_few_decimals(problem, better) if better is not None and asks_for_one else None
    given = {
        "recipe": "multi-start training, Newton polishing",
        "starts": str(search.starts),
        "seed": str(search.seed),
    }
    return Asked(problem, question.claim, witness, None, given)


def _worst_first(found: Sequence[Trained]) -> list[Trained]:
    """One point per loss (to nine digits), largest loss first."""
    different = []
    for k, trained in enumerate(found):
        if k == 0 or trained.loss - found[k - 1].loss > SAME * (1 + abs(trained.loss)):
            different.append(trained)
    return different[::-1]


def _exact(trained: Trained) -> Vector:
    return tuple(exact_from_float(t) for t in trained.theta)
