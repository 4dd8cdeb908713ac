"""New twins from a seed: certificates of strict minima with one thing made really false, rejected
by both checkers by the named rule; and with one thing made weaker but true, still verified by both.

Falsehood is decided without either checker: losses are not negative; a gradient that Arb shows to
be different from zero on a whole ball leaves no minimum in it; the least eigenvalue is at most
every diagonal entry; a minimum that is alone in a ball is nowhere else in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from exactland.files.problem_file import problem_from_json
from exactland.kernel.reading.values import number
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint
from tests.examples import HEAVY
from tests.fuzz.edits import bound
from tests.kernel_only.record import recorded
from tests.reject.twins import check

F = Fraction
Certificate = dict[str, Any]
BASES = [
    json.loads(row["data"])
    for row in recorded()
    if row["verdict"][0] == "verified"
    and len(row["data"]) < 5000
    and json.loads(row["data"])["evidence"]["steps"][0]["rule"] == "3.1"
]
WITH_GAP = [base for base in BASES if "gap" in base["claim"]["statement"]]
SUB_OPTIMAL = [
    base
    for base in WITH_GAP
    if [step["rule"] for step in base["evidence"]["steps"]] == ["3.1", "3.2"]
]


class UnusableError(Exception):
    """This seed makes nothing that is known to be false, or true."""


def only_if(condition: bool) -> None:
    if not condition:
        raise UnusableError


def problem_of(value: Certificate) -> Problem:
    return problem_from_json(value["claim"]["problem"])


def field(step: Certificate, name: str) -> Fraction:
    return number(step[name], name)


def vector(step: Certificate, name: str) -> list[Fraction]:
    return [number(v, name) for v in step[name]]


def no_minimum(value: Certificate) -> bool:
    """Whether some partial derivative is different from zero on the whole ball of the statement, by
    Arb.
    """
    statement = value["claim"]["statement"]
    with precision(256):
        try:
            at = enclose(
                problem_of(value), box(vector(statement, "center"), field(statement, "distance")), 1
            )
        except UndefinedError:
            return False
        return any(g > 0 or g < 0 for g in at.gradient)


def gap_beyond_the_loss(value: Certificate, random: Random) -> str:
    """No loss is negative: a gap above the loss at the minimum is false."""
    with precision(256):
        loss = enclose(
            problem_of(value), box(vector(value["evidence"]["steps"][0], "center"), F(0)), 0
        ).loss.upper()
    too_much = from_midpoint(loss) + 1 + F(1, random.randint(1, 1000))
    value["claim"]["statement"]["gap"] = value["evidence"]["steps"][1]["gap"] = rational_text(
        too_much
    )
    return "3.2"


def witness_at_the_minimum(value: Certificate, random: Random) -> str:
    """The evidence's center is not lower than the minimum by the gap: it is higher than the
    minimum, or equal.
    """
    value["evidence"]["steps"][1]["witness"] = value["evidence"]["steps"][0]["center"]
    value["evidence"]["steps"][1]["precision"] = str(random.choice((64, 128, 256)))
    return "3.2"


def another_target(value: Certificate, random: Random) -> str:
    only_if(value["claim"]["problem"]["loss"] == "half-squared-error")
    row = random.choice(value["claim"]["problem"]["data"]["y"])
    k = random.randrange(len(row))
    row[k] = rational_text(
        F(row[k]) + random.choice((1, -1)) * F(random.randint(1, 1000), 10 ** random.randint(1, 4))
    )
    only_if(no_minimum(value))
    return "3.1"


def another_input(value: Certificate, random: Random) -> str:
    row = random.choice(value["claim"]["problem"]["data"]["x"])
    k = random.randrange(len(row))
    row[k] = rational_text(
        F(row[k]) + random.choice((1, -1)) * F(random.randint(1, 1000), 10 ** random.randint(1, 3))
    )
    only_if(no_minimum(value))
    return "3.1"


def center_elsewhere(value: Certificate, random: Random) -> str:
    statement, step = value["claim"]["statement"], value["evidence"]["steps"][0]
    k, move = (
        random.randrange(len(step["center"])),
        random.choice((1, -1)) * F(random.randint(1, 100), 100),
    )
    for holder in (statement, step):
        moved = vector(holder, "center")
        moved[k] += move
        holder["center"] = [rational_text(v) for v in moved]
    only_if(no_minimum(value))
    return "3.1"


def curvature_too_large(value: Certificate, random: Random) -> str:
    """lambda bounds the least eigenvalue of the Hessian on the whole box from below; at the center
    that is at most every diagonal entry.
    """
    step = value["evidence"]["steps"][0]
    with precision(256):
        hessian = enclose(problem_of(value), box(vector(step, "center"), F(0)), 2).hessian
        least = min(from_midpoint(hessian[k, k].upper()) for k in range(hessian.nrows()))
    step["lambda"] = rational_text(
        F(round(least * (1 + F(random.randint(1, 100), 100)) * 10**30), 10**30) + F(1, 10**20)
    )
    return "3.1"


def gradient_too_small(value: Certificate, random: Random) -> str:
    """gamma bounds the norm of the gradient at the center from above."""
    step = value["evidence"]["steps"][0]
    with precision(512):
        at = enclose(problem_of(value), box(vector(step, "center"), F(0)), 1)
        most = max(from_midpoint(abs(g).lower()) for g in at.gradient)
    gamma = F(int(most * F(random.randint(1, 90), 100) * 10**300), 10**300)
    only_if(gamma > 0)
    step["gamma"] = rational_text(gamma)
    return "3.1"


def nearer_than_it_is(value: Certificate, random: Random) -> str:
    """The minimum is the only critical point of a ball, near its center; the statement speaks of a
    small ball elsewhere in it.
    """
    statement, step = value["claim"]["statement"], value["evidence"]["steps"][0]
    radius, d = field(step, "radius"), field(step, "gamma") / field(step, "lambda")
    moved = vector(step, "center")
    shift = radius * F(random.randint(30, 60), 100)
    moved[random.randrange(len(moved))] += shift
    distance = (shift - d) * F(random.randint(1, 99), 100)
    only_if(distance > 0)
    only_if(shift + distance <= radius)
    statement["center"], statement["distance"] = (
        [rational_text(v) for v in moved],
        rational_text(distance),
    )
    return "claim"


Falsify = Callable[[Certificate, Random], str]
FALSE: tuple[Falsify, ...] = (
    another_target,
    another_input,
    center_elsewhere,
    curvature_too_large,
    gradient_too_small,
    nearer_than_it_is,
)
FALSE_WITNESS: tuple[Falsify, ...] = (gap_beyond_the_loss, witness_at_the_minimum)
FALSE_CASES = [(make, base) for make in FALSE for base in BASES] + [
    (make, base) for make in FALSE_WITNESS for base in SUB_OPTIMAL
]


def smaller_box(value: Certificate, random: Random) -> None:
    step = value["evidence"]["steps"][0]
    least = field(step, "gamma") / field(step, "lambda")
    step["radius"] = rational_text(
        least + (field(step, "radius") - least) * F(random.randint(50, 99), 100)
    )


def weaker_curvature(value: Certificate, random: Random) -> None:
    """Still the statement's distance: gamma / lambda grows."""
    step, statement = value["evidence"]["steps"][0], value["claim"]["statement"]
    curvature = field(step, "lambda") * F(random.randint(90, 99), 100)
    room = field(statement, "distance")
    apart = sum((a - b) ** 2 for a, b in zip(vector(step, "center"), vector(statement, "center")))
    moved = field(step, "gamma") / curvature
    only_if(moved < field(step, "radius"))
    only_if(room > moved)
    only_if(apart <= (room - moved) ** 2)
    only_if(not any(other["rule"] == "3.2" for other in value["evidence"]["steps"]))
    step["lambda"] = rational_text(curvature)


