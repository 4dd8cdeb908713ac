"""What starting costs: `python -m tests.benchmarks.startup [--json] [--rounds K]`.

CPU time of whole processes, children included, as ratios to a named baseline in the same run: the
least of K rounds, in each of which every command runs once. For several cores, the time on the
clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 20
PYTHON = (sys.executable,)
CLICK = "import click"
KERNEL = "the kernel alone, one file"
PYTEST = "pytest, one test, without the plugins"
HYPOTHESIS = "pytest, one property, without the plugins"
ONE_CORE = "check, 297 files, one process"
UNRELATED = {
    "test_unrelated.py": "def test_nothing():\n    pass\n",
    "test_property.py": (
        "from hypothesis import given, strategies\n\n\n"
        "@given(strategies.integers())\ndef test_nothing(number):\n    pass\n"
    ),
}


@dataclass(frozen=True)
class Command:
    """What is run, and what it is compared with (itself, for a baseline)."""

    name: str
    arguments: tuple[str, ...]
    baseline: str
    environment: tuple[tuple[str, str], ...] = ()
    by_the_clock: bool = False


@dataclass(frozen=True)
class Cost:
    command: str
    seconds: float
    baseline: str
    ratio: float


def commands(folder: Path) -> list[Command]:
    """All of them; `folder` holds the files in UNRELATED."""
    ours = (*PYTHON, "-m", "exactland")
    certificate = str(ROOT / "proofs" / "narrow" / "sigmoid-2-1.cert.json")
    many = str(ROOT / "proofs" / "phase")
    return [
        Command(CLICK, (*PYTHON, "-c", "import click"), CLICK),
        Command("import exactland", (*PYTHON, "-c", "import exactland"), CLICK),
        Command("exactland --version", (*ours, "--version"), CLICK),
        Command("exactland --help", (*ours, "--help"), CLICK),
        Command(KERNEL, (*PYTHON, "-m", "exactland.kernel", certificate), KERNEL),
        Command("exactland check, one file", (*ours, "check", certificate), KERNEL),
        *_pytest(folder / "test_unrelated.py", PYTEST),
        *_pytest(folder / "test_property.py", HYPOTHESIS),
        Command(ONE_CORE, (*ours, "check", "-q", "--processes", "1", many), ONE_CORE, (), True),
        Command("check, 297 files, all cores", (*ours, "check", "-q", many), ONE_CORE, (), True),
    ]


def _pytest(file: Path, without: str) -> list[Command]:
    run = (*PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file))
    no_hypothesis_plugins = (("HYPOTHESIS_NO_PLUGINS", "1"),)
    return [
        Command(without, (*run, "-p", "no:exactland"), without, no_hypothesis_plugins),
        Command(without.replace("without", "with"), run, without),
    ]


def costs(rounds: int, chosen: Callable[[Command], bool] = lambda command: True) -> list[Cost]:
    """The least cost of every chosen command; baselines have to be chosen too."""
    least: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        for name, text in UNRELATED.items():
            Path(folder, name).write_text(text)
        listed = [command for command in commands(Path(folder)) if chosen(command)]
        for _ in range(rounds):
            for command in listed:
                spent = _spent(command, folder)
                least[command.name] = min(spent, least.get(command.name, spent))
    return [
        Cost(c.name, least[c.name], c.baseline, least[c.name] / least[c.baseline]) for c in listed
    ]


def _spent(command: Command, folder: str) -> float:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path, **dict(command.environment)}
    clock, before = time.perf_counter(), _children()
    subprocess.run(command.arguments, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - clock if command.by_the_clock else _children() - before


def _children() -> float:
    """CPU seconds of all processes started so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def printed(rows: Sequence[Cost], as_json: bool) -> str:
    if as_json:
        return "\n".join(json.dumps(asdict(row)) for row in rows)
    return "\n".join(
        f"{row.command:42} {1000 * row.seconds:8.0f} ms  {row.ratio:5.2f} of {row.baseline}"
        for row in rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What starting costs, as ratios to baselines.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    print(printed(costs(arguments.rounds), arguments.json))


if __name__ == "__main__":
    main()
