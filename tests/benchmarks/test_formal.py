"""The benchmark of exported certificates measures what it says."""

from __future__ import annotations

import shutil

import pytest

from exactland.certificate import certificate_from_bytes
from tests.benchmarks.formal import CASES, PROOFS, measure


def test_every_case_is_shipped() -> None:
    assert all((PROOFS / f"{case}.cert.json").exists() for case in CASES)


@pytest.mark.coq
def test_a_certificate_takes_longer_than_what_it_loads() -> None:
    if shutil.which("coqc") is None:
        pytest.skip("needs Coq")
    row = measure("sine-2-1", certificate_from_bytes((PROOFS / "narrow" / "sine-2-1.cert.json").read_bytes()))
    assert (row.rule, row.parameters, row.accepted) == ("3.1", 2, True)
    assert row.ratio > 1
