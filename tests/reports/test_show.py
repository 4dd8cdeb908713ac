"""`show` says what was proved, and no more, of certificates that are odd but true."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactland import Certified, certify, named
from exactland.certificates.certificate import certificate
from exactland.cli.main import main
from exactland.kernel import check
from exactland.model import losses
from exactland.model.network import Layer, Network
from exactland.model.problem import Problem
from exactland.provers.one_more_unit import one_more_unit

F = Fraction
IDENTITY = Problem(Network(1, (Layer(1, named("identity"), False),)), ((F(1),),), ((F(1),),))


def shown(data: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    path = folder / "odd.cert.json"
    path.write_bytes(data)
    assert check(data).status == "verified", check(data).says
    assert main(["show", str(path)]) == 0
    return capsys.readouterr().out


def test_one_more_unit_reaches_zero_loss_only_where_there_is_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The infimum of a loss for probabilities is their entropy: here about 1.2."""
    assert losses.LOSSES["multinomial-logistic"]
    x, (w, v) = ((F(1),), (F(3),)), (F(math.pi / 2).limit_denominator(10**8), F(1, 4))
    outputs = [float(v) * math.sin(float(w) * float(a[0])) for a in x]
    y = tuple((F(round((1 / (1 + math.exp(-f)) - 0.2) * 10**9), 10**9),) for f in outputs)
    problem = Problem(
        Network(1, (Layer(1, named("sin"), bias=False),)), x, y, "multinomial-logistic"
    )
    narrow = certify(problem, (w, v), within=F(1, 1000), claim="bad-basin", starts=16)
    assert isinstance(narrow, Certified)
    wide = one_more_unit(narrow.certificate)
    assert isinstance(wide, Certified)
    said = shown(wide.certificate.to_bytes(), tmp_path, capsys)
    assert "zero loss" not in said
    assert said.count("or as near") == 2  # in the verdict and in the rule's line


@pytest.mark.parametrize("power", ["2000", "-2000"])
@pytest.mark.parametrize("rule", ["3.5", "4.1"])
def test_numbers_that_floats_have_no_room_for(
    rule: str, power: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if rule == "3.5":
        center, direction = ["1", "1/2"], [["1", power], "0"]
        step: dict[str, Any] = {
            "rule": "3.5",
            "center": center,
            "radius": "1/100",
            "direction": direction,
            "order": "first",
            "precision": "4096",
        }
        statement = {"kind": "no-local-minimum", "center": center, "distance": "0"}
    else:
        center = ["0", "0"]
        step = {"rule": "4.1", "center": center, "witness": [["1", power], "0"], "reason": "idle"}
        statement = {"kind": "in-no-basin", "center": center}
    said = shown(certificate(IDENTITY, statement, [step], {}).to_bytes(), tmp_path, capsys)
    assert "along " in said
    assert "v[1,1]" not in said.partition("along")[2].splitlines()[0]


def test_columns_are_counted_once_and_only_if_they_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = Problem(
        Network(1, (Layer(4, named("relu"), False),)), *(tuple((F(k),) for k in (1, 2, 3)),) * 2
    )
    center = ["1", "2", "3", "4", "1", "0", "0", "0"]
    step = {
        "rule": "4.1c",
        "center": center,
        "layer": "1",
        "columns": ["0", "0", "0", "1", "2", "3", "77", "99"],
    }
    said = shown(
        certificate(problem, {"kind": "in-no-basin", "center": center}, [step], {}).to_bytes(),
        tmp_path,
        capsys,
    )
    assert (
        "4 columns of the features of layer 1 (a bias counts as one) have fewer than 4 different"
        " rows" in said
    )


def test_a_step_about_another_point_is_not_passed_off_as_about_the_stated_one(
    tmp_path: Path, shipped: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    from exactland.certificates.certificate import certificate_from_bytes
    from exactland.files.problem_file import problem_from_json

    known = certificate_from_bytes(shipped["sine-2-1"])
    elsewhere = {"rule": "4.1", "center": ["0", "0"], "witness": ["0", "1"], "reason": "kernel"}
    steps = [
        elsewhere,
        *({**step, **({"minimum": "1"} if "minimum" in step else {})} for step in known.steps),
    ]
    data = certificate(
        problem_from_json(known.claim["problem"]), known.claim["statement"], steps, {}
    ).to_bytes()
    assert "(not about the stated parameters: line" in shown(data, tmp_path, capsys)
    assert "not about" not in shown(shipped["sine-2-1"], tmp_path, capsys)
