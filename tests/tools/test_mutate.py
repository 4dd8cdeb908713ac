"""Mutants of the kernel: not of its layout, and made again of what has changed alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.kernel_only import mutate
from tests.kernel_only.mutate import Mutant
from tests.tools import trust
from tests.tools.syntax import Statement, modules, plain

SOURCE = '''\
"""A module."""


class Pair:
    """Two numbers."""

    @staticmethod
    def total(first: int, second: int) -> int:
        """Their sum."""
        return (first
                + second * 2)  # doubled
'''
LAID_OUT_ANOTHER_WAY = """\
class Pair:
    @staticmethod
    def total(first: int, second: int) -> int: return first + (second*2)
"""


class Bench:
    """A kernel of two modules, each statement with one mutant; all are killed but `alive`."""

    def __init__(self, kernel: Path) -> None:
        self.kernel = kernel
        self.put_to_the_suite: list[str] = []
        self.alive: list[str] = []
        self.write("one", "x = 1\ny = 2\n")
        self.write("two", "def z(): return 3\n")

    def write(self, module: str, source: str) -> None:
        (self.kernel / f"{module}.py").write_text(source)

    def mutants(
        self, module: str, whole: Sequence[Statement], statement: Statement
    ) -> Iterator[Mutant]:
        assert statement in whole
        yield Mutant(module, statement.text, f"changed {statement.name}", "")

    def survives(self, mutant: Mutant, likely: list[int | str]) -> bool:
        assert likely == []
        if not mutant.before:
            return True
        self.put_to_the_suite.append(mutant.before)
        return mutant.before in self.alive

    def run(self) -> list[str]:
        """The statements whose mutants are put to the suite."""
        self.put_to_the_suite.clear()
        self.status = mutate.main(["--processes", "1"])
        return self.put_to_the_suite


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    kernel = tmp_path / "kernel"
    kernel.mkdir()
    bench = Bench(kernel)
    monkeypatch.setattr(mutate, "KERNEL", kernel)
    monkeypatch.setattr(mutate, "MUTATION", tmp_path / "mutation.json")
    monkeypatch.setattr(mutate, "EQUIVALENT", tmp_path / "equivalent.json")
    monkeypatch.setattr(mutate, "mutants", bench.mutants)
    monkeypatch.setattr(mutate, "survives", bench.survives)
    monkeypatch.setattr(trust, "KERNEL", kernel)
    monkeypatch.setattr(trust, "ONLY", tmp_path)
    return bench


def names_on_record() -> list[str]:
    record = mutate.on_record()
    return [f"{module}.{row['what']}" for module in record for row in record[module].values()]


def test_a_difference_is_of_plain_lines() -> None:
    source = plain(SOURCE)
    before = "return first + second * 2"
    for layout in (SOURCE, LAID_OUT_ANOTHER_WAY):
        other = layout.replace("first +", "first -").replace("first\n                +", "first -")
        assert mutate.difference(source, other) == (before, "return first - second * 2")
        without = layout.replace("    @staticmethod\n", "")
        assert mutate.difference(source, without) == ("@staticmethod", "")
    wrong = source.replace("first +", "first @= ")
    assert mutate.difference(source, wrong) == (before, "return first @=  second * 2")
    two = source.replace("Pair", "Both").replace("* 2", "* 3")
    joined = ("class Pair: / return first + second * 2", "class Both: / return first + second * 3")
    assert mutate.difference(source, two) == joined


def test_mutants_do_not_depend_on_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cosmic_ray")
    monkeypatch.setattr(mutate, "KERNEL", tmp_path)
    made = []
    for source in (SOURCE, LAID_OUT_ANOTHER_WAY):
        (tmp_path / "pair.py").write_text(source)
        whole = mutate.of_module("pair")
        made.append(list(mutate.mutants("pair", whole, whole[0])))
    assert made[0] == made[1]
    assert ("return first + second * 2", "return first + second * 3") in [
        (mutant.before, mutant.after) for mutant in made[0]
    ]
    assert len(made[0]) > 20


def test_a_mutant_has_one_change_in_the_whole_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cosmic_ray")
    monkeypatch.setattr(mutate, "KERNEL", tmp_path)
    (tmp_path / "sums.py").write_text("x = 1\ny = x + 1\nz = y\n")
    whole = mutate.of_module("sums")
    for mutant in mutate.mutants("sums", whole, whole[1]):
        assert mutant.before == "y = x + 1"
        assert mutant.source == f"x = 1\n{mutant.after}\nz = y"
    assert list(mutate.mutants("sums", whole, whole[2])) == []


def test_a_changed_statement_alone_is_measured_again(bench: Bench) -> None:
    assert bench.run() == ["x = 1", "y = 2", "def z():\n    return 3"]
    assert bench.run() == []
    bench.write("one", "# One.\nx = (1)\ny = 4\n")
    assert bench.run() == ["y = 4"]
    assert names_on_record() == ["one.x", "one.y", "two.z"]
    assert bench.status == 0


def test_a_statement_that_is_gone_leaves_the_record(bench: Bench) -> None:
    bench.run()
    bench.write("one", "y = 2\n")
    assert bench.run() == []
    assert names_on_record() == ["one.y", "two.z"]
    (bench.kernel / "one.py").unlink()
    assert bench.run() == []
    assert names_on_record() == ["two.z"]


def test_an_interrupted_run_resumes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(mutant: Mutant, likely: list[int | str]) -> bool:
        if mutant.before == "y = 2":
            raise KeyboardInterrupt
        return bench.survives(mutant, likely)

    with monkeypatch.context() as patch:
        patch.setattr(mutate, "survives", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    assert names_on_record() == ["one.x"]
    assert bench.run() == ["y = 2", "def z():\n    return 3"]
    assert names_on_record() == ["one.x", "one.y", "two.z"]


def test_a_survivor_is_told_and_keeps_its_statement_off_the_record(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.alive = ["y = 2"]
    bench.run()
    row = {"module": "one", "before": "y = 2", "after": "changed y"}
    counts = "3 mutants, 2 killed, 0 listed as equivalent, 1 survive"
    assert capsys.readouterr().out.splitlines() == [json.dumps(row), counts]
    assert bench.status == 1
    assert names_on_record() == ["one.x", "two.z"]
    mutate.EQUIVALENT.write_text(json.dumps([{**row, "why": "nothing reads it"}]))
    assert bench.run() == ["y = 2"]
    assert bench.status == 0
    assert trust.mutation() == (3, 2, 1, [])


def test_figures_are_of_the_kernel_as_it_is(bench: Bench) -> None:
    bench.run()
    bench.write("one", "x = 1\n")
    bench.write("two", "def z(): return 3\nclass Z: pass\na = b = 1\nimport os\n")
    assert trust.mutation() == (2, 2, 0, ["two.Z", "two.a", "two.import os"])


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="its lines are those of Python 3.11")
def test_mutants_on_record_are_of_lines_that_the_kernel_has() -> None:
    """A line that has changed needs its mutants made, and their reasons thought of, again."""
    texts = {}
    for name, path in modules(mutate.KERNEL).items():
        lines = plain(path.read_text(encoding="utf-8")).splitlines()
        texts[name] = f" / {' / '.join(line.strip() for line in lines)} / "
    rows = json.loads(mutate.EQUIVALENT.read_text())
    assert [row for row in rows if f" / {row['before']} / " not in texts[row["module"]]] == []
    assert len(mutate.listed()) == len(rows)
