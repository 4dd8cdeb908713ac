"""Rule claim: what a statement says, and when it follows from the last fact."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .arithmetic import ZERO, metered
from .facts import Facts, Minimum, NoMinimumBox, Proved, Said, Vector
from .refusals import require, require_at_most

PATH = (
    "a path leads from the stated parameters to a loss of at most the stated end (if"
    " that is the infimum, or as near to it as one likes), on which the loss is never"
    " above its start"
)
WIDER = (
    "with one more last hidden unit, with some incoming weights and zero output"
    " weights, a path leads from there to the infimum, or as near as one likes, never"
    " above its start"
)
DOWN = (
    "from all parameters, and for every eta > 0, a path leads to a loss below the"
    " infimum plus eta, on which the loss stays below its start plus eta (local minima"
    " that are not strict may remain)"
)
NEAR = "within the stated distance of the stated center"
BAD = "a strict local minimum that is not global (a bad basin)"
HERE = "the stated parameters are a local minimum of the loss"
CURVE = "a line or curve of equal loss leads through them without end"

# What a minimum may be; each implies those before it.
RANKS = ("local-minimum", "basin", "strict-minimum", "one-more-unit")

BALL = ("center", "distance")
BALL_AND_GAP = ("center", "distance", "gap")


class Statement(NamedTuple):
    """A kind of statement: what it says, the fields it has in files, and what a minimum
    must be for it (nothing: it is not about a minimum that was found).
    """

    says: str
    fields: tuple[str, ...]
    least: str = ""


STATEMENTS: Mapping[str, Statement] = {
    "strict-minimum": Statement(
        f"the loss has a strict local minimum {NEAR}", BALL, "strict-minimum"
    ),
    "local-minimum": Statement(
        f"the loss has a local minimum {NEAR}", BALL, "local-minimum"
    ),
    "basin": Statement(f"the loss has a basin {NEAR}", BALL, "basin"),
    "sub-optimal-strict-minimum": Statement(
        f"the loss has {BAD} {NEAR}", BALL_AND_GAP, "strict-minimum"
    ),
    "sub-optimal-local-minimum": Statement(
        f"the loss has a local minimum that is not global {NEAR}",
        BALL_AND_GAP,
        "local-minimum",
    ),
    "bad-basin": Statement(
        f"the loss has a bad basin (a basin that is not global) {NEAR}",
        BALL_AND_GAP,
        "basin",
    ),
    "one-more-unit": Statement(
        f"the loss has {BAD} {NEAR}; {WIDER}", BALL_AND_GAP, "one-more-unit"
    ),
    "local-minimum-in-no-basin": Statement(
        f"{HERE}, and lie in no basin: {CURVE}", ("center",), "local-minimum"
    ),
    "sub-optimal-local-minimum-in-no-basin": Statement(
        f"{HERE} that is not global, and lie in no basin: {CURVE}",
        ("center", "gap"),
        "local-minimum",
    ),
    "no-local-minimum": Statement(
        f"no parameters {NEAR} are a local minimum of the loss", BALL
    ),
    "global-minimum": Statement(
        "the stated parameters are a global minimum of the loss", ("center",)
    ),
    "in-no-basin": Statement(
        f"the stated parameters lie in no basin of the loss: {CURVE}", ("center",)
    ),
    "in-no-sub-optimal-basin": Statement(
        "the stated parameters lie in no sub-optimal basin of the loss", ("center",)
    ),
    "no-sub-optimal-basin": Statement("the loss has no sub-optimal basin", ()),
    "no-basin": Statement("the loss has no basin at all", ()),
    "no-bad-valley": Statement(f"the loss has no bad valley: {DOWN}", ()),
    "escape": Statement(PATH, ("center", "end")),
    "eta-escape": Statement(f"{PATH} plus eta", ("center", "end", "eta")),
}


def conclude(said: Said, facts: Facts) -> str:
    """Rule claim: the statement follows from the last fact.

    Returns what was verified, in words.
    """
    require(len(facts) > 0, "no step: nothing is proved")
    fact = facts[-1]
    if isinstance(fact, Proved):
        _follows_as_proved(said, fact)
    elif isinstance(fact, NoMinimumBox):
        _follows_from_box(said, fact)
    else:
        _follows_from_minimum(said, fact, facts)
    return STATEMENTS[said.kind].says


def _follows_as_proved(said: Said, fact: Proved) -> None:
    """The very statement was proved, with the same numbers."""
    proved = ", ".join(statement.kind for statement in fact.statements)
    require(
        said in fact.statements,
        f"the steps prove {proved}; the statement says {said.kind}, or is about other"
        " parameters or numbers",
    )


def _follows_from_box(said: Said, fact: NoMinimumBox) -> None:
    """The stated ball lies in the box: in every coordinate."""
    require(
        said.kind == "no-local-minimum",
        f"the steps prove no-local-minimum; the statement says {said.kind}",
    )
    room = fact.radius - said.distance
    pairs = zip(fact.center, said.center, strict=True)
    inside = all(abs(a - b) <= room for a, b in pairs)
    require(said.distance >= 0 and inside, "the stated ball is not inside the box")


def _follows_from_minimum(said: Said, fact: Minimum, facts: Facts) -> None:
    """The minimum is at least what is stated, as near, and as far from global."""
    kind = STATEMENTS[said.kind]
    require(
        kind.least in RANKS[: RANKS.index(fact.what) + 1],
        f"the steps prove {fact.what}; the statement says {said.kind}",
    )
    if "gap" in kind.fields:
        require(said.gap > 0, "the stated gap is not positive")
        require_at_most(
            said.gap, fact.gap, "the stated gap is more than what the steps prove"
        )
    # Statements without a distance are about exactly the stated parameters.
    require_at_most(
        fact.distance, said.distance, "the stated distance is less than what was proved"
    )
    room = said.distance - fact.distance
    require_at_most(
        _distance_squared(fact.center, said.center),
        room * room,
        "no minimum is shown to be within the stated distance",
    )
    if said.kind.endswith("-in-no-basin"):
        here = Said("in-no-basin", said.center)
        proved = [step.statements for step in facts if isinstance(step, Proved)]
        require(
            any(here in statements for statements in proved),
            "no step shows that the parameters lie in no basin",
        )


def _distance_squared(proved: Vector, stated: Sequence[Fraction]) -> Fraction:
    """Of two centers, exactly. It is paid for, since it may become as long as all
    denominators together: up to 10^7 for one file (meter.py).
    """
    total = ZERO
    for a, b in zip(proved, stated, strict=True):
        total = metered(total + (a - b) ** 2)
    return total
