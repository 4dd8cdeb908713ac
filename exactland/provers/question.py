"""What is asked: a problem, a claim, where, and how much may be spent on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Any, TypeVar

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import Claim
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.provers.meter import Budget, Meter
from exactland.search.training import Trained, train

T = TypeVar("T")
STARTS, SEED = 32, 0


@dataclass(frozen=True)
class Ball:
    """All theta with Euclidean norm of theta - center at most radius."""

    center: Vector
    radius: Fraction

    def contains(self, theta: Vector) -> bool:
        square = sum(((a - b) ** 2 for a, b in zip(theta, self.center)), Fraction(0))
        return square <= self.radius**2


@dataclass(frozen=True)
class Search:
    """How hard to search: so many trainings from random starts, from one seed."""

    starts: int = STARTS
    seed: int = SEED


@dataclass(frozen=True)
class PathGoal:
    """Where a path should lead: to a loss of at most `below` (None: to the infimum).

    `eta`: by how much the loss may rise on the way.
    """

    below: Fraction | None = None
    eta: Fraction = Fraction(0)


@dataclass(frozen=True)
class Question:
    """Which claim is asked for, about which problem.

    `near`: the ball a statement is about; None: the whole loss, or anywhere. `around`: how far from
    its center a basin may reach. `path`: where a path should lead. `minimum`: a certificate to go
    on from. `known`: what provers have found out already (see `once`).
    """

    problem: Problem
    claim: Claim = Claim.STRONGEST
    near: Ball | None = None
    around: Fraction = Fraction(0)
    search: Search = Search()
    path: PathGoal = PathGoal()
    minimum: Certificate | None = None
    meter: Meter = field(default_factory=lambda: Meter(Budget()), compare=False)
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def tick(self, what: str, done: int = 0, total: int = 0, /) -> None:
        """A step of work is done: see `Meter.tick`."""
        self.meter.tick(what, done, total)

    def once(self, find: Callable[[Question], T]) -> T:
        """What is found, calculated once for this question, whoever asks for it."""
        if find not in self.known:
            self.known[find] = find(self)
        found: T = self.known[find]
        return found

    @cached_property
    def trained(self) -> list[Trained]:
        """Where training stopped from random starts, the lowest loss first: found when asked
        for.
        """
        return train(self.problem, self.search.starts, self.search.seed, self.tick)


def nearby(theta: Vector) -> Fraction:
    """1e-3 (1 + |theta|), rounded up to a millionth: how near is near where nothing is said."""
    norm = isqrt(int(sum(t * t for t in theta) * 10**6)) + 1
    return Fraction(1000 + norm, 10**6)
