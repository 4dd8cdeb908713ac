"""`python -m tests.tools.reference` writes the pages of docs/reference that are made from the code:
the command line from click, the Python API and the rules from docstrings.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path

import click

import exactland
from exactland.cli.main import COMMANDS, commands
from exactland.kernel.rules.table import RULES
from tests.pages import DOCS, FORMAT, THEOREMS, page

HEAD = "<!-- Written by `python -m tests.tools.reference`. -->"
ABOUT_COMMANDS = """\
Results go to stdout, notes and progress to stderr. `--json` gives [one object a result](json.md),
`--quiet` silences notes and progress. [Exit statuses](exit-statuses.md) are the same for every
command."""
ABOUT_NAMES = """\
What `import exactland` gives; each name is loaded when it is first used. How they go together:
[from Python](../how-to/from-python.md). Below them, modules with names of their own."""
ABOUT_RULES = """\
By which steps a certificate may prove its statement, in the kernel's own words: what each rule
checks and concludes. A step has the field `rule` and those that are named here. Last comes rule
[claim](../theorems/claim.md), which is no step: the statement follows from what the last one
proved."""
MODULES = {
    "exactland.testing.properties": (
        "Properties to test networks with; see [your own CI](../how-to/your-ci.md)."
    ),
    "exactland.testing.strategies": (
        "Hypothesis strategies for problems, networks, data and activations."
    ),
    "exactland.testing.planted": "Problems with a bad basin that is known.",
    "exactland.constructions": (
        "Bad minima to order; see [constructions](../theorems/constructions.md)."
    ),
}


# The command line


def command_line() -> str:
    pages = [HEAD, "# Command line", ABOUT_COMMANDS]
    for name in COMMANDS:
        pages += of_command(name)
    return "\n\n".join(pages) + "\n"


def of_command(name: str) -> Iterator[str]:
    context = click.Context(commands, info_name="exactland")
    command = commands.get_command(context, name)
    assert command is not None
    own = click.Context(command, info_name=f"exactland {name}")
    yield f"## exactland {name}"
    usage = " ".join(command.collect_usage_pieces(own))
    yield f"`exactland {name} {usage}`"
    yield in_markdown(command.help or "")
    options = [one for one in command.get_params(own) if isinstance(one, click.Option)]
    rows = [option_row(option, own) for option in options]
    shown = [row for row in rows if row]
    if shown:
        yield "\n".join(["| option | does |", "|---|---|", *shown])


def option_row(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    if record is None:
        return ""
    names, does = record
    return f"| `{cell(names)}` | {cell(in_markdown(does))} |"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# The Python API


def python_api() -> str:
    pages = [HEAD, "# Python API", ABOUT_NAMES]
    for name in exactland._PUBLIC:
        pages += of_object(name, getattr(exactland, name), "##")
    for module, about in MODULES.items():
        pages += [f"## {module}", about]
        for name, found in public_functions(module):
            pages += of_object(name, found, "###")
    return "\n\n".join(pages) + "\n"


def public_functions(module: str) -> Iterator[tuple[str, object]]:
    """Those that a module has or passes on, in the order of its source or its list."""
    home = import_module(module)
    listed = getattr(home, "__all__", None)
    for name in listed or vars(home):
        found = getattr(home, name)
        is_own = listed is not None or getattr(found, "__module__", None) == module
        if inspect.isfunction(found) and is_own and not name.startswith("_"):
            yield name, found


def of_object(name: str, found: object, heading: str) -> Iterator[str]:
    yield f"{heading} {name}"
    home = getattr(found, "__module__", "")
    if callable(found) and not (inspect.isclass(found) and issubclass(found, Enum)):
        yield f"```py\n{signature(name, found)}\n```"
    yield in_markdown(inspect.getdoc(found) or "")
    if home != "exactland":
        yield f"*In* `{home}`."


def signature(name: str, found: object) -> str:
    """As in the source, one argument a line where they are many."""
    assert callable(found)
    try:
        parameters = inspect.signature(found)
    except ValueError:
        return f"{name}(...)"
    arguments = list(written_arguments(parameters))
    returns = parameters.return_annotation
    arrow = f" -> {annotation(returns)}" if returns not in (inspect.Signature.empty, None) else ""
    line = f"{name}({', '.join(arguments)}){arrow}"
    if len(line) <= 88:
        return line
    lines = [f"    {argument}," for argument in arguments]
    return "\n".join([f"{name}(", *lines, f"){arrow}"])


STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def written_arguments(parameters: inspect.Signature) -> Iterator[str]:
    star = False
    for argument in parameters.parameters.values():
        if argument.kind is argument.KEYWORD_ONLY and not star:
            star = True
            yield "*"
        text = STARS.get(argument.kind, "") + argument.name
        if argument.annotation is not argument.empty:
            text += f": {annotation(argument.annotation)}"
        if argument.default is not argument.empty:
            text += f" = {default(argument.default)}"
        yield text


def annotation(of: object) -> str:
    return of if isinstance(of, str) else getattr(of, "__name__", str(of))


def default(value: object) -> str:
    """A function by its name, a member of an enumeration by the one of both."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return getattr(value, "__name__", repr(value))


def in_markdown(text: str) -> str:
    """Paragraphs with the signs that Markdown would read escaped, examples as code."""
    paragraphs = inspect.cleandoc(text).replace("\b\n", "").split("\n\n")
    return "\n\n".join(paragraph_in_markdown(paragraph) for paragraph in paragraphs)


def paragraph_in_markdown(text: str) -> str:
    if text.startswith(">>> "):
        return f"```pycon\n{text}\n```"
    pieces = re.split(r"(`[^`]*`)", text)
    outside = [re.sub(r"([*<])", r"\\\1", piece) for piece in pieces[::2]]
    inside = [*pieces[1::2], ""]
    return "".join(part for pair in zip(outside, inside) for part in pair).strip()


# The rules


def rules() -> str:
    pages = [HEAD, "# Rules", ABOUT_RULES]
    for number, step in RULES.items():
        pages += of_rule(number, step)
    return "\n\n".join(pages) + "\n"


def of_rule(number: str, step: type) -> Iterator[str]:
    (theorem,) = (path for path in THEOREMS.glob("*.md") if number in numbers_in_title(path))
    heading = re.search(rf"^#### (Rule {re.escape(number)}, .*)$", page(FORMAT), re.MULTILINE)
    assert heading is not None
    fields = ", ".join(f"`{name.rstrip('_')}`" for name in inspect.get_annotations(step))
    home = step.__module__.replace(".", "/")
    yield f"## {heading[1]}"
    yield in_markdown(inspect.getdoc(step.__dict__["fact"]) or "")
    yield f"Fields: {fields or 'none'}."
    yield (
        f"[Specification](format.md#{anchor(heading[1])}), [proof](../theorems/{theorem.name}),"
        f" [kernel](../../{home}.py)."
    )


def numbers_in_title(path: Path) -> list[str]:
    return re.split("[ ,]+", page(path).partition("\n")[0])


def anchor(heading: str) -> str:
    """As a forge and the site make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


PAGES = {"command-line.md": command_line, "python-api.md": python_api, "rules.md": rules}


if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / "reference" / name).write_text(made(), encoding="utf-8")
