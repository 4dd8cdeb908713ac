"""Exact sums of tanh with more double zeros than half their terms: the computation in B2 of
docs/theorems/blocks.md, by Krawczyk's form of interval Newton in Arb's balls.

phi(w) = sum of rho_i tanh(a_i w), i = 1, ..., N, with double zeros w_1, ..., w_m: 2m equations
phi(w_j) = phi'(w_j) = 0 for the m numbers w_j and m of the rho_i, the free ones. The nodes a_i and
the other rho_i are rational and stay as they are. A record has numbers near a solution; here it is
proved that there is an exact one within its radius.

Written for w, then free rho: F = (phi(w_1), ..., phi(w_m), phi'(w_1), ..., phi'(w_m)); c is the
recorded center, X the box of all points with distance at most r from it in every coordinate, Y any
matrix. If for every row k

    |(Y F(c))_k| + r * sum over l of sup |(I - Y F'(X))_kl| < r,

then x -> x - Y F(x) maps X into itself and contracts in the largest coordinate, so it has a fixed
point in X; and Y F'(c), so Y, is invertible, so F is zero there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import combinations

from flint import arb, arb_mat

from exactland.errors import InputError
from exactland.model.activations import NAMED
from exactland.model.numbers import Vector, parse_rational
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

FILE = "double_zero_blocks.json"
BITS = 640
TANH = NAMED["tanh"]


@dataclass(frozen=True)
class Block:
    """Numbers near a sum of N terms with m double zeros: nodes a (N), residual rho (N), weights w
    (m), the indices of the m free numbers in rho, and the radius of the box.
    """

    nodes: Vector
    residual: Vector
    weights: Vector
    free: tuple[int, ...]
    radius: Fraction


@dataclass(frozen=True)
class ExactBlock:
    """What is proved of a block: there are w_j and free rho_i within `radius` of the recorded
    numbers, so that every w_j is a double zero of phi, exactly.

    Also: all a_i > 0 and w_j > 0 are different, phi''(w_j) has the sign `curvature[j]`, 1 or -1,
    the m vectors (tanh(a_i w_j))_i are independent, and the sum of the rho_i is not 0.
    `contraction` is an upper bound below 1 of the norm of I - Y F' in the box.
    """

    samples: int
    units: int
    radius: Fraction
    contraction: Fraction
    curvature: tuple[int, ...]


@dataclass(frozen=True)
class NotShown:
    """The first condition that is not shown; no claim that it is false."""

    condition: str


NODES = "the nodes are positive and different"
WEIGHTS = "the weights are positive and different in the box"
NEWTON = "Newton's map contracts the box into itself"
CURVATURE = "phi'' has a strict sign at every weight"
FEATURES = "the features are independent"
SUM = "the sum of the residual is not zero"


@cache
def recorded_blocks() -> dict[tuple[int, int], Block]:
    """The recorded blocks by (N, m): (7, 4), (12, 7) and (13, 8)."""
    text = (files("exactland.walls") / FILE).read_text(encoding="utf-8")
    blocks = [_block(f"{FILE}[{k}]", record) for k, record in enumerate(json.loads(text))]
    return {(len(block.nodes), len(block.weights)): block for block in blocks}


def exact_block(block: Block, bits: int = BITS) -> ExactBlock | NotShown:
    """A proof that there is an exact solution near the block, or the first condition that is not
    shown at this working precision.

    Raises InputError for shapes that do not fit and a radius that is not positive. Trusted are
    Arb's balls and this module, not the kernel, which has no part in it.
    """
    _check_shapes(block)
    if not (min(block.nodes) > 0 and _differ(block.nodes, Fraction(0))):
        return NotShown(NODES)
    smallest = min(block.weights) - block.radius
    if not (smallest > 0 and _differ(block.weights, 2 * block.radius)):
        return NotShown(WEIGHTS)
    with precision(bits):
        contraction = _contraction(block)
        if contraction is None:
            return NotShown(NEWTON)
        weights, residual = _box(block)
        jets = [[derivatives(TANH, to_arb(a) * w, 2) for a in block.nodes] for w in weights]
        signs = tuple(_sign(_phi(block, residual, jet, 2)) for jet in jets)
        if 0 in signs:
            return NotShown(CURVATURE)
        features = arb_mat([[of[0] for of in jet] for jet in jets])
        if _sign((features * features.transpose()).det()) != 1:
            return NotShown(FEATURES)
        if _sign(sum(residual, arb(0))) == 0:
            return NotShown(SUM)
    return ExactBlock(len(block.nodes), len(block.weights), block.radius, contraction, signs)


def _sign(x: arb) -> int:
    """1 or -1 if all numbers of the ball have that sign; else 0."""
    if x > 0:
        return 1
    return -1 if x < 0 else 0


def _contraction(block: Block) -> Fraction | None:
    """An upper bound of the norm of I - Y F' in the box, if Newton's map is shown to contract the
    box into itself, at the working precision.
    """
    center = ([to_arb(w) for w in block.weights], [to_arb(rho) for rho in block.residual])
    values, slopes = _equations(block, *center)
    try:
        rough = slopes.inv()
    except ZeroDivisionError:
        return None
    size = slopes.nrows()
    inverse = arb_mat([[rough[k, n].mid() for n in range(size)] for k in range(size)])
    step = inverse * values
    _, slopes_in_box = _equations(block, *_box(block))
    product = inverse * slopes_in_box
    radius, largest = to_arb(block.radius), arb(0)
    for k in range(size):
        row = [(1 if k == n else 0) - product[k, n] for n in range(size)]
        norm = sum((entry.abs_upper() for entry in row), arb(0)).upper()
        if not step[k, 0].abs_upper() + radius * norm < radius:
            return None
        largest = largest.max(norm)
    if not largest < 1:
        return None
    return from_midpoint(largest.upper())


def _equations(
    block: Block, weights: Sequence[arb], residual: Sequence[arb]
) -> tuple[arb_mat, arb_mat]:
    """F, a column, and F' (2m x 2m): all their values for weights and residual in these balls."""
    units = range(len(weights))
    values, slopes = [], []
    jets = [[derivatives(TANH, to_arb(a) * w, 2) for a in block.nodes] for w in weights]
    for order in (0, 1):
        for j in units:
            values.append([_phi(block, residual, jets[j], order)])
            by_weights = [arb(0) for _ in units]
            by_weights[j] = _phi(block, residual, jets[j], order + 1)
            by_residual = [_term(block, jets[j], order, i) for i in block.free]
            slopes.append([*by_weights, *by_residual])
    return arb_mat(values), arb_mat(slopes)


