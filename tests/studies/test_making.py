"""What cannot be certified is inconclusive, and says why; what can is tested with every case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exactland.engine.outcomes import Certified, Inconclusive
from exactland.gallery import case
from exactland.gallery.cases import (
    AtThePoint,
    LocalMinimumAt,
    MinimumNear,
    NoMinimumAt,
    OneMoreUnit,
    RimOf,
    Task,
    WholeLoss,
)
from exactland.studies.making import made
from tests.shorthand import vector


@pytest.mark.parametrize(
    ("name", "task", "reason"),
    [
        (
            "sine-2-1",
            MinimumNear(vector("100 100"), None),
            "the Hessian looks bent down (least eigenvalue -",
        ),
        (
            "rim-kink",
            RimOf(vector("1 1"), vector("1/8 1/8"), vector("0 0")),
            "no box around it was found on whose rim the loss is higher",
        ),
        (
            "swirszcz-one-unit",
            LocalMinimumAt(vector("1 -2 1 0"), None),
            "its unit potentials do not show a local minimum",
        ),
        ("swirszcz-one-unit", NoMinimumAt(vector("1 -3 1 0")), "neither slope nor curvature"),
        ("sine-3-1", WholeLoss("no-sub-optimal-basin"), "layer 1"),
    ],
)
def test_what_is_not_so_is_not_certified(name: str, task: Task, reason: str) -> None:
    outcome = made(replace(case(name), task=task), {})
    assert isinstance(outcome, Inconclusive)
    assert reason in outcome.reason


def test_one_more_unit_starts_from_the_certificate_of_the_narrow_case() -> None:
    narrow = made(case("sine-3-2"), {})
    assert isinstance(narrow, Certified)
    assert narrow.verdict.kind == case("sine-3-2").expected
    more = made(case("one-more-sine-3-2"), {"sine-3-2": narrow.certificate})
    assert isinstance(more, Certified)
    assert more.verdict.kind == "one-more-unit"
    with pytest.raises(KeyError, match="sine-2-1"):
        made(replace(case("one-more-sine-3-2"), task=OneMoreUnit("sine-2-1")), {})


def test_a_point_is_that_of_the_problem() -> None:
    equal = case("point-equal-units")
    assert equal.task == AtThePoint()
    outcome = made(equal, {})
    assert isinstance(outcome, Certified)
    assert outcome.certificate.statement.center == equal.problem.point
