"""The phase diagram: what is certified where, and that no cell keeps a colour it has no support
for.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactland.cli.main import main
from exactland.constructions import fewest_samples
from exactland.errors import CertificateError, InputError
from exactland.gallery.recorded import recorded
from exactland.kernel import check
from exactland.model.activations import NAMED, named
from exactland.studies.phase import Diagram, Setting, phase, read_diagram, verify_cell
from exactland.studies.phase.cells import BAD, OPEN, PROVED, WIDE, decide_cell
from exactland.walls.theorems import HOMOGENEOUS, ODD_WITH_FEW_ZEROS, wall
from tests.closed_forms import CURVED
from tests.pages import THEOREMS, page
from tests.shared import found_once

FEW = 2  # starts of a search whose result does not matter


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the diagram of exp (bad, wide, proved), and of softplus (open cells as
    well); tests may add files to it.
    """

    def drawn() -> Path:
        out = tmp_path_factory.mktemp("phase")
        phase(Setting(named("exp"), starts=FEW), range(2, 5), out)
        phase(Setting(named("softplus"), starts=FEW), range(2, 5), out)
        return out

    found = found_once(request, tmp_path_factory, "phase", drawn)
    return Path(shutil.copytree(found, tmp_path_factory.mktemp("copy") / "copy"))


@pytest.mark.parametrize("samples", range(2, 9))
def test_sine_has_bad_basins_at_every_width_below_the_number_of_samples(samples: int) -> None:
    setting = Setting(named("sin"), starts=1)
    cells = [decide_cell(setting, samples, units) for units in range(1, samples + 1)]
    assert [cell.verdict for cell in cells] == [BAD] * (samples - 1) + [WIDE]
    for cell in cells:
        verify_cell(setting, cell)


@pytest.mark.parametrize("name", CURVED)
def test_every_smooth_activation_has_bad_basins_at_half_the_samples(name: str) -> None:
    """Every cell N >= 2m + 1 with N <= 7."""
    setting = Setting(named(name), starts=1)
    for samples, units in [(n, m) for m in (1, 2, 3) for n in range(2 * m + 1, 8)]:
        cell = decide_cell(setting, samples, units)
        assert cell.verdict == BAD, (samples, units, cell.by)
        verify_cell(setting, cell)


@pytest.mark.parametrize(
    "key",
    [(name, n, m) for name, n, m in recorded() if (fewest_samples(named(name), m) or n + 1) > n],
)
def test_recorded_double_zeros_are_bad_basins_also_with_idle_samples(
    key: tuple[str, int, int],
) -> None:
    name, samples, units = key
    for more in range(2 * units - samples + 1):
        cell = decide_cell(Setting(named(name), starts=1), samples + more, units)
        staircase = fewest_samples(named(name), units)
        reached = staircase is not None and samples + more >= staircase
        recipe = "construction G" if reached else "construction D, recorded"
        assert (cell.verdict, cell.by) == (BAD, recipe)


def test_tanh_units_beyond_half_the_samples() -> None:
    """2m = N + 1 at N = 9, 11, 13, and (13, 8); (13, 7) has seven of the eight zeros of (13, 8)."""
    recipes = {(9, 5): "", (11, 6): "", (13, 8): "", (13, 7): ", units left out"}
    for (samples, units), which in recipes.items():
        setting = Setting(named("tanh"), starts=0)
        cell = decide_cell(setting, samples, units)
        assert (cell.verdict, cell.by) == (BAD, f"construction D, recorded{which}")
        verify_cell(setting, cell)
        assert decide_cell(setting, samples, samples - 1).verdict == OPEN


@pytest.mark.parametrize(
    ("name", "reach"),
    [("sigmoid", 1), ("swish", 1), ("gelu", 1), ("mish", 1), ("sin", 1), ("softplus", 2)],
)
def test_bad_basins_up_to_the_wide_theorem(name: str, reach: int) -> None:
    """Every m <= N - reach for N = 2..6, without any search; for softplus N - 1 is proved at N = 2,
    a bad basin at N = 4 and open at other N.
    """
    for samples in range(2, 7):
        cells = [
            decide_cell(Setting(named(name), starts=0), samples, m) for m in range(1, samples + 1)
        ]
        softplus = PROVED if samples == 2 else BAD if samples == 4 else OPEN
        last = WIDE if reach == 1 else softplus
        assert [cell.verdict for cell in cells] == [BAD] * (samples - reach) + [last, WIDE][
            2 - reach :
        ], [cell.by for cell in cells]


