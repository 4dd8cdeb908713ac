"""Mutation testing of the kernel: `python -m tests.kernel_only.mutate [MODULE ...] [--processes K]`
(needs `pip install cosmic-ray`).

Every mutant that cosmic-ray's operators make of the kernel, one change each, is loaded in a process
of its own and put to the kernel-only suite. Killed: a test fails, the module cannot be loaded, or
one test takes more than `EACH` seconds of a processor or 2 GiB. What survives must be listed in
`equivalent.json`, with the reason why no test can tell it from the kernel.

A mutant is of one top-level statement of a module. `mutation.json` has the counts of every
statement without unlisted survivors, by the digest of its syntax, put there as soon as the
statement is done. Only statements that are not on record are measured: those that are new or have
changed, and those that an interrupted run has left. Counts stay as long as the statement is what it
was, whatever else changes; what the kernel no longer has leaves the record. To measure all of it
again, delete `mutation.json`. Prints what survives and is not listed, then one line of counts of
what was measured; exit status 1 if an unlisted mutant survives.

Mutants are made of the statement as `ast.unparse` writes it, without comments and docstrings, and
are listed by the lines of that text that differ: neither depends on how the source is laid out. The
text is that of Python 3.11; later versions write some strings and parentheses differently.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from tests.kernel_only.record import recorded, results_on_record
from tests.tools import syntax
from tests.tools.syntax import Statement, plain, statements

HERE = Path(__file__).parent
KERNEL = HERE.parent.parent / "exactland" / "kernel"
EQUIVALENT, MUTATION = HERE / "equivalent.json", HERE / "mutation.json"
EACH, WHOLE, MEMORY, LIKELY = 5, 25, 2 << 30, 40
# The first fails at tuples of exceptions; the others need to be told names of variables.
LEFT_OUT = ("core/ExceptionReplacer", "core/VariableInserter", "core/VariableReplacer")
# Module -> digest of a statement -> what it is, and counts.
Record = dict[str, dict[str, dict[str, Any]]]
VERDICTS, RESULTS = recorded(), results_on_record()


class Mutant(NamedTuple):
    """A module, the line that changes, as it was and as it is, and the whole new source."""

    module: str
    before: str
    after: str
    source: str


class Counts(NamedTuple):
    """Mutants: all, those that survive and are listed as equivalent, those that only survive."""

    made: int
    equivalent: int
    unlisted: int

    @property
    def killed(self) -> int:
        return self.made - self.equivalent - self.unlisted

    def __str__(self) -> str:
        return (
            f"{self.made} mutants, {self.killed} killed, {self.equivalent} listed as equivalent,"
            f" {self.unlisted} survive"
        )


class Loaded(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module of the kernel in a given source."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        folder = KERNEL.joinpath(*fullname.split(".")[2:])
        places = [str(folder)] if folder.is_dir() else None
        return importlib.util.spec_from_file_location(
            fullname, KERNEL / "mutant.py", loader=self, submodule_search_locations=places
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, "mutant", "exec"), module.__dict__)


def mutants(module: str, whole: Sequence[Statement], statement: Statement) -> Iterator[Mutant]:
    """All of one statement of a whole module."""
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    text, code = statement.text, _code(statement.text)
    for name in sorted(plugins.operator_names()):
        if name in LEFT_OUT:
            continue
        operator, occurrence = plugins.get_operator(name)(), 0
        while (changed := mutate_code(text, operator, occurrence)) is not None:
            occurrence += 1
            if _code(changed) != code:
                texts = [changed if other is statement else other.text for other in whole]
                yield Mutant(module, *difference(text, changed), "\n".join(texts))


def of_module(module: str) -> list[Statement]:
    return statements(syntax.modules(KERNEL)[module].read_text(encoding="utf-8"))


def difference(source: str, changed: str) -> tuple[str, str]:
    """The lines of a plain source that a change touches, before and after.

    The changed source is made plain too, unless it is no Python.
    """
    with suppress(SyntaxError):
        changed = plain(changed)
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0, lineterm="")
    touched = list(lines)[2:]  # the first two name the files
    before = [line[1:].strip() for line in touched if line.startswith("-")]
    after = [line[1:].strip() for line in touched if line.startswith("+")]
    return " / ".join(before), " / ".join(after)


def _code(source: str) -> str | None:
    """What is run: the syntax tree without annotations; None if there is none."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(0)
        if isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.dump(tree)


