"""The command `exactland reproduce`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from exactland.cli.options import FILE, json_option, quiet_option
from exactland.cli.tables import print_tables
from exactland.cli.terminal import progress_bar
from exactland.reports.reproduced import write_pictures_and_tables
from exactland.studies.reproduce import SIDES, reproduce
from exactland.studies.rows import worst


@click.command("reproduce")
@click.option("--all", "everything", is_flag=True, help="The larger cases too (a minute).")
@click.option("--only", type=click.Choice(SIDES), help="One part of the core set.")
@click.option(
    "--out",
    type=FILE,
    default=Path("proofs"),
    show_default=True,
    help="Where certificates and summaries go.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="Cases made at the same time.  [default: one a core]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Keep certificates that are already there and that the kernel accepts.",
)
@json_option
@quiet_option
def command(
    out: Path,
    everything: bool,
    only: str | None,
    processes: int | None,
    resume: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Build, certify, check and tabulate the built-in cases.

    The main job: everything that is written was checked by the kernel.
    """
    with progress_bar(quiet) as step:
        done = reproduce(
            out,
            everything=everything,
            only=only,
            resume=resume,
            processes=processes,
            step=step,
        )
        write_pictures_and_tables(done, out)
    if as_json:
        for row in done.rows:
            click.echo(json.dumps(vars(row)))
    else:
        print_tables(done)
        verified = done.certificates - sum(row.verdict != "verified" for row in done.rows)
        click.echo(
            f"{verified} of {done.certificates} certificates verified by the kernel; written below"
            f" {out}"
        )
    return worst(done.rows)
