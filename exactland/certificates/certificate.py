"""Certificates as values (docs/reference/format.md, section 3).

How they are checked is the checkers' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactland.certificates import codec
from exactland.certificates.kinds import Rule
from exactland.certificates.statements import Statement
from exactland.certificates.steps import Step
from exactland.model.problem import Problem


@dataclass(frozen=True)
class Certificate:
    """A claim (a problem and a statement about its loss), evidence (steps), and where it came from.

    `provenance` is for people; no checker reads it. Not claimed: that a checker accepts the steps.

    >>> from exactland import Layer, Problem, wide_theorem
    >>> problem = Problem.from_arrays([[1], [2]], [0, 1], [Layer(2, "tanh", bias=True)])
    >>> certificate = wide_theorem(problem).certificate
    >>> isinstance(certificate, Certificate), certificate.steps
    (True, (WideTheorem(),))
    """

    problem: Problem
    statement: Statement
    steps: tuple[Step, ...]
    provenance: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """The one spelling of this certificate.

        >>> from exactland.certificates import kinds, statements, steps
        >>> from exactland.constructions import sine
        >>> problem, _ = sine(samples=2, units=1)
        >>> said = statements.of_the_loss(kinds.StatementKind.NO_SUB_OPTIMAL_BASIN)
        >>> wrong = Certificate(problem, said, (steps.WideTheorem(),), {})
        >>> certificate_from_bytes(wrong.to_bytes()) == wrong
        True
        """
        return codec.encode(codec.Parts(self.problem, self.statement, self.steps, self.provenance))

    @property
    def claim_sha256(self) -> str:
        """The digest of the claim as this certificate spells it (hexadecimal)."""
        return codec.claim_digest(self.problem, self.statement)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of the steps, in order."""
        return tuple(step.rule for step in self.steps)


def certificate_from_bytes(data: bytes) -> Certificate:
    """The inverse of `to_bytes`.

    Raises CertificateError for what has not the form of a certificate.

    Not claimed: that a checker accepts it; a file of another spelling gives other bytes again.
    """
    parts = codec.decode(data)
    return Certificate(parts.problem, parts.statement, parts.steps, parts.provenance)
