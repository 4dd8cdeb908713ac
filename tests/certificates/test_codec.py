"""The codec: every shipped certificate comes back as it is; what has not the form is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from exactland.certificates import codec
from exactland.certificates.certificate import certificate_from_bytes
from exactland.certificates.kinds import Rule, StatementKind
from exactland.certificates.statements import Statement, at, near, of_the_loss, path
from exactland.certificates.steps import STEPS
from exactland.errors import CertificateError, InputError
from exactland.kernel.reading import canonical_json as kernel_canonical_json

F = Fraction
Change = Callable[[Any], Any]


def test_every_shipped_certificate_comes_back_byte_for_byte(root: Path) -> None:
    files = sorted((root / "proofs").rglob("*.cert.json"))
    assert len(files) == 568
    for file in files:
        data = file.read_bytes()
        assert certificate_from_bytes(data).to_bytes() == data, file


def test_digest_and_canonical_form_are_the_kernels(shipped: dict[str, bytes]) -> None:
    for data in shipped.values():
        value = json.loads(data)
        certificate = certificate_from_bytes(data)
        assert certificate.claim_sha256 == kernel_canonical_json.claim_digest(value["claim"])
        assert codec.claim_digest_in(data) == certificate.claim_sha256
    assert kernel_canonical_json.FORMAT == codec.FORMAT


@pytest.mark.parametrize("rule", list(Rule))
def test_no_field_of_a_step_is_a_dictionary_or_anything(rule: Rule) -> None:
    of = STEPS[rule]
    assert is_dataclass(of)
    hints = get_type_hints(of)
    for field in fields(of):
        said = str(hints[field.name])
        assert "dict" not in said
        assert "Any" not in said
        assert "object" not in said


CHANGES: dict[str, Change] = {
    "another format": lambda v: v["claim"].update(format="exactland-certificate/9"),
    "a field at the top": lambda v: v.update(more="1"),
    "a field of the claim": lambda v: v["claim"].update(more="1"),
    "a field of the statement": lambda v: v["claim"]["statement"].update(eta="1"),
    "no gap": lambda v: v["claim"]["statement"].pop("gap"),
    "another kind": lambda v: v["claim"]["statement"].update(kind="best"),
    "a center in one string": lambda v: v["claim"]["statement"].update(center="12"),
    "steps that are text": lambda v: v["evidence"].update(steps=""),
    "provenance that is a list": lambda v: v.update(provenance=[]),
    "an unknown rule": lambda v: v["evidence"]["steps"][0].update(rule="9.9"),
    "a field of a step": lambda v: v["evidence"]["steps"][0].update(more="1"),
    "no radius": lambda v: v["evidence"]["steps"][0].pop("radius"),
    "a number that is none": lambda v: v["evidence"]["steps"][0].update(radius=7),
    "a huge exponent": lambda v: v["evidence"]["steps"][0].update(radius=["1", "100000"]),
    "a precision in words": lambda v: v["evidence"]["steps"][0].update(precision="many"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_not_the_form_is_refused(name: str, shipped: dict[str, bytes]) -> None:
    value = json.loads(shipped["sigmoid-2-1"])
    CHANGES[name](value)
    with pytest.raises(CertificateError, match="^not a certificate: "):
        certificate_from_bytes(json.dumps(value).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"1", b"null", b"\xff", b"[" * 10**5])
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(CertificateError):
        certificate_from_bytes(data)


def test_statements_have_the_fields_of_their_kind() -> None:
    center = (F(1), F(2))
    assert near(StatementKind.BASIN, center, F(1)).center == center
    assert at(StatementKind.NO_LOCAL_MINIMUM, center).distance == 0
    assert of_the_loss(StatementKind.NO_BASIN) == Statement(StatementKind.NO_BASIN)
    assert path(center, F(1), F(1, 2)).kind is StatementKind.ETA_ESCAPE
    with pytest.raises(InputError, match="statement.gap: is missing in the statement bad-basin"):
        near(StatementKind.BAD_BASIN, center, F(1))
    with pytest.raises(InputError, match="statement.gap: is not a field of the statement basin"):
        near(StatementKind.BASIN, center, F(1), F(1))
