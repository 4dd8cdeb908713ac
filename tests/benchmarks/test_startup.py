"""The benchmark of starting measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.startup import CLICK, KERNEL, commands, costs, printed


def test_every_baseline_is_one_of_the_commands() -> None:
    listed = {command.name: command for command in commands(Path())}
    assert len(listed) == len(commands(Path()))
    for command in listed.values():
        baseline = listed[command.baseline]
        assert baseline.baseline == baseline.name
        assert baseline.by_the_clock == command.by_the_clock


def test_costs_are_ratios_to_the_baseline() -> None:
    found = costs(1, lambda command: command.baseline in (CLICK, KERNEL))
    seconds = {cost.command: cost.seconds for cost in found}
    assert set(seconds) >= {"import exactland", "exactland --version", "exactland check, one file"}
    for cost in found:
        assert cost.seconds > 0
        assert cost.ratio == cost.seconds / seconds[cost.baseline]
    assert [json.loads(line)["ratio"] for line in printed(found, as_json=True).splitlines()] == [
        cost.ratio for cost in found
    ]
    assert "of import click" in printed(found, as_json=False)
