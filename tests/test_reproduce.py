"""The main job is reproducible byte for byte, on other BLAS kernels and hash seeds, from a wheel, and after an interruption."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from exactland.cli import main
from exactland.kernel import check
from exactland.reproduce import reproduce

WRITTEN = ("narrow", "rims", "wide", "literature", "phase", "problems")


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for part in WRITTEN for path in sorted((folder / part).rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in (*paths, folder / "LITERATURE.md")}


@pytest.mark.slow
def test_two_runs_under_different_settings_equal_the_shipped_files(root: Path, tmp_path: Path) -> None:
    shipped = contents(root / "proofs")
    assert sum(name.endswith(".cert.json") for name in shipped) >= 28
    for k, (core, seed) in enumerate([("Prescott", "1"), ("Haswell", "77")]):
        out = tmp_path / f"run{k}"
        environment = {**os.environ, "OPENBLAS_CORETYPE": core, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-m", "exactland", "reproduce", "--out", str(out)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert contents(out) == shipped


@pytest.mark.slow
def test_it_works_from_a_wheel_outside_the_checkout(root: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", *(str(root / name) for name in ("pyproject.toml", "README.md", "LICENSE", "exactland")), _made(source)], check=True)
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(installed), str(wheel)], check=True)
    code = "import exactland, sys; sys.exit(0 if exactland.__file__.startswith(sys.argv[1]) else 9)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    elsewhere = _made(tmp_path / "elsewhere")
    subprocess.run([sys.executable, "-c", code, str(installed)], cwd=elsewhere, env=environment, check=True)
    subprocess.run([sys.executable, "-m", "exactland", "reproduce", "-q"], cwd=elsewhere, env=environment, check=True, capture_output=True, timeout=300)
    assert contents(Path(elsewhere) / "proofs") == contents(root / "proofs")


def _made(folder: Path) -> str:
    folder.mkdir()
    return str(folder)


def test_resume_trusts_only_what_the_kernel_accepts(tmp_path: Path, shipped: dict[str, bytes]) -> None:
    reproduce(tmp_path, only="narrow")
    kept, broken, foreign = (tmp_path / "narrow" / f"{name}.cert.json" for name in ("sine-2-1", "sine-3-1", "sine-3-2"))
    value = json.loads(kept.read_bytes())
    value["provenance"] = {"recipe": "kept"}
    from exactland.kernel.reader import canonical

    kept.write_bytes(canonical(value) + b"\n")
    broken.write_bytes(broken.read_bytes()[:-100])
    foreign.write_bytes(shipped["sine-4-2"])
    rows = reproduce(tmp_path, only="narrow", resume=True).rows
    assert json.loads(kept.read_bytes())["provenance"] == {"recipe": "kept"}
    assert broken.read_bytes() == shipped["sine-3-1"]
    assert foreign.read_bytes() == shipped["sine-3-2"]
    assert {row.verdict for row in rows} == {"verified"}
    reproduce(tmp_path, only="narrow")
    assert kept.read_bytes() == shipped["sine-2-1"]


def test_the_table_has_a_row_for_every_certificate(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shipped: dict[str, bytes], opened: dict[str, bytes]
) -> None:
    for side in ("narrow", "wide"):
        assert main(["reproduce", "--only", side, "--out", str(tmp_path), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    wide = [row for row in rows if "kind" in row]
    assert {row["case"] for row in wide} == set(opened)
    for row in wide:
        verdict = check(opened[row["case"]])
        assert (verdict.status, verdict.kind) == (row["verdict"], row["kind"])
        assert row["rules"].split(", ") == [step["rule"] for step in json.loads(opened[row["case"]])["evidence"]["steps"]]
    rows = [row for row in rows if "loss" in row]
    assert {row["case"] for row in rows} == set(shipped)
    for row in rows:
        fact = check(shipped[row["case"]]).fact
        assert fact is not None
        loss = [float(v) for v in row["loss"].strip("[]").split(", ")]
        assert loss[0] <= float(fact.low) <= float(fact.high) <= loss[-1]  # type: ignore[union-attr]
        assert 0 < float(row["curvature"].removeprefix(">= ")) <= float(fact.curvature)  # type: ignore[union-attr]
        assert float(fact.witness_loss) <= float(row["witness_loss"].removeprefix("<= "))  # type: ignore[union-attr, arg-type]


def test_shipped_certificates_all_say_bad(shipped: dict[str, bytes]) -> None:
    for name, data in shipped.items():
        verdict = check(data)
        assert (verdict.status, verdict.kind) == ("verified", "sub-optimal-strict-minimum"), name


def test_one_side_can_be_made_alone(tmp_path: Path, shipped: dict[str, bytes], opened: dict[str, bytes]) -> None:
    for side, names in (("narrow", shipped), ("wide", opened)):
        out = tmp_path / side
        assert main(["reproduce", "--only", side, "--out", str(out), "-q"]) == 0
        assert {path.parent.name for path in out.rglob("*.cert.json")} == {side}
        assert {path.name.removesuffix(".cert.json") for path in out.rglob("*.cert.json")} == set(names)
        assert all((out / side / f"{name}.cert.json").read_bytes() == data for name, data in names.items())


def test_every_pair_is_the_same_data_at_two_widths(tmp_path: Path, shipped: dict[str, bytes], opened: dict[str, bytes], root: Path) -> None:
    pairs = [name for name in opened if name.startswith("one-more-")]
    assert len(pairs) == 15
    for name in pairs:
        narrow, wide = json.loads(shipped[name.removeprefix("one-more-")])["claim"], json.loads(opened[name])["claim"]
        assert wide["problem"] == narrow["problem"]
        assert (check(opened[name]).status, check(opened[name]).kind) == ("verified", "one-more-unit")
        hidden, output_bias = narrow["problem"]["network"]["hidden"][-1], narrow["problem"]["network"]["output_bias"]
        assert int(hidden["units"]) + output_bias + 1 == len(narrow["problem"]["data"]["x"])
    overview = (root / "proofs" / "phase" / "overview.svg").read_text()
    ET.fromstring(overview)
    cells = [cell for path in (root / "proofs" / "phase").glob("*.json") for cell in json.loads(path.read_text())["cells"]]
    assert overview.count("<title>") == sum(cell["samples"] <= 7 for cell in cells) == 16 * 27
    picture = (root / "proofs" / "wide" / "transition.svg").read_text()
    assert picture.count("<circle") == 2 * len(pairs)
    ET.fromstring(picture)
