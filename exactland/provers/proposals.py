"""What provers hand over: proposals for the kernel, or obstacles. Nothing here is proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from exactland.certificates.certificate import Certificate
from exactland.certificates.statements import Statement
from exactland.certificates.steps import Step
from exactland.model.problem import Problem
from exactland.provers.question import Question
from exactland.provers.reasons import Advice, Reason


@dataclass(frozen=True)
class Proposal:
    """A statement, the steps that should prove it, and where they come from.

    `is_a_guess`: nothing spoke against it and little for it; that it is refused is no news.
    """

    statement: Statement
    steps: tuple[Step, ...]
    provenance: Mapping[str, Any]
    is_a_guess: bool = False

    def certificate(self, problem: Problem) -> Certificate:
        return Certificate(problem, self.statement, self.steps, self.provenance)


@dataclass(frozen=True)
class Obstacle:
    """Why nothing is proposed, what would help, and, where a Hessian is singular, along which unit
    vectors (P floats each).
    """

    reason: Reason
    facts: Mapping[str, object] = field(default_factory=dict)
    advice: Advice | None = None
    advised: Mapping[str, object] = field(default_factory=dict)
    directions: tuple[tuple[float, ...], ...] = ()

    @property
    def says(self) -> str:
        """The reason, in words."""
        return self.reason.words.format_map(self.facts)

    @property
    def would_help(self) -> str:
        """The advice in words; empty where there is none."""
        return "" if self.advice is None else self.advice.words.format_map(self.advised)


class Prover(Protocol):
    """Proposes for a question, the best first. It is asked for more until one is accepted.

    It calls `question.tick` at least once a second of its own work, which may raise to stop it.
    """

    def __call__(self, question: Question, /) -> Iterator[Proposal | Obstacle]: ...


NamedProver = tuple[str, Prover]  # the name is said in what was tried
