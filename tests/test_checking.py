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
from exactland.checking import BACKENDS, check_with
from exactland.cli.main import main
from exactland.kernel import EXIT, check
from exactland.kernel.reader import MAX_BYTES
from exactland.second_checker import check as check_by_arb
from exactland.second_checker.verdict import Verdict as ArbVerdict
from tests.fuzz.edits import bound
from tests.fuzz.kept import read_kept
from tests.kernel_only.record import recorded

ROWS = recorded()


def test_it_imports_nothing_but_flint_and_the_standard_library(root: Path) -> None:
    for path in (root / "exactland/second_checker").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.startswith("exactland.second_checker") or name.split(".")[0] in (
                    *sys.stdlib_module_names,
                    "flint",
                ), (path, name)


def test_the_kernel_does_not_know_of_it(root: Path) -> None:
    for path in (root / "exactland/kernel").glob("*.py"):
        imported = [
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
        ]
        assert not any("arb" in name.split(".") for name in imported)


@pytest.mark.parametrize("part", range(8))
def test_they_agree_on_everything_on_record(part: int) -> None:
    for row in ROWS[part::8]:
        status, _, rule, _, kind = row["verdict"]
        theirs = check_by_arb(row["data"].encode("latin-1"))
        if status == "too large":  # its limits are wider
            continue
        assert (theirs.status, theirs.rule, theirs.kind) == (status, rule, kind), (
            theirs,
            row["verdict"],
        )


def test_they_agree_on_what_campaigns_kept() -> None:
    for data in read_kept():
        ours, theirs = check(data), check_by_arb(data)
        assert ours.status == "too large" or (ours.status == "verified") == (
            theirs.status == "verified"
        ), (ours, theirs)


def first(status: str) -> bytes:
    return next(row["data"].encode("latin-1") for row in ROWS if row["verdict"][0] == status)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("status", ["verified", "rejected", "malformed"])
def test_the_command_has_the_same_statuses_with_each(
    backend: str, status: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "any.cert.json"
    path.write_bytes(first(status))
    assert main(["check", str(path), "--backend", backend]) == EXIT[status]
    said = capsys.readouterr().out
    assert said.startswith(status)
    assert (check(first(status)).says in said) or status != "verified"
    assert main(["check", str(path), "--backend", "none"]) == 2


def test_longer_files_are_read_by_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "long.cert.json"
    value = json.loads(first("verified"))
    value["provenance"] = {"padding": "a" * (MAX_BYTES + 1)}
    path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    assert main(["check", str(path)]) == 4
    assert main(["check", str(path), "--backend", "both"]) == 4
    assert main(["check", str(path), "--backend", "arb"]) == 0


@pytest.mark.parametrize("ours", ["verified", "rejected", "malformed"])
@pytest.mark.parametrize("theirs", ["verified", "rejected", "malformed", "too large"])
def test_what_they_disagree_on_is_not_verified(
    ours: str, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        exactland.second_checker,
        "check",
        lambda _: ArbVerdict(
            theirs, "because", "3.1" if theirs == "rejected" else None, "a place", None
        ),
    )
    verdict = check_with("both", first(ours))
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
    ours, theirs = check(data), check_by_arb(data)
    assert (theirs.status, theirs.rule, theirs.kind) == (ours.status, ours.rule, ours.kind), (
        ours[:4],
        theirs,
    )
