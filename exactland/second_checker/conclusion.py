"""Rule claim: the statement follows from the last fact."""

from typing import Any

from flint import fmpq

from exactland.second_checker.arithmetic.exact import norm_squared
from exactland.second_checker.facts import About, Box, Minimum
from exactland.second_checker.refusals import Refused, require

RANKS = {"local-minimum": 0, "basin": 1, "strict-minimum": 2}


SUB_OPTIMAL = {
    "sub-optimal-local-minimum": 0,
    "bad-basin": 1,
    "sub-optimal-strict-minimum": 2,
    "one-more-unit": 3,
}


NO_BASIN = ("local-minimum-in-no-basin", "sub-optimal-local-minimum-in-no-basin")


def _same(a: list[fmpq], b: list[fmpq]) -> bool:
    return len(a) == len(b) and all(x == y for x, y in zip(a, b, strict=True))


def _gap(fact: Minimum, gap: fmpq) -> None:
    require(gap > 0 and fact.gap > 0 and gap <= fact.gap, "the gap is not proved")


def conclude(statement: dict[str, Any], facts: list[Any]) -> None:
    """Rule claim: the statement follows from the last fact."""
    require(len(facts) > 0, "no steps prove nothing")
    kind, fact = statement["kind"], facts[-1]
    if kind in RANKS or kind in SUB_OPTIMAL:
        require(type(fact) is Minimum, "the last step is about no minimum")
        require(fact.rank >= {**RANKS, **SUB_OPTIMAL}[kind], "the last step shows less")
        room = statement["distance"] - fact.distance
        apart = norm_squared(
            a - b for a, b in zip(fact.center, statement["center"], strict=True)
        )
        require(
            room >= 0 and apart <= room * room,
            "the minimum is not shown to be that near",
        )
        if kind in SUB_OPTIMAL:
            _gap(fact, statement["gap"])
    elif kind in NO_BASIN:
        center = statement["center"]
        require(type(fact) is Minimum, "the last step is about no minimum")
        require(fact.distance == 0 and _same(fact.center, center), "another point")
        points = [
            f.unbasin for f in facts if type(f) is About and f.unbasin is not None
        ]
        require(
            any(_same(p, center) for p in points),
            "no step shows that the point lies in no basin",
        )
        if kind == NO_BASIN[1]:
            _gap(fact, statement["gap"])
    elif kind == "no-local-minimum":
        box = fact.box if type(fact) is About else fact
        if type(box) is not Box:
            raise Refused("the last step is about no box")
        distance = statement["distance"]
        require(distance >= 0, "the distance must not be negative")
        for c, d in zip(box.center, statement["center"], strict=True):
            require(
                abs(c - d) + distance <= box.radius, "the ball is not inside the box"
            )
    else:
        require(type(fact) is About, "the last step shows something else")
        require(
            any(_agree(statement, said) for said in fact.said),
            "the last step shows something else",
        )


def _agree(statement: dict[str, Any], said: tuple[Any, Any, Any, Any]) -> bool:
    kind, center, end, eta = said
    if statement["kind"] != kind:
        return False
    if "center" in statement and not (
        center is not None and _same(statement["center"], center)
    ):
        return False
    if "end" in statement:
        stated = statement["end"]
        if (stated is None) != (end is None) or (end is not None and stated != end):
            return False
    return not (
        "eta" in statement and not (eta is not None and statement["eta"] == eta)
    )
