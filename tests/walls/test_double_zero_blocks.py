"""B2 of docs/theorems/blocks.md: that the exact solutions are there, and that a proof is given for
nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
from flint import arb

from exactland.errors import InputError
from exactland.model.numbers import Vector
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb
from exactland.walls import double_zero_blocks
from exactland.walls.double_zero_blocks import (
    CURVATURE,
    FEATURES,
    NEWTON,
    NODES,
    SUM,
    WEIGHTS,
    Block,
    ExactBlock,
    NotShown,
    exact_block,
    recorded_blocks,
)

SIZES = [(7, 4), (12, 7), (13, 8)]
RADIUS = Fraction(1, 10**80)


def moved(numbers: Vector, at: int, by: Fraction) -> Vector:
    return (*numbers[:at], numbers[at] + by, *numbers[at + 1 :])


def test_these_blocks_are_recorded() -> None:
    assert list(recorded_blocks()) == SIZES
    for block in recorded_blocks().values():
        assert block.radius == RADIUS


@pytest.mark.parametrize("size", SIZES)
def test_there_is_an_exact_solution_within_the_radius(size: tuple[int, int]) -> None:
    block = recorded_blocks()[size]
    proof = exact_block(block)
    assert isinstance(proof, ExactBlock)
    assert (proof.samples, proof.units, proof.radius) == (*size, RADIUS)
    assert 0 < proof.contraction < Fraction(1, 10**60)
    assert set(proof.curvature) == {-1 if size == (12, 7) else 1}
    assert 2 * proof.units >= proof.samples + 1 + (size != (7, 4))


@pytest.mark.parametrize("size", SIZES)
def test_mpmath_finds_double_zeros_there(size: tuple[int, int]) -> None:
    """phi and phi' at the recorded numbers, by another library: below 1e-100, and phi'' is not."""
    block = recorded_blocks()[size]
    with mpmath.workdps(150):
        for w in map(_mpf, block.weights):
            phi = [mpmath.mpf(0)] * 3
            for a, rho in zip(map(_mpf, block.nodes), map(_mpf, block.residual)):
                value = mpmath.tanh(a * w)
                slope = 1 - value**2
                derivatives = (value, a * slope, -2 * a**2 * value * slope)
                phi = [total + rho * term for total, term in zip(phi, derivatives)]
            assert max(abs(phi[0]), abs(phi[1])) < mpmath.mpf(10) ** -100
            assert abs(phi[2]) > mpmath.mpf(10) ** -19


def _mpf(q: Fraction) -> mpmath.mpf:
    return mpmath.mpf(q.numerator) / q.denominator


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("share", [Fraction(-11, 10), Fraction(-9, 10), Fraction(1), Fraction(2)])
def test_a_center_is_proved_if_it_is_within_the_radius_of_the_solution(
    size: tuple[int, int], share: Fraction
) -> None:
    """The recorded numbers have 110 decimals: moved by 9/10 of the radius the solution is still in
    the box; moved by the radius or more there is no proof.
    """
    block = recorded_blocks()[size]
    far = share * block.radius + (share > 0) * Fraction(1, 10**100)
    for last in (0, len(block.weights) - 1):
        of_weight = replace(block, weights=moved(block.weights, last, far))
        of_free = replace(block, residual=moved(block.residual, block.free[last], far))
        for center in (of_weight, of_free):
            proof = exact_block(center)
            if abs(share) < 1:
                assert isinstance(proof, ExactBlock)
            else:
                assert proof == NotShown(NEWTON)


@pytest.mark.parametrize("size", SIZES)
def test_numbers_that_stay_as_they_are_belong_to_the_equations(size: tuple[int, int]) -> None:
    block = recorded_blocks()[size]
    (fixed, *_) = (i for i in range(len(block.nodes)) if i not in block.free)
    little = Fraction(1, 10**60)
    for wrong in (
        replace(block, nodes=moved(block.nodes, 0, little)),
        replace(block, residual=moved(block.residual, fixed, little)),
    ):
        assert exact_block(wrong) == NotShown(NEWTON)


@pytest.mark.parametrize("size", SIZES)
def test_a_doubled_node_or_weight_is_refused(size: tuple[int, int]) -> None:
    block = recorded_blocks()[size]
    nodes = (block.nodes[1], *block.nodes[1:])
    assert exact_block(replace(block, nodes=nodes)) == NotShown(NODES)
    split = (*block.nodes, block.nodes[0])
    halves = (block.residual[0] / 2, *block.residual[1:], block.residual[0] / 2)
    assert exact_block(replace(block, nodes=split, residual=halves)) == NotShown(NODES)
    weights = (block.weights[1], *block.weights[1:])
    assert exact_block(replace(block, weights=weights)) == NotShown(WEIGHTS)
    near = (block.weights[1] + 2 * block.radius, *block.weights[1:])
    assert exact_block(replace(block, weights=near)) == NotShown(WEIGHTS)


