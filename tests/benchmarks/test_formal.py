"""The benchmark of exported certificates measures what it says."""

from __future__ import annotations

import pytest

from exactland.certificates.certificate import certificate_from_bytes
from tests.benchmarks.formal import CASES, PROOFS, accepted, measure


def test_every_case_is_shipped() -> None:
    assert all((PROOFS / f"{case}.cert.json").exists() for case in CASES)


def test_only_what_can_be_exported_is_on_record_as_accepted(exported: dict[str, str]) -> None:
    assert set(accepted()) <= set(exported)


@pytest.mark.coq
def test_a_certificate_takes_longer_than_what_it_loads() -> None:
    row = measure(
        "sine-2-1", certificate_from_bytes((PROOFS / "narrow" / "sine-2-1.cert.json").read_bytes())
    )
    assert (row.rule, row.parameters, row.accepted) == ("3.1", 2, True)
    assert row.ratio > 1
