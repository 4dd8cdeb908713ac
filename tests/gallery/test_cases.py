"""The built-in cases are values, each built alone, and their certificates are shipped."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from exactland.errors import InputError
from exactland.gallery import LARGE, SIDES, case, cases_of, names, narrow, published, rims, wide
from exactland.gallery.cases import Case, LocalMinimumAt, MinimumNear, OneMoreUnit, PathDown, RimOf
from exactland.gallery.entries import Entry
from exactland.gallery.recorded import recorded
from exactland.gallery.wide import narrow_case_before
from exactland.model.activations import NAMED
from exactland.model.network import Layer


def test_no_name_is_there_twice() -> None:
    every = [name for side in SIDES for name in names(side)] + list(LARGE)
    assert [name for name, count in Counter(every).items() if count > 1] == []
    assert [len(names(side)) for side in SIDES] == [157, 7, 53, 18]


@pytest.mark.parametrize("side", SIDES)
def test_every_case_has_its_certificate(side: str, root: Path) -> None:
    shipped = {path.name: path for path in (root / "proofs" / side).glob("*.cert.json")}
    assert set(shipped) == {f"{name}.cert.json" for name in names(side)}
    for built in cases_of(side):
        claim = json.loads(shipped[f"{built.name}.cert.json"].read_bytes())["claim"]
        assert (built.side, built.expected) == (side, claim["statement"]["kind"])
        assert built.problem.specification() == claim["problem"]


@pytest.mark.parametrize("side", SIDES)
def test_cases_are_values(side: str) -> None:
    for built in cases_of(side):
        assert pickle.loads(pickle.dumps(built)) == built
        assert case(built.name) == built


def test_what_a_certificate_names_as_its_origin(root: Path) -> None:
    for side in ("narrow", "rims", "literature"):
        for built in cases_of(side):
            file = root / "proofs" / side / f"{built.name}.cert.json"
            assert json.loads(file.read_bytes())["provenance"]["recipe"] == built.recipe


@pytest.mark.parametrize(
    ("name", "inputs", "bias", "output_bias"),
    [
        ("tanh-bias-3-1", 1, True, False),
        ("gelu-bias-3-1", 1, True, False),
        ("swish-bias-3-1", 1, True, False),
        ("sigmoid-bias-4-1", 1, True, False),
        ("tanh-bias-4-1", 1, True, False),
        ("gelu-bias-outbias-4-1", 1, True, True),
        ("sigmoid-two-inputs-3-1", 2, False, False),
        ("softplus-4-3", 1, False, False),
        ("tanh-9-5", 1, False, False),
        ("tanh-11-6", 1, False, False),
        ("tanh-13-8", 1, False, False),
    ],
)
def test_cells_are_what_their_names_say(
    name: str, inputs: int, bias: bool, output_bias: bool
) -> None:
    """Activation, samples and units; inputs that are all different; the biases that are there."""
    problem = case(name).problem
    activation, *_, samples, units = name.split("-")
    (layer,) = problem.network.hidden
    assert layer == Layer(int(units), NAMED[activation], bias)
    assert (problem.network.inputs, problem.network.output_bias) == (inputs, output_bias)
    assert len(set(problem.x)) == problem.samples == int(samples)


def test_one_case_is_built_without_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def built(entry: Entry) -> None:
        raise AssertionError(f"{entry.place} was built")

    for name in narrow.CONSTRUCTIONS:
        if name != "sine":
            monkeypatch.setitem(narrow.CONSTRUCTIONS, name, built)
    narrow.problem_and_start.cache_clear()
    assert case("sine-2-1").problem.samples == 2
    assert case("one-more-sine-3-2").problem.samples == 3
    assert case("rim-kink").problem.samples == 3
    assert case("swirszcz-one-unit").problem.samples == 5
    with pytest.raises(AssertionError, match="sigmoid-b-1 was built"):
        case("sigmoid-b-1")


def test_names_that_are_none() -> None:
    with pytest.raises(InputError, match="^case: 'sine-1-1' is not the name of a built-in case"):
        case("sine-1-1")
    with pytest.raises(InputError, match="^side: 'deep' is not known"):
        names("deep")


def test_cases_made_from_narrow_ones_have_their_numbers() -> None:
    """A rim around the same minimum, one more unit for the same data, the same unit copied."""
    sine, rim, more = case("sine-5-4"), case("rim-sine-5-4"), case("one-more-sine-5-4")
    assert isinstance(sine.task, MinimumNear)
    assert isinstance(rim.task, RimOf)
    assert (rim.problem, rim.task.center, rim.task.witness) == (
        sine.problem,
        sine.task.start,
        sine.task.witness,
    )
    assert (more.problem, more.task) == (sine.problem, OneMoreUnit("sine-5-4"))
    assert narrow_case_before("one-more-sine-5-4") == "sine-5-4"
    assert narrow_case_before("eta-escape") is None
    cubic, six = case("cubic-exact"), case("ding-6")
    assert isinstance(cubic.task, MinimumNear)
    assert isinstance(six.task, LocalMinimumAt)
    assert (six.problem.x, six.problem.y) == (cubic.problem.x, cubic.problem.y)
    assert six.task.theta[:6] == (cubic.task.start[0],) * 6
    assert sum(six.task.theta[6:]) == cubic.task.start[1]


def test_a_path_goes_where_its_entry_says() -> None:
    task = case("escape-logistic").task
    assert isinstance(task, PathDown)
    assert (str(task.below), task.eta) == ("1/1000", 0)
    task = case("eta-escape").task
    assert isinstance(task, PathDown)
    assert (task.below, str(task.eta)) == (None, "1/100")


def test_large_cases_are_called_what_they_are(twenty_steps: Case) -> None:
    """But for the noisy teacher: it takes a second, and its benchmark looks at it."""
    assert (twenty_steps.name, twenty_steps.side) == ("steps-20", "narrow")
    assert list(LARGE) == ["teacher-24-4", "steps-20"]


@pytest.mark.parametrize(
    ("read", "values", "words"),
    [
        (narrow._construction, {"construction": "cosine"}, "construction: 'cosine' is not known"),
        (
            narrow._inputs,
            {"inputs": {"from": "0", "to": "1", "count": 3, "dimensions": 3}},
            "dimensions: 3 is neither 1 nor 2",
        ),
        (wide._task, {"task": "two-more-units"}, "task: 'two-more-units' is not known"),
        (published._constructed, {"construction": "sine"}, "construction: 'sine' is not known"),
        (
            published._spurious_minimum,
            {"activation": "tanh"},
            "activation: is not piecewise linear",
        ),
    ],
)
def test_an_entry_that_says_nothing_known_is_refused(
    read: Callable[[Entry], object], values: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read(Entry("here", values))


def test_points_in_the_plane_have_both_coordinates_on_the_line() -> None:
    inputs = {"from": "-1", "to": "1", "count": 5, "dimensions": 2}
    points = narrow._inputs(Entry("here", {"inputs": inputs}))
    line = [point[0] for point in points]
    assert [str(value) for value in line] == ["-1", "-1/2", "0", "1/2", "1"]
    assert {point[1] for point in points} <= set(line)


def test_recorded_starts_are_sorted_by_what_they_are_for() -> None:
    for (activation, samples, units), starts in recorded().items():
        for x, w, v, r, t in starts:
            assert (len(x), len(w), len(v), len(r)) == (samples, units, units, samples)
            assert t > 0
        assert activation in ("sigmoid", "tanh", "swish", "gelu", "mish", "softplus")
    assert ("tanh", 7, 4) in recorded()
    assert ("tanh", 8, 4) in recorded()


def test_all_that_tables_and_certificates_say_is_in_a_case() -> None:
    texts = [field.name for field in fields(case("ding-2")) if field.name != "problem"]
    built = case("ding-2")
    assert all(getattr(built, name) for name in texts)
    assert built.recipe.startswith("Ding, Li, Sun")
    assert rims.EXPECTED == "bad-basin"
