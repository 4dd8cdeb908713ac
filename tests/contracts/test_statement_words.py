"""What can be stated, its words, its fields: one list here, one in each checker, all the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactland.certificates.kinds import StatementKind
from exactland.kernel import check
from exactland.kernel.conclusion import STATEMENTS as KERNEL
from exactland.model.activations import NAMED
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.second_checker.reading.statement import STATEMENTS as SECOND_CHECKER
from tests.wire import about, certificate, path_step


def test_all_know_the_same_kinds() -> None:
    assert {*StatementKind} == {*KERNEL} == {*SECOND_CHECKER}


@pytest.mark.parametrize("kind", StatementKind)
def test_a_kind_says_what_the_kernel_says(kind: StatementKind) -> None:
    assert kind.says == KERNEL[kind].says


def test_a_path_to_less_than_the_stated_loss_is_not_said_to_lead_to_it() -> None:
    """The stated end bounds the loss at the last point: it may be above the whole path."""
    problem = Problem(
        Network(1, (Layer(1, NAMED["relu"], False),)), ((Fraction(1),),), ((Fraction(0),),)
    )
    points = [[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1, 2)]]
    said = about("escape", points[0], end="1000")
    step = path_step(points, ["convex"], Fraction(1000), 64)
    verdict = check(certificate(problem, said, [step], {}).to_bytes())
    assert verdict.status == "verified"
    assert "to a loss of at most the stated end (if that is the infimum, or " in verdict.says


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
