"""Statistics over random data: every counted certificate is there and is about its data set, and an
interrupted run goes on where it was.
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
from pathlib import Path
from typing import Any

import pytest

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.cli.main import main
from exactland.errors import CertificateError, InputError
from exactland.files import json_text
from exactland.kernel import check
from exactland.model.activations import named
from exactland.studies.phase import Setting
from exactland.studies.phase import statistics as module
from exactland.studies.phase.statistics import (
    Case,
    Share,
    random_data,
    statistics,
    statistics_from_json,
    wilson,
)
from tests.shared import found_once

SIGMOID, K = Setting(named("sigmoid")), 4
CASES = [(n, m, k) for n, m in ((2, 1), (3, 1), (3, 2)) for k in range(K)]


@pytest.fixture(scope="module")
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the statistics of the sigmoid for N = 2, 3."""

    def made() -> Path:
        out = tmp_path_factory.mktemp("statistics")
        statistics(SIGMOID, range(2, 4), K, out, processes=2)
        return out

    return found_once(request, tmp_path_factory, "statistics", made)


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


@pytest.fixture
def asked(whole: Path, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """The data sets that are trained on, from now on; what comes out is what is in the folder."""
    cases: list[Case] = []

    def recorded(setting: Setting, case: Case) -> Certificate | None:
        cases.append(case)
        path = whole / "phase" / "sigmoid-random" / f"{'-'.join(map(str, case))}.cert.json"
        return certificate_from_bytes(path.read_bytes()) if path.exists() else None

    monkeypatch.setattr(module, "bad_minimum", recorded)
    return cases


def _summary(out: Path) -> Path:
    return out / "phase" / "sigmoid-random.json"


def _read(out: Path) -> tuple[Share, ...]:
    return statistics_from_json(json_text.parse(_summary(out).read_bytes()), out / "phase")[1]


def _files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def _counted(out: Path) -> list[Case]:
    return [(s.samples, s.units, k) for s in _read(out) for k in s.found]


def _file(out: Path, case: Case) -> Path:
    return out / "phase" / "sigmoid-random" / f"{'-'.join(map(str, case))}.cert.json"


def test_statistics_count_certificates(copy: Path, capsys: Any) -> None:
    command = [
        "phase",
        "--activation",
        "sigmoid",
        "--samples",
        "2..3",
        "--random",
        str(K),
        "--out",
        str(copy),
        "--resume",
        "--json",
    ]
    assert main([*command, "--picture", str(copy / "shares.svg")]) == 0
    shares = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(s["samples"], s["units"], s["drawn"]) for s in shares] == [
        (2, 1, K),
        (2, 2, 0),
        (3, 1, K),
        (3, 2, K),
        (3, 3, 0),
    ]
    assert sum(s["certified"] for s in shares) > 0
    for share in shares:
        assert share["low"] <= share["certified"] / max(1, share["drawn"]) <= share["high"]
        made = list(
            (copy / "phase" / "sigmoid-random").glob(
                f"{share['samples']}-{share['units']}-*.cert.json"
            )
        )
        assert len(made) == share["certified"] == len(share["found"])
        for path in made:
            verdict = check(path.read_bytes())
            assert (verdict.status, verdict.kind) == ("verified", "sub-optimal-strict-minimum")
            problem = json.loads(path.read_bytes())["claim"]["problem"]
            assert (len(problem["data"]["x"]), problem["network"]["hidden"][0]["units"]) == (
                share["samples"],
                str(share["units"]),
            )
    assert json.loads(_summary(copy).read_text())["cells"] == shares
    assert (copy / "shares.svg").exists()


def test_check_shows_the_table_again(copy: Path, capsys: Any) -> None:
    assert (
        main(
            [
                "phase",
                "--activation",
                "sigmoid",
                "--samples",
                "2..3",
                "--random",
                str(K),
                "--out",
                str(copy),
                "--resume",
                "--quiet",
            ]
        )
        == 0
    )
    table = capsys.readouterr().out
    assert "0 by rule 4.2" in table
    before = _files(copy)
    assert (
        main(
            ["phase", "--check", str(_summary(copy)), "--picture", str(copy.parent / "shares.svg")]
        )
        == 0
    )
    assert capsys.readouterr().out == table
    assert _files(copy) == before
    assert (copy.parent / "shares.svg").exists()


