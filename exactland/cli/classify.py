"""The command `exactland classify`."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from exactland.cli.options import (
    FILE,
    json_option,
    out_option,
    problem_argument,
    quiet_option,
    steps_option,
    time_option,
    within_option,
)
from exactland.cli.outcomes import say_inconclusive, say_proved
from exactland.cli.statuses import VERIFIED
from exactland.cli.terminal import progress_bar
from exactland.engine.outcomes import Inconclusive
from exactland.engine.points import classify
from exactland.files.problem_file import read_point, read_problem


@click.command("classify")
@problem_argument
@click.option("--point", type=FILE, help="A point file; without it, the point in PROBLEM.")
@within_option
@steps_option
@time_option
@out_option
@json_option
@quiet_option
def command(
    problem: Path,
    point: Path | None,
    within: Fraction | None,
    steps: int | None,
    seconds: float | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Say what a point is, and by which rules.

    A point of PROBLEM is near a strict local minimum or a basin, a local minimum, near no local
    minimum (with a direction), or exactly in no (sub-optimal) basin. Inconclusive otherwise, with
    the directions in which the Hessian vanishes. Whether a minimum is global is not asked: `certify
    --point` does.
    """
    given = read_problem(problem)
    theta = read_point(point, given) if point else given.point
    with progress_bar(quiet) as step:
        step("proving", 0, 1)
        outcome = classify(given, theta, within=within, steps=steps, seconds=seconds, progress=step)
    if isinstance(outcome, Inconclusive):
        return say_inconclusive(outcome, as_json)
    kind = outcome.certificate.statement.kind
    say_proved(outcome, str(kind), kind.words, given, theta, out, as_json)
    return VERIFIED
