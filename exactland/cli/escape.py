"""The command `exactland escape`."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import click

from exactland.certificates.certificate_file import write_certificate
from exactland.certificates.statements import INFIMUM
from exactland.cli.options import (
    FILE,
    SEEDS,
    json_option,
    out_option,
    problem_argument,
    quiet_option,
    rational,
    steps_option,
    time_option,
)
from exactland.cli.outcomes import (
    by_rules,
    reasons_of,
    rules_of,
    say_inconclusive,
    say_where,
)
from exactland.cli.statuses import VERIFIED
from exactland.cli.terminal import progress_bar
from exactland.engine.outcomes import Certified, Inconclusive, Refuted
from exactland.engine.paths import escape
from exactland.files.problem_file import read_point, read_problem
from exactland.model.numbers import interval_text
from exactland.model.problem import Problem
from exactland.provers.outputs import loss_bounds
from exactland.reports.statements_in_words import end_in_words, eta_in_words
from exactland.reports.verdicts import end_json, verdict_json


@click.command("escape")
@problem_argument
@click.option(
    "--point",
    type=FILE,
    help="A point file; without it, the point in PROBLEM, or else all parameters zero.",
)
@click.option(
    "--below",
    callback=rational,
    metavar="L",
    help="End at explicit parameters with a loss of at most L.",
)
@click.option(
    "--eta",
    callback=rational,
    default="0",
    metavar="R",
    help="Allow a small step that may lift the loss by R (an eta-escape).",
)
@click.option("--seed", type=SEEDS, default=0, show_default=True)
@steps_option
@time_option
@out_option
@json_option
@quiet_option
def command(
    problem: Path,
    point: Path | None,
    below: Fraction | None,
    eta: Fraction,
    seed: int,
    steps: int | None,
    seconds: float | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find and certify a path on which the loss never rises.

    The loss is never above that of the start, a point of PROBLEM; the path leads down to the
    infimum where the network is wide enough.
    """
    given = read_problem(problem)
    theta = read_point(point, given) if point else given.point
    with progress_bar(quiet) as step:
        step("searching", 0, 1)
        outcome = escape(
            given,
            theta,
            below=below,
            eta=eta,
            seed=seed,
            steps=steps,
            seconds=seconds,
            progress=step,
        )
    if isinstance(outcome, Inconclusive):
        return say_inconclusive(outcome, as_json)
    if out:
        write_certificate(out, outcome.certificate)
    if as_json:
        click.echo(json.dumps(_path_json(outcome, theta is None, out)))
    else:
        click.echo(_path_words(given, outcome, theta is None))
        say_where(out)
    return VERIFIED


def _path_json(
    outcome: Certified | Refuted, from_zero: bool, out: Path | None
) -> dict[str, object]:
    statement = outcome.certificate.statement
    return {
        "outcome": outcome.verdict.kind,
        **verdict_json(outcome.verdict),
        "reasons": reasons_of(outcome.certificate),
        "rules": rules_of(outcome.certificate),
        "end": end_json(statement.end or INFIMUM),
        "from_zero": from_zero,
        "certificate": str(out) if out else None,
    }


def _path_words(problem: Problem, outcome: Certified | Refuted, from_zero: bool) -> str:
    reasons, statement = reasons_of(outcome.certificate), outcome.certificate.statement
    start = "all parameters zero" if from_zero else "the point"
    segments = "1 segment" if len(reasons) == 1 else f"{len(reasons)} segments"
    why = f" ({', '.join(reasons)})" if reasons else ""
    last = ", then the last layer alone" if statement.end == INFIMUM else ""
    rise = f" plus {eta_in_words(statement)}" if statement.eta else ""
    bounds = loss_bounds(problem, statement.center or ())
    loss = f" (loss {interval_text(*bounds)})" if bounds else ""
    return (
        f"{outcome.verdict.kind} certified: from {start}{loss}, {segments}{why}{last}, to"
        f" {end_in_words(statement)}; the loss is never above its start{rise}"
        f" {by_rules(outcome.certificate)}."
    )
