"""The view model has everything that is said of a verified certificate, and of no other."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactland.certificates import kinds
from exactland.certificates.certificate import certificate_from_bytes
from exactland.certificates.covers import planes
from exactland.certificates.kinds import Rule, StatementKind
from exactland.certificates.proved_numbers import at_least, at_most, enclosure_text, numbers_of
from exactland.certificates.statements import Statement
from exactland.certificates.steps import (
    LineReason,
    PotentialReason,
    Rim,
    SegmentReason,
)
from exactland.errors import CertificateError
from exactland.kernel import Minimum, NoMinimumBox, Verdict, check
from exactland.reports import minima_in_words, paths_in_words, points_in_words
from exactland.reports.statements_in_words import (
    NOT_CLAIMED,
    claim_sentence,
    end_in_words,
    eta_in_words,
)
from exactland.reports.steps_in_words import BY_RULE
from exactland.reports.view import CertificateView, view

F = Fraction


def seen(data: bytes) -> CertificateView:
    return view(certificate_from_bytes(data), check(data))


def test_every_rule_has_words() -> None:
    assert [*BY_RULE] == [*Rule]


def test_every_reason_has_words() -> None:
    assert {*minima_in_words.REASONS} == {*PotentialReason}
    assert {*paths_in_words.REASONS} == {*SegmentReason}
    assert {*points_in_words.REASONS} == {*LineReason}


def test_of_every_kind_that_is_not_about_a_minimum_it_is_said_what_is_not_claimed() -> None:
    of_minima = {kind for pair in kinds.OF_MINIMUM.values() for kind in pair}
    of_minima |= {*kinds.IN_NO_BASIN_TOO.values(), StatementKind.ONE_MORE_UNIT}
    assert {*NOT_CLAIMED} == {*StatementKind} - of_minima


def test_only_what_is_verified_has_a_view(shipped: dict[str, bytes]) -> None:
    certificate = certificate_from_bytes(shipped["sine-2-1"])
    for status in ("rejected", "malformed", "too large"):
        with pytest.raises(CertificateError, match=status):
            view(certificate, Verdict(status, "no"))
    with pytest.raises(CertificateError):
        view(certificate, Verdict("verified", "without numbers"))


def test_a_view_of_a_bad_minimum(shipped: dict[str, bytes]) -> None:
    data = shipped["sine-2-1"]
    certificate = certificate_from_bytes(data)
    verdict = check(data)
    shown = view(certificate, verdict)
    assert (shown.problem, shown.statement) == (certificate.problem, certificate.statement)
    assert (shown.says, shown.fact) == (verdict.says, verdict.fact)
    assert [p.name for p in shown.center] == ["w1[1,1]", "v[1,1]"]
    assert tuple(p.value.exact for p in shown.center) == certificate.statement.center
    assert not shown.is_exact
    assert [line.label for line in shown.proved] == [
        "loss",
        "curvature",
        "distance",
        "radius",
        "barrier",
        "witness",
    ]
    assert shown.rules == (Rule.STRICT_MINIMUM, Rule.SUB_OPTIMAL)
    assert [words.step for words in shown.carried_by] == [*certificate.steps]
    assert shown.claim.endswith(" of the center below.")
    assert "that the witness is a minimum, or the best" in shown.not_claimed


def test_a_view_of_a_statement_about_the_loss_has_no_center(opened: dict[str, bytes]) -> None:
    shown = seen(opened["theorem-no-basin"])
    assert shown.center == ()
    assert (shown.numbers, shown.proved) == (None, ())
    assert shown.rules == (Rule.WIDE_THEOREM,)
    (theorem,) = shown.carried_by
    assert theorem.rule is Rule.WIDE_THEOREM
    assert theorem.proof[0].startswith("Proof (rule 4.2)")
    assert theorem.proof[-1].endswith("there is no basin at all.")
    assert seen(opened["theorem-relu-3-5"]).carried_by[0].proof == theorem.proof[:-1]


def test_a_view_of_a_box_without_minimum(root: Path) -> None:
    shown = seen((root / "proofs" / "literature" / "swirszcz-misprint.cert.json").read_bytes())
    assert isinstance(shown.fact, NoMinimumBox)
    assert [line.label for line in shown.proved] == ["box", "direction"]
    assert shown.not_claimed == ("anything outside that box",)


def test_a_claim_has_its_numbers_rounded_so_that_it_stays_true(opened: dict[str, bytes]) -> None:
    statement = certificate_from_bytes(opened["eta-escape"]).statement
    assert end_in_words(statement).startswith("the infimum of the loss")
    assert eta_in_words(statement) == "0.01"
    other = replace(statement, end=F(1, 3), eta=F(2, 3))
    assert end_in_words(other) == "a loss of at most 0.333334"
    assert eta_in_words(other) == "0.666667"
    assert claim_sentence(other) == (
        "A path leads from the parameters below to a loss of at most 0.333334, on which the loss"
        " is never above its start plus 0.666667."
    )


def test_no_stated_words_are_left_in_a_claim() -> None:
    """What the kernel calls "stated" stands below, with its numbers."""
    for kind in StatementKind:
        fields: dict[str, Any] = {
            "center": (F(0),),
            "distance": F(1, 3),
            "gap": F(1),
            "end": F(1),
            "eta": F(1),
        }
        said = claim_sentence(Statement(kind, **{name: fields[name] for name in kind.fields}))
        assert "stated" not in said
        assert said[0].isupper()
        assert ("within 0.334 of" in said) == ("distance" in kind.fields)


def test_numbers_are_rounded_outward() -> None:
    third = F(1, 3)
    assert (at_least(third).to(3), at_most(third).to(3)) == ("0.333", "0.334")
    assert (at_least(-third).to(3), at_most(-third).to(3)) == ("-0.334", "-0.333")
    fact = Minimum([F(0)], F(0), third, third, "basin")
    assert enclosure_text(fact, 3) == "[0.333, 0.334]"
    assert enclosure_text(fact._replace(low=F(1, 2), high=F(1, 2)), 3) == "0.5"
    numbers = numbers_of(fact._replace(curvature=third, radius=F(1), distance=F(1, 2)))
    assert numbers.barrier.exact == third / 2 * F(1, 4)
    assert numbers_of(fact).barrier.exact == 0
    assert numbers_of(fact).witness_loss is None


def test_planes_are_counted_as_the_kernel_reads_a_cover() -> None:
    """P = 2: a cut of coordinate 0, then two planes, of order 1 and of order 2."""
    rim = Rim((F(0), F(0)), (F(1), F(1)), cover=(0, 500, 3, 7, 9, 4, 1, 0), precision=64)
    assert planes(rim) == 2
    assert planes(replace(rim, cover=())) == 0


def test_shipped_rims_have_as_many_planes_as_their_table_says(root: Path) -> None:
    rows = json.loads((root / "proofs" / "rims" / "summary.json").read_text())
    for row in rows:
        certificate = certificate_from_bytes((root / "proofs" / row["file"]).read_bytes())
        assert sum(planes(s) for s in certificate.steps if isinstance(s, Rim)) == row["planes"]
