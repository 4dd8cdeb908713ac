"""What the commands share: notes and progress on stderr, and the options every command has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per result on stdout."
)
quiet_option = click.option(
    "--quiet", "-q", is_flag=True, help="No notes and no progress on stderr."
)


def note(message: str, quiet: bool = False) -> None:
    if not quiet:
        click.echo(one_line(message), err=True)


def one_line(message: str) -> str:
    return " ".join(message.split())


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr when it is a terminal; otherwise nothing."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda what, done, total: None
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=total
        )
