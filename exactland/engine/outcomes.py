"""What a question comes to. Three different things, none of which is true or false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from exactland.certificates.certificate import Certificate
from exactland.kernel import Verdict
from exactland.provers.proposals import Obstacle


class _NoTruthValue:
    def __bool__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name} has no truth value: test isinstance(outcome, Certified)")


@dataclass(frozen=True)
class Certified(_NoTruthValue):
    """The kernel accepted `certificate`, which states the asked claim.

    >>> from exactland import Certified, Layer, Problem, wide_theorem
    >>> wide = Problem.from_arrays([[1], [2]], [0, 1], [Layer(2, "tanh", bias=True)])
    >>> outcome = wide_theorem(wide)
    >>> isinstance(outcome, Certified), outcome.verdict.status
    (True, 'verified')
    """

    certificate: Certificate
    verdict: Verdict


@dataclass(frozen=True)
class Refuted(_NoTruthValue):
    """The kernel accepted `certificate`, which states that the asked claim is false.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Problem, Refuted, classify
    >>> problem = Problem.from_arrays([[1], [2]], [1, 1], [Layer(1, "tanh", bias=False)])
    >>> outcome = classify(problem, (Fraction(0), Fraction(0)))
    >>> isinstance(outcome, Refuted), outcome.verdict.kind
    (True, 'no-local-minimum')
    """

    certificate: Certificate
    verdict: Verdict


@dataclass(frozen=True)
class Inconclusive(_NoTruthValue):
    """Neither was proved: what stood in the way, in the order in which it was met.

    `tried`: what was asked for a proof, by name.

    >>> from exactland import Inconclusive, Layer, Problem, wide_theorem
    >>> narrow = Problem.from_arrays([[1], [2], [3]], [0, 1, 0], [Layer(1, "tanh", bias=True)])
    >>> outcome = wide_theorem(narrow)
    >>> isinstance(outcome, Inconclusive), outcome.tried
    (True, ('wide theorem',))
    """

    obstacles: tuple[Obstacle, ...]
    tried: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Everything that stood in the way, in words."""
        said = dict.fromkeys(obstacle.says for obstacle in self.obstacles)
        return "; ".join(said) or "nothing that could be tried applies"

    @property
    def would_help(self) -> str:
        """The last advice there is, in words."""
        advice = [obstacle.would_help for obstacle in self.obstacles if obstacle.advice]
        return advice[-1] if advice else "another point or another problem"

    @property
    def directions(self) -> tuple[tuple[float, ...], ...]:
        """Unit vectors (P floats each) along which the Hessian vanishes, as far as floats can
        tell.
        """
        found = [obstacle.directions for obstacle in self.obstacles if obstacle.directions]
        return found[-1] if found else ()


Outcome = Certified | Refuted | Inconclusive
