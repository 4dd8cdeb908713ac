"""The main job is reproducible byte for byte, on other BLAS kernels and hash seeds, from a wheel,
and after an interruption.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from exactland import StatementKind, read_certificate
from exactland.errors import CertificateError, InputError
from exactland.gallery import LARGE, case, names
from exactland.gallery import SIDES as CASE_SIDES
from exactland.kernel import Verdict, check
from exactland.kernel.reading.canonical_json import canonical
from exactland.model.activations import NAMED
from exactland.studies import reproduce as module
from exactland.studies import store
from exactland.studies.phase import Cell, Setting
from exactland.studies.phase.cells import decide_cell
from exactland.studies.reproduce import reproduce
from exactland.studies.rows import Row, WideRow
from exactland.studies.store import write_and_compare
from exactland.studies.tabulating import deep_pairs

WRITTEN = ("narrow", "rims", "wide", "literature", "phase", "problems")


def contents(folder: Path) -> dict[str, bytes]:
    paths = [
        path for part in WRITTEN for path in sorted((folder / part).rglob("*")) if path.is_file()
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@cache
def verdict(data: bytes) -> Verdict:
    """The kernel's, asked once: it depends on the bytes alone."""
    return check(data)


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's contents, outside the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = folder / "source"
    subprocess.run(
        [
            "cp",
            "-r",
            *(str(root / name) for name in ("pyproject.toml", "README.md", "LICENSE", "exactland")),
            _made(source),
        ],
        check=True,
    )
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(folder / "installed"), str(wheel)],
        check=True,
    )
    return folder / "installed"


@pytest.mark.slow
def test_sides_made_alone_from_a_wheel_under_other_settings(
    installed: Path, tmp_path: Path, shipped: dict[str, bytes], opened: dict[str, bytes]
) -> None:
    """They are the shipped files, with a row for every one.

    The whole is made, under yet other settings, by the README's command (test_readme.py).
    """
    code = "import exactland, sys; sys.exit(0 if exactland.__file__.startswith(sys.argv[1]) else 9)"
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "OPENBLAS_CORETYPE": "Haswell",
        "PYTHONHASHSEED": "77",
    }
    subprocess.run(
        [sys.executable, "-c", code, str(installed)], cwd=tmp_path, env=environment, check=True
    )
    rows = []
    for side, files in (("narrow", shipped), ("wide", opened)):
        out = tmp_path / side
        command = [
            sys.executable,
            "-m",
            "exactland",
            "reproduce",
            "--only",
            side,
            "--out",
            str(out),
            "--json",
        ]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
        rows += [json.loads(line) for line in done.stdout.splitlines()]
        made = {path.name.removesuffix(".cert.json"): path for path in out.rglob("*.cert.json")}
        assert {path.parent for path in made.values()} == {out / side}
        assert {name: path.read_bytes() for name, path in made.items()} == files
    assert_a_row_for_every_certificate(rows, shipped, opened)


def _made(folder: Path) -> str:
    folder.mkdir()
    return str(folder)


def test_resume_trusts_only_what_the_kernel_accepts(tmp_path: Path, root: Path) -> None:
    files = {
        name: (root / "proofs" / "literature" / f"{name}.cert.json").read_bytes()
        for name in ("ding-3", "ding-30", "yun-tanh", "yun-any-relu")
    }
    reproduce(tmp_path, only="literature", processes=1)
    kept, broken, foreign = (
        tmp_path / "literature" / f"{name}.cert.json" for name in ("ding-3", "ding-30", "yun-tanh")
    )
    value = json.loads(kept.read_bytes())
    value["provenance"] = {"recipe": "kept"}
    kept.write_bytes(canonical(value) + b"\n")
    broken.write_bytes(broken.read_bytes()[:-100])
    foreign.write_bytes(files["yun-any-relu"])
    rows = reproduce(tmp_path, only="literature", resume=True, processes=1).rows
    assert json.loads(kept.read_bytes())["provenance"] == {"recipe": "kept"}
    assert broken.read_bytes() == files["ding-30"]
    assert foreign.read_bytes() == files["yun-tanh"]
    assert {row.verdict for row in rows} == {"verified"}
    reproduce(tmp_path, only="literature", processes=1)
    assert kept.read_bytes() == files["ding-3"]


