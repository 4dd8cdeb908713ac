"""What `certify`, `classify` and `escape` say of an outcome."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path as FilePath

import click

from exactland.certificates.certificate import Certificate
from exactland.certificates.certificate_file import SUFFIX, write_certificate
from exactland.certificates.proved_numbers import at_most
from exactland.certificates.statements import Statement
from exactland.certificates.steps import Path
from exactland.cli.statuses import INCONCLUSIVE
from exactland.engine.outcomes import Certified, Inconclusive, Refuted
from exactland.kernel import NoMinimumBox
from exactland.model.problem import Problem
from exactland.reports.facts_in_words import describe_direction
from exactland.reports.verdicts import carried, verdict_json


def say_inconclusive(outcome: Inconclusive, as_json: bool) -> int:
    """Why, and what would help; the exit status."""
    if as_json:
        found = {
            "outcome": "inconclusive",
            "reason": outcome.reason,
            "would_help": outcome.would_help,
            "tried": list(outcome.tried),
            "kernel": [[f"{v:.6g}" for v in vector] for vector in outcome.directions],
        }
        click.echo(json.dumps(found))
    else:
        tried = f" Tried: {', '.join(outcome.tried)}." if outcome.tried else ""
        advice = f"What would help: {outcome.would_help}."
        click.echo(f"inconclusive: {outcome.reason}.{tried} {advice}")
    return INCONCLUSIVE


def say_proved(
    outcome: Certified | Refuted,
    word: str,
    headline: str,
    problem: Problem,
    point: Sequence[Fraction] | None,
    out: FilePath | None,
    as_json: bool,
) -> None:
    """What the certificate proves, by which rules; it is written to `out`, if that is given.

    `word` says in JSON what became of the question, `headline` does so on a terminal.
    """
    verdict = outcome.verdict
    if out:
        write_certificate(out, outcome.certificate)
    if as_json:
        stated = outcome.certificate.statement.distance
        found = {
            "outcome": word,
            **verdict_json(verdict),
            "within": at_most(stated).to(6) if stated is not None else None,
            "rules": rules_of(outcome.certificate),
        }
        click.echo(json.dumps({**found, "certificate": str(out) if out else None}))
        return
    if isinstance(verdict.fact, NoMinimumBox):
        why = f"; {describe_direction(verdict.fact, problem)}"
    else:
        why = carried(verdict)
    near = stated_distance(outcome.certificate.statement, point)
    click.echo(f"{headline}: {verdict.says}{near}{why} {by_rules(outcome.certificate)}.")
    say_where(out)


def stated_distance(statement: Statement, point: Sequence[Fraction] | None) -> str:
    """What the distance is that the kernel's words only call the stated one, if there is one."""
    if not statement.distance:
        return ""
    center = "the given point" if statement.center == point else "the center in the certificate"
    return f" (within {at_most(statement.distance).to(3)} of {center})"


def rules_of(certificate: Certificate) -> list[str]:
    return list(dict.fromkeys(map(str, certificate.rules)))


def by_rules(certificate: Certificate) -> str:
    """The rules of its steps, in parentheses."""
    rules = rules_of(certificate)
    return f"({'rules' if len(rules) > 1 else 'rule'} {', '.join(rules)})"


def say_where(out: FilePath | None) -> None:
    """Where the certificate is; on stderr, that it is nowhere."""
    if out:
        click.echo(f"certificate: {out}")
    else:
        lost = f"The certificate was not kept: name a file with --out NAME{SUFFIX}."
        click.echo(lost, err=True)


def reasons_of(certificate: Certificate) -> list[str]:
    """Why the loss does not rise, for every segment of its paths."""
    paths = [step for step in certificate.steps if isinstance(step, Path)]
    return [str(reason) for path in paths for reason in path.reasons]
