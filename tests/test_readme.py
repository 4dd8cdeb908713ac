"""Everything the README shows is run, and shows what the README says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from exactland.certificates.certificate import certificate_from_bytes
from exactland.exporters.coq import coq_text
from tests.studies.test_reproduce import contents

BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(root: Path, kind: str) -> list[str]:
    return [
        body
        for language, body in BLOCK.findall((root / "README.md").read_text())
        if language == kind
    ]


def same_but_for_digits(printed: str, shown: str) -> bool:
    """Training in floats ends in slightly different places on different machines: words must agree,
    numbers to one per cent.
    """
    number = r"-?[0-9]+\.?[0-9]*(?:e-?[0-9]+)?"
    if re.split(number, printed) != re.split(number, shown):
        return False
    pairs = zip(re.findall(number, printed), re.findall(number, shown))
    return all(abs(float(a) - float(b)) <= 0.01 * abs(float(b)) + 1e-13 for a, b in pairs)


def run(arguments: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    more = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=more,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_main_job_prints_what_the_readme_shows(root: Path, tmp_path: Path) -> None:
    """And makes the shipped files, byte for byte."""
    assert blocks(root, "sh")[0].endswith(".venv/bin/exactland reproduce\n")
    done = run(
        ["-m", "exactland", "reproduce"], tmp_path, OPENBLAS_CORETYPE="Prescott", PYTHONHASHSEED="1"
    )
    assert done.returncode == 0, done.stderr
    shipped = contents(root / "proofs")
    assert sum(name.endswith(".cert.json") for name in shipped) >= 28
    assert contents(tmp_path / "proofs") == shipped
    printed = iter(line.rstrip() for line in done.stdout.splitlines())
    for line in blocks(root, "text")[0].splitlines():
        assert line == "..." or line in printed, f"not printed, or not in this order: {line}"


def test_the_test_command_is_the_one_ci_runs(root: Path) -> None:
    command = blocks(root, "sh")[1].strip()
    assert command == next(
        line
        for line in (root / "README.md").read_text().splitlines()
        if re.match(r"python3 -m venv .* -m pytest", line)
    )
    assert command.endswith(".venv/bin/python -m pytest -q -n 2")
    assert "grep -m1 -E '^python3 -m venv .* -m pytest' README.md" in (root / ".ci/run").read_text()


def test_the_formal_command_is_the_one_ci_runs(root: Path) -> None:
    (command,) = blocks(root, "bash")
    assert command == next(
        line
        for line in (root / "README.md").read_text().splitlines(keepends=True)
        if line.startswith("make -s -C proofs/formal")
    )
    assert "grep -m1 '^make -s -C proofs/formal' README.md" in (root / ".ci/run").read_text()


def test_the_exported_statement_is_what_the_readme_shows(root: Path) -> None:
    (shown,) = blocks(root, "coq")
    exported = coq_text(
        certificate_from_bytes((root / "proofs" / "narrow" / "sigmoid-2-1.cert.json").read_bytes())
    )
    assert shown.strip() in exported.partition("(* The proof. *)")[0]
    assert shown.startswith("(** The network")
    assert "Definition claim" in shown


def test_the_kernel_alone_prints_what_the_readme_shows(root: Path) -> None:
    command = blocks(root, "sh")[2].split()
    assert command[0] == "python3"
    done = run(command[1:], root)
    assert (done.returncode, done.stdout) == (0, blocks(root, "text")[1])


def test_certify_and_show_print_what_the_readme_shows(root: Path, tmp_path: Path) -> None:
    (tmp_path / "proofs").symlink_to(root / "proofs")
    for command, shown in zip(blocks(root, "sh")[3:7], blocks(root, "text")[2:6], strict=True):
        done = run(["-m", *command.split()], tmp_path)
        assert done.returncode == 0, done.stderr
        assert same_but_for_digits(done.stdout, shown)


def test_the_python_examples_print_what_the_readme_shows(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    first, *others = (block for block in blocks(root, "python") if "@given" not in block)
    exec(compile(first, "README.md", "exec"), {})
    assert "strict local minimum that is not global" in capsys.readouterr().out
    for example, shown in zip(others, blocks(root, "text")[6:-1], strict=True):
        exec(compile(example, "README.md", "exec"), {})
        assert capsys.readouterr().out == shown


def test_the_pytest_plugin_does_what_the_readme_says(root: Path) -> None:
    command = blocks(root, "sh")[7].split()
    done = run(["-m", *command], root)
    assert done.returncode == 0, done.stdout
    assert f"{len(list((root / 'proofs/wide').glob('*.cert.json')))} passed" in done.stdout


def test_the_phase_diagram_is_what_the_readme_shows(root: Path, tmp_path: Path) -> None:
    done = run(["-m", *blocks(root, "sh")[8].split()], tmp_path)
    assert done.returncode == 0, done.stderr
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    shown = blocks(root, "text")[-1].splitlines()
    assert printed[: len(shown)] == shown


def test_the_test_file_is_that_of_the_page(root: Path) -> None:
    (shown,) = (block for block in blocks(root, "python") if "@given" in block)
    assert shown in (root / "docs/how-to/your-ci.md").read_text()


def test_every_activation_the_readme_names_exists(root: Path) -> None:
    from exactland.model.activations import NAMED

    text = " ".join((root / "README.md").read_text().split())
    names = re.search(r"Named today: ([^.]*)\.", text)
    assert names is not None
    assert set(names.group(1).split(", ")) == set(NAMED)
