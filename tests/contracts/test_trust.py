"""The figures in docs/explanation/trust.md are those that its command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exactland.kernel import Verdict
from tests.pages import TRUST, page
from tests.tools.trust import figures


@pytest.mark.slow
def test_the_figures_are_what_the_command_prints(
    root: Path, verdicts: dict[str, Verdict], exported: dict[str, str]
) -> None:
    text = page(TRUST)
    for what, how_much, command in figures(verdicts, exported):
        # branches, certificates
        assert all(some == every for some, every in re.findall(r"(\d+) of (\d+)", how_much)), (
            how_much
        )
        assert "not measured" not in how_much
        assert f"{what}: {how_much}  [{command}]" in text.splitlines()
