"""Proofs by exact algebra: the families pass, planted errors do not, and what is printed is
labelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy

from exactland.cli.main import main
from exactland.errors import CertificateError, InputError
from exactland.reports.symbolic_proof import LABEL, describe_proof
from exactland.studies.symbolic_proof import RANGE, Data, Proof, built_in, prove

QUICK = [
    "sine-2-1",
    "sine-3-1",
    "sine-3-2",
    "sine-4-3",
    "sine-5-2",
    "sine-8-1",
    "sigmoid-ln-1",
    "sigmoid-ln-2",
]
ALL = [f"sine-{n}-{m}" for n in range(2, 9) for m in range(1, n)]


def loss_in_floats(data: Data, w: np.ndarray, v: np.ndarray) -> float:
    """E, written out once more from the data alone."""
    x = np.array([float(k) for k in data.k]) if data.sine else np.log([float(k) for k in data.k])
    logs = {
        symbol: np.log(float(str(symbol).strip("}").rpartition("{")[2]))
        for ri in data.r
        for symbol in ri.free_symbols
    }
    r = np.array([float(ri.subs(logs)) for ri in data.r])

    def f(w: np.ndarray, v: np.ndarray) -> np.ndarray:
        z = np.outer(x, w)
        return (np.sin(z) if data.sine else 1 / (1 + np.exp(-z))) @ v

    w0, v0 = point_in_floats(data)
    return 0.5 * float(np.sum((f(w, v) - f(w0, v0) + float(data.t) * r) ** 2))


def point_in_floats(data: Data) -> tuple[np.ndarray, np.ndarray]:
    return np.array(data.w) * (np.pi / 2 if data.sine else 1.0), np.array(
        [float(v) for v in data.v]
    )


@pytest.mark.parametrize("name", QUICK)
def test_the_proof_agrees_with_the_loss_in_floats(name: str) -> None:
    proof = prove(built_in(name))
    assert all(check.checked for check in proof.checks)
    assert len(proof.checks) == 2 * len(proof.data.w) + 3
    data, m = proof.data, len(proof.data.w)
    here = point_in_floats(data)
    loss = loss_in_floats(data, *here)
    assert loss == pytest.approx(float(proof.loss.mid()), rel=1e-6)
    better = np.array([float(b) for b in proof.better])
    assert loss_in_floats(data, better[:m], better[m:]) == pytest.approx(
        float(proof.lower.mid()), rel=1e-6
    )
    assert float(proof.lower.upper()) < float(proof.loss.lower())
    rng = np.random.default_rng(0)
    for _ in range(50):
        step = rng.normal(size=2 * m)
        step *= 1e-2 / np.linalg.norm(step)
        assert loss_in_floats(data, here[0] + step[:m], here[1] + step[m:]) > loss


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_every_sine_is_proved(name: str) -> None:
    proof = prove(built_in(name))
    assert proof.loss == 1
    assert proof.lower < 1
    assert LABEL in describe_proof(proof)


def test_the_sigmoid_residual_solves_the_equations_formally() -> None:
    data = built_in("sigmoid-ln-2")
    for w in data.w:
        s = [sympy.Rational(int(k)) ** w / (1 + sympy.Rational(int(k)) ** w) for k in data.k]
        assert sympy.expand(sum(r * si for r, si in zip(data.r, s))) == 0
        assert (
            sympy.expand(
                sum(r * data.x(i) * si * (1 - si) for i, (r, si) in enumerate(zip(data.r, s)))
            )
            == 0
        )
    assert any(r != 0 for r in data.r)


@pytest.mark.parametrize("name", ["sine-2-1", "sine-4-3", "sigmoid-ln-1", "sigmoid-ln-2"])
@pytest.mark.parametrize("j", [0, -1])
def test_a_wrong_sign_of_v_is_no_minimum(name: str, j: int) -> None:
    data = built_in(name)
    v = list(data.v)
    v[j] = -v[j]
    with pytest.raises(CertificateError, match="the Hessian is positive definite"):
        prove(replace(data, v=tuple(v)))


@pytest.mark.parametrize("name", ["sine-3-2", "sigmoid-ln-1", "sigmoid-ln-2"])
def test_a_perturbed_residual_has_a_gradient(name: str) -> None:
    data = built_in(name)
    tiny = sympy.Rational(1, 10**40)
    with pytest.raises(CertificateError, match="not shown: .*partial E"):
        prove(replace(data, r=(data.r[0] + tiny, *data.r[1:])))


@pytest.mark.parametrize("name", ["sine-3-2", "sigmoid-ln-1", "sigmoid-ln-2"])
def test_a_perturbed_weight_has_a_gradient(name: str) -> None:
    data = built_in(name)
    with pytest.raises(CertificateError, match="not shown: .*partial E"):
        prove(replace(data, w=(data.w[0] + 1, *data.w[1:])))


def test_too_many_units_are_no_strict_minimum() -> None:
    data = built_in("sine-2-1")
    with pytest.raises(CertificateError, match="the Hessian is positive definite"):
        prove(replace(data, w=(1, 3), v=(Fraction(1, 2), Fraction(-1, 2))))


def test_a_global_minimum_is_not_called_bad() -> None:
    data = built_in("sine-2-1")
    with pytest.raises(CertificateError, match="Hessian|other point"):
        prove(replace(data, t=Fraction(0)))


def test_a_worse_point_does_not_show_that_it_is_not_global(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "exactland.studies.symbolic_proof._better", lambda data: (Fraction(0), Fraction(0))
    )
    with pytest.raises(CertificateError, match="the loss at the other point is lower"):
        prove(built_in("sine-2-1"))


def test_an_input_outside_the_ring_is_refused_not_rounded() -> None:
    data = built_in("sine-3-1")
    with pytest.raises(CertificateError, match="an input that is not"):
        prove(replace(data, k=(*data.k[:2], Fraction(1, 3))))


@pytest.fixture(scope="module")
def sine() -> Proof:
    return prove(built_in("sine-3-2"))


def test_what_is_printed_is_labelled_and_shows_every_part(sine: Proof) -> None:
    text = describe_proof(sine)
    assert text.splitlines()[2] == f"**{LABEL}**"
    assert LABEL == "Checked by sympy and by ball arithmetic; not a certificate of the kernel."
    for words in (
        r"\partial E/\partial v_{2} = 0",
        "- $(-1) + 1 + 0 = 0$",
        r"w_{2} = \frac{3 \pi}{2}",
        "pivots",
        "not claimed to be a minimum",
    ):
        assert words in text
    assert text.count("$") % 2 == 0
    assert text.count("{") == text.count("}")


def test_targets_that_are_irrational_are_in_closed_form() -> None:
    assert r"y_{3} = \frac{1}{2} \sin \frac{\pi}{4}$" in describe_proof(prove(built_in("sine-3-1")))


def test_show_prints_the_proof(capfd: pytest.CaptureFixture[str], sine: Proof) -> None:
    assert main(["show", "--proof", "sine-3-2"]) == 0
    assert capfd.readouterr().out == describe_proof(sine)
    assert main(["show", "--proof", "sigmoid-ln-1"]) == 0
    assert r"(coefficients of $\ell_{2} \ell_{3}$)" in capfd.readouterr().out


NAMES = [
    "",
    "sine",
    "sine-1-1",
    "sine-3-3",
    "sine-3-0",
    "sine-9-1",
    "sine-03-2",
    "sine-3-2\n",
    "sine-\uff13-2",
    "sigmoid-ln-0",
    "sigmoid-ln-3",
    "x" * 999,
]


@pytest.mark.parametrize("name", NAMES)
def test_unknown_names_are_one_line_with_the_range(
    capfd: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(InputError):
        built_in(name)
    assert main(["show", "--proof", name]) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "--proof NAME: " in err
    assert RANGE in err
    assert len(err) < 300


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--proof", "sine-3-2", "p.json"], "takes no FILE"),
        (["--proof", "sine-3-2", "--latex"], "takes no --latex"),
        ([], "'FILE'"),
    ],
)
def test_wrong_usage_of_show(
    capfd: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["show", *arguments]) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


def test_a_proof_that_fails_prints_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: Callable[[str], Data] = lambda name: replace(built_in(name), v=(Fraction(-1, 2),))  # noqa: E731
    monkeypatch.setattr("exactland.studies.symbolic_proof.built_in", wrong)
    assert main(["show", "--proof", "sine-2-1"]) == 1
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "not shown: the Hessian" in err
