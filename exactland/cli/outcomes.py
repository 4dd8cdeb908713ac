"""What `certify`, `classify` and `escape` say of an outcome."""

from __future__ import annotations

import json
from pathlib import Path as FilePath

import click

from exactland.certificates.certificate import Certificate
from exactland.certificates.certificate_file import SUFFIX, write_certificate
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
    out: FilePath | None,
    as_json: bool,
) -> None:
    """What the certificate proves, by which rules; it is written to `out`, if that is given.

    `word` says in JSON what became of the question, `headline` does so on a terminal.
    """
    verdict = outcome.verdict
    rules = list(dict.fromkeys(map(str, outcome.certificate.rules)))
    if out:
        write_certificate(out, outcome.certificate)
    if as_json:
        found = {"outcome": word, **verdict_json(verdict), "rules": rules}
        click.echo(json.dumps({**found, "certificate": str(out) if out else None}))
        return
    if isinstance(verdict.fact, NoMinimumBox):
        why = f"; {describe_direction(verdict.fact, problem)}"
    else:
        why = carried(verdict)
    rule = "rules" if len(rules) > 1 else "rule"
    click.echo(f"{headline}: {verdict.says}{why} ({rule} {', '.join(rules)}).")
    say_where(out)


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
