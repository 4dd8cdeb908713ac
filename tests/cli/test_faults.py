"""Runs that are killed, interrupted, out of room or not alone: no half-written or mixed file,
resumable, documented statuses.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from exactland.kernel import check
from tests.shared import found_once

REPRODUCE = ("reproduce", "--only", "literature", "--quiet", "--processes", "2")
PHASE = ("phase", "--activation", "sin", "--samples", "2..4", "--starts", "0", "--quiet")
ROUNDS = 6
Tree = dict[str, bytes]
Job = tuple[tuple[str, ...], Tree, float]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "exactland", *map(str, arguments)]


def started(*arguments: object, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def ended(*arguments: object, **more: Any) -> tuple[int, str]:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=False, **more)
    return done.returncode, done.stderr


def assert_resumable(job: Job, out: Path) -> None:
    """To the files of an undisturbed run. Here by one process, which is quicker to start."""
    arguments, whole, _ = job
    assert ended(*arguments, "--out", out, "--resume", "--processes", 1) == (0, "")
    assert tree(out) == whole


def tree(folder: Path) -> Tree:
    """Every file that is not hidden, by its path in the folder."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.startswith(".")
    }


def assert_whole(left: Tree) -> None:
    for name, data in left.items():
        if name.endswith(".cert.json"):
            assert check(data).status == "verified", name
        elif name.endswith(".json"):
            json.loads(data)


@pytest.fixture(scope="module", params=[REPRODUCE, PHASE], ids=["reproduce", "phase"])
def job(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job, what it leaves when nothing disturbs it, and how long it took."""

    def undisturbed() -> Job:
        out = tmp_path_factory.mktemp("whole")
        begun = time.monotonic()
        assert ended(*request.param, "--out", out) == (0, "")
        took = time.monotonic() - begun
        whole = tree(out)
        assert_whole(whole)
        assert whole
        return request.param, whole, took

    return found_once(request, tmp_path_factory, f"undisturbed-{request.param[0]}", undisturbed)


def until_something_is_there(process: subprocess.Popen[str], folder: Path) -> None:
    deadline = time.monotonic() + 60
    while not tree(folder) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)


def test_killed_at_random_moments_and_resumed(job: Job, tmp_path: Path) -> None:
    arguments, whole, took = job
    random, stopped = Random(0), 0
    for round_ in range(ROUNDS):
        process = started(*arguments, "--out", tmp_path, "--resume", start_new_session=True)
        if round_ == 0:
            until_something_is_there(process, tmp_path)
        else:
            time.sleep(random.uniform(0.3, 1) * took)
        stopped += process.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        left = tree(tmp_path)
        assert_whole(left)
        for name, data in left.items():
            assert data == whole[name] or not name.endswith(".cert.json"), name
    assert stopped > 0
    assert ended(*arguments, "--out", tmp_path, "--resume") == (0, "")
    assert tree(tmp_path) == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop(job: Job, number: signal.Signals, tmp_path: Path) -> None:
    arguments, _, _ = job
    process = started(*arguments, "--out", tmp_path, start_new_session=True)
    until_something_is_there(process, tmp_path)
    process.send_signal(number)
    error = process.communicate(timeout=60)[1]
    assert (process.returncode, error) in (
        (130, "interrupted: nothing half-written was left\n"),
        (0, ""),
    )
    assert not list(tmp_path.rglob(".*"))
    assert_whole(tree(tmp_path))
    assert_resumable(job, tmp_path)


def test_two_at_once_in_one_folder(job: Job, tmp_path: Path) -> None:
    arguments, whole, _ = job
    both = [started(*arguments, "--out", tmp_path) for _ in range(2)]
    for process in both:
        error = process.communicate(timeout=300)[1]
        assert (process.returncode, error) == (0, "")
    assert tree(tmp_path) == whole
    assert not list(tmp_path.rglob(".*"))


def small_files(most: int) -> Callable[[], None]:
    """No file may grow beyond so many bytes: writing fails like on a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit


@pytest.mark.parametrize("most", [0, 700, 1200])
def test_no_room_left(job: Job, most: int, tmp_path: Path) -> None:
    arguments, whole, _ = job
    assert max(map(len, whole.values())) > 1200
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    status, error = ended(
        *arguments, "--out", tmp_path, preexec_fn=small_files(most), env=environment
    )
    assert status == 2
    (line,) = error.splitlines()
    assert line.startswith(f"error: {tmp_path}")
    assert "cannot be written" in line
    left = tree(tmp_path)
    assert all(len(data) <= most for data in left.values())
    assert not list(tmp_path.rglob(".*"))
    assert_whole(left)
    assert_resumable(job, tmp_path)


def test_a_file_in_place_of_the_folder_is_kept(job: Job, tmp_path: Path) -> None:
    arguments, _, _ = job
    (tmp_path / "out").write_text("mine")
    status, error = ended(*arguments, "--out", tmp_path / "out")
    assert status == 2
    assert len(error.splitlines()) == 1
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that nobody may write to")
def test_a_folder_nobody_may_write_to(job: Job) -> None:
    arguments, _, _ = job
    status, error = ended(*arguments, "--out", "/proc/exactland")
    assert status == 2
    assert error.startswith("error: /proc/exactland")
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("lines", [1, 100], ids=["at once", "with several processes"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_check_that_is_stopped_says_nothing_untrue(
    number: signal.Signals, lines: int, root: Path
) -> None:
    process = started("check", root / "proofs" / "phase", "--processes", 2)
    assert process.stdout is not None
    first = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(number)
    rest, error = process.communicate(timeout=60)
    assert all(line.startswith("verified ") for line in first + rest.splitlines()[:-1])
    expected = {signal.SIGKILL: (-signal.SIGKILL, "")}.get(
        number, (130, "interrupted: nothing half-written was left\n")
    )
    assert (process.returncode, error) == expected


def test_several_processes_say_what_one_says(root: Path) -> None:
    said = [
        subprocess.run(
            command("check", root / "proofs" / "wide", "--processes", processes),
            capture_output=True,
            check=True,
        ).stdout
        for processes in (1, 2)
    ]
    assert said[0] == said[1]
    assert said[0].count(b"\n") == len(list((root / "proofs" / "wide").rglob("*.cert.json")))


def test_a_process_of_a_check_that_was_ended_is_reported(root: Path) -> None:
    """And not waited for; it may be that memory is short."""
    process = started("check", root / "proofs", "--processes", 2, "--checker", "both")
    assert process.stdout is not None
    workers: list[int] = []
    while not workers and process.stdout.readline():
        workers = workers_of(process.pid)
    assert workers
    os.kill(workers[0], signal.SIGKILL)
    error = process.communicate(timeout=120)[1]
    assert process.returncode == 4
    assert error.startswith("limit: a process was ended from outside")
    assert error.count("\n") == 1


def workers_of(pid: int) -> list[int]:
    """The processes that check for this one."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "ppid=,pid=,args=", "-A"], capture_output=True, text=True, check=False
    ).stdout
    processes = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [int(own) for parent, own, args in processes if int(parent) == pid and "_main" in args]
