"""What a certificate claims, with the numbers of its statement, and what it does not claim."""

from __future__ import annotations

from fractions import Fraction

from exactland.certificates.kinds import StatementKind
from exactland.certificates.proved_numbers import at_most
from exactland.certificates.statements import Statement
from exactland.kernel import Fact, NoMinimumBox, Proved

HERE = "the parameters below"
EXACTLY = "exactly at the center below"
INFIMUM_IN_WORDS = "the infimum of the loss (or as near to it as one likes)"
BEYOND_THE_MINIMUM = (
    "that it is the only minimum, that training finds it, or anything about other data or widths"
)
BEYOND_BOTH_WIDTHS = f"{BEYOND_THE_MINIMUM} other than this and the next"
NOT_CLAIMED = {  # of statements about exact parameters or the whole loss
    StatementKind.IN_NO_BASIN: (
        "that the parameters are no local minimum, or anything about other points"
    ),
    StatementKind.IN_NO_SUB_OPTIMAL_BASIN: (
        "that the parameters are, or are not, a local or a global minimum, or anything about other"
        " points"
    ),
    StatementKind.NO_SUB_OPTIMAL_BASIN: (
        "that every local minimum is global: non-strict ones that are not lie in no basin; or"
        " anything about training"
    ),
    StatementKind.NO_BASIN: (
        "that there is no local minimum: it would lie in no basin; or anything about training"
    ),
    StatementKind.NO_BAD_VALLEY: (
        "that there is no bad local minimum: ones that are not strict may remain, from which the"
        " path first rises a little; or that training takes such paths"
    ),
    StatementKind.ESCAPE: "that training takes this path, or anything about other starts",
    StatementKind.ETA_ESCAPE: "anything about basins: the loss may rise by eta on the way",
    StatementKind.GLOBAL_MINIMUM: "that it is the only one",
    StatementKind.NO_LOCAL_MINIMUM: "anything about other points, however near",
}


def claim_sentence(statement: Statement) -> str:
    """The claim as a sentence; it points to the parameters, which have to be shown below it."""
    said = statement.kind.sentence(
        near=_near(statement.distance),
        here=HERE,
        end=end_in_words(statement),
        eta=eta_in_words(statement),
    )
    return said[0].upper() + said[1:] + "."


def _near(distance: Fraction | None) -> str:
    if not distance:
        return EXACTLY
    return f"within {at_most(distance).to(3)} of the center below"


def end_in_words(statement: Statement) -> str:
    """Where a stated path leads."""
    if isinstance(statement.end, Fraction):
        return f"a loss of at most {at_most(statement.end).to(6)}"
    return INFIMUM_IN_WORDS


def eta_in_words(statement: Statement) -> str:
    """By how much the loss may rise on a stated path."""
    return at_most(statement.eta or Fraction(0)).to(6)


def not_claimed(fact: Fact, kind: StatementKind) -> tuple[str, ...]:
    """What a reader might take for claimed, and is not."""
    if isinstance(fact, NoMinimumBox):
        return ("anything outside that box",)
    if isinstance(fact, Proved):
        return (NOT_CLAIMED[kind],)
    sentences = [BEYOND_BOTH_WIDTHS if kind is StatementKind.ONE_MORE_UNIT else BEYOND_THE_MINIMUM]
    if fact.what == "local-minimum":
        sentences.append("that it is strict, or that it is a basin")
    if fact.witness_loss is None:
        sentences.append("that it is, or is not, global")
    else:
        sentences.append("that the witness is a minimum, or the best")
    return tuple(sentences)
