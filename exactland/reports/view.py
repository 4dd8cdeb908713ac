"""One view model for all reports: what a verified certificate says, every number and sentence once.

Text, JSON, pages and tables are made from it. Numbers are exact and know the side to which their
decimals may be rounded (`exactland.certificates.proved_numbers`).
"""

from __future__ import annotations

from dataclasses import dataclass

from exactland.certificates.certificate import Certificate
from exactland.certificates.kinds import Rule
from exactland.certificates.proved_numbers import MinimumNumbers, Quantity, numbers_of
from exactland.certificates.statements import Statement
from exactland.errors import CertificateError
from exactland.kernel import Fact, Minimum, Verdict
from exactland.model.problem import Problem
from exactland.reports.facts_in_words import describe_fact
from exactland.reports.lines import Line, StepInWords
from exactland.reports.statements_in_words import claim_sentence, not_claimed
from exactland.reports.steps_in_words import carried_by


@dataclass(frozen=True)
class Parameter:
    """One entry of theta, by name."""

    name: str
    value: Quantity


@dataclass(frozen=True)
class CertificateView:
    """A verified certificate for a reader who has never seen the format.

    `says`: the kernel's words. `claim`: the same as a sentence, with the numbers of the statement;
    "below" in it means `center`, which has P entries, or none where the claim is about no point.
    `is_exact`: the claim is about exactly these parameters, and not about what lies near them.
    `fact` and, for a minimum, `numbers`: what the kernel computed; `proved`: that in words.
    `carried_by`: what every step contributes. `rules`: those of the steps, each once, in order.
    """

    problem: Problem
    statement: Statement
    says: str
    claim: str
    center: tuple[Parameter, ...]
    is_exact: bool
    fact: Fact
    numbers: MinimumNumbers | None
    proved: tuple[Line, ...]
    carried_by: tuple[StepInWords, ...]
    not_claimed: tuple[str, ...]
    rules: tuple[Rule, ...]


def view(certificate: Certificate, verdict: Verdict) -> CertificateView:
    """The view of a certificate, with the kernel's verdict on it.

    Raises CertificateError when that is not "verified". Not claimed: that the verdict is about this
    certificate; whoever calls has just asked the kernel.
    """
    fact = verdict.fact
    if verdict.status != "verified" or fact is None:
        raise CertificateError(f"only what is verified can be shown, not what is {verdict.status}")
    problem = certificate.problem
    statement = certificate.statement
    return CertificateView(
        problem=problem,
        statement=statement,
        says=verdict.says,
        claim=claim_sentence(statement),
        center=_named(problem, statement),
        is_exact=statement.distance is None,
        fact=fact,
        numbers=numbers_of(fact) if isinstance(fact, Minimum) else None,
        proved=describe_fact(fact, problem),
        carried_by=carried_by(certificate),
        not_claimed=not_claimed(fact, statement.kind),
        rules=tuple(dict.fromkeys(certificate.rules)),
    )


def _named(problem: Problem, statement: Statement) -> tuple[Parameter, ...]:
    if statement.center is None:
        return ()
    names = problem.network.parameter_names()
    return tuple(Parameter(name, Quantity(c)) for name, c in zip(names, statement.center))