@pytest.mark.parametrize("samples", range(2, 10))
def test_hard_tanh_has_no_open_cell(samples: int) -> None:
    setting = Setting(named("hard-tanh"), starts=0)
    cells = [decide_cell(setting, samples, units) for units in range(1, samples + 1)]
    most = (samples - 1) // 2
    assert [cell.verdict for cell in cells] == [BAD] * most + [PROVED] * (samples - 1 - most) + [
        WIDE
    ]
    assert {cell.by for cell in cells[:most]} <= {"construction H"}
    for cell in cells:
        verify_cell(setting, cell)


def test_no_search_says_so() -> None:
    cell = decide_cell(Setting(named("softplus"), starts=0), 3, 2)
    assert (cell.verdict, cell.residual, cell.by) == (
        OPEN,
        None,
        "constructions A, C, D as recorded, G and H; no search",
    )


def test_hidden_biases_and_several_inputs() -> None:
    setting = Setting(named("gelu"), bias=True)
    assert decide_cell(setting, 6, 1).verdict == BAD
    assert decide_cell(setting, 3, 3).verdict == WIDE
    assert decide_cell(setting, 3, 2).verdict == OPEN
    assert decide_cell(Setting(named("tanh"), inputs=2), 6, 1).verdict == BAD
    assert decide_cell(Setting(named("exp"), bias=True), 9, 1).verdict == PROVED
    assert decide_cell(Setting(named("relu"), inputs=3, bias=True), 9, 2).verdict == PROVED


def test_an_open_cell_says_what_was_tried(made: Path) -> None:
    cell = read_diagram(made / "phase" / "softplus.json").cell(3, 2)
    assert cell is not None
    assert (cell.verdict, cell.certificate) == (OPEN, None)
    assert cell.by.startswith(f"construction D, {FEW} starts")


def test_every_wall_is_a_heading_with_a_proof(root: Path) -> None:
    theorems = page(THEOREMS / "walls.md")
    names = {
        wall(s, n, m, inputs=d, bias=bias)
        for s in (*NAMED.values(), *ODD_WITH_FEW_ZEROS.values())
        for n in range(1, 5)
        for m in range(1, 4)
        for d in (1, 2)
        for bias in (False, True)
    } - {None}
    assert len(names) == 9
    for name in names:
        _, _, proof = theorems.partition(f"\n## {name}\n")
        assert r"$\square$" in proof.partition("\n## ")[0], name


def test_walls_stand_only_where_they_are_proved() -> None:
    for name in ("exp", *ODD_WITH_FEW_ZEROS):
        s = ODD_WITH_FEW_ZEROS.get(name, NAMED.get(name))
        assert s is not None
        assert [wall(s, 5, m) is not None for m in range(1, 6)] == [False, False, True, True, True]
        assert wall(s, 5, 3, inputs=2) is None
    for samples in range(1, 9):
        assert [wall(NAMED["tanh"], samples, m) is not None for m in range(1, 9)] == [
            2 * m >= samples and samples <= 6 for m in range(1, 9)
        ]
    assert wall(NAMED["tanh"], 4, 2, inputs=2) is wall(NAMED["tanh"], 4, 2, bias=True) is None
    assert wall(NAMED["arctan"], 5, 3, bias=True) is None
    assert [wall(NAMED["hard-tanh"], 7, m) is not None for m in range(1, 8)] == [False] * 3 + [
        True
    ] * 4
    assert (
        wall(NAMED["hard-tanh"], 2, 1, inputs=2)
        is wall(NAMED["hard-tanh"], 2, 1, bias=True)
        is None
    )
    assert all(wall(NAMED[name], 50, 1, inputs=3, bias=True) for name in HOMOGENEOUS)
    for name in ("sigmoid", "softplus"):
        assert [wall(NAMED[name], n, 1, bias=True) is not None for n in range(1, 6)] == [
            True,
            True,
            True,
            False,
            False,
        ]
        assert wall(NAMED[name], 3, 1, inputs=2, bias=True) is wall(NAMED[name], 3, 1) is None
    assert all(wall(NAMED[name], 3, 1, bias=True) is None for name in ("tanh", "gelu", "swish"))


