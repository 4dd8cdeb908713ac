"""What `show` says of rules 4.6 to 4.8p is true of the problem at hand: also where a rule has two
cases, and where fewer rows than samples count.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from exactland import read_certificate
from exactland.certificates.certificate import certificate_from_bytes
from exactland.kernel import check
from exactland.reports.steps_in_words import carried_by
from exactland.reports.text import describe_certificate
from exactland.reports.view import view
from tests.reject.test_independent_inputs import independent_inputs
from tests.reject.test_wide_layer import network, wide_layer


def shown(data: bytes) -> str:
    verdict = check(data)
    assert verdict.status == "verified"
    lines = describe_certificate(view(certificate_from_bytes(data), verdict))
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize(
    ("rows", "bias"), [([[1, 2], [2, 4]], False), ([[1, 2], [2, 4]], True), ([[0]], False)]
)
def test_of_dependent_entries_nothing_is_said_of_the_activation(rows: object, bias: bool) -> None:
    text = shown(independent_inputs(network((1, "sin", bias), rows=rows)))
    assert "some combination of their entries" in text
    assert "activation any" in text
    assert "independent" not in text
    assert "smaller" not in text


def test_of_independent_inputs_the_activation_is_named() -> None:
    text = shown(independent_inputs(network((1, "gelu", False), rows=[[1, 0], [1, 0], [0, 1]])))
    assert "inputs 2 different ones are linearly independent" in text
    assert "of the first layer gelu: its values can be made smaller" in text
    assert "combination" not in text


def test_the_matrix_of_equal_inputs_has_fewer_rows_than_samples() -> None:
    text = shown(wide_layer(network((2, "tanh", True), rows=[[1], [2], [1]])))
    assert "2 >= 2, the number of different inputs" in text
    assert "the rows of so many samples, which determine those of all others" in text


@pytest.mark.parametrize("name", ["valley-relu", "valley-pyramid", "valley-deep", "valley-inputs"])
def test_of_valleys_labels_fit_and_no_short_move_is_spoken_of(name: str, root: Path) -> None:
    """Where one layer comes before, full rank is reached by moves at equal loss, however long."""
    certificate = read_certificate(root / "proofs" / "wide" / f"{name}.cert.json")
    (words,) = carried_by(certificate)
    assert max(len(line.label) for line in words.lines) <= len("activation")
    assert "short" not in " ".join(words.proof)