def test_numbers_that_are_not_positive_are_refused() -> None:
    block = recorded_blocks()[7, 4]
    mirrored = replace(
        block,
        nodes=(-block.nodes[0], *block.nodes[1:]),
        residual=(-block.residual[0], *block.residual[1:]),
    )
    assert exact_block(mirrored) == NotShown(NODES)
    zero = (Fraction(0), *block.nodes[1:])
    assert exact_block(replace(block, nodes=zero)) == NotShown(NODES)
    weights = (-block.weights[0], *block.weights[1:])
    assert exact_block(replace(block, weights=weights)) == NotShown(WEIGHTS)
    weights = (block.radius, *block.weights[1:])
    assert exact_block(replace(block, weights=weights)) == NotShown(WEIGHTS)


def test_a_box_that_is_too_large_or_too_few_bits_show_nothing() -> None:
    seven, twelve = recorded_blocks()[7, 4], recorded_blocks()[12, 7]
    assert exact_block(replace(seven, radius=Fraction(1, 10**6))) == NotShown(NEWTON)
    assert exact_block(replace(seven, radius=Fraction(1, 10**12))) != NotShown(NEWTON)
    assert exact_block(seven, bits=128) == NotShown(NEWTON)
    assert exact_block(replace(twelve, radius=Fraction(1, 10**20))) == NotShown(FEATURES)


def test_curvature_is_looked_at_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It follows from Newton's condition, so that has to be left out."""
    wide = replace(recorded_blocks()[7, 4], radius=Fraction(1, 10**3))
    assert exact_block(wide) == NotShown(NEWTON)
    monkeypatch.setattr(double_zero_blocks, "_contraction", lambda block: Fraction(1, 2))
    assert exact_block(wide) == NotShown(CURVATURE)


def test_a_sum_that_may_be_zero_is_refused() -> None:
    """Four nodes, one double zero at 1: a residual with sum 0 and one with another sum."""
    nodes = (Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3))
    digits = 120
    with mpmath.workdps(digits + 20):
        features = [mpmath.tanh(_mpf(a)) for a in nodes]
        slopes = [_mpf(a) * (1 - f**2) for a, f in zip(nodes, features)]
        for third, wanted in (([1, 1, 1, 1], NotShown(SUM)), ([1, 0, 0, 0], None)):
            matrix = mpmath.matrix([features, slopes, third, [0, 0, 0, 1]])
            residual = mpmath.lu_solve(matrix, mpmath.matrix([0, 0, 0, 1]))
            exact = tuple(
                Fraction(int(mpmath.nint(rho * mpmath.mpf(10) ** digits)), 10**digits)
                for rho in residual
            )
            block = Block(nodes, exact, (Fraction(1),), (1,), RADIUS)
            proof = exact_block(block)
            assert proof == wanted if wanted else isinstance(proof, ExactBlock)


def test_the_box_has_its_corners() -> None:
    block = recorded_blocks()[12, 7]
    with precision(640):
        weights, residual = double_zero_blocks._box(block)
        for i, w in enumerate(block.weights):
            for end in (w - block.radius, w + block.radius):
                assert weights[i].contains(to_arb(end).mid())
        for i, rho in enumerate(block.residual):
            for end in (rho - block.radius, rho + block.radius):
                assert residual[i].contains(to_arb(end).mid()) is (i in block.free)


def test_the_equations_are_the_derivatives_of_phi() -> None:
    """The matrix of slopes against difference quotients."""
    block = recorded_blocks()[7, 4]
    step = Fraction(1, 2**80)
    with precision(400):
        weights = [to_arb(w + Fraction(1, 7)) for w in block.weights]
        residual = [to_arb(rho) for rho in block.residual]
        before, slopes = double_zero_blocks._equations(block, weights, residual)
        for column in range(8):
            changed = (list(weights), list(residual))
            if column < 4:
                changed[0][column] += to_arb(step)
            else:
                changed[1][block.free[column - 4]] += to_arb(step)
            after, _ = double_zero_blocks._equations(block, *changed)
            for row in range(8):
                quotient = (after[row, 0] - before[row, 0]) / to_arb(step)
                assert abs(quotient - slopes[row, column]) < arb(2) ** -70


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"residual": (Fraction(1),)}, "block: "),
        ({"weights": ()}, "block: "),
        ({"free": (0, 1, 2)}, "block.free: 4 different"),
        ({"free": (0, 1, 2, 2)}, "block.free: 4 different"),
        ({"free": (0, 1, 2, 7)}, "block.free: an index is not"),
        ({"radius": Fraction(0)}, "block.radius: is not positive"),
    ],
)
def test_shapes_that_do_not_fit(change: dict[str, object], place: str) -> None:
    block = replace(recorded_blocks()[7, 4], **change)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"^{place}"):
        exact_block(block)
