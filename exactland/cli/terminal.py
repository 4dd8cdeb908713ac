"""What goes to stderr: notes, and a bar of progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Step = Callable[
    [str, int, int], None
]  # what is being done, how much of it is done, and of how much


def note(message: str, quiet: bool = False) -> None:
    if not quiet:
        click.echo(one_line(message), err=True)


def one_line(message: str) -> str:
    return " ".join(message.split())


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Step]:
    """A bar on stderr when it is a terminal; otherwise nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    # only here: it takes longer to import than many a certificate to check
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield step
