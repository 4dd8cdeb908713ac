"""The kernel as a program: exit statuses, one line for every file, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from exactland.kernel.__main__ import HELP, main
from exactland.kernel.reading.canonical_json import MAX_BYTES
from tests.kernel_only.record import recorded

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
    assert capsys.readouterr() == ("", "usage: python -m exactland.kernel FILE...\n")


@pytest.mark.parametrize("arguments", [["--help"], ["file", "--help"]])
def test_help_is_no_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.out.startswith("usage: python -m exactland.kernel FILE...\n")
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
