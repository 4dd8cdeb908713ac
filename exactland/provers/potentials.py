"""Local minima that need not be strict, exactly at a point: rules 3.4 and 3.4b
(docs/theorems).

One hidden layer. These functions look for the reasons; whether they are good ones is asked of the
kernel's own rule, in a dry run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np

from exactland.certificates import kinds
from exactland.certificates.kinds import Claim
from exactland.certificates.steps import FlatPotentials, Midpoint, PotentialReason, Potentials, Step
from exactland.kernel import Minimum
from exactland.model.activations import Expression, PiecewiseLinear
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.exact_linear import least_squares
from exactland.numerics.kernel_bridge import Exact, loss_slopes
from exactland.provers.constant_lines import line_through
from exactland.provers.dry_run import fact_of
from exactland.provers.evidence import Evidence
from exactland.provers.minima import STRONGEST, Asked, Found, minimum_by
from exactland.provers.near_point import strict_minimum_is_there
from exactland.provers.proposals import Obstacle
from exactland.provers.question import Ball, Question
from exactland.provers.reasons import Reason
from exactland.provers.sub_optimal import better_point

BITS = 128
MOST_TRIPLES = 4096
Triple = tuple[int, int, int]  # samples a and b, and the one half-way between them


def propose_flat(question: Question) -> Found:
    """A local minimum exactly at the center that also lies in no basin: no rim can be around it."""
    if question.once(evidence_at_center) is None:
        if _is_asked(question) and not question.once(strict_minimum_is_there):
            yield Obstacle(Reason.NO_POTENTIALS)
    elif question.once(line_at_center) is not None:
        yield from propose(question)


def propose_alone(question: Question) -> Found:
    """A local minimum exactly at the center, of which nothing more is known."""
    if question.once(line_at_center) is None:
        yield from propose(question)


def propose(question: Question) -> Found:
    """A local minimum exactly at the center of the question, and in no basin where a line shows
    it.
    """
    evidence = question.once(evidence_at_center)
    if evidence is None or question.near is None:
        return
    search = question.search
    given = {"recipe": "given point", "starts": str(search.starts), "seed": str(search.seed)}
    where = Ball(question.near.center, max(question.near.radius, evidence.distance))
    asked = Asked(question.problem, question.claim, better_point(question), where, given)
    yield from minimum_by(asked, evidence, question.once(line_at_center))


def evidence_at_center(question: Question) -> Evidence | None:
    """The first evidence by unit potentials at the center, where the claim is one it can serve."""
    if question.near is None or not _is_asked(question) or question.once(strict_minimum_is_there):
        return None
    question.tick("calculating potentials")
    return potential_evidence(question.problem, question.near.center)


def line_at_center(question: Question) -> Step | None:
    """A step that shows that the center lies in no basin, where that matters for the claim."""
    if question.near is None or question.claim is Claim.STRICT_MINIMUM:
        return None
    if question.claim is Claim.LOCAL_MINIMUM and question.once(evidence_at_center) is None:
        return None
    if question.once(strict_minimum_is_there):
        return None
    question.tick("looking for a line of equal loss")
    return line_through(question.problem, question.near.center)


def _is_asked(question: Question) -> bool:
    return question.claim in (*STRONGEST, Claim.LOCAL_MINIMUM)


def potential_evidence(problem: Problem, theta: Sequence[Fraction]) -> Evidence | None:
    """Rule 3.4 at theta for a piecewise-linear activation, else 3.4b with definite potentials or
    midpoints; None when neither applies.

    With a trained output bias and half the squared error, 3.4b may speak of theta with the best
    output bias in place of the given one.
    """
    if len(problem.network.hidden) != 1:
        return None
    for step in _candidates(problem, tuple(theta)):
        fact = fact_of(problem, step)
        if isinstance(fact, Minimum):
            what = kinds.Minimum.LOCAL_MINIMUM
            return Evidence(step, tuple(theta), fact.distance, fact.low, BITS, what)
    return None


def _candidates(problem: Problem, theta: Vector) -> Iterator[Step]:
    activation, units = problem.network.hidden[0].activation, problem.network.hidden[0].units
    if isinstance(activation, PiecewiseLinear):
        yield FlatPotentials(theta)
        return
    if isinstance(activation, Expression) and activation.is_exact:
        yield Potentials(theta, (PotentialReason.DEFINITE,) * units, (), fitted=False)
    g = loss_slopes(problem, theta)
    if g is None or len(g[0]) != 1:
        return
    slopes = [row[0] for row in g]
    reasons = (PotentialReason.MIDPOINTS,) * units
    found = midpoints(problem.x, slopes)
    if found:
        yield Potentials(theta, reasons, tuple(found), fitted=False)
    if problem.network.output_bias and problem.loss == "half-squared-error":
        mean = sum(slopes, Fraction(0)) * Fraction(1, len(slopes))
        found = midpoints(problem.x, [slope - mean for slope in slopes])
        if found:
            yield Potentials(theta, reasons, tuple(found), fitted=True)


def midpoints(x: Sequence[Vector], g: Sequence[Exact]) -> list[Midpoint]:
    """g as a sum of weights t >= 0 times e_a + e_b - 2 e_c, x_c the midpoint of x_a and x_b; none
    when it is no such sum.
    """
    if not all(isinstance(c, Fraction) for c in g):
        return []
    places: dict[Vector, list[int]] = {}
    for i, row in enumerate(x):
        places.setdefault(row, []).append(i)
    triples: list[Triple] = []
    for a, b in combinations(range(len(x)), 2):
        middle = tuple((p + q) / 2 for p, q in zip(x[a], x[b]))
        triples += [(a, b, c) for c in places.get(middle, ()) if x[a] != x[b]]
    if not triples or len(triples) > MOST_TRIPLES:
        return []
    if len(triples) == 1:  # there is nothing to choose, and scipy takes long to load
        used = triples if _is_multiple(g, triples[0]) else []
    else:
        used = _used(len(x), triples, g)
    return [Midpoint((a, b), c, t) for (a, b, c), t in zip(used, _weights(len(x), used, g))]


def _is_multiple(g: Sequence[Fraction], triple: Triple) -> bool:
    """Whether g is a positive number times e_a + e_b - 2 e_c."""
    a, b, c = triple
    t = g[a]
    wanted = {a: t, b: t, c: -2 * t}
    return t > 0 and all(v == wanted.get(i, 0) for i, v in enumerate(g))


def _used(samples: int, triples: Sequence[Triple], g: Sequence[Fraction]) -> list[Triple]:
    """Triples whose weights are not zero in a sum that is g, as far as floats can tell; none when
    there is no such sum.
    """
    from scipy.optimize import linprog  # half the time that starting takes

    matrix = np.zeros((samples, len(triples)))
    for k, (a, b, c) in enumerate(triples):
        matrix[a, k], matrix[b, k], matrix[c, k] = 1, 1, -2
    solved = linprog(np.ones(len(triples)), A_eq=matrix, b_eq=[float(c) for c in g], method="highs")
    if solved.x is None:
        return []
    return [triple for triple, t in zip(triples, solved.x) if t > 1e-12]


def _weights(samples: int, triples: Sequence[Triple], g: Sequence[Fraction]) -> list[Fraction]:
    """The least-squares weights, exactly; the kernel sees whether they fit."""
    if not triples:
        return []
    columns = []
    for triple in triples:
        column = [Fraction(0)] * samples
        for i, times in zip(triple, (1, 1, -2)):
            column[i] += times
        columns.append(column)
    return least_squares(list(zip(*columns)), g)[0]