@pytest.mark.parametrize("processes", [1, 3])
def test_the_same_files_with_any_number_of_processes(
    processes: int, tmp_path: Path, root: Path
) -> None:
    steps: list[tuple[str, int, int]] = []

    def step(name: str, done: int, total: int) -> None:
        steps.append((name, done, total))

    done = reproduce(tmp_path, only="literature", processes=processes, step=step)
    made = tree(tmp_path / "literature")
    shipped = tree(root / "proofs" / "literature")
    del shipped["README.md"]  # made of the rows, by the command
    assert made == shipped
    assert [row.case for row in done.literature] == list(names("literature"))
    assert [counts for _, *counts in steps] == [[k, 18] for k in range(19)]
    assert {name for name, *_ in steps} == {"", *names("literature")}


def test_long_cases_are_begun_first() -> None:
    chains = module._chains(None, True, None)
    columns = [module.Column("sin", 1, (2, 3))]
    order = module._longest_first(chains, columns)
    assert len(order) == len(chains) + 1
    begun = [job.names[0] for job in order[: order.index(columns[0])]]
    assert set(begun) == {*LARGE, *names("rims")}
    made = [name for chain in chains for name in chain.names]
    assert sorted(made) == sorted([*LARGE, *(name for side in CASE_SIDES for name in names(side))])


def test_the_wide_side_alone_makes_the_narrow_cases_it_starts_from() -> None:
    chains = {chain.names for chain in module._chains("wide", False, None)}
    assert ("sine-5-4", "one-more-sine-5-4") in chains
    assert ("eta-escape",) in chains
    assert len([chain for chain in chains if len(chain) == 2]) == 15
    assert {name for chain in chains for name in chain if name in names("narrow")} == {
        name.removeprefix("one-more-") for name in names("wide") if name.startswith("one-more-")
    }


