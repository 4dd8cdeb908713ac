"""The JSON Schemas and the readers agree: on every file on record, and on random edits of them. What only a reader can see is listed."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.cli import main
from exactland.errors import InputError
from exactland.io import json_text
from exactland.io.problem_file import problem_from_json, problem_text
from exactland.io.schema import NAMES, schema
from exactland.kernel import check
from exactland.kernel.reader import canonical, claim_digest
from exactland.testing.strategies import problems
from tests.examples import HEAVY
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
BEYOND_PROBLEM = (
    r"numbers? where|rows? for|slopes? for",  # lengths
    r"denominator zero|exponent is beyond|more than 640 digits",
    r"breakpoints must increase",
    r"are not targets of the loss",
    r"more than 40 levels|nodes \(at most",
    r"is not a whole number",  # 3/2, or 5e6, as a count; 2.0 is whole for a schema and for the reader
    r"an integer",
)
ROWS = [json.loads(row["data"]) for row in recorded() if row["verdict"][0] == "verified" and len(row["data"]) < 2500]
LEAVES: tuple[Any, ...] = ("0", "1", "-1", "2/4", "1/3", "-0", "01", "1e3", "x", "", "33", "5000", "infinity", "kernel", "relu", "tanh", "first", True, None)
SPARE: tuple[Any, ...] = (*LEAVES, [], {}, ["1"], ["1", "2"], ["3", "-2"], ["+", "x", "1"], ["exp", "x"], ["exp", "x", "x"], [["1"]], {"step": "0"})
VALIDATORS = {name: Validator(schema(name)) for name in NAMES}


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inner for place in places(part, (*at, key)))]


def edited(value: Any, random: Random, spare: tuple[Any, ...]) -> Any:
    """One part of a JSON value replaced, left out, doubled, or put elsewhere."""
    value = deepcopy(value)
    *path, last = random.choice(places(value)[1:])
    holder = value
    for key in path:
        holder = holder[key]
    kind = random.randrange(5)
    if kind == 0:
        del holder[last]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(last, deepcopy(holder[last]))
    elif kind == 2 and isinstance(holder, dict):
        holder[random.choice(("extra", "rule", "gap", "units"))] = random.choice(spare)
    elif kind == 3:
        holder[last] = [holder[last]]
    else:
        holder[last] = random.choice(spare)
    return value


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


def agree(value: Any, data: bytes) -> None:
    """On one certificate: what the kernel can read the schema accepts; what only the kernel refuses is on the list."""
    verdict, valid = check(data), VALIDATORS["certificate"].is_valid(value)
    if verdict.status == "malformed":
        assert not valid or any(re.search(pattern, verdict.says) for pattern in BEYOND), verdict.says
    elif verdict.rule != "bind" and verdict.status != "too large":  # of these the kernel has not read everything
        assert valid, [error.message for error in VALIDATORS["certificate"].iter_errors(value)][:3]


def test_all_files_on_record() -> None:
    seen = 0
    for row in recorded():
        data = row["data"].encode("latin-1")
        try:
            value = json.loads(data.decode("ascii"))
        except (ValueError, RecursionError):
            continue
        agree(value, data)
        seen += 1
    assert seen > 600


@HEAVY
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_random_edits_of_certificates(seed: int, edits: int) -> None:
    random = Random(seed)
    value = random.choice(ROWS)
    for _ in range(edits):
        value = edited(value, random, SPARE)
    if isinstance(value, dict) and isinstance(value.get("evidence"), dict) and "claim_sha256" in value["evidence"] and "claim" in value:
        value["evidence"]["claim_sha256"] = claim_digest(value["claim"])
    agree(value, canonical(value) + b"\n")


@HEAVY
@given(problems(), st.integers(0, 2**32), st.integers(0, 3))
def test_random_edits_of_problems(problem: Any, seed: int, edits: int) -> None:
    random, text = Random(seed), problem_text(problem)
    value = json.loads(text)
    for _ in range(edits):
        value = edited(value, random, (*SPARE, 1, 2, 0.5, -3, 10**7, 1e300, "1.5", ".5", "2e-3", "1e999"))
    refused = refusal(json.dumps(value).encode())
    if VALIDATORS["problem"].is_valid(value):
        assert refused is None or any(re.search(pattern, refused) for pattern in BEYOND_PROBLEM), refused
    else:
        assert refused is not None, [error.message for error in VALIDATORS["problem"].iter_errors(value)][:3]


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
