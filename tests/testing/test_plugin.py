"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from exactland.kernel.reading.canonical_json import canonical, claim_digest


def pytest_run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def certificates(tmp_path: Path, shipped: dict[str, bytes], opened: dict[str, bytes]) -> Path:
    """Three good certificates, one in a folder that pytest skips by default, and a test of the
    user's own beside them.
    """
    folder = tmp_path / "certs"
    (folder / "build").mkdir(parents=True)
    for name, data in {
        "sigmoid-2-1": shipped["sigmoid-2-1"],
        "cubic-exact": shipped["cubic-exact"],
        "build/theorem": opened["theorem-relu-3-5"],
    }.items():
        (folder / f"{name}.cert.json").write_bytes(data)
    (tmp_path / "test_own.py").write_text("def test_mine():\n    pass\n")
    return folder


def broken(data: bytes) -> bytes:
    """The curvature bound a thousand times larger, the digest as before: the evidence does not show
    it.
    """
    value = json.loads(data)
    step = value["evidence"]["steps"][0]
    step["lambda"][1] = str(int(step["lambda"][1]) + 10)
    return canonical(value) + b"\n"


def test_every_certificate_is_an_item_and_nothing_else_is_collected(
    certificates: Path, tmp_path: Path
) -> None:
    run = pytest_run(tmp_path, "-v", "--exactland", "certs")
    assert run.returncode == 0, run.stdout
    assert "3 passed" in run.stdout
    for name in ("cubic-exact", "sigmoid-2-1", "build/theorem"):
        assert f"certs/{name}.cert.json::kernel PASSED" in run.stdout


def test_beside_other_tests_and_for_one_file_and_several(
    certificates: Path, tmp_path: Path
) -> None:
    assert "4 passed" in pytest_run(tmp_path, "-q", "test_own.py", "--exactland", "certs").stdout
    assert (
        "1 passed"
        in pytest_run(tmp_path, "-q", "--exactland", "certs/cubic-exact.cert.json").stdout
    )
    assert (
        "3 passed"
        in pytest_run(
            tmp_path, "-q", "--exactland", "certs", "--exactland", str(certificates / "build")
        ).stdout
    )
    assert "1 passed" in pytest_run(tmp_path, "-q").stdout, (
        "without the option certificates are left alone"
    )


def test_a_failure_names_rule_and_step(certificates: Path, tmp_path: Path) -> None:
    good = (certificates / "sigmoid-2-1.cert.json").read_bytes()
    (certificates / "bold.cert.json").write_bytes(broken(good))
    (certificates / "half.cert.json").write_bytes(good[: len(good) // 2])
    claim = json.loads(good)
    claim["claim"]["statement"]["gap"] = "1000"
    claim["evidence"]["claim_sha256"] = claim_digest(claim["claim"])
    (certificates / "greedy.cert.json").write_bytes(canonical(claim) + b"\n")
    run = pytest_run(tmp_path, "-q", "--exactland", "certs")
    assert run.returncode == 1
    assert "3 failed, 3 passed" in run.stdout
    printed = [line for line in run.stdout.splitlines() if f" {certificates}/" in line]
    # pytest repeats a whole message in its summary where the variable CI is set.
    lines = [line for line in printed if not line.startswith("FAILED ")]
    assert [line.partition(": ")[0] for line in lines] == [
        f"rejected [3.1 at evidence.steps[0]] {certificates}/bold.cert.json",
        f"rejected [claim at claim.statement] {certificates}/greedy.cert.json",
        f"malformed {certificates}/half.cert.json",
    ]
    assert "Traceback" not in run.stdout


def test_with_xdist_junitxml_and_k(certificates: Path, tmp_path: Path) -> None:
    run = pytest_run(
        tmp_path,
        "-q",
        "-n",
        "2",
        "--exactland",
        "certs",
        "--junitxml",
        "report.xml",
        "-k",
        "not cubic",
    )
    assert run.returncode == 0, run.stdout
    cases = ET.parse(tmp_path / "report.xml").getroot().findall(".//testcase")
    assert {case.get("classname") for case in cases} == {
        "certs.sigmoid-2-1.cert.json",
        "certs.build.theorem.cert.json",
    }
    says = {
        prop.get("value")
        for prop in ET.parse(tmp_path / "report.xml").getroot().findall(".//property")
    }
    assert "the loss has no sub-optimal basin" in says


@pytest.mark.parametrize(
    ("given", "words"),
    [("nothing", "no such file or folder"), ("empty", "no certificate (.cert.json) there")],
)
def test_nothing_to_check_is_an_error(given: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = pytest_run(tmp_path, "--exactland", given)
    assert run.returncode == 4
    assert words in run.stderr
    assert "Traceback" not in run.stderr
