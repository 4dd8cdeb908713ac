"""A built-in case as a value: its problem, what is to be certified of it, and the words tables use.

Nothing here certifies anything; `exactland.studies.making` makes certificates from cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactland.certificates.kinds import StatementKind
from exactland.model.numbers import Vector
from exactland.model.problem import Problem

SIDES = ("narrow", "rims", "wide", "literature")


@dataclass(frozen=True)
class MinimumNear:
    """A strict local minimum near the start; not global, if there is a witness, a better point."""

    start: Vector
    witness: Vector | None


@dataclass(frozen=True)
class RimOf:
    """A bad basin in the box with this center and these radii; the witness is a better point."""

    center: Vector
    radii: Vector
    witness: Vector


@dataclass(frozen=True)
class OneMoreUnit:
    """What one more unit does to the bad basin of the narrow case of this name."""

    of: str


@dataclass(frozen=True)
class WholeLoss:
    """A claim about all parameters, by the theorem about wide networks."""

    claim: str


@dataclass(frozen=True)
class AtThePoint:
    """What the rank rule says about exactly the problem's point."""


@dataclass(frozen=True)
class PathDown:
    """A path from the problem's point, or from 0: to a loss of at most `below`, if that is given,
    and with a rise of at most `eta`.
    """

    below: Fraction | None
    eta: Fraction


@dataclass(frozen=True)
class LocalMinimumAt:
    """A local minimum at theta, by unit potentials; not global, if there is a witness."""

    theta: Vector
    witness: Vector | None


@dataclass(frozen=True)
class NoMinimumAt:
    """No local minimum at exactly theta."""

    theta: Vector


Task = (
    MinimumNear
    | RimOf
    | OneMoreUnit
    | WholeLoss
    | AtThePoint
    | PathDown
    | LocalMinimumAt
    | NoMinimumAt
)


@dataclass(frozen=True)
class Case:
    """One built-in case of one of `SIDES`.

    `about` says in tables what it is; `recipe` is what its certificate names as its origin, where
    the prover does not name its own; `expected` is the kind of statement that is certified. Cases
    of the literature have the key of a paper (papers.toml) and what is claimed there.
    """

    name: str
    side: str
    about: str
    recipe: str
    problem: Problem
    task: Task
    expected: StatementKind
    paper: str = ""
    claims: str = ""
