"""The texts that Coq has accepted are the texts that are written today."""

from __future__ import annotations

import pytest

from tests.benchmarks.formal import accepted


@pytest.mark.slow
def test_every_text_that_was_accepted_is_written_as_it_was(exported: dict[str, str]) -> None:
    """`tests/benchmarks/accepted.json`: certificate -> SHA-256 of the text Coq accepted."""
    on_record = accepted()
    assert {name: exported.get(name) for name in on_record} == on_record
