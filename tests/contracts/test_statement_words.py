"""What can be stated, its words, its fields: one list here, one in each checker, all the same."""

from __future__ import annotations

import pytest

from exactland.certificates.kinds import StatementKind
from exactland.kernel.conclusion import STATEMENTS as KERNEL
from exactland.second_checker.reading.statement import STATEMENTS as SECOND_CHECKER


def test_all_know_the_same_kinds() -> None:
    assert {*StatementKind} == {*KERNEL} == {*SECOND_CHECKER}


@pytest.mark.parametrize("kind", StatementKind)
def test_a_kind_says_what_the_kernel_says(kind: StatementKind) -> None:
    assert kind.says == KERNEL[kind].says


@pytest.mark.parametrize("kind", StatementKind)
def test_a_kind_has_the_fields_it_has_in_both_checkers(kind: StatementKind) -> None:
    assert kind.fields == KERNEL[kind].fields == tuple(SECOND_CHECKER[kind].split())


@pytest.mark.parametrize("kind", StatementKind)
def test_the_gaps_of_a_sentence_are_those_its_fields_fill(kind: StatementKind) -> None:
    """A number of a statement has its place in the sentence, and no gap is without one."""
    gaps = {"near": "<near>", "here": "<here>", "end": "<end>", "eta": "<eta>"}
    said = kind.sentence(**gaps)
    filled = {name for name, mark in gaps.items() if mark in said}
    about = "near" if "distance" in kind.fields else "here"
    expected = {about} if "center" in kind.fields else set()
    assert filled == expected | ({"end", "eta"} & {*kind.fields})
