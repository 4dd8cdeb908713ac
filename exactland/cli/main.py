"""The command line: the commands, and what becomes of an error.

Results on stdout, progress and notes on stderr; exit statuses as in the README. A command's module
is imported when the command is called or its own help is asked for, so that `exactland --version`
and `exactland --help` need nothing but click.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module

import click

from exactland import __version__
from exactland.cli.statuses import (
    INCONCLUSIVE,
    INTERRUPTED,
    LIMIT,
    MALFORMED,
    REJECTED,
    VERIFIED,
)
from exactland.cli.terminal import note
from exactland.errors import CertificateError, InputError, ResourceLimitError

# what each command does: the first line of its own help; the command is exactland.cli.NAME.command
COMMANDS = {
    "reproduce": "Build, certify, check and tabulate the built-in cases.",
    "certify": "Find and certify a minimum, or that there are no (bad) basins.",
    "classify": "Say what a point is, and by which rules.",
    "escape": "Find and certify a path on which the loss never rises.",
    "phase": "Draw the phase diagram of an activation.",
    "check": "Let the kernel, or the second checker, check certificates.",
    "show": "Say in words what a certificate proves.",
    "schema": "Print the JSON Schema of a file format.",
    "export": "Write a certificate for another proof checker.",
    "doctor": "Show versions, and test this installation.",
}


class Commands(click.Group):
    """A group that lists its commands without importing them."""

    def __init__(self, **settings: object) -> None:
        listed = {name: click.Command(name, short_help=line) for name, line in COMMANDS.items()}
        super().__init__(commands=listed, **settings)  # type: ignore[arg-type]

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"exactland.cli.{cmd_name}").command
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exactland")
def commands() -> None:
    """Rigorous statements about neural-network loss surfaces, as certificates anyone can re-check.

    Exit status: 0 certified or verified, 1 refuted or rejected, 2 malformed input or wrong usage, 3
    inconclusive, 4 a resource limit was hit, 130 interrupted.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status; every error becomes one line on stderr."""
    try:
        with commands.make_context(
            "exactland", sys.argv[1:] if arguments is None else arguments
        ) as context:
            return int(commands.invoke(context))
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return MALFORMED
    except BrokenPipeError:
        sys.stderr.close()
        return VERIFIED
    except (KeyboardInterrupt, click.Abort):
        note("interrupted: nothing half-written was left")
        return INTERRUPTED
    except Exception as error:
        status, said = status_and_line(error)
        note(said)
        return status


def status_and_line(error: Exception) -> tuple[int, str]:
    """The exit status of an error, and what is said of it."""
    match error:
        case click.ClickException():
            return MALFORMED, f"error: {error.format_message()}"
        case InputError():
            return MALFORMED, f"error: {error}"
        case CertificateError():
            return REJECTED, f"error: {error}"
        case ResourceLimitError():
            return LIMIT, f"limit: {error}"
        case MemoryError() | RecursionError():
            return LIMIT, f"limit: {type(error).__name__}"
        case OSError():
            place = ascii(error.filename or "")[:200]
            return MALFORMED, f"error: {place}: {error.strerror or error}"
        case _:  # a defect of ours: say so in one line, claim nothing
            said = f"internal error, please report it: {type(error).__name__}: {error}"
            return INCONCLUSIVE, said


def run() -> None:
    """The entry point `exactland`.

    A request to terminate is an interruption like any other: nothing half-written stays.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