def _recoloured(
    verdict: str, by: str | None = None, file: str | None = None
) -> Callable[[dict[str, Any]], None]:
    def change(cell: dict[str, Any]) -> None:
        cell.update(verdict=verdict, by=by or cell["by"], file=file or cell["file"])

    return change


@pytest.mark.parametrize(
    ("at", "change", "says"),
    [
        ((3, 2), _recoloured(BAD), "without a certificate"),
        ((3, 2), _recoloured(PROVED), "no theorem"),
        ((3, 2), _recoloured(PROVED, "W6. A softplus unit on two inputs"), "no theorem"),
        ((3, 2), _recoloured(WIDE), "without a certificate"),
        ((3, 2), _recoloured(BAD, file="softplus/3-1.cert.json"), "another network"),
        ((4, 1), _recoloured(BAD, file="softplus/3-1.cert.json"), "number of samples"),
        ((3, 2), _recoloured(WIDE, file="softplus/3-3.cert.json"), "another network"),
        ((3, 1), _recoloured(WIDE), "sub-optimal-strict-minimum, not no-sub-optimal-basin"),
        ((4, 4), _recoloured(BAD), "no-sub-optimal-basin, not sub-optimal-strict-minimum"),
        ((3, 1), _recoloured(BAD, file="exp/3-1.cert.json"), "another network"),
        ((2, 1), _recoloured(PROVED, "W2. Exponential units"), "no theorem"),
    ],
)
def test_a_recoloured_cell_is_caught(
    at: tuple[int, int],
    change: Callable[[dict[str, Any]], None],
    says: str,
    made: Path,
    capsys: Any,
) -> None:
    good, bad = made / "phase" / "softplus.json", made / "phase" / "recoloured.json"
    read_diagram(good)
    value = json.loads(good.read_text())
    change(next(cell for cell in value["cells"] if (cell["samples"], cell["units"]) == at))
    bad.write_text(json.dumps(value))
    with pytest.raises(CertificateError, match=says):
        read_diagram(bad)
    assert main(["phase", "--check", str(bad)]) == 1
    assert says in capsys.readouterr().err


def test_a_cell_that_is_there_twice_is_refused(made: Path) -> None:
    value = json.loads((made / "phase" / "exp.json").read_text())
    value["cells"].append(value["cells"][0])
    twice = made / "phase" / "twice.json"
    twice.write_text(json.dumps(value))
    with pytest.raises(InputError, match="twice"):
        read_diagram(twice)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("samples", "65", "go up to 64"),
        ("units", "1000000", "go up to 64"),
        ("residual", "1e400", "residual"),
        ("residual", "-1", "residual"),
    ],
)
def test_sizes_of_a_summary_are_bounded(
    field: str, value: str, says: str, made: Path, capsys: Any
) -> None:
    """Walls hold for any size, a picture does not fit any."""
    summary = json.loads((made / "phase" / "exp.json").read_text())
    summary["cells"][0][field] = value
    large = made / "phase" / "large.json"
    large.write_text(json.dumps(summary))
    assert main(["phase", "--check", str(large), "--picture", str(made / "large.png")]) == 2
    assert says in capsys.readouterr().err


def test_a_certificate_for_another_loss_colours_nothing() -> None:
    setting = Setting(named("exp"), starts=1)
    cell = decide_cell(setting, 2, 2)
    assert cell.certificate is not None
    about = cell.certificate.problem
    logistic = replace(about, loss="logistic", y=((Fraction(1),), (Fraction(-1),)))
    other = replace(cell.certificate, problem=logistic)
    assert check(other.to_bytes()).status == "verified"
    with pytest.raises(CertificateError, match="another loss"):
        verify_cell(setting, replace(cell, certificate=other))