@pytest.fixture
def few_cells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Phase diagrams of hard-tanh alone, up to N = 4, in this process; the cells it decides."""
    decided: list[tuple[int, int]] = []

    def decide(setting: Setting, samples: int, units: int) -> Cell:
        decided.append((samples, units))
        return decide_cell(setting, samples, units)

    monkeypatch.setattr(module, "NAMED", {"hard-tanh": NAMED["hard-tanh"]})
    monkeypatch.setattr(module, "MOST", range(2, 5))
    monkeypatch.setattr(module, "decide_cell", decide)
    return decided


def test_resume_decides_cells_again_only_where_the_kernel_does_not_accept_them(
    tmp_path: Path, few_cells: list[tuple[int, int]]
) -> None:
    done = reproduce(tmp_path, only="phase", processes=1)
    assert sorted(few_cells) == [(n, m) for n in range(2, 5) for m in range(1, n + 1)]
    (row,) = done.phase
    assert (row.samples, sum(row.cells.values()), row.verdict) == ("2..4", 9, "verified")
    assert row.certificates == len(list((tmp_path / "phase").rglob("*.cert.json")))
    whole = tree(tmp_path)
    few_cells.clear()
    again = reproduce(tmp_path, only="phase", processes=1, resume=True)
    assert few_cells == []
    assert (again.rows, tree(tmp_path)) == (done.rows, whole)
    folder = tmp_path / "phase" / "hard-tanh"
    (folder / "3-1.cert.json").write_bytes(b"{}")
    (folder / "4-4.cert.json").write_bytes((folder / "3-3.cert.json").read_bytes())
    steps: list[tuple[int, int]] = []
    reproduce(
        tmp_path,
        only="phase",
        processes=1,
        resume=True,
        step=lambda name, done, total: steps.append((done, total)),
    )
    assert sorted(few_cells) == [(3, 1), (4, 4)]
    assert steps == [(7, 9), (8, 9), (9, 9)]
    assert tree(tmp_path) == whole


def test_a_certificate_that_says_something_else_is_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(case("theorem-no-basin"), expected="no-sub-optimal-basin")
    monkeypatch.setattr(module, "case", lambda name: wrong)
    with pytest.raises(CertificateError, match="^theorem-no-basin: the kernel says verified: "):
        list(module._cases(module.Chain(("theorem-no-basin",), None)))


def test_a_case_that_cannot_be_certified_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(case("theorem-no-basin"), problem=case("sine-3-1").problem)
    monkeypatch.setattr(module, "case", lambda name: wrong)
    with pytest.raises(CertificateError, match="^theorem-no-basin: not certified: "):
        list(module._cases(module.Chain(("theorem-no-basin",), None)))


def test_what_is_read_back_must_be_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_and_compare(tmp_path / "good", b"as it was")
    assert (tmp_path / "good").read_bytes() == b"as it was"
    monkeypatch.setattr(store, "write_atomic", lambda path, data: path.write_bytes(data[:-1]))
    with pytest.raises(InputError, match="bad: does not hold what was just written there"):
        write_and_compare(tmp_path / "bad", b"as it was")
    monkeypatch.setattr(store, "write_atomic", lambda path, data: None)
    with pytest.raises(InputError, match="gone: cannot be read back: No such file"):
        write_and_compare(tmp_path / "gone", b"as it was")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_a_row_for_every_certificate(
    rows: list[dict[str, str]], shipped: dict[str, bytes], opened: dict[str, bytes]
) -> None:
    wide = [row for row in rows if "kind" in row]
    assert {row["case"] for row in wide} == set(opened)
    for row in wide:
        said = verdict(opened[row["case"]])
        assert (said.status, said.kind) == (row["verdict"], row["kind"])
        assert row["rules"].split(", ") == [
            step["rule"] for step in json.loads(opened[row["case"]])["evidence"]["steps"]
        ]
    rows = [row for row in rows if "loss" in row]
    assert {row["case"] for row in rows} == set(shipped)
    for row in rows:
        fact = verdict(shipped[row["case"]]).fact
        assert fact is not None
        loss = [float(v) for v in row["loss"].strip("[]").split(", ")]
        assert loss[0] <= float(fact.low) <= float(fact.high) <= loss[-1]  # type: ignore[union-attr]
        assert 0 < float(row["curvature"].removeprefix(">= ")) <= float(fact.curvature)  # type: ignore[union-attr]
        assert float(fact.witness_loss) <= float(row["witness_loss"].removeprefix("<= "))  # type: ignore[union-attr, arg-type]


def test_shipped_certificates_all_say_bad(shipped: dict[str, bytes]) -> None:
    for name, data in shipped.items():
        said = verdict(data)
        assert (said.status, said.kind) == ("verified", "sub-optimal-strict-minimum"), name


def test_every_pair_is_the_same_data_at_two_widths(
    tmp_path: Path, shipped: dict[str, bytes], opened: dict[str, bytes], root: Path
) -> None:
    pairs = [name for name in opened if name.startswith("one-more-")]
    assert len(pairs) == 15
    for name in pairs:
        narrow, wide = (
            json.loads(shipped[name.removeprefix("one-more-")])["claim"],
            json.loads(opened[name])["claim"],
        )
        assert wide["problem"] == narrow["problem"]
        said = verdict(opened[name])
        assert (said.status, said.kind) == (
            "verified",
            "one-more-unit",
        )
        hidden, output_bias = (
            narrow["problem"]["network"]["hidden"][-1],
            narrow["problem"]["network"]["output_bias"],
        )
        assert int(hidden["units"]) + output_bias + 1 == len(narrow["problem"]["data"]["x"])
    overview = (root / "proofs" / "phase" / "overview.svg").read_text()
    ET.fromstring(overview)
    cells = [
        cell
        for path in (root / "proofs" / "phase").glob("*.json")
        for cell in json.loads(path.read_text())["cells"]
    ]
    assert overview.count("<title>") == sum(cell["samples"] <= 7 for cell in cells) == 16 * 27
    picture = (root / "proofs" / "wide" / "transition.svg").read_text()
    assert picture.count("<circle") == 2 * len(pairs)
    ET.fromstring(picture)


def test_at_depth_two_one_more_unit_in_either_layer_leaves_no_basin(root: Path) -> None:
    """The kernel says both of the same data: a bad basin at (N - 1, N - 1), none beside it."""
    for samples in range(3, 7):
        narrow = read_certificate(root / "proofs" / "narrow" / f"deep-{samples}.cert.json")
        assert [layer.units for layer in narrow.problem.network.hidden] == [samples - 1] * 2
        for k, layer in enumerate(("first", "second")):
            name = f"widened-deep-{samples}-{layer}.cert.json"
            wide = read_certificate(root / "proofs" / "wide" / name)
            units = [each.units for each in wide.problem.network.hidden]
            assert units == [samples - 1 + (k == j) for j in range(2)]
            assert (wide.problem.x, wide.problem.y) == (narrow.problem.x, narrow.problem.y)
            assert wide.statement.kind == "no-basin"
            assert wide.rules == ("4.6",)


def test_the_table_of_depth_two_needs_all_three() -> None:
    row = Row("deep-3", "s", 3, "2+2", "1", "0", ">= 1", "f", "verified")
    opened = [
        WideRow(f"widened-deep-3-{layer}", "", StatementKind.NO_BASIN, "4.6", "f", "verified")
        for layer in ("first", "second")
    ]
    (pair,) = deep_pairs([row], opened)
    assert (pair.samples, pair.first, pair.second) == (3, *opened)
    assert deep_pairs([row], opened[:1]) == []
    assert deep_pairs([], opened) == []