def survives(mutant: Mutant, likely: list[int | str]) -> bool:
    """Whether the suite passes with the mutant in place of the module.

    In a process of its own. What killed it goes to the front of `likely`, which is tried first:
    that changes nothing but how soon a mutant is killed.
    """
    here, there = os.pipe()
    child = os.fork()
    if child:
        passed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        os.close(there)
        # another child may still hold the other end, but nothing more is written
        os.set_blocking(here, False)
        killer = b""
        with suppress(BlockingIOError):
            killer = os.read(here, 1000)
        os.close(here)
        if killer:
            likely[:] = [
                json.loads(killer),
                *(other for other in likely if other != json.loads(killer)),
            ][:LIKELY]
        return passed
    try:
        # then a signal that ends the process
        watch = partial(signal.setitimer, signal.ITIMER_PROF, EACH)
        watch()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        for name in [
            name for name in sys.modules if name.startswith(("exactland", "tests.kernel_only"))
        ]:
            del sys.modules[name]
        name = f"exactland.kernel.{mutant.module}".removesuffix(".__init__")
        sys.meta_path.insert(0, Loaded(name, mutant.source))
        assert importlib.import_module(name).__spec__.loader is sys.meta_path[0]
        record = importlib.import_module("tests.kernel_only.record")
        killer = record.difference(VERDICTS, RESULTS, likely, watch)
        signal.setitimer(signal.ITIMER_PROF, WHOLE)
        if killer is not None:
            os.write(there, json.dumps(killer).encode())
        code = killer is not None or pytest.main(
            ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", str(HERE)]
        )
    except BaseException:
        code = 1
    os._exit(int(code != 0))


def listed() -> dict[tuple[str, str, str], str]:
    """(module, line before, line after) -> why they are the same."""
    rows = json.loads(EQUIVALENT.read_text()) if EQUIVALENT.exists() else []
    return {(row["module"], row["before"], row["after"]): row["why"] for row in rows}


def measure(module: str, pool: ThreadPoolExecutor) -> Iterator[Counts]:
    """Measures each statement of a module that is not on record, and puts it there.

    Yields its counts. One with an unlisted survivor stays off the record.
    """
    whole = of_module(module)
    unchanged = Mutant(module, "", "", "\n".join(statement.text for statement in whole))
    likely: list[int | str] = []
    for statement in whole:
        if statement.digest in on_record().get(module, {}):
            continue
        made = list(mutants(module, whole, statement))
        lives = pool.map(partial(survives, likely=likely), made)
        alive = [mutant for mutant, survived in zip(made, lives) if survived]
        assert not made or survives(unchanged, likely), "the suite fails without any change"
        unlisted = [mutant for mutant in alive if mutant[:3] not in listed()]
        for mutant in unlisted:
            print(as_row(mutant), flush=True)
        counts = Counts(len(made), len(alive) - len(unlisted), len(unlisted))
        print(f"{module}.{statement.name}: {counts}", file=sys.stderr, flush=True)
        if not unlisted:
            put_on_record(module, statement, counts)
        yield counts


def as_row(mutant: Mutant) -> str:
    """As it is to be listed in `equivalent.json`, but for the reason."""
    return json.dumps({"module": mutant.module, "before": mutant.before, "after": mutant.after})


def on_record() -> Record:
    record: Record = json.loads(MUTATION.read_text()) if MUTATION.exists() else {}
    return record


def put_on_record(module: str, statement: Statement, counts: Counts) -> None:
    record = on_record()
    record.setdefault(module, {})[statement.digest] = {
        "what": statement.name,
        "mutants": counts.made,
        "killed": counts.killed,
        "equivalent": counts.equivalent,
    }
    write(record)


def write(record: Record) -> None:
    """Writes down what is on record of statements that the kernel has, in their order."""
    kept: Record = {}
    for module in modules():
        rows = record.get(module, {})
        digests = [statement.digest for statement in of_module(module)]
        kept[module] = {digest: rows[digest] for digest in digests if digest in rows}
    MUTATION.write_text(json.dumps(kept, indent=1) + "\n")


def modules() -> list[str]:
    return list(syntax.modules(KERNEL))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Mutation testing of the kernel.")
    parser.add_argument("modules", nargs="*", default=modules())
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args(arguments)
    write(on_record())
    total = Counts(0, 0, 0)
    with ThreadPoolExecutor(asked.processes) as pool:
        for module in asked.modules:
            for counts in measure(module, pool):
                total = Counts(*map(sum, zip(total, counts)))
    print(total)
    return int(total.unlisted > 0)


if __name__ == "__main__":
    sys.exit(main())