def test_an_interruption_leaves_a_whole_summary_and_no_traceback(tmp_path: Path) -> None:
    command = [
        "-m",
        "exactland",
        "phase",
        "--activation",
        "tanh",
        "--samples",
        "2..9",
        "--starts",
        "10000",
        "--processes",
        "2",
        "--out",
        str(tmp_path),
    ]
    running = subprocess.Popen(
        [sys.executable, *command],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    summary = tmp_path / "phase" / "tanh.json"
    for _ in range(1200):
        if summary.exists() or running.poll() is not None:
            break
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, "")
    assert error.splitlines() == ["interrupted: nothing half-written was left"]
    assert read_diagram(summary).cells
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_broken_certificate_is_caught(made: Path, tmp_path: Path) -> None:
    summary, certificate = (
        tmp_path / "phase" / "exp.json",
        tmp_path / "phase" / "exp" / "3-1.cert.json",
    )
    certificate.parent.mkdir(parents=True)
    for path in (made / "phase" / "exp").iterdir():
        (certificate.parent / path.name).write_bytes(path.read_bytes())
    summary.write_bytes((made / "phase" / "exp.json").read_bytes())
    read_diagram(summary)
    certificate.write_bytes(certificate.read_bytes()[:-50])
    with pytest.raises(CertificateError, match="does not accept"):
        read_diagram(summary)


def test_a_diagram_is_not_drawn_with_an_unsupported_cell(made: Path, tmp_path: Path) -> None:
    from exactland.reports.pictures.phase import draw

    diagram = read_diagram(made / "phase" / "softplus.json")
    draw(diagram, tmp_path / "good.svg")
    assert (tmp_path / "good.svg").read_bytes().startswith(b"<?xml")
    cells = tuple(
        replace(cell, verdict=BAD) if cell.verdict == OPEN else cell for cell in diagram.cells
    )
    with pytest.raises(CertificateError):
        draw(Diagram(diagram.setting, cells), tmp_path / "bad.svg")
    assert not (tmp_path / "bad.svg").exists()


def _files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_the_same_files_with_several_processes(tmp_path: Path) -> None:
    setting = Setting(named("sigmoid"), starts=FEW)
    for processes in (1, 2):
        phase(setting, range(2, 4), tmp_path / str(processes), processes=processes)
    one = _files(tmp_path / "1")
    assert one == _files(tmp_path / "2")
    assert sum(name.endswith(".cert.json") for name in one) == 5 - _open(one)


def _open(files: dict[str, bytes]) -> int:
    return sum(cell["verdict"] == OPEN for cell in json.loads(files["phase/sigmoid.json"])["cells"])


def test_resume_decides_only_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exactland.studies.phase import diagram

    setting = Setting(named("softplus"), starts=FEW)
    phase(setting, range(2, 5), tmp_path)
    whole = _files(tmp_path)
    summary = tmp_path / "phase" / "softplus.json"
    value = json.loads(summary.read_text())
    value["cells"] = [cell for cell in value["cells"] if cell["samples"] != 3]
    summary.write_text(json.dumps(value))
    asked: list[tuple[int, int]] = []
    right = diagram.decide_cell
    monkeypatch.setattr(
        diagram, "decide_cell", lambda s, n, m: asked.append((n, m)) or right(s, n, m)
    )
    phase(setting, range(2, 5), tmp_path, resume=True)
    assert asked == [(3, 1), (3, 2), (3, 3)]
    assert _files(tmp_path) == whole
    asked.clear()
    phase(replace(setting, seed=1), range(2, 5), tmp_path, resume=True)
    assert asked == [(3, 2)], "open cells are looked at again with another seed"
    asked.clear()
    phase(setting, range(2, 5), tmp_path)
    (tmp_path / "phase" / "softplus" / "3-1.cert.json").write_bytes(b"{}")
    (tmp_path / "phase" / "softplus" / "2-2.cert.json").unlink()
    asked.clear()
    phase(setting, range(2, 5), tmp_path, resume=True)
    assert asked == [(2, 2), (3, 1)], "what does not stand up is decided again"
    assert _files(tmp_path) == whole


