"""The command `exactland check`."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic

import click

from exactland.certificates.certificate_file import SUFFIX
from exactland.checking import CHECKERS, check, verdict_line
from exactland.cli.options import FILE, json_option, quiet_option
from exactland.cli.statuses import VERIFIED, WORST_FIRST
from exactland.cli.terminal import note, progress_bar
from exactland.kernel import EXIT, Verdict
from exactland.reports.verdicts import carried, verdict_json

MOST_PROCESSES = 64
SECONDS_ALONE = 0.5  # before several processes are started, which takes about as long


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option(
    "--checker",
    type=click.Choice(CHECKERS),
    default="kernel",
    show_default=True,
    help="Who checks; with both, they have to agree.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    help="Files checked at the same time, if there are many.  [default: one a core]",
)
@json_option
@quiet_option
def command(
    paths: tuple[Path, ...], checker: str, processes: int | None, as_json: bool, quiet: bool
) -> int:
    """Let the kernel, or the second checker, check certificates.

    PATHS are files, or folders with *.cert.json below them. Verdicts are printed in this order, as
    they come in.
    """
    files = [file for path in paths for file in _files(path)]
    statuses = []
    with (
        progress_bar(quiet or len(files) == 1) as step,
        closing(_verdicts(files, checker, processes)) as verdicts,
    ):
        for done, file in enumerate(files):
            step(file.name, done, len(files))
            verdict = next(verdicts)
            statuses.append(EXIT[verdict.status])
            _say(verdict, str(file), as_json, quiet)
            if verdict.status == "malformed" and _is_a_problem(file):
                note(f"{file} is a problem: `exactland certify` makes a certificate of it", quiet)
    note(f"{statuses.count(VERIFIED)} of {len(statuses)} verified", quiet)
    return next(status for status in WORST_FIRST if status in statuses)


def _files(path: Path) -> list[Path]:
    """The certificates in a folder, or the folder itself if there are none; or the one file."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob(f"*{SUFFIX}") if not file.is_dir())
    return found or [path]


def _verdicts(
    files: Sequence[Path], checker: str, processes: int | None
) -> Generator[Verdict, None, None]:
    """The verdict on every file, in their order.

    The first files are checked here; what is left after that, by several processes (one a core, if
    not told otherwise).
    """
    begun = monotonic()
    verdict_on = partial(_verdict, checker=checker)
    done = 0
    while done < len(files) and monotonic() - begun < SECONDS_ALONE:
        yield verdict_on(files[done])
        done += 1
    left = files[done:]
    if processes == 1 or len(left) <= 1:
        yield from map(verdict_on, left)
        return
    from exactland.studies.execution import available, in_parallel

    most = min(processes or available(), MOST_PROCESSES, len(left))
    with in_parallel(most) as each:
        yield from each(verdict_on, left)


def _verdict(file: Path, checker: str) -> Verdict:
    if file.is_dir():
        return Verdict("malformed", f"no *{SUFFIX} in this folder")
    return check(file, checker)


def _is_a_problem(file: Path) -> bool:
    from exactland.errors import ExactlandError
    from exactland.files.problem_file import read_problem

    try:
        read_problem(file)
    except ExactlandError:
        return False
    return True


def _say(verdict: Verdict, name: str, as_json: bool, quiet: bool) -> None:
    if as_json:
        found = {
            "file": name,
            "status": verdict.status,
            "rule": verdict.rule,
            "place": verdict.place,
        }
        click.echo(json.dumps(found | verdict_json(verdict)))
    elif not (quiet and verdict.status == "verified"):
        click.echo(verdict_line(verdict, name) + carried(verdict))
