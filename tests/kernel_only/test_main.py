"""The kernel as a program: exit statuses, one line for every file, never a traceback."""

from __future__ import annotations

from contextvars import copy_context
from fractions import Fraction
from pathlib import Path

import pytest

from exactland.kernel.__main__ import HELP, USAGE, main
from exactland.kernel.explanation import STORY, _shown, compared
from exactland.kernel.reading.canonical_json import MAX_BYTES
from tests.kernel_only.record import recorded, told

OF = {row["verdict"][0]: row for row in reversed(recorded())}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for status, row in OF.items():
        (tmp_path / status).write_bytes(row["data"].encode("latin-1"))
    return {status: str(tmp_path / status) for status in OF}


@pytest.mark.parametrize(
    ("status", "code"), [("verified", 0), ("rejected", 1), ("malformed", 2), ("too large", 4)]
)
def test_one_line_and_the_exit_status(
    status: str, code: int, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[status]]) == code
    said, says, rule, place, _ = OF[status]["verdict"]
    failed = f" [{rule} at {place}]" if rule else ""
    assert capsys.readouterr() == (f"{said}{failed} {files[status]}: {says}\n", "")


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (("verified", "too large", "malformed", "rejected"), 1),
        (("verified", "too large", "malformed"), 2),
        (("too large", "verified"), 4),
        (("verified", "verified"), 0),
    ],
)
def test_the_worst_of_several_decides(
    statuses: tuple[str, ...], code: int, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[status] for status in statuses]) == code
    assert len(capsys.readouterr().out.splitlines()) == len(statuses)


@pytest.mark.parametrize("arguments", [[], ["-v"], ["file", "--quiet"]])
def test_options_and_no_files_are_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", USAGE + "\n")


@pytest.mark.parametrize("arguments", [["--help"], ["file", "--help"]])
def test_help_is_no_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.out.startswith(USAGE + "\n")
    assert "Example:" in said.out
    assert said.err == ""


def test_the_example_of_the_help_is_verified(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    *_, path = HELP.split()
    assert main([path]) == 0
    assert capsys.readouterr().out.startswith(f"verified {path}: ")


def test_what_is_no_file_is_malformed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = tmp_path / "caf\u00e9\n"
    assert main([str(tmp_path), str(odd), "a\0b"]) == 2
    here = ascii(str(tmp_path))[1:-1]
    folder, missing, nul = capsys.readouterr().out.splitlines()
    assert folder == f"malformed {here}: cannot read: not a regular file"
    assert missing == rf"malformed {here}/caf\xe9\n: cannot read: not a regular file"
    assert nul.startswith(r"malformed a\x00b: cannot read: ")


def test_no_more_is_read_than_a_certificate_may_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = tmp_path / "large"
    large.write_bytes(b" " * (MAX_BYTES + 1))
    assert main([str(large)]) == 4
    large.write_bytes(b" " * MAX_BYTES)
    assert main([str(large)]) == 2
    assert all("large" in line for line in capsys.readouterr().out.splitlines())


def test_a_name_may_begin_with_any_sign(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("#none", "+none", "none", "~none"):
        assert copy_context().run(main, ["--explain", name]) == 2
        assert capsys.readouterr().out.startswith(f"malformed {name}: cannot read: ")


def explained(path: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    copy_context().run(main, ["--explain", path])
    return capsys.readouterr().out.splitlines()


def test_what_was_checked_is_told_with_the_two_numbers(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *story, verdict = explained(str(root / "proofs/narrow/cubic-exact.cert.json"), capsys)
    assert verdict.startswith("verified ")
    assert story[0] == "evidence.steps[0], by rule 3.1b"
    assert "  ruled out: the gradient is not exactly zero" in story
    (gap,) = (
        line for line in story if line.startswith("  ruled out: the stated gap") and "<" in line
    )
    low, high = gap.rpartition(": ")[2].split(" <= ")
    assert 0 < float(low.lstrip("~")) <= float(high.lstrip("~"))


def test_the_last_line_told_is_what_failed(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    *story, verdict = explained(files["rejected"], capsys)
    assert story[-1].startswith("  the case: ")
    assert OF["rejected"]["verdict"][1] in story[-1]
    assert verdict.startswith("rejected ")


def test_each_file_has_its_own_story(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    once = explained(files["verified"], capsys)
    copy_context().run(main, [files["verified"], "--explain", files["verified"]])
    assert capsys.readouterr().out.splitlines() == once + once


def test_no_verdict_depends_on_being_explained() -> None:
    def all_told() -> list[object]:
        STORY.set([])
        return [told(row["data"].encode("latin-1"))["verdict"] for row in recorded()]

    assert copy_context().run(all_told) == [row["verdict"] for row in recorded()]


def test_numbers_are_told_as_far_as_they_are_long() -> None:
    assert _shown(Fraction(1, 4)) == "0.25"
    assert _shown(Fraction(-1, 3)) == "~-0.333333333333"
    assert _shown(Fraction(1, 3)) == "~0.333333333333"
    assert _shown(Fraction(10) ** 5000) == "1.00000000000E+5000"
    assert compared(Fraction(1), "<", Fraction(2)) == "", "nobody wants to know"
