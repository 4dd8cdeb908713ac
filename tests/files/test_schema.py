"""The JSON Schemas and the readers agree: on every file on record, and on random edits of them.

What only a reader can see is listed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.cli.main import main
from exactland.errors import CertificateError, InputError
from exactland.files import json_text
from exactland.files.problem_file import problem_from_json, problem_text
from exactland.files.schema import NAMES, schema
from exactland.kernel import check
from exactland.studies.phase.diagram import OPEN, diagram_from_json
from exactland.studies.phase.statistics import statistics_from_json
from exactland.testing.strategies import problems
from tests.examples import HEAVY
from tests.fuzz.edits import SPARE, bound, edited
from tests.kernel_only.record import recorded

Validator = pytest.importorskip("jsonschema").Draft202012Validator

BEYOND = (  # what the kernel's reader refuses and a schema cannot say
    r"not in canonical form",  # of the bytes
    r"not JSON",  # bytes that another parser reads
    r"nested deeper than 100",
    r"expected a list of [0-9]+",  # lengths that are those of other fields
    r"a rational 'p' or 'p/q' in lowest terms",
    r"breakpoints: not increasing",
    r"not targets of the loss",
    r"an expression of more than (40 levels|1000 nodes)",
)
BEYOND_SUMMARY = (
    # what supports a cell
    (
        r"no theorem .* says|with a certificate|without a certificate|is not accepted|are there,"
        r" interval"
    ),
    r"is there twice|go up to|does not go up|is not from 1 to|is not 0, where|is not between",
    r"cannot be read|is a folder",  # the file of a cell
)
BEYOND_PROBLEM = (
    r"numbers? where|rows? for|slopes? for",  # lengths
    r"denominator zero|exponent is beyond|more than 640 digits",
    r"breakpoints must increase",
    r"are not targets of the loss",
    r"more than 40 levels|nodes \(at most",
    # 3/2, or 5e6, as a count; 2.0 is whole for a schema and for the reader
    r"is not a whole number",
    r"an integer",
)
ROWS = [
    json.loads(row["data"])
    for row in recorded()
    if row["verdict"][0] == "verified" and len(row["data"]) < 2500
]
VALIDATORS = {name: Validator(schema(name)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_they_are_schemas_without_loose_ends(name: str) -> None:
    Validator.check_schema(schema(name))
    text = json.dumps(schema(name))
    assert set(re.findall(r"#/\$defs/([a-z]+)", text)) == set(schema(name)["$defs"])
    with pytest.raises(InputError):
        schema("nothing")


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "problem"]) == 0
    assert json.loads(capsys.readouterr().out) == schema("problem")
    assert main(["schema", "nothing"]) == 2


def agree(value: Any, status: str, says: str, rule: str | None) -> None:
    """On one certificate and the kernel's verdict on it: what the kernel can read the schema
    accepts; what only the kernel refuses is on the list.
    """
    valid = VALIDATORS["certificate"].is_valid(value)
    if status == "malformed":
        assert not valid or any(re.search(pattern, says) for pattern in BEYOND), says
    # of these the kernel has not read everything
    elif rule != "bind" and status != "too large":
        assert valid, [error.message for error in VALIDATORS["certificate"].iter_errors(value)][:3]


def test_all_files_on_record() -> None:
    """With the verdicts on record, which tests/kernel_only asks the kernel for again."""
    seen = 0
    for row in recorded():
        data = row["data"].encode("latin-1")
        try:
            value = json.loads(data.decode("ascii"))
        except (ValueError, RecursionError):
            continue
        status, says, rule, *_ = row["verdict"]
        agree(value, status, says, rule)
        seen += 1
    assert seen > 600


@HEAVY
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_random_edits_of_certificates(seed: int, edits: int) -> None:
    random = Random(seed)
    value = random.choice(ROWS)
    for _ in range(edits):
        value = edited(value, random)
    data = bound(value)
    verdict = check(data)
    agree(json.loads(data), verdict.status, verdict.says, verdict.rule)


@HEAVY
@given(problems(), st.integers(0, 2**32), st.integers(0, 3))
def test_random_edits_of_problems(problem: Any, seed: int, edits: int) -> None:
    random, text = Random(seed), problem_text(problem)
    value = json.loads(text)
    for _ in range(edits):
        value = edited(
            value, random, (*SPARE, 1, 2, 0.5, -3, 10**7, 1e300, "1.5", ".5", "2e-3", "1e999")
        )
    refused = refusal(json.dumps(value).encode())
    if VALIDATORS["problem"].is_valid(value):
        assert refused is None or any(re.search(pattern, refused) for pattern in BEYOND_PROBLEM), (
            refused
        )
    else:
        assert refused is not None, [
            error.message for error in VALIDATORS["problem"].iter_errors(value)
        ][:3]


def refusal(data: bytes) -> str | None:
    """Why the reader of problems refuses these bytes."""
    try:
        problem_from_json(json_text.parse(data))
    except InputError as error:
        return str(error)
    return None


@given(st.lists(st.sampled_from(["1/2", 3, 0.5, "7.46", "-1e-3"]), min_size=1))
def test_points(theta: list[Any]) -> None:
    value = {"format": "exactland-point/1", "theta": theta}
    assert VALIDATORS["point"].is_valid(value)
    assert not VALIDATORS["point"].is_valid({**value, "theta": []})
    assert not VALIDATORS["point"].is_valid({**value, "more": 1})


SUMMARIES = Path(__file__).parent.parent.parent / "proofs" / "phase"
STATISTICS = {
    "format": "exactland-phase-statistics/1",
    "activation": "tanh",
    "inputs": 1,
    "bias": False,
    "seed": 3,
    "trainings": 8,
    "cells": [
        {
            "samples": 2,
            "units": 1,
            "drawn": 10,
            "certified": 0,
            "low": 0.0,
            "high": 0.2775,
            "found": [],
        }
    ],
}


def shipped_diagrams() -> list[Any]:
    """Every shipped summary, with the cells that need no certificate only."""
    found = []
    for path in sorted(SUMMARIES.glob("*.json")):
        value = json.loads(path.read_text())
        assert VALIDATORS["phase"].is_valid(value), path
        value["cells"] = [cell for cell in value["cells"] if cell["file"] is None][:3]
        found += [value] if value["cells"] else []
    return found


DIAGRAMS = shipped_diagrams()


def summary_refusal(name: str, value: Any) -> str | None:
    """Why the reader of summaries refuses this value."""
    read = diagram_from_json if name == "phase" else statistics_from_json
    try:
        read(json_text.parse(json.dumps(value).encode()), SUMMARIES)
    except (InputError, CertificateError) as error:
        return str(error)
    return None


def test_summaries_as_shipped_and_as_written_are_accepted() -> None:
    assert len(DIAGRAMS) > 5
    assert any(cell["verdict"] == OPEN for value in DIAGRAMS for cell in value["cells"])
    for name, value in [
        *(("phase", value) for value in DIAGRAMS),
        ("phase-statistics", STATISTICS),
    ]:
        assert summary_refusal(name, value) is None
        assert VALIDATORS[name].is_valid(value)


@HEAVY
@given(
    st.sampled_from([*(("phase", value) for value in DIAGRAMS), ("phase-statistics", STATISTICS)]),
    st.integers(0, 2**32),
    st.integers(0, 3),
)
def test_random_edits_of_summaries(case: tuple[str, Any], seed: int, edits: int) -> None:
    (name, value), random = case, Random(seed)
    for _ in range(edits):
        value = edited(
            value, random, (*SPARE, 0, 1, 2, 0.5, -3, 70, 10**7, "1.5", "2e-3", "1e999", None)
        )
    refused = summary_refusal(name, value)
    if VALIDATORS[name].is_valid(value):
        assert refused is None or any(
            re.search(pattern, refused) for pattern in (*BEYOND_SUMMARY, *BEYOND_PROBLEM)
        ), refused
    else:
        assert refused is not None, [
            error.message for error in VALIDATORS[name].iter_errors(value)
        ][:3]
