"""The kernel stands alone: standard library only, no site packages, no other part of exactland; and
it survives any bytes.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.kernel import EXIT, check
from exactland.kernel.__main__ import main
from exactland.kernel.reading.canonical_json import canonical
from tests.tools.syntax import code_tokens, modules

# Tokens, not lines: longer lines leave a reader as much to read, and fewer lines to count.
# Why not 20,000: docs/decisions/kernel-size.md
MOST_TOKENS = 23_300


def test_it_runs_without_site_packages(root: Path, shipped: dict[str, bytes]) -> None:
    for path in sorted((root / "proofs").rglob("*.cert.json"))[:3]:
        done = subprocess.run(
            [sys.executable, "-S", "-m", "exactland.kernel", str(path)],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("verified ")


def test_it_runs_in_an_empty_virtual_environment(root: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "empty")], check=True
    )
    python = tmp_path / "empty" / "bin" / "python"
    probe = subprocess.run([python, "-c", "import flint"], capture_output=True, check=False)
    assert probe.returncode != 0
    certificate = root / "proofs" / "narrow" / "anscombe-iii.cert.json"
    done = subprocess.run(
        [python, "-m", "exactland.kernel", certificate],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bad = tmp_path / "bad.cert.json"
    bad.write_bytes(
        certificate.read_bytes().replace(b"half-squared-error", b"quarter-squared-error")
    )
    done = subprocess.run(
        [python, "-m", "exactland.kernel", bad],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout


def test_it_imports_nothing_but_the_standard_library(root: Path) -> None:
    folder = root / "exactland/kernel"
    for path in modules(folder).values():
        depth = len(path.relative_to(folder).parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert all(
                    alias.name.split(".")[0] in sys.stdlib_module_names for alias in node.names
                ), path
            if isinstance(node, ast.ImportFrom):
                assert (0 < node.level <= depth) or (
                    node.level == 0 and (node.module or "").split(".")[0] in sys.stdlib_module_names
                ), path


def test_it_can_be_read(root: Path) -> None:
    paths = modules(root / "exactland/kernel").values()
    assert sum(code_tokens(path.read_text(encoding="utf-8")) for path in paths) <= MOST_TOKENS


def test_command_line_of_the_kernel(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    assert main(["--help"]) == 0
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "none")]) == 2
    good = str(root / "proofs/narrow/sine-2-1.cert.json")
    assert main([good]) == 0
    assert main([good, str(tmp_path / "none")]) == 2
    out = capsys.readouterr().out
    assert "verified" in out
    assert "malformed" in out


@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    assert check(data).status == "malformed"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=5)
    | st.sampled_from(["0", "1", "-1", "1/2", "x", "3.1", "second"]),
    lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=4), t, max_size=3),
    max_leaves=8,
)


@given(data=st.data())
def test_any_edit_of_a_certificate_gets_a_verdict(
    data: st.DataObject, shipped: dict[str, bytes]
) -> None:
    """Replace any one value by any JSON value: a verdict, and verified only if the edit left the
    mathematics true (which provenance does).
    """
    name = data.draw(st.sampled_from(["sine-2-1", "anscombe-iii", "cubic-exact", "two-layers-1-1"]))
    value = json.loads(shipped[name])
    place, trail = value, []
    while isinstance(place, dict | list) and place and (not trail or data.draw(st.booleans())):
        key = data.draw(
            st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
        )
        trail.append((place, key))
        place = place[key]
    parent, key = trail[-1]
    parent[key] = data.draw(JSON)
    verdict = check(canonical(value) + b"\n")
    assert verdict.status in EXIT
    if verdict.status == "verified":
        assert value["claim"] == json.loads(shipped[name])["claim"]


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("a space", lambda d: d.replace(b":", b": ", 1)),
        ("no final newline", lambda d: d[:-1]),
        ("two final newlines", lambda d: d + b"\n"),
        ("byte order mark", lambda d: b"\xef\xbb\xbf" + d),
        ("nul byte", lambda d: d[:50] + b"\0" + d[50:]),
        ("not ascii", lambda d: d.replace(b"recipe", "réçipe".encode())),
        (
            "a duplicate key",
            lambda d: d.replace(b'"provenance":', b'"provenance":{},"provenance":'),
        ),
        ("a JSON number", lambda d: d.replace(b'"minimum":"0"', b'"minimum":0')),
        ("a float", lambda d: d.replace(b'"minimum":"0"', b'"minimum":0.0')),
        ("NaN", lambda d: d.replace(b'"minimum":"0"', b'"minimum":NaN')),
        ("not in lowest terms", lambda d: d.replace(b'"distance":"1/', b'"distance":"2/2')),
        ("a leading zero", lambda d: d.replace(b'"minimum":"0"', b'"minimum":"00"')),
        ("an unknown rule", lambda d: d.replace(b'"rule":"3.2"', b'"rule":"3.3"')),
        (
            "an unknown version",
            lambda d: d.replace(b"exactland-certificate/2", b"exactland-certificate/3"),
        ),
        (
            "an unknown statement",
            lambda d: d.replace(b"sub-optimal-strict-minimum", b"global-minimum"),
        ),
        (
            "an unknown field in a step",
            lambda d: d.replace(b'"minimum":"0"', b'"minimum":"0","note":"x"'),
        ),
        (
            "a huge exponent",
            lambda d: d.replace(b'"minimum":"0"', b'"gap":["1","999999999"],"minimum":"0"'),
        ),
        ("deep nesting", lambda d: b"[" * 10**5),
        (
            "a huge integer",
            lambda d: d.replace(b'"minimum":"0"', b'"minimum":"' + b"9" * 10**6 + b'"'),
        ),
        ("a million bits", lambda d: d.replace(b'"precision":"128"', b'"precision":"1000000"')),
        ("a lone surrogate", lambda d: d.replace(b'"minimum":"0"', b'"minimum":"\\ud800"')),
        ("truncated", lambda d: d[: len(d) // 2]),
        ("empty", lambda d: b""),
    ],
)
def test_second_spellings_and_hostile_files_are_malformed(
    name, edit, shipped: dict[str, bytes]
) -> None:
    data = edit(shipped["anscombe-iii"])
    assert data != shipped["anscombe-iii"]
    verdict = check(data)
    assert verdict.status == "malformed" or verdict.rule == "bind", (name, verdict)
    assert len(verdict.says) < 300


def test_work_is_estimated_before_it_is_done(shipped: dict[str, bytes]) -> None:
    value = json.loads(shipped["cubic-exact"])
    value["claim"]["problem"]["network"]["hidden"][0]["activation"] = {
        "expression": ["^", ["^", ["^", "x", "64"], "64"], "64"]
    }
    from exactland.kernel.reading.canonical_json import claim_digest

    value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    assert check(canonical(value) + b"\n").status == "too large"
    assert check(b" " * ((16 << 20) + 1)).status == "too large"
