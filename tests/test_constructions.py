"""The built-in cases are what they say: double zeros, the sine construction, data as published."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from exactland.cases import _DOUBLE_ZEROS, core, vector
from exactland.narrow.constructions import sine
from exactland.search.training import evaluate

CASES = {case.name: case for case in core()}


def test_the_core_set_is_complete() -> None:
    sines = {f"sine-{n}-{m}" for n in range(2, 7) for m in range(1, n)}
    assert len(sines) == 15
    wanted = sines | {"sigmoid-2-1", "sigmoid-3-2", "sigmoid-4-3", "sigmoid-bias", "tanh-bias", "anscombe-ii", "anscombe-iii"}
    wanted |= {f"{s}-generic-{m}" for s in ("sigmoid", "tanh") for m in (1, 2)}
    assert wanted <= set(CASES)
    assert any(len(case.problem.network.hidden) == 2 for case in CASES.values())
    assert any(case.problem.is_exact for case in CASES.values())


@pytest.mark.parametrize("name", _DOUBLE_ZEROS)
def test_phi_has_double_zeros_with_the_sign_of_the_output_weights(name: str) -> None:
    _, _, x, w, v, r, _, _ = _DOUBLE_ZEROS[name]
    activation = CASES[name].problem.network.hidden[0].activation
    inputs, residual = (np.array([float(q) for q in vector(text)]) for text in (x, r))
    scale = np.linalg.norm(residual)

    def phi(u: np.ndarray) -> float:
        z = inputs * u[0] + (u[1] if len(u) > 1 else 0.0)
        return float(residual @ evaluate(activation, z)[0])

    for row, sign in zip(w.split(";"), vector(v)):
        u = np.array([float(q) for q in vector(row)])
        assert abs(phi(u)) < 1e-3 * scale
        for direction in np.eye(len(u)):
            step = 1e-3 * direction
            assert abs(phi(u + step) - phi(u - step)) / 2e-3 < 1e-3 * scale
            assert (phi(u + step) + phi(u - step) - 2 * phi(u)) * float(sign) > 0


@pytest.mark.parametrize("samples", range(2, 9))
def test_the_sine_construction_is_exact_at_full_width(samples: int) -> None:
    """With m = N-1 and v_k = (-1)^(k-1) / 2 the targets are rational without rounding: (m/2 - 1, -m/2 - 1, 0, ..., 0)."""
    problem, start = sine(samples, samples - 1)
    m = samples - 1
    assert [y for (y,) in problem.y] == [Fraction(m, 2) - 1, -Fraction(m, 2) - 1, *[Fraction(0)] * (samples - 2)]
    assert len(start) == problem.parameters == 2 * m


def test_anscombe_is_the_published_quartet() -> None:
    """Anscombe (1973): sets II and III have mean x = 9, mean y = 7.5 (to 2 decimals), slope 0.5 (to 3), correlation 0.816."""
    for name in ("anscombe-ii", "anscombe-iii"):
        x = np.array([float(row[0]) for row in CASES[name].problem.x]) * 3 + 9
        y = np.array([float(row[0]) for row in CASES[name].problem.y]) + 7.5
        assert sorted(x) == list(range(4, 15))
        assert np.mean(y) == pytest.approx(7.5, abs=0.005)
        assert np.polyfit(x, y, 1)[0] == pytest.approx(0.5, abs=0.0005)
        assert np.corrcoef(x, y)[0, 1] == pytest.approx(0.816, abs=0.0005)


def test_every_case_has_a_theorem_or_a_recipe(root: Path) -> None:
    theorems = (root / "proofs/THEOREMS.md").read_text()
    for case in CASES.values():
        assert case.recipe
        if case.recipe.startswith("construction "):
            letter = case.recipe.split()[1].strip(":,")
            assert f"### {letter}. " in theorems
            assert f"`{case.name}`" in theorems or f"{case.name.split('-')[0]}-" in theorems
