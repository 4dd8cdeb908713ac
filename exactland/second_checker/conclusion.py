"""Rule claim: the statement follows from the last fact (docs/reference/format.md,
section 3).
"""

from collections.abc import Sequence
from types import MappingProxyType

from flint import fmpq

from .arithmetic.exact import (
    ZERO,
    Vector,
    difference,
    norm_squared,
)
from .facts import (
    BASIN,
    LOCAL_MINIMUM,
    ONE_MORE_UNIT,
    STRICT_MINIMUM,
    About,
    Box,
    Fact,
    Minimum,
)
from .reading.statement import Statement
from .refusals import Refused, require

RANKS = MappingProxyType(
    {
        "local-minimum": LOCAL_MINIMUM,
        "basin": BASIN,
        "strict-minimum": STRICT_MINIMUM,
        "sub-optimal-local-minimum": LOCAL_MINIMUM,
        "bad-basin": BASIN,
        "sub-optimal-strict-minimum": STRICT_MINIMUM,
        "one-more-unit": ONE_MORE_UNIT,
    }
)
IN_NO_BASIN = ("local-minimum-in-no-basin", "sub-optimal-local-minimum-in-no-basin")
SUB_OPTIMAL = (
    "sub-optimal-local-minimum",
    "bad-basin",
    "sub-optimal-strict-minimum",
    "one-more-unit",
    "sub-optimal-local-minimum-in-no-basin",
)


def conclude(statement: Statement, facts: Sequence[Fact]) -> None:
    """Refuse unless the statement follows."""
    require(len(facts) > 0, "no steps prove nothing")
    fact = facts[-1]
    if statement.said.kind in RANKS:
        _conclude_minimum(statement, fact)
    elif statement.said.kind in IN_NO_BASIN:
        _conclude_in_no_basin(statement, fact, facts)
    elif statement.said.kind == "no-local-minimum":
        _conclude_no_minimum(statement, fact)
    else:
        said = isinstance(fact, About) and statement.said in fact.said
        require(said, "the last step shows something else")


def _minimum(fact: Fact) -> Minimum:
    if isinstance(fact, Minimum):
        return fact
    raise Refused("the last step is about no minimum")


def _require_gap(statement: Statement, proved: fmpq) -> None:
    """Sub-optimality has to be proved wherever it is stated."""
    if statement.said.kind in SUB_OPTIMAL:
        shown = ZERO < statement.gap <= proved
        require(shown, "the gap is not proved")


def _conclude_minimum(statement: Statement, fact: Fact) -> None:
    """At least that rank, and every point within distance of the fact's center is
    within the stated distance of the stated one.
    """
    minimum = _minimum(fact)
    rank = RANKS[statement.said.kind]
    require(minimum.rank >= rank, "the last step shows less")
    room = statement.distance - minimum.distance
    apart = norm_squared(difference(minimum.center, statement.said.center))
    near = room >= 0 and apart <= room * room
    require(near, "the minimum is not shown to be that near")
    _require_gap(statement, minimum.gap)


def _conclude_in_no_basin(
    statement: Statement, fact: Fact, facts: Sequence[Fact]
) -> None:
    """Exactly this point is a local minimum, and some step shows the rest."""
    minimum = _minimum(fact)
    center: Vector = statement.said.center
    require(minimum.distance == 0 and minimum.center == center, "another point")
    shown = any(isinstance(f, About) and f.in_no_basin == center for f in facts)
    require(shown, "no step shows that the point lies in no basin")
    _require_gap(statement, minimum.gap)


def _conclude_no_minimum(statement: Statement, fact: Fact) -> None:
    """The stated ball is inside the box of the fact."""
    box = fact.no_minimum if isinstance(fact, About) else fact
    if not isinstance(box, Box):
        raise Refused("the last step is about no box")
    distance = statement.distance
    require(distance >= 0, "the distance must not be negative")
    for apart in difference(box.center, statement.said.center):
        inside = abs(apart) + distance <= box.radius
        require(inside, "the ball is not inside the box")