def _phi(block: Block, residual: Sequence[arb], jet: Sequence[Sequence[arb]], order: int) -> arb:
    """The derivative of phi of this order at the weight that the jet belongs to."""
    terms = (rho * _term(block, jet, order, i) for i, rho in enumerate(residual))
    return sum(terms, arb(0))


def _term(block: Block, jet: Sequence[Sequence[arb]], order: int, i: int) -> arb:
    """The derivative of tanh(a_i w) of this order in w."""
    return to_arb(block.nodes[i]) ** order * jet[i][order]


def _box(block: Block) -> tuple[list[arb], list[arb]]:
    """Weights and residual in the box: balls, but for what is not free."""
    around_zero = arb(0, to_arb(block.radius).upper())
    weights = [to_arb(w) + around_zero for w in block.weights]
    residual = [
        to_arb(rho) + around_zero if i in block.free else to_arb(rho)
        for i, rho in enumerate(block.residual)
    ]
    return weights, residual


def _differ(numbers: Sequence[Fraction], by_more_than: Fraction) -> bool:
    return all(abs(a - b) > by_more_than for a, b in combinations(numbers, 2))


def _check_shapes(block: Block) -> None:
    samples, units = len(block.nodes), len(block.weights)
    if units == 0 or len(block.residual) != samples:
        raise InputError(
            "block", f"{len(block.residual)} residuals, {samples} nodes, {units} weights"
        )
    if len(block.free) != units or len(set(block.free)) != units:
        raise InputError("block.free", f"{units} different indices are needed, as many as weights")
    if not all(0 <= i < samples for i in block.free):
        raise InputError("block.free", f"an index is not one of 0, ..., {samples - 1}")
    if block.radius <= 0:
        raise InputError("block.radius", "is not positive")


def _block(place: str, record: dict[str, list[str]]) -> Block:
    return Block(
        _numbers(place, record, "nodes"),
        _numbers(place, record, "residual"),
        _numbers(place, record, "weights"),
        tuple(int(index) for index in record["free"]),
        _numbers(place, record, "radius")[0],
    )


def _numbers(place: str, record: dict[str, list[str]], key: str) -> Vector:
    return tuple(parse_rational(text, f"{place}.{key}") for text in record[key])
