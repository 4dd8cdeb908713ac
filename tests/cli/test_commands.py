"""Commands are listed without being imported, and what is listed is what they say of themselves."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
import pytest

from exactland.cli.main import COMMANDS, commands, main

NOT_COMMANDS = {"main", "options", "outcomes", "statuses", "tables", "terminal"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_is_listed_of_it(name: str) -> None:
    command = import_module(f"exactland.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help is not None
    first_line = command.help.splitlines()[0]
    assert first_line == COMMANDS[name]
    assert command.callback.__name__ == "command"


def test_every_module_of_a_command_is_listed(root: Path) -> None:
    modules = {path.stem for path in (root / "exactland" / "cli").glob("[!_]*.py")}
    assert modules - NOT_COMMANDS == set(COMMANDS)


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    for name, line in COMMANDS.items():
        assert [name, line] in lines


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"Usage: exactland {name}" in capsys.readouterr().out


def test_a_name_that_is_nearly_one_is_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certfy"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: No such command 'certfy'.")
    assert error.count("\n") == 1


def test_names_in_the_context_are_those_listed() -> None:
    context = click.Context(commands)
    assert commands.list_commands(context) == list(COMMANDS)
    assert commands.get_command(context, "nonsense") is None
