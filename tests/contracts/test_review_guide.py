"""The review guide: it leads to every rule, and its log is about files that are there."""

from __future__ import annotations

import re
from pathlib import Path

from exactland.kernel.rules.table import RULES
from tests.tools.review import GUIDE, KERNEL, digest, log


def test_there_is_a_sitting_for_every_rule_and_its_file() -> None:
    sittings = GUIDE.read_text(encoding="utf-8").split("## Then three rules a sitting")[1]
    table = [line for line in sittings.splitlines() if line.startswith("|")][2:6]
    rules = {rule for line in table for rule in re.findall(r"\d\.\d[a-z]?", line)}
    files = {name for line in table for name in re.findall(r"`(\w+\.py)`", line)}
    assert set(RULES) <= rules
    homes = {f"{step.__module__.rpartition('.')[2]}.py" for step in RULES.values()}
    assert files == homes | {"linear.py", "monotone.py"}


def test_the_log_is_about_files_that_are_there() -> None:
    rows = list(log())
    lines = GUIDE.read_text(encoding="utf-8").split("## The log")[1].splitlines()
    assert len(rows) == sum(line.startswith("| ") for line in lines) - 1, "a row that is not read"
    for row in rows:
        assert (KERNEL / row.file).is_file(), row.file
        assert len(digest(row.file)) == len(row.digest)
    assert len({(row.file, row.question) for row in rows}) == len(rows)


def test_links_of_the_guide_lead_somewhere(root: Path) -> None:
    for name in re.findall(r"\]\(([^)]+)\)", GUIDE.read_text(encoding="utf-8")):
        assert (GUIDE.parent / name).exists(), name