def farther(value: Certificate, random: Random) -> None:
    statement = value["claim"]["statement"]
    statement["distance"] = rational_text(
        field(statement, "distance") * (1 + F(random.randint(1, 100), 10))
    )


def smaller_gap(value: Certificate, random: Random) -> None:
    statement = value["claim"]["statement"]
    only_if("gap" in statement)
    statement["gap"] = rational_text(field(statement, "gap") * F(random.randint(1, 99), 100))


def less_said(value: Certificate, random: Random) -> None:
    """A strict minimum is a local minimum, and a basin."""
    statement = value["claim"]["statement"]
    only_if(statement["kind"] in ("strict-minimum", "sub-optimal-strict-minimum"))
    statement["kind"] = random.choice(("strict-minimum", "local-minimum", "basin"))
    statement.pop("gap", None)


def more_bits(value: Certificate, random: Random) -> None:
    step = value["evidence"]["steps"][0]
    step["precision"] = str(min(600, int(step["precision"]) + random.randint(1, 200)))


TRUE: tuple[Callable[[Certificate, Random], None], ...] = (
    smaller_box,
    weaker_curvature,
    farther,
    smaller_gap,
    less_said,
    more_bits,
)


@HEAVY
@given(st.sampled_from(FALSE_CASES), st.integers(0, 2**32))
def test_false_ones_are_rejected_by_the_named_rule(
    case: tuple[Falsify, Certificate], seed: int
) -> None:
    make, base = case
    value = json.loads(json.dumps(base))
    try:
        rule = make(value, Random(seed))
    except UnusableError:
        reject()
    verdict = check(bound(value))
    assert (verdict.status, verdict.rule) == ("rejected", rule), verdict[:4]


@HEAVY
@given(st.sampled_from([(make, base) for make in TRUE for base in BASES]), st.integers(0, 2**32))
def test_true_ones_are_still_verified(
    case: tuple[Callable[[Certificate, Random], None], Certificate], seed: int
) -> None:
    make, base = case
    value = json.loads(json.dumps(base))
    try:
        make(value, Random(seed))
    except UnusableError:
        reject()
    verdict = check(bound(value))
    assert verdict.status == "verified", verdict[:4]


@pytest.mark.parametrize("make", [*FALSE, *FALSE_WITNESS])
def test_every_kind_makes_some(make: Falsify) -> None:
    made = 0
    for seed in range(30):
        value = json.loads(
            json.dumps(Random(seed).choice(SUB_OPTIMAL if make in FALSE_WITNESS else BASES))
        )
        try:
            rule = make(value, Random(seed))
        except UnusableError:
            continue
        made += 1
        assert check(bound(value)).rule == rule
    assert made >= 5
