"""Mutation testing of the kernel: `python -m tests.kernel_only.mutate [MODULE ...] [--processes K]`
(needs `pip install cosmic-ray`).

Every mutant that cosmic-ray's operators make of the kernel, one change each, is loaded in a process
of its own and put to the kernel-only suite. Killed: a test fails, the module cannot be loaded, or
one test takes more than `EACH` seconds of a processor or 2 GiB. What survives must be listed in
`equivalent.json`, with the reason why no test can tell it from the kernel. Prints what survives and
is not listed, then one line of counts; exit status 1 if there is any. Counts of modules without any
are put on record in `mutation.json`, with the digest of their source.
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
from hashlib import sha256
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from tests.kernel_only.record import recorded, results_on_record

HERE = Path(__file__).parent
KERNEL = HERE.parent.parent / "exactland" / "kernel"
EQUIVALENT, MUTATION = HERE / "equivalent.json", HERE / "mutation.json"
EACH, WHOLE, MEMORY, LIKELY = 5, 25, 2 << 30, 40
# The first fails at tuples of exceptions; the others need to be told names of variables.
LEFT_OUT = ("core/ExceptionReplacer", "core/VariableInserter", "core/VariableReplacer")
VERDICTS, RESULTS = recorded(), results_on_record()


class Mutant(NamedTuple):
    """A module, the line that changes (from 1), as it was and as it is, and the whole new
    source.
    """

    module: str
    line: int
    before: str
    after: str
    source: str


class Loaded(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module of the kernel in a given source."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        places = [str(KERNEL)] if fullname == "exactland.kernel" else None
        return importlib.util.spec_from_file_location(
            fullname, KERNEL / "mutant.py", loader=self, submodule_search_locations=places
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, "mutant", "exec"), module.__dict__)


def mutants(module: str) -> Iterator[Mutant]:
    """All of them."""
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    source = (KERNEL / f"{module}.py").read_text()
    for name in sorted(plugins.operator_names()):
        if name in LEFT_OUT:
            continue
        operator, occurrence = plugins.get_operator(name)(), 0
        while (changed := mutate_code(source, operator, occurrence)) is not None:
            occurrence += 1
            lines = list(
                difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0, lineterm="")
            )[2:]
            if not lines:
                continue
            line = int(lines[0].split("-")[1].split()[0].split(",")[0])
            before, after = (
                " / ".join(text[1:].strip() for text in lines if text.startswith(mark))
                for mark in "-+"
            )
            if _code(changed) != _code(source):
                yield Mutant(module, line, before, after, changed)


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
        name = (
            "exactland.kernel"
            if mutant.module == "__init__"
            else f"exactland.kernel.{mutant.module}"
        )
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


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation testing of the kernel.")
    parser.add_argument(
        "modules", nargs="*", default=sorted(path.stem for path in KERNEL.glob("*.py"))
    )
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    known, total = listed(), [0, 0, 0]
    with ThreadPoolExecutor(arguments.processes) as pool:
        for module in arguments.modules:
            source = (KERNEL / f"{module}.py").read_text()
            likely: list[int | str] = []
            assert survives(Mutant(module, 0, "", "", source), likely), (
                "the suite fails without any change"
            )
            made = list(mutants(module))
            alive = [
                mutant
                for mutant, lives in zip(made, pool.map(partial(survives, likely=likely), made))
                if lives
            ]
            assert survives(Mutant(module, 0, "", "", source), likely), (
                "what killed mutants fails without any change"
            )
            unlisted = [
                mutant for mutant in alive if (module, mutant.before, mutant.after) not in known
            ]
            for mutant in unlisted:
                print(
                    json.dumps(
                        {
                            "module": module,
                            "line": mutant.line,
                            "before": mutant.before,
                            "after": mutant.after,
                        }
                    ),
                    flush=True,
                )
            counts = len(made), len(alive) - len(unlisted), len(unlisted)
            total = [a + b for a, b in zip(total, counts)]
            print(f"{module}: {told(counts)}", file=sys.stderr, flush=True)
            if not unlisted:
                put_on_record(module, source, counts)
    print(told(total))
    return int(total[2] > 0)


def told(counts: Sequence[int]) -> str:
    made, same, unlisted = counts
    return (
        f"{made} mutants, {made - same - unlisted} killed, {same} listed as equivalent, {unlisted}"
        " survive"
    )


def put_on_record(module: str, source: str, counts: Sequence[int]) -> None:
    known = json.loads(MUTATION.read_text()) if MUTATION.exists() else {}
    known[module] = {
        "source_sha256": sha256(source.encode()).hexdigest(),
        "mutants": counts[0],
        "killed": counts[0] - counts[1],
        "equivalent": counts[1],
    }
    MUTATION.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main())
