"""The command `exactland certify`."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from exactland.certificates.kinds import ASKED_BY_NAME
from exactland.cli.options import (
    FILE,
    SEEDS,
    json_option,
    out_option,
    problem_argument,
    quiet_option,
    steps_option,
    time_option,
    within_option,
)
from exactland.cli.outcomes import say_inconclusive, say_proved
from exactland.cli.statuses import REJECTED, VERIFIED
from exactland.cli.terminal import progress_bar
from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified, Inconclusive
from exactland.files.problem_file import read_point, read_problem
from exactland.provers.question import SEED, STARTS
from exactland.reports.text import headline


@click.command("certify")
@problem_argument
@click.option("--point", type=FILE, help="A point file: certify or refute a minimum near it.")
@within_option
@click.option(
    "--claim",
    type=click.Choice(list(map(str, ASKED_BY_NAME))),
    default="strongest",
    show_default=True,
    help="What to certify; strongest: of what is about a minimum, the most that can be proved.",
)
@click.option(
    "--starts",
    type=click.IntRange(1, 10**6),
    default=STARTS,
    show_default=True,
    help="Trainings to try.",
)
@click.option("--seed", type=SEEDS, default=SEED, show_default=True)
@steps_option
@time_option
@out_option
@json_option
@quiet_option
def command(
    problem: Path,
    point: Path | None,
    within: Fraction | None,
    claim: str,
    starts: int,
    seed: int,
    steps: int | None,
    seconds: float | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find and certify a minimum, or that there are no (bad) basins.

    A minimum of PROBLEM (strict, a basin, or local), sub-optimal if a better point is found; or,
    with the claims no-sub-optimal-basin and no-basin, that there is no such basin at all; with
    no-bad-valley, that from everywhere a path leads down that hardly rises.
    """
    given = read_problem(problem)
    theta = read_point(point, given) if point else None
    with progress_bar(quiet) as step:
        outcome = certify(
            given,
            theta,
            within=within,
            claim=claim,
            starts=starts,
            seed=seed,
            steps=steps,
            seconds=seconds,
            progress=step,
        )
    if isinstance(outcome, Inconclusive):
        return say_inconclusive(outcome, as_json)
    if isinstance(outcome, Certified):
        words = headline(outcome.certificate.statement.kind)
        say_proved(outcome, "certified", words, given, theta, out, as_json)
        return VERIFIED
    say_proved(outcome, "refuted", "refuted", given, theta, out, as_json)
    return REJECTED
