"""Which provers are asked for which claim, the cheapest first, and what each is called."""

from __future__ import annotations

from collections.abc import Sequence

from exactland.certificates.kinds import Claim
from exactland.provers import (
    near_point,
    no_minimum,
    one_more_unit,
    paths,
    potentials,
    rank,
    rims_near_point,
    trained_minima,
    valleys,
    wide_theorem,
)
from exactland.provers.proposals import NamedProver

NEAR_A_POINT: Sequence[NamedProver] = (
    ("near point", near_point.propose),
    ("no minimum", no_minimum.propose),
    ("flat potentials", potentials.propose_flat),
    ("rims near point", rims_near_point.propose),
    ("potentials", potentials.propose_alone),
    ("rank", rank.propose),
)
ANYWHERE: Sequence[NamedProver] = (("trained minima", trained_minima.propose),)
OF_THE_WHOLE_LOSS: Sequence[NamedProver] = (("wide theorem", wide_theorem.propose),)
OF_THE_VALLEYS: Sequence[NamedProver] = (("no bad valley", valleys.propose),)
AGAINST: Sequence[NamedProver] = (("wide theorem", wide_theorem.propose_against),)
PATHS: Sequence[NamedProver] = (("paths", paths.propose),)
ONE_MORE_UNIT: Sequence[NamedProver] = (("one more unit", one_more_unit.propose),)
AT_A_POINT: Sequence[NamedProver] = (("rank", rank.propose),)


ABOUT_THE_LOSS = (Claim.NO_SUB_OPTIMAL_BASIN, Claim.NO_BASIN, Claim.NO_BAD_VALLEY)


def of_the_loss(claim: Claim) -> Sequence[NamedProver]:
    """For a claim about the whole loss."""
    return OF_THE_VALLEYS if claim is Claim.NO_BAD_VALLEY else OF_THE_WHOLE_LOSS


def for_minima(claim: Claim, *, near_a_point: bool) -> Sequence[NamedProver]:
    """For a claim about minima, or about the whole loss."""
    if claim in ABOUT_THE_LOSS:
        return of_the_loss(claim)
    return (*AGAINST, *(NEAR_A_POINT if near_a_point else ANYWHERE))