@pytest.mark.parametrize("done", [1, 3, K, K + 1, 3 * K - 1])
def test_resume_after_an_interruption_ends_with_the_same_files(
    done: int, whole: Path, asked: list[Case], tmp_path: Path
) -> None:
    def interrupt(name: str, now: int, total: int) -> None:
        if now == done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        statistics(SIGMOID, range(2, 4), K, tmp_path, step=interrupt)
    assert sum(share.drawn for share in _read(tmp_path)) == done
    assert asked == CASES[:done]
    asked.clear()
    statistics(SIGMOID, range(2, 4), K, tmp_path, resume=True)
    assert asked == CASES[done:]
    assert _files(tmp_path) == _files(whole)


def test_an_interrupted_command_leaves_a_whole_summary(tmp_path: Path, capsys: Any) -> None:
    command = [
        "-m",
        "exactland",
        "phase",
        "--activation",
        "sigmoid",
        "--samples",
        "3",
        "--random",
        "1000",
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
    for _ in range(1200):
        if list(tmp_path.rglob("*.cert.json")) or running.poll() is not None:
            break
        time.sleep(0.05)
    time.sleep(0.2)
    os.killpg(running.pid, signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, "")
    assert error.splitlines() == ["interrupted: nothing half-written was left"]
    assert main(["phase", "--check", str(_summary(tmp_path)), "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert 0 < first["certified"] <= first["drawn"] < 1000
    assert not list(tmp_path.rglob("*.tmp"))


def test_resume_trains_only_where_nothing_stands_up(
    whole: Path, copy: Path, asked: list[Case]
) -> None:
    broken, missing, copied = (_counted(copy) * 3)[:3]
    for case, change in (
        (broken, lambda p: p.write_bytes(b"{}")),
        (missing, Path.unlink),
        (copied, lambda p: shutil.copy(_file(whole, broken), p)),
    ):
        change(_file(copy, case))
    statistics(SIGMOID, range(2, 4), K, copy, resume=True)
    assert asked == sorted({broken, missing, copied})
    assert _files(copy) == _files(whole)


def test_resume_keeps_other_cells_and_goes_on_with_more_data_sets(
    whole: Path, copy: Path, asked: list[Case]
) -> None:
    assert statistics(SIGMOID, [2], 1, copy, resume=True) == list(_read(whole))
    assert (asked, _files(copy)) == ([], _files(whole))
    shares = statistics(SIGMOID, [2], K + 2, copy, resume=True)
    assert asked == [(2, 1, K), (2, 1, K + 1)]
    assert [share.drawn for share in shares] == [K + 2, 0, K, K, 0]
    assert tuple(shares) == _read(copy)


@pytest.mark.parametrize(("setting", "trainings"), [(replace(SIGMOID, seed=1), 8), (SIGMOID, 9)])
def test_a_run_with_another_seed_or_other_trainings_is_not_resumed(
    setting: Setting,
    trainings: int,
    whole: Path,
    copy: Path,
    asked: list[Case],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "STARTS", trainings)
    with pytest.raises(InputError, match="not resumed"):
        statistics(setting, range(2, 4), K, copy, resume=True)
    assert (asked, _files(copy)) == ([], _files(whole))


def test_only_certificates_of_the_folder_that_are_not_counted_are_removed(
    whole: Path, copy: Path, asked: list[Case]
) -> None:
    folder = copy / "phase" / "sigmoid-random"
    stale = [folder / f"{name}.cert.json" for name in ("2-1-99", "7-3-0")]
    names = (
        "sigmoid-random/02-1-9.cert.json",
        "sigmoid-random/2-1-09.cert.json",
        "sigmoid-random/2-1.cert.json",
        "sigmoid-random/2-1-9-1.cert.json",
        "sigmoid-random/x2-1-9.cert.json",
        "sigmoid-random/2-1-9.cert.json.old",
        "sigmoid-random/2-1-9.json",
        "sigmoid-random/in/2-1-9.cert.json",
        "sigmoid/2-1-9.cert.json",
        "2-1-9.cert.json",
    )
    others = [copy / "phase" / name for name in names]
    for path in (*stale, *others):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"{}")
    (folder / "2-1-8.cert.json").mkdir()

    def interrupt(name: str, now: int, total: int) -> None:
        if now == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        statistics(SIGMOID, range(2, 4), K, copy, step=interrupt)
    assert all(path.exists() for path in stale), "nothing is removed before the end"
    assert _read(copy), "what is not counted is not looked at"
    statistics(SIGMOID, range(2, 4), K, copy)
    assert not any(path.exists() for path in stale)
    assert all(path.exists() for path in others)
    assert (folder / "2-1-8.cert.json").is_dir()
    for path in others:
        path.unlink()
    assert _files(copy) == _files(whole)


def test_a_smaller_run_leaves_no_certificate_of_the_larger_one(
    copy: Path, asked: list[Case]
) -> None:
    statistics(SIGMOID, [2], K, copy)
    assert sorted((copy / "phase" / "sigmoid-random").iterdir()) == sorted(
        _file(copy, case) for case in _counted(copy)
    )


Cells = list[dict[str, Any]]


def _share(cells: Cells, found: bool = True) -> dict[str, Any]:
    return next(cell for cell in cells if bool(cell["found"]) == found and cell["drawn"])


def _count_raised(cells: Cells, _: Path) -> None:
    _share(cells)["certified"] += 1


def _interval_changed(cells: Cells, _: Path) -> None:
    _share(cells)["low"] += 0.0001


def _more_drawn(cells: Cells, _: Path) -> None:
    _share(cells, found=False)["drawn"] += 1


def _certificate_removed(cells: Cells, folder: Path) -> None:
    share = _share(cells)
    (folder / f"{share['samples']}-{share['units']}-{share['found'][0]}.cert.json").unlink()


def _certificate_broken(cells: Cells, folder: Path) -> None:
    path = next(folder.iterdir())
    path.write_bytes(path.read_bytes()[:-50])


def _counted_too_much(share: dict[str, Any]) -> int:
    """One data set more in a share, with the right count and interval."""
    k = next(k for k in range(share["drawn"]) if k not in share["found"])
    share["found"] = sorted([*share["found"], k])
    share["certified"] += 1
    share["low"], share["high"] = (
        round(end, 4) for end in wilson(share["certified"], share["drawn"])
    )
    return k


def _nothing_there(cells: Cells, _: Path) -> None:
    _counted_too_much(_share(cells))


def _certificate_of_other_data(cells: Cells, folder: Path) -> None:
    share = _share(cells)
    at = f"{share['samples']}-{share['units']}"
    old = share["found"][0]
    shutil.copy(
        folder / f"{at}-{old}.cert.json", folder / f"{at}-{_counted_too_much(share)}.cert.json"
    )


def _certificate_of_another_cell(cells: Cells, folder: Path) -> None:
    made, share = (
        _share(cells),
        next(cell for cell in cells if (cell["samples"], cell["units"]) == (3, 2)),
    )
    k = _counted_too_much(share)
    shutil.copy(
        folder / f"{made['samples']}-{made['units']}-{made['found'][0]}.cert.json",
        folder / f"3-2-{k}.cert.json",
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_count_raised, "certified: "),
        (_interval_changed, "low: "),
        (_more_drawn, "interval"),
        (_certificate_removed, "cannot be read"),
        (_certificate_broken, "does not accept"),
        (_nothing_there, "cannot be read"),
        (_certificate_of_other_data, "other data"),
        (_certificate_of_another_cell, "another network or other data"),
    ],
)
def test_a_share_that_nothing_supports_is_caught(
    change: Callable[[Cells, Path], None], says: str, copy: Path, capsys: Any
) -> None:
    value = json.loads(_summary(copy).read_text())
    change(value["cells"], copy / "phase" / "sigmoid-random")
    _summary(copy).write_text(json.dumps(value))
    assert main(["phase", "--check", str(_summary(copy))]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    (line,) = shown.err.splitlines()
    assert line.startswith("error: cell N = ")
    assert says in line


def test_a_certificate_that_says_something_else_does_not_count(
    copy: Path, opened: dict[str, bytes], capsys: Any
) -> None:
    """A verified one, about the wide theorem, under the name of a counted one; and, in the summary,
    another seed: then all are about other data.
    """
    case = _counted(copy)[0]
    good = _file(copy, case).read_bytes()
    _file(copy, case).write_bytes(
        next(data for data in opened.values() if b'"no-sub-optimal-basin"' in data)
    )
    with pytest.raises(
        CertificateError, match="no-sub-optimal-basin, not sub-optimal-strict-minimum"
    ):
        _read(copy)
    _file(copy, case).write_bytes(good)
    _summary(copy).write_text(_summary(copy).read_text().replace('"seed": 0', '"seed": 1'))
    with pytest.raises(CertificateError, match="other data"):
        _read(copy)


def test_no_data_are_drawn_for_a_size_that_no_certificate_has(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    _summary(copy).write_text(
        _summary(copy).read_text().replace('"inputs": 1', '"inputs": 1000000')
    )
    (copy / "phase" / "sigmoid-random").rename(copy / "phase" / "sigmoid-1000000-inputs-random")
    monkeypatch.setattr(module, "random_data", lambda *_: pytest.fail("data of a million inputs"))
    assert main(["phase", "--check", str(_summary(copy))]) == 1
    assert "another network" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda v: v["cells"].append(v["cells"][0]), "cells[5]: N = 2, m = 1 is there twice"),
        (lambda v: v["cells"][0].update(more=1), "cells[0]: unknown field 'more'"),
        (lambda v: v["cells"][0].pop("found"), "cells[0]: the field 'found'"),
        (lambda v: v.update(more=1), "unknown field 'more'"),
        (lambda v: v.update(cells=[]), "cells: the list is empty"),
        (lambda v: v.update(seed=-1), "seed"),
        (lambda v: v.update(trainings=0), "trainings"),
        (
            lambda v: v["cells"][0].update(samples=65),
            "cells[0]: units go up to samples, samples to 64",
        ),
        (lambda v: v["cells"][0].update(units=3), "cells[0]: units"),
        (lambda v: v["cells"][0].update(drawn=10**5 + 1), "cells[0].drawn"),
        (lambda v: v["cells"][0].update(drawn=0), "cells[0].drawn"),
        (lambda v: v["cells"][1].update(drawn=1), "cells[1].drawn"),
        (lambda v: v["cells"][2].update(found=[1, 1]), "cells[2].found"),
        (lambda v: v["cells"][2].update(found=[2, 1]), "cells[2].found"),
        (lambda v: v["cells"][2].update(found=[K]), "cells[2].found"),
        (lambda v: v["cells"][2].update(found=[0.5]), "cells[2].found[0]"),
        (lambda v: v["cells"][2].update(found=3), "cells[2].found"),
    ],
)
def test_what_is_no_summary_is_refused(
    change: Callable[[dict[str, Any]], object], says: str, copy: Path, capsys: Any
) -> None:
    value = json.loads(_summary(copy).read_text())
    change(value)
    _summary(copy).write_text(json.dumps(value))
    assert main(["phase", "--check", str(_summary(copy))]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


@pytest.mark.parametrize(
    ("samples", "draws", "says"),
    [
        ([0], 1, "--samples"),
        ([65], 1, "--samples"),
        ([2], 0, "--random"),
        ([2], 10**5 + 1, "--random"),
    ],
)
def test_sizes_are_in_range(samples: list[int], draws: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        statistics(SIGMOID, samples, draws, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 29, 0.0061, 0.1718),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_intervals(successes: int, trials: int, low: float, high: float) -> None:
    """The last two as tabulated by R. G. Newcombe, Statistics in Medicine 17 (1998), method 3."""
    assert [round(end, 4) for end in wilson(successes, trials)] == [low, high]


def test_random_data_are_the_same_at_every_width() -> None:
    setting = Setting(named("tanh"), inputs=2)
    one, two = random_data(setting, 4, 1, 0), random_data(setting, 4, 2, 0)
    assert (one.x, one.y) == (two.x, two.y)
    assert len(set(one.x)) == 4
    assert random_data(setting, 4, 1, 1).x != one.x
