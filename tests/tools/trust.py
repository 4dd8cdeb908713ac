"""The figures of docs/explanation/trust.md: `python -m tests.tools.trust`.

Short measurements are made now; long ones are read from their records, with the command that makes
them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from exactland.checking import check
from exactland.kernel import Verdict
from tests.benchmarks.formal import accepted, exported, refused
from tests.kernel.test_standalone import MOST_TOKENS
from tests.tools.syntax import code_tokens, folder_digest, modules, statements

ROOT = Path(__file__).parent.parent.parent
KERNEL = ROOT / "exactland" / "kernel"
ONLY = ROOT / "tests" / "kernel_only"
COVERAGE = ("--cov=exactland.kernel", "--cov-branch")
FEW = (  # the first share of the verdicts is tests/kernel_only/reaching.json
    "tests/kernel_only/test_main.py",
    "tests/kernel_only/test_verdicts.py::test_verdicts_are_those_on_record[0]",
)


def tokens(folder: Path) -> int:
    """Tokens of code in all modules of a folder."""
    return sum(code_tokens(path.read_text(encoding="utf-8")) for path in modules(folder).values())


class Reached(NamedTuple):
    """Statements and branches of the kernel, and how many of each some tests reach."""

    statements: int
    statements_reached: int
    branches: int
    branches_reached: int

    @property
    def everything(self) -> bool:
        return (self.statements, self.branches) == (self.statements_reached, self.branches_reached)


def branches() -> Reached:
    """What the kernel-only suite reaches.

    A few of its tests that reach everything are enough to know; if they do not, all are measured.
    """
    few = measured(*FEW)
    return few if few.everything else measured("tests/kernel_only")


def measured(*tests: str) -> Reached:
    """What these tests, which have to pass, reach."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *tests,
            *COVERAGE,
            f"--cov-report=json:{report}",
        ]
        environment = {**os.environ, "COVERAGE_FILE": str(Path(folder) / ".coverage")}
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=environment)
        totals = json.loads(report.read_text())["totals"]
    return Reached(
        totals["num_statements"],
        totals["covered_lines"],
        totals["num_branches"],
        totals["covered_branches"],
    )


def twins() -> int:
    """Tests of the reject suite, as pytest collects them."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--collect-only",
        "tests/reject",
    ]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return sum("::" in line for line in done.stdout.splitlines())


def mutation() -> tuple[int, int, int, list[str]]:
    """Mutants, killed, equivalent; and the statements of the kernel that are not on record."""
    record = json.loads((ONLY / "mutation.json").read_text())
    rows, missing = [], []
    for name, path in modules(KERNEL).items():
        measured = record.get(name, {})
        for statement in statements(path.read_text(encoding="utf-8")):
            if statement.digest in measured:
                rows.append(measured[statement.digest])
            else:
                missing.append(f"{name}.{statement.name}")
    made, killed, same = (
        sum(row[key] for row in rows) for key in ("mutants", "killed", "equivalent")
    )
    return made, killed, same, missing


def fuzzing() -> str:
    """The campaign on record, and whether the kernel has changed since."""
    campaign = json.loads((ROOT / "tests" / "fuzz" / "campaign.json").read_text())
    said = (
        f"{campaign['executions']} executions, {campaign['crashes']} crashes,"
        f" peak {campaign['peak_mib']} MiB"
    )
    same = campaign["kernel_syntax_sha256"] == folder_digest(KERNEL)
    return said if same else f"{said}; of an older kernel"


def _few(names: Sequence[str]) -> str:
    """The names, or how many there are."""
    return ", ".join(names) if len(names) <= 10 else f"{len(names)} statements"


def figures(
    verdicts: Mapping[str, Verdict], texts: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """What, how much, and the command that measures it.

    Given are the verdicts of both checkers on the shipped certificates, and the digests of those
    that can be exported.
    """
    size = f"{tokens(KERNEL)} (at most {MOST_TOKENS})"
    yield "kernel, tokens of code", size, "python -m tests.tools.trust"
    on_record = len((ONLY / "verdicts.jsonl").read_text().splitlines())
    results = len(json.loads((ONLY / "parts.json").read_text()))
    yield (
        "kernel-only suite",
        f"{on_record} verdicts and {results} results on record",
        "python -m pytest tests/kernel_only",
    )
    statements, reached, all_branches, taken = branches()
    covered = f"{reached} of {statements} statements, {taken} of {all_branches} branches"
    yield (
        "coverage by that suite",
        covered,
        f"python -m pytest tests/kernel_only {' '.join(COVERAGE)}",
    )
    made, killed, same, missing = mutation()
    left = f"; not measured: {_few(missing)}" if missing else ""
    yield (
        "mutants of the kernel",
        f"{made} made, {killed} killed, {same} equivalent{left}",
        "python -m tests.kernel_only.mutate",
    )
    yield "reject suite", f"{twins()} tests, each by both checkers", "python -m pytest tests/reject"
    size = f"{tokens(ROOT / 'exactland' / 'second_checker')}"
    yield "second checker, tokens of code", size, "python -m tests.tools.trust"
    shipped = len(certificates())
    verified = sum(verdict.status == "verified" for verdict in verdicts.values())
    yield (
        "shipped certificates verified by both checkers",
        f"{verified} of {shipped}",
        "exactland check proofs --checker both",
    )
    read = accepted()
    by_coq = sum(read.get(case) == digest for case, digest in texts.items())
    hard = sorted(case for case, digest in refused().items() if texts.get(case) == digest)
    written = f"{by_coq} of {len(texts) - len(hard)} that can be, of {shipped}"
    if hard:
        written += f"; its tactic does not find the bounds of {len(hard)} more: {', '.join(hard)}"
    yield (
        "shipped certificates exported and accepted by Coq",
        written,
        "python -m tests.benchmarks.formal --all",
    )
    yield "fuzzing", fuzzing(), "python -m tests.fuzz.campaign DIR"


def certificates() -> list[Path]:
    return sorted((ROOT / "proofs").rglob("*.cert.json"))


def main() -> None:
    verdicts = {str(path): check(path, "both") for path in certificates()}
    for what, how_much, command in figures(verdicts, exported()):
        print(f"{what}: {how_much}  [{command}]")


if __name__ == "__main__":
    main()