def test_resume_keeps_the_cells_of_other_numbers_of_samples(tmp_path: Path) -> None:
    setting = Setting(named("exp"), starts=FEW)
    phase(setting, range(2, 5), tmp_path)
    whole = _files(tmp_path)
    assert len(phase(setting, [3], tmp_path, resume=True).cells) == 9
    assert _files(tmp_path) == whole
    (tmp_path / "phase" / "exp" / "4-1.cert.json").write_bytes(b"{}")
    diagram = phase(setting, [3], tmp_path, resume=True)
    assert diagram.cell(4, 1) is None, (
        "what does not stand up is not kept, also where nothing is left to decide"
    )
    assert read_diagram(tmp_path / "phase" / "exp.json") == diagram
    phase(setting, [4], tmp_path, resume=True)
    assert _files(tmp_path) == whole


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--activation", "nonsense"], "--activation"),
        ([], "--activation"),
        (["--activation", "exp", "--check", "x.json"], "--activation"),
        (["--activation", "exp", "--samples", "5..2"], "--samples"),
        (["--activation", "exp", "--samples", "0..2"], "--samples"),
        (["--activation", "exp", "--samples", "2..1000000000000"], "--samples"),
        (["--activation", "exp", "--samples", "two"], "--samples"),
        (["--activation", "exp", "--inputs", "0"], "--inputs"),
        (["--activation", "exp", "--processes", "0"], "--processes"),
        (["--activation", "exp", "--samples", "2", "--picture", "x.bmp"], "--picture"),
        (["--activation", "exp", "--random", "0"], "--random"),
        (["--check", "x.json", "--random", "2"], "--random"),
        (
            ["--activation", "exp", "--samples", "2..64", "--random", "1000"],
            "--random: 2016000 data sets",
        ),
        (["--activation", "exp", "--samples", "2", "--out", "/dev/null/x"], "cannot be written"),
        (["--check", "missing.json"], "missing.json"),
    ],
)
def test_wrong_usage(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["phase", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error
    assert not list(tmp_path.rglob("*.cert.json"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": "exactland-phase/2"}',
        '{"cells": 1}',
        "null",
        '{"a": 1, "a": 2}',
        "[" * 10_000,
    ],
)
def test_a_file_that_is_no_summary(text: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    assert main(["phase", "--check", str(path)]) in (2, 4)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_command_prints_table_counts_and_json(tmp_path: Path, capsys: Any) -> None:
    assert (
        main(
            [
                "phase",
                "--activation",
                "exp",
                "--samples",
                "2..3",
                "--out",
                str(tmp_path),
                "--picture",
                str(tmp_path / "a.png"),
            ]
        )
        == 0
    )
    shown = capsys.readouterr().out
    assert (
        "1 bad basin; 2 none, by the wide theorem; 2 none, proved for this activation; 0 open"
        in shown
    )
    assert "none, proved for this activation: W2. Exponential units: (2, 1), (3, 2)" in shown
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert main(["phase", "--check", str(tmp_path / "phase" / "exp.json"), "--json"]) == 0
    cells = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(c["samples"], c["units"], c["verdict"]) for c in cells] == [
        (2, 1, PROVED),
        (2, 2, WIDE),
        (3, 1, BAD),
        (3, 2, PROVED),
        (3, 3, WIDE),
    ]
    for path in (tmp_path / "phase" / "exp").iterdir():
        assert check(path.read_bytes()).status == "verified"


def test_without_matplotlib_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    assert (
        main(
            [
                "phase",
                "--activation",
                "exp",
                "--samples",
                "2",
                "--out",
                str(tmp_path),
                "--picture",
                str(tmp_path / "a.svg"),
            ]
        )
        == 2
    )
    assert "exactland[pictures]" in capsys.readouterr().err
    assert not list(tmp_path.iterdir()), "said before anything is decided"


def test_sizes_are_positive(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--samples"):
        phase(Setting(named("exp")), [0], tmp_path)
