"""A file of one kind where another is wanted, a path that would lead nowhere, a distance that is
only called the stated one: each is said in a line that names the way out.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from exactland import Certified, Inconclusive, InputError, escape, read_problem
from exactland.provers.outputs import loss_bounds
from tests.cli.test_cli import Run, run

__all__ = ["run"]

BAD = ("-3.3387565", "-2.0471749", "-2.0105575")  # near the bad minimum of anscombe-iii


@pytest.fixture
def anscombe(root: Path) -> Path:
    return root / "proofs" / "problems" / "anscombe-iii.json"


def point_file(folder: Path, theta: object) -> Path:
    path = folder / "point.json"
    path.write_text(json.dumps(theta))
    return path


def test_a_path_to_a_loss_that_is_not_lower_is_no_escape(anscombe: Path) -> None:
    """Next to a strict minimum some path may lead a little down: then to a loss below its start."""
    problem = read_problem(anscombe)
    for shift in (Fraction(0), Fraction(1, 10**6), Fraction(1, 10**3)):
        point = tuple(Fraction(v) + shift for v in BAD)
        bounds = loss_bounds(problem, point)
        outcome = escape(problem, point, steps=200)
        assert bounds is not None
        assert isinstance(outcome, Certified | Inconclusive)
        if isinstance(outcome, Certified):
            end = outcome.certificate.statement.end
            assert isinstance(end, Fraction)
            assert end < bounds[0]


def test_a_loss_below_which_the_start_is_already_is_no_goal(anscombe: Path) -> None:
    problem = read_problem(anscombe)
    point = tuple(map(Fraction, BAD))
    with pytest.raises(
        InputError, match=r"below: the loss at the start is not more than that: 14\.9"
    ):
        escape(problem, point, below=Fraction(15))


def test_the_stated_distance_is_told(run: Run, anscombe: Path, tmp_path: Path) -> None:
    where = {"format": "exactland-point/1", "theta": list(BAD)}
    point = point_file(tmp_path, where)
    status, said, _ = run("classify", anscombe, "--point", point, "--within", "1/1000")
    assert status == 0
    assert "stated center (within 0.001 of the given point); its loss" in said
    status, said, _ = run("classify", anscombe, "--point", point, "--within", "1/1000", "--json")
    assert json.loads(said)["within"] == "0.001"


def test_a_certificate_is_no_problem(run: Run, root: Path) -> None:
    certificate = root / "proofs" / "narrow" / "cubic-exact.cert.json"
    status, _, err = run("certify", certificate)
    assert (status, err.count("\n")) == (2, 1)
    assert "file: a certificate: `exactland show` and `exactland check` read it" in err


def test_a_point_is_no_problem_and_a_list_no_point(
    run: Run, anscombe: Path, tmp_path: Path
) -> None:
    point = point_file(tmp_path, {"format": "exactland-point/1", "theta": list(BAD)})
    status, _, err = run("certify", point)
    assert (status, err.count("\n")) == (2, 1)
    assert "file: a point: name it with --point" in err
    status, _, err = run("classify", anscombe, "--point", point_file(tmp_path, list(BAD)))
    assert status == 2
    assert 'a list; a point file is {"format": "exactland-point/1", "theta": [...]}' in err


def test_a_problem_is_no_certificate(run: Run, anscombe: Path, tmp_path: Path) -> None:
    status, said, err = run("check", anscombe)
    assert status == 2
    assert said.startswith("malformed ")
    assert f"{anscombe} is a problem: `exactland certify` makes a certificate of it" in err
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert "is a problem" not in run("check", other)[2]
