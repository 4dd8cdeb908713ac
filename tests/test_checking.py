"""The second checker: independent, in agreement with the kernel on everything on record, and a
disagreement verifies nothing.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

import exactland.second_checker
from exactland.checking import CHECKERS, check, verdict_line
from exactland.cli.main import main
from exactland.errors import InputError
from exactland.kernel import EXIT, Verdict
from exactland.kernel import check as check_by_kernel
from exactland.kernel.__main__ import main as kernel_main
from exactland.kernel.reading.canonical_json import MAX_BYTES
from exactland.second_checker import check as check_by_second
from exactland.second_checker.verdict import Verdict as SecondVerdict
from tests.fuzz.edits import bound
from tests.fuzz.kept import read_kept
from tests.kernel_only.record import recorded

ROWS = recorded()


def test_it_imports_nothing_but_flint_and_the_standard_library(root: Path) -> None:
    folder = root / "exactland/second_checker"
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                known = (*sys.stdlib_module_names, "flint")
                assert name.split(".")[0] in known, (path, name)
            if isinstance(node, ast.ImportFrom):  # relative ones stay inside
                assert node.level <= len(path.relative_to(folder).parts), path


def test_the_kernel_does_not_know_of_it(root: Path) -> None:
    for path in (root / "exactland/kernel").rglob("*.py"):
        imported = [
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
        ]
        assert not any("second_checker" in name.split(".") for name in imported)


@pytest.mark.parametrize("part", range(8))
def test_they_agree_on_everything_on_record(part: int) -> None:
    for row in ROWS[part::8]:
        status, _, rule, _, kind = row["verdict"]
        theirs = check_by_second(row["data"].encode("latin-1"))
        if status == "too large":  # its limits are wider
            continue
        assert (theirs.status, theirs.rule, theirs.kind) == (status, rule, kind), (
            theirs,
            row["verdict"],
        )


def test_they_agree_on_what_campaigns_kept() -> None:
    for data in read_kept():
        ours, theirs = check_by_kernel(data), check_by_second(data)
        assert ours.status == "too large" or (ours.status == "verified") == (
            theirs.status == "verified"
        ), (ours, theirs)


def first(status: str) -> bytes:
    return next(row["data"].encode("latin-1") for row in ROWS if row["verdict"][0] == status)


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("status", ["verified", "rejected", "malformed"])
def test_the_command_has_the_same_statuses_with_each(
    checker: str, status: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "any.cert.json"
    path.write_bytes(first(status))
    assert main(["check", str(path), "--checker", checker]) == EXIT[status]
    said = capsys.readouterr().out
    assert said.startswith(status)
    assert (check_by_kernel(first(status)).says in said) or status != "verified"
    assert main(["check", str(path), "--checker", "none"]) == 2


@pytest.mark.parametrize("checker", CHECKERS)
def test_bytes_and_paths_have_the_same_verdict(checker: str, tmp_path: Path) -> None:
    for status in ("verified", "rejected", "malformed"):
        path = tmp_path / f"{status}.cert.json"
        path.write_bytes(first(status))
        verdict = check(first(status), checker)
        assert verdict.status == status
        assert verdict == check(path, checker) == check(str(path), checker)


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_file_that_cannot_be_read_has_a_verdict_too(checker: str, tmp_path: Path) -> None:
    assert check(tmp_path, checker)[:2] == ("malformed", "is a folder, a file is needed")
    missing = check(tmp_path / "missing.cert.json", checker)
    assert missing[:2] == ("malformed", "cannot be read: No such file or directory")
    assert check("\0", checker).status == "malformed"


def test_another_checker_is_an_input_error(tmp_path: Path) -> None:
    for given in (b"", tmp_path / "missing.cert.json"):
        with pytest.raises(InputError, match="checker: 'arb' is not known .known: kernel, second"):
            check(given, "arb")


def test_the_option_is_called_checker_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "any.cert.json", "--backend", "kernel"]) == 2
    assert capsys.readouterr().err.startswith("error: No such option")


def test_a_verdict_is_one_line_of_the_kernels_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for status in ("verified", "rejected", "malformed"):
        path = tmp_path / f"{status}.cert.json"
        path.write_bytes(first(status))
        kernel_main([str(path)])
        assert verdict_line(check(path), str(path)) == capsys.readouterr().out.strip()
    verdict = Verdict("rejected", "too\nlong", "3.1", "evidence.steps[0]")
    line = "rejected [3.1 at evidence.steps[0]] a name: too long"
    assert verdict_line(verdict, "a\n name") == line


def test_longer_files_are_read_by_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "long.cert.json"
    value = json.loads(first("verified"))
    value["provenance"] = {"padding": "a" * (MAX_BYTES + 1)}
    path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    assert main(["check", str(path)]) == 4
    assert main(["check", str(path), "--checker", "both"]) == 4
    assert main(["check", str(path), "--checker", "second"]) == 0


@pytest.mark.parametrize("ours", ["verified", "rejected", "malformed"])
@pytest.mark.parametrize("theirs", ["verified", "rejected", "malformed", "too large"])
def test_what_they_disagree_on_is_not_verified(
    ours: str, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        exactland.second_checker,
        "check",
        lambda _: SecondVerdict(
            theirs, "because", "3.1" if theirs == "rejected" else None, "a place", None
        ),
    )
    verdict = check(first(ours), "both")
    assert (verdict.status == "verified") == (ours == theirs == "verified")
    agree = (ours == "verified") == (theirs == "verified")
    assert ("disagree" in verdict.says) != agree
    if not agree:
        assert verdict.status == (theirs if ours == "verified" else ours)
        assert verdict.kind is None
        assert "because" in verdict.says


def edited_twin(rule: str, field: str, change: object) -> bytes:
    """The first verified file on record with a step by this rule, a field of it changed."""
    for row in ROWS:
        if row["verdict"][0] != "verified":
            continue
        value = json.loads(row["data"])
        for step in value["evidence"]["steps"]:
            if step["rule"] == rule and step.get(field):
                step[field] = change(step[field]) if callable(change) else change
                return bound(value)
    raise AssertionError(rule)


def piecewise(breakpoints: list[str], slopes: list[str]) -> bytes:
    value = json.loads(first("verified"))
    value["claim"]["problem"]["network"]["hidden"][0]["activation"] = {
        "piecewise-linear": {"breakpoints": breakpoints, "slopes": slopes, "value_at_0": "0"}
    }
    return bound(value)


def nested(levels: int) -> bytes:
    tree: object = "x"
    for _ in range(levels):
        tree = ["tanh", tree]
    value = json.loads(first("verified"))
    value["claim"]["problem"]["network"]["hidden"][0]["activation"] = {"expression": tree}
    return bound(value)


@pytest.mark.parametrize(
    "data",
    [
        edited_twin("4.1c", "columns", lambda columns: columns + columns),
        edited_twin("4.1c", "columns", lambda columns: [*columns, "900"]),
        edited_twin("4.1c", "columns", lambda columns: columns[::-1]),
        edited_twin("4.1c", "columns", []),
        edited_twin("4.3", "rows", lambda rows: rows[::-1]),
        edited_twin("4.3", "columns", lambda columns: [*columns, columns[0], "800"]),
        edited_twin("4.4", "reasons", []),
        edited_twin("4.4", "points", lambda points: points[:1]),
        edited_twin("3.4b", "units", []),
        piecewise([], ["1"]),
        piecewise(["0"], ["0", "1"]),
        nested(39),
        nested(40),
        nested(41),
    ],
)
def test_they_read_the_specification_alike(data: bytes) -> None:
    ours, theirs = check_by_kernel(data), check_by_second(data)
    assert (theirs.status, theirs.rule, theirs.kind) == (ours.status, ours.rule, ours.kind), (
        ours[:4],
        theirs,
    )
