"""The kernel survives any bytes: raw ones, any JSON, edited certificates, and files made to take
time or memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland import kernel
from exactland.cli.main import main
from exactland.kernel import EXIT, Verdict, check
from exactland.kernel.reading.canonical_json import MAX_BYTES, canonical, claim_digest
from tests.examples import HEAVY
from tests.fuzz.edits import bound, edited_bytes
from tests.fuzz.kept import read_kept
from tests.kernel_only.record import recorded
from tests.reject import test_wide_layer
from tests.wire import about, certificate

VERIFIED = [
    row["data"].encode("latin-1")
    for row in recorded()
    if row["verdict"][0] == "verified" and len(row["data"]) < 4000
]
MEMORY = 512 << 20
SECONDS = 120  # no timing: a stop for what would never end
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["claim", "evidence", "steps", "rule", "3.1", "center", "1/2", "x", "exp"]),
)
TREES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def sound(verdict: Verdict) -> bool:
    """A documented status; a rule where, and only where, something well formed is rejected;
    words.
    """
    return (
        verdict.status in EXIT
        and (verdict.rule is not None) == (verdict.status == "rejected")
        and bool(verdict.says)
    )


@given(st.binary(max_size=300))
def test_raw_bytes(data: bytes) -> None:
    assert check(data).status == "malformed"


@given(TREES)
def test_any_json(value: Any) -> None:
    for data in (
        canonical(value) + b"\n",
        json.dumps(value).encode(),
        bound({"claim": value, "evidence": {"steps": value}, "provenance": {}}),
    ):
        assert check(data).status == "malformed"


@given(st.sampled_from(VERIFIED), st.integers(0, 2**32))
def test_cut_and_changed_bytes(data: bytes, seed: int) -> None:
    random = Random(seed)
    at = random.randrange(len(data))
    for changed in (
        data[:at],
        data[at:],
        data[:at] + bytes([random.randrange(256)]) + data[at + 1 :],
        data + data,
    ):
        verdict = check(changed)
        assert sound(verdict)
        assert (
            verdict.status != "verified"
            or json.loads(changed)["claim"] == json.loads(data)["claim"]
        ), "the digest binds the claim"


@HEAVY
@given(st.sampled_from(VERIFIED), st.integers(0, 2**32))
def test_edited_certificates(data: bytes, seed: int) -> None:
    changed = edited_bytes(data, Random(seed))
    if changed is not None:
        assert sound(check(changed))


def test_what_campaigns_kept() -> None:
    assert all(sound(check(data)) for data in read_kept())


def with_step(**fields: Any) -> bytes:
    """A certificate with one strict minimum, some fields of its first step replaced."""
    value = next(
        value
        for value in map(json.loads, VERIFIED)
        if value["evidence"]["steps"][0]["rule"] == "3.1"
    )
    value["evidence"]["steps"][0].update(fields)
    value["provenance"] = {}
    return bound(value)


def with_problem(change: Callable[[Any], None]) -> bytes:
    value = json.loads(with_step())
    change(value["claim"]["problem"])
    return bound(value)


def many_steps(step: str, most: int) -> bytes:
    value = json.loads(with_step())
    value["evidence"]["steps"] = []
    data = bound(value).decode()
    count = min(most, (MAX_BYTES - len(data)) // (len(step) + 1))
    return data.replace('"steps":[]', f'"steps":[{",".join([step] * count)}]').encode()


def layer(**fields: Any) -> Callable[[Any], None]:
    return lambda problem: problem["network"]["hidden"][0].update(fields)


def deep_tree() -> bytes:
    return with_problem(layer(activation={"expression": "D"})).replace(
        b'"D"', b'["exp",' * 10**5 + b'"x"' + b"]" * 10**5
    )


def many_layers(problem: Any) -> None:
    problem["network"]["hidden"] = [{**problem["network"]["hidden"][0], "units": "1000000"}] * 100


def long_names() -> bytes:
    """One product of 64^3 atoms, put through exp 499 times in each of 4 units: exp of it has a name
    of 17 MB.
    """
    tower: Any = ["exp", "x"]
    for _ in range(3):
        tower = ["^", tower, "64"]
    hidden = [
        {"units": units, "activation": {"expression": s}, "bias": False}
        for units, s in (("1", tower), ("4", ["+", *[["exp", "x"]] * 499]))
    ]
    center = ["1/3" + "0" * 62 + "1", *["1"] * 8]
    network = {"inputs": "1", "hidden": hidden, "outputs": "1", "output_bias": False}
    problem = {
        "format": "exactland-problem/1",
        "network": network,
        "loss": "half-squared-error",
        "data": {"x": [["1"]], "y": [["1"]]},
    }
    claim = {
        "format": "exactland-certificate/2",
        "problem": problem,
        "statement": {"kind": "in-no-basin", "center": center},
    }
    step = {"rule": "4.1c", "center": center, "layer": "2", "columns": ["0"]}
    return (
        canonical(
            {
                "claim": claim,
                "evidence": {"claim_sha256": claim_digest(claim), "steps": [step]},
                "provenance": {},
            }
        )
        + b"\n"
    )


def network(inputs: int, units: int, activation: str, samples: int) -> dict[str, Any]:
    """A problem with so many of everything, and short numbers."""
    hidden = [{"units": str(units), "activation": activation, "bias": False}]
    return {
        "format": "exactland-problem/1",
        "network": {"inputs": str(inputs), "hidden": hidden, "outputs": "1", "output_bias": False},
        "loss": "half-squared-error",
        "data": {"x": [["1/3"] * inputs] * samples, "y": [["1/3"]] * samples},
    }


def one_step(problem: dict[str, Any], step: dict[str, Any]) -> bytes:
    value = json.loads(with_step())
    value["claim"] |= {"problem": problem, "statement": {"kind": "no-basin"}}
    value["evidence"]["steps"] = [step]
    return bound(value)


def hessians_at_the_cap() -> bytes:
    """Of two samples: neither that of a sample nor their sum may be there twice."""
    count = 785
    step = {
        "rule": "3.5",
        "center": ["1/3"] * count,
        "radius": "1/7",
        "direction": ["1/3"] * count,
        "order": "second",
        "precision": "1200",
    }
    return one_step(network(count - 1, 1, "softplus", 2), step)


def path_of_long_points() -> bytes:
    """The balls of all points together would not fit."""
    units, points = 500, 430
    step = {
        "rule": "4.4",
        "points": [[["1", "4095"]] * (2 * units)] * points,
        "reasons": ["small"] * (points - 1),
        "eta": "0",
        "end": "0",
        "precision": "3072",
    }
    return one_step(network(1, units, "identity", 1), step)


def spliced(old: bytes, new: bytes) -> bytes:
    return with_step().replace(old, new, 1)


def inputs_as_balls() -> bytes:
    """Rule 4.8p asks for what enters the first layer: 700,000 inputs of 4096 bits each."""
    problem = test_wide_layer.network((1, "tanh", False), rows=[[1] * 10] * 70_000)
    minor = {"rows": ["0"], "columns": ["0"], "inverse": [["1"]], "precision": "4096"}
    step = {"rule": "4.8p", "layer": "0", "center": ["0"] * 11, **minor}
    return certificate(problem, about("no-bad-valley"), [step], {}).to_bytes()


OPEN = b'"provenance":{'
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nested 10^5 deep": (lambda: b"[" * 10**5 + b"]" * 10**5 + b"\n", "malformed"),
    "objects nested 10^5 deep": (
        lambda: b'{"a":' * 10**5 + b"0" + b"}" * 10**5 + b"\n",
        "malformed",
    ),
    "an expression 10^5 deep": (deep_tree, "malformed"),
    "a rational of 10^7 digits": (lambda: with_step(radius="1" * 10**7), "too large"),
    "a rational of 3 10^6 digits": (
        lambda: with_step(radius="1/" + "3" * (3 * 10**6)),
        "malformed",
    ),
    "a dyadic with exponent 10^12": (lambda: with_step(radius=["1", "1" + "0" * 12]), "malformed"),
    "a dyadic with exponent -10^12": (
        lambda: with_step(radius=["1", "-1" + "0" * 12]),
        "malformed",
    ),
    "precision 10^9": (lambda: with_step(precision="1" + "0" * 9), "malformed"),
    "10^6 units": (lambda: with_problem(layer(units="1000000")), "malformed"),
    "10^6 units in each of 100 layers": (lambda: with_problem(many_layers), "malformed"),
    "names of 17 MB": (long_names, "too large"),
    "steps to 4 MiB": (lambda: many_steps('{"rule":"4.2"}', 10**7), "rejected"),
    "empty steps to 4 MiB": (lambda: many_steps("{}", 10**7), "malformed"),
    "duplicate keys": (lambda: spliced(OPEN, b'"provenance":{},' + OPEN), "malformed"),
    "a lone surrogate where nothing is read": (
        lambda: spliced(OPEN + b"}", OPEN + b'"a":"\\ud800"}'),
        "verified",
    ),
    "a lone surrogate in the claim": (
        lambda: spliced(b'"half-squared-error"', b'"\\ud800"'),
        "malformed",
    ),
    "raw surrogate bytes": (lambda: spliced(OPEN, OPEN + b'"a":"\xed\xa0\x80",'), "malformed"),
    "a byte order mark": (lambda: b"\xef\xbb\xbf" + with_step(), "malformed"),
    "NUL bytes": (lambda: spliced(b'"claim"', b'"claim\0"'), "malformed"),
    "all NUL": (lambda: b"\0" * MAX_BYTES, "malformed"),
    "one byte more than 4 MiB": (lambda: b" " * (MAX_BYTES + 1), "too large"),
    "Hessians of two samples at the cap": (hessians_at_the_cap, "rejected"),
    "inputs as balls at the highest precision": (inputs_as_balls, "too large"),
    "a path of 4 MiB": (path_of_long_points, "too large"),
    "huge words": (lambda: with_step(rule="9" * 10**6), "malformed"),
}


def in_little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_little_time_and_memory(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, status = HOSTILE[name]
    path = tmp_path / "hostile.cert.json"
    path.write_bytes(make())
    command = [sys.executable, "-S", "-m", "exactland.kernel", path]
    done = subprocess.run(
        command,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        preexec_fn=in_little_memory,
    )
    assert (done.returncode, done.stderr) == (EXIT[status], ""), done.stdout[:300]
    assert done.stdout.startswith(status)
    assert len(done.stdout.splitlines()) == 1
    assert len(done.stdout) < 1000
    monkeypatch.setattr(kernel, "check", cache(kernel.check))  # both commands ask about these bytes
    assert main(["check", str(path), "--quiet"]) == EXIT[status]
    assert main(["show", str(path)]) in (0, EXIT[status], 2)
