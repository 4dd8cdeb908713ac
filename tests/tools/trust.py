"""The figures of proofs/TRUST.md: `python -m tests.tools.trust`.

Short measurements are made now; long ones are read from their records, with the command that makes
them.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from exactland.checking import check_with
from tests.benchmarks.formal import accepted, exported

ROOT = Path(__file__).parent.parent.parent
KERNEL = ROOT / "exactland" / "kernel"
ONLY = ROOT / "tests" / "kernel_only"
COVERAGE = ("--cov=exactland.kernel", "--cov-branch")


def code_lines(folder: Path) -> int:
    """Lines that are neither blank, nor comment, nor docstring."""
    total = 0
    for path in folder.glob("*.py"):
        source = path.read_text()
        code = {
            i
            for i, line in enumerate(source.splitlines(), 1)
            if line.strip() and not line.strip().startswith("#")
        }
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
                and ast.get_docstring(node) is not None
            ):
                code -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        total += len(code)
    return total


def branches() -> tuple[int, int, int, int]:
    """Statements and branches of the kernel, and how many of each the kernel-only suite reaches."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/kernel_only",
            *COVERAGE,
            f"--cov-report=json:{report}",
        ]
        environment = {**os.environ, "COVERAGE_FILE": str(Path(folder) / ".coverage")}
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=environment)
        totals = json.loads(report.read_text())["totals"]
    return (
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
    """Mutants, killed, equivalent; and the modules whose record is missing or of another source."""
    known = (
        json.loads((ONLY / "mutation.json").read_text())
        if (ONLY / "mutation.json").exists()
        else {}
    )
    sources = {path.stem: sha256(path.read_bytes()).hexdigest() for path in KERNEL.glob("*.py")}
    fresh = [row for name, row in known.items() if row["source_sha256"] == sources.get(name)]
    stale = [
        name
        for name in sorted(sources)
        if known.get(name, {}).get("source_sha256") != sources[name]
    ]
    made, killed, same = (
        sum(row[key] for row in fresh) for key in ("mutants", "killed", "equivalent")
    )
    return made, killed, same, stale


def figures() -> Iterator[tuple[str, str, str]]:
    """What, how much, and the command that measures it."""
    yield (
        "kernel, lines of code",
        f"{code_lines(KERNEL)} (at most 900)",
        "python -m tests.tools.trust",
    )
    verdicts = len((ONLY / "verdicts.jsonl").read_text().splitlines())
    results = len(json.loads((ONLY / "parts.json").read_text()))
    yield (
        "kernel-only suite",
        f"{verdicts} verdicts and {results} results on record",
        "python -m pytest tests/kernel_only",
    )
    statements, reached, all_branches, taken = branches()
    covered = f"{reached} of {statements} statements, {taken} of {all_branches} branches"
    yield (
        "coverage by that suite",
        covered,
        f"python -m pytest tests/kernel_only {' '.join(COVERAGE)}",
    )
    made, killed, same, stale = mutation()
    left = f"; not measured: {', '.join(stale)}" if stale else ""
    yield (
        "mutants of the kernel",
        f"{made} made, {killed} killed, {same} equivalent{left}",
        "python -m tests.kernel_only.mutate",
    )
    yield "reject suite", f"{twins()} tests, each by both checkers", "python -m pytest tests/reject"
    yield (
        "second checker, lines of code",
        f"{code_lines(ROOT / 'exactland' / 'arb')}",
        "python -m tests.tools.trust",
    )
    files = sorted((ROOT / "proofs").rglob("*.cert.json"))
    verified = sum(check_with("both", path.read_bytes()).status == "verified" for path in files)
    yield (
        "shipped certificates verified by both checkers",
        f"{verified} of {len(files)}",
        "exactland check proofs --backend both",
    )
    texts, read = exported(), accepted()
    by_coq = sum(read.get(case) == digest for case, digest in texts.items())
    written = f"{by_coq} of {len(texts)} that can be, of {len(files)}"
    yield (
        "shipped certificates exported and accepted by Coq",
        written,
        "python -m tests.benchmarks.formal --all",
    )
    campaign = json.loads((ROOT / "tests" / "fuzz" / "campaign.json").read_text())
    yield (
        "fuzzing",
        (
            f"{campaign['executions']} executions, {campaign['crashes']} crashes, peak"
            f" {campaign['peak_mib']} MiB"
        ),
        "python -m tests.fuzz.campaign DIR",
    )


def main() -> None:
    for what, how_much, command in figures():
        print(f"{what}: {how_much}  [{command}]")


if __name__ == "__main__":
    main()
