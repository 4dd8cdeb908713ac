"""Parts of a job in several processes: results, errors, and ends of every kind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from exactland.errors import CertificateError, InputError, ResourceLimitError
from exactland.studies.execution import available, in_parallel

COUNTS = [1, 2, 3]


def square(number: int) -> int:
    return number * number


def slow_if_even(number: int) -> int:
    time.sleep(0.2 if number % 2 == 0 else 0)
    return number


def own_process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def refuse(number: int) -> int:
    if number == 3:
        raise InputError("here", f"{number} is not wanted")
    return number


def die(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def sleep_long(number: int) -> int:
    time.sleep(60 if number else 0)
    return number


@pytest.mark.parametrize("processes", COUNTS)
def test_results_come_in_the_order_of_the_items(processes: int) -> None:
    with in_parallel(processes) as each:
        assert list(each(square, range(20))) == [k * k for k in range(20)]
        assert list(each(slow_if_even, range(4))) == [0, 1, 2, 3], "a second list"
        assert list(each(square, [])) == []


@pytest.mark.parametrize("processes", COUNTS)
def test_or_as_they_are_finished(processes: int) -> None:
    with in_parallel(processes) as each:
        found = list(each(slow_if_even, range(6), as_finished=True))
    assert sorted(found) == list(range(6))
    assert found[0] == (0 if processes == 1 else 1)


def test_one_process_is_this_one() -> None:
    with in_parallel(1) as each:
        assert set(each(own_process, range(3))) == {os.getpid()}
        assert active_children() == []
    with in_parallel(2) as each:
        others = set(each(own_process, range(8)))
        assert len(active_children()) == 2
    assert len(others) == 2
    assert os.getpid() not in others
    assert active_children() == []


def test_no_more_processes_than_items() -> None:
    with in_parallel(8) as each:
        assert list(each(square, [1, 2])) == [1, 4]
        assert len(active_children()) == 2


@pytest.mark.parametrize("processes", COUNTS)
def test_what_a_part_raises_is_raised_here(processes: int) -> None:
    with (
        pytest.raises(InputError, match="^here: 3 is not wanted$") as error,
        in_parallel(processes) as each,
    ):
        list(each(refuse, range(6)))
    assert (error.value.place, error.value.what) == ("here", "3 is not wanted")
    assert active_children() == []


def test_a_process_that_is_killed_is_noticed() -> None:
    with pytest.raises(ResourceLimitError, match="ended from outside"), in_parallel(2) as each:
        list(each(die, range(6)))
    assert active_children() == []


def left_after_the_first() -> None:
    with in_parallel(2) as each:
        for number in each(sleep_long, [0, 1, 1], as_finished=True):
            raise CertificateError(f"{number} is enough")


def test_leaving_ends_the_others_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(CertificateError, match="0 is enough"):
        left_after_the_first()
    assert time.monotonic() - begun < 30
    assert active_children() == []


def test_errors_keep_their_place_on_the_way() -> None:
    error = pickle.loads(pickle.dumps(InputError("x[0]", "is empty")))
    assert (error.place, error.what, str(error)) == ("x[0]", "is empty", "x[0]: is empty")


def test_there_is_at_least_one_core() -> None:
    assert 1 <= available() <= (os.cpu_count() or 1)


SCRIPT = """
import time
from exactland.studies.execution import in_parallel
from tests.studies.test_execution import own_process, sleep_long
if __name__ == "__main__":
    with in_parallel(2) as each:
        {body}
"""
INTERRUPTED = """
        for _ in each(sleep_long, [0, 1, 1], as_finished=True):
            print("ready", flush=True)
"""
KILLED = """
        print(*each(own_process, range(8)), flush=True)
        time.sleep(60)
"""


def test_an_interruption_of_all_is_heard_by_one(root: Path, tmp_path: Path) -> None:
    """As by Ctrl-C: the signal goes to every process of the group, and only the parent speaks."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(body=INTERRUPTED))
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    error = process.communicate(timeout=30)[1]
    assert error.count("Traceback") == 1
    assert error.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="asks the system for processes")
def test_processes_end_with_the_parent(root: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(body=KILLED))
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    others = {int(word) for word in process.stdout.readline().split()}
    assert len(others) == 2
    process.kill()
    process.communicate(timeout=30)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(map(is_running, others)):
        time.sleep(0.05)
    assert not any(map(is_running, others))


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
