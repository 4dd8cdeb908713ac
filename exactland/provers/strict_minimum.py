"""Evidence for strict local minima: rule 3.1 with balls, rule 3.1b exactly (docs/theorems).

These functions choose a center, a radius and bounds that should pass; only the kernel says whether
they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import log2

from flint import arb, arb_mat

from exactland.certificates.steps import ExactMinimum, StrictMinimum
from exactland.model.numbers import Vector, ceil_significant, floor_significant, round_to_bits
from exactland.model.problem import Problem
from exactland.model.progress import Progress, no_progress
from exactland.numerics.enclosures import UndefinedError, box, enclose
from exactland.numerics.precision import precision, raise_precision
from exactland.numerics.rounding import from_midpoint, short_midpoint, to_arb
from exactland.provers.evidence import Evidence
from exactland.search.newton import cholesky_inverse

HINT_BITS = 24  # significant bits of the preconditioner
SMALLEST_RADIUS = 160  # radii below 2^-160 are not tried
PROBE = 28  # the first radius tried is 2^-28
# of R^T H R, near the identity: maximises the barrier mu radius^2, roughly
ENOUGH_DOMINANCE = Fraction(1, 4)
# bounds are stated this much weaker than found, so that the kernel's enclosures need not be as
# narrow
SLACK = Fraction(7, 8)
MORE_HALVINGS = 16  # of the box, until the kernel's way shows what the hint did
ROUNDED_RADII = 1 + Fraction(1, 2**20)  # Arb rounds radii up to 30 bits when it adds
ROUNDING_BITS = 64  # of an entry of the scaled Hessian, about 1, so many bits may be lost
SHRINKS = 4  # times the box is halved before giving up on the kernel
EXACT_BITS = 256


def minimum_evidence(
    problem: Problem, theta: Vector, progress: Progress = no_progress
) -> Iterator[Evidence]:
    """Rule 3.1b if theta is exact, then rule 3.1 on smaller and smaller boxes."""
    exact = exact_evidence(problem, theta)
    if exact is not None:
        yield exact
    for shrink in range(SHRINKS):
        strict = strict_evidence(problem, theta, shrink, progress)
        if strict is None:
            return
        yield strict


def strict_evidence(
    problem: Problem,
    theta: Sequence[Fraction],
    shrink: int = 0,
    progress: Progress = no_progress,
) -> Evidence | None:
    """Rule 3.1 around theta (P rationals, close to a critical point); None when the Hessian there
    is not shown to be positive definite.

    The radius is the largest power of two that balls can show, divided by 2^shrink; the center is
    theta rounded to as few bits as that allows, but at least 53.
    """
    return raise_precision(
        lambda bits: _strict_evidence(problem, theta, shrink, bits, progress), 128, 512
    )


def _strict_evidence(
    problem: Problem, theta: Sequence[Fraction], shrink: int, bits: int, progress: Progress
) -> Evidence | None:
    try:
        hessian = enclose(problem, box(theta, Fraction(0))).hessian
        hint = preconditioner(hessian)
        found = _largest_radius(problem, theta, hint, progress) if hint else None
    except (UndefinedError, ArithmeticError):
        return None
    if hint is None or found is None:
        return None
    exponent, mu = found[0] + shrink, found[1]
    square = _upper(sum((v * v for row in hint for v in map(to_arb, row)), arb(0)))
    curvature = floor_significant(mu * SLACK / square)
    shown = _radius_that_shows(problem, theta, curvature, found[0])
    if shown is None:
        return None
    radius = shown / 2**shrink
    for center_bits in range(max(53, exponent + 20), bits, 32):
        progress("rounding the center", 0, 0)
        center = tuple(round_to_bits(t, center_bits) for t in theta)
        at = enclose(problem, box(center, Fraction(0)), 1)
        least = curvature / 2 ** (center_bits + 8)
        slope = ceil_significant(max(_upper(_norm(at.gradient)) / SLACK, least))
        if slope * 1024 < curvature * radius:
            break
    else:
        return None
    step = StrictMinimum(
        center=center,
        radius=radius,
        curvature=curvature,
        slope=slope,
        precision=_kernel_precision(center_bits, square),
    )
    low = _lower(at.loss) - slope * slope / (2 * curvature)
    return Evidence(step, center, slope / curvature, low, bits)


def exact_evidence(problem: Problem, theta: Sequence[Fraction]) -> Evidence | None:
    """Rule 3.1b at theta, when the activations are exact and the gradient vanishes as far as balls
    can see; the kernel does the exact part.
    """
    if not problem.is_exact:
        return None
    with precision(EXACT_BITS):
        try:
            at = enclose(problem, box(theta, Fraction(0)), 1)
        except UndefinedError:
            return None
        if not all(g.contains(0) for g in at.gradient):
            return None
        low = _lower(at.loss)
    return Evidence(ExactMinimum(tuple(theta)), tuple(theta), Fraction(0), low, EXACT_BITS)


def preconditioner(hessian: arb_mat) -> list[list[Fraction]] | None:
    """R with R^T H R near the identity: the inverse of a Cholesky factor, to `HINT_BITS` bits; None
    where H is not shown to be positive definite.
    """
    inverse = cholesky_inverse(hessian)
    if inverse is None:
        return None
    return [
        [short_midpoint(v, HINT_BITS) if j >= i else Fraction(0) for j, v in enumerate(row)]
        for i, row in enumerate(inverse.tolist())
    ]


def _largest_radius(
    problem: Problem, theta: Sequence[Fraction], hint: list[list[Fraction]], progress: Progress
) -> tuple[int, Fraction] | None:
    """The smallest k for which dominance on the box of radius 2^-k is enough, and that dominance;
    each success says how much more to try.
    """
    r = arb_mat([[to_arb(v) for v in row] for row in hint])
    found: dict[int, Fraction] = {}

    def enough(k: int) -> bool:
        progress("looking for a box", 0, 0)
        try:
            hessian = enclose(problem, box(theta, Fraction(2) ** -k)).hessian
        except UndefinedError:
            return False
        mu = _dominance(r.transpose() * hessian * r)
        if mu is not None and mu >= ENOUGH_DOMINANCE:
            found[k] = mu
        return k in found

    low, high, k, stride = -5, 0, PROBE, 1  # `low` is taken to fail
    while not high or high - low > 1:
        if enough(k):
            high, stride = k, 1
            # grows at least in proportion to the radius
            lost = max(1 - found[k], Fraction(1, 2**HINT_BITS))
            doublings = int(log2((1 - ENOUGH_DOMINANCE) / lost))
            if doublings < 1:
                break
            k = max(low + 1, k - doublings)
        else:
            low, stride = k, 2 * stride
            k = min(low + stride // 2, high - 1) if high else low + PROBE
        if k > SMALLEST_RADIUS:
            return None
    return high, found[high]


def _radius_that_shows(
    problem: Problem, theta: Sequence[Fraction], curvature: Fraction, exponent: int
) -> Fraction | None:
    """The largest power of two, at most 2^-exponent, for whose box the kernel's way shows the
    curvature.
    """
    for k in range(exponent, exponent + MORE_HALVINGS):
        hessian = enclose(problem, box(theta, Fraction(2) ** -k)).hessian
        if is_at_least(hessian, curvature / SLACK):
            return Fraction(2) ** -k
    return None


def is_at_least(hessian: arb_mat, least: Fraction) -> bool:
    """Whether every symmetric matrix in the balls is shown to be at least a multiple of the
    identity, by a sum of squares, room and a rest (docs/theorems/strict-minimum.md).
    """
    rows = hessian.tolist()
    if not all(row[k] > 0 for k, row in enumerate(rows)):
        return False
    scale = [_near_inverse_root(row[k]) for k, row in enumerate(rows)]
    rest = [[x * s * t for x, t in zip(row, scale)] for row, s in zip(rows, scale)]
    slack = Fraction(len(rows), 2**ROUNDING_BITS)
    radii = [_upper(sum((x.rad() for x in row), arb(0))) for row in rest]
    room = [radius * ROUNDED_RADII + slack for radius in radii]
    for k, (s, most) in enumerate(zip(scale, room)):
        rest[k][k] = rest[k][k] - to_arb(least) * s * s - to_arb(most)
    for k in range(len(rest)):
        pivot = rest[k][k].mid()
        if not pivot > 0:
            return False
        root = pivot.sqrt().mid()
        column = [(row[k].mid() / root).mid() for row in rest[k:]]
        for row, v in zip(rest[k:], column):
            row[k:] = [x - v * w for x, w in zip(row[k:], column)]
    sizes = [sum((x.abs_upper() for x in row), arb(0)) for row in rest]
    return all(size <= to_arb(most) for size, most in zip(sizes, room))


def _near_inverse_root(x: arb) -> arb:
    """A power of two near 1/sqrt(x), for a positive number."""
    mantissa, exponent = x.mid().man_exp()
    return arb(2) ** -((int(exponent) + int(mantissa).bit_length()) // 2)


def _dominance(k: arb_mat) -> Fraction | None:
    margins = []
    for a, row in enumerate(k.tolist()):
        margin = row[a] - sum((v.abs_upper() for b, v in enumerate(row) if b != a), arb(0))
        if not margin.is_finite():
            return None
        margins.append(_lower(margin))
    return min(margins)


def _norm(vector: Sequence[arb]) -> arb:
    return sum((v.abs_upper() * v.abs_upper() for v in vector), arb(0)).sqrt()


def _lower(x: arb) -> Fraction:
    return from_midpoint(x.lower())


def _upper(x: arb) -> Fraction:
    return from_midpoint(x.upper())


def _kernel_precision(center_bits: int, square: Fraction) -> int:
    """Bits enough for the center, and for R^T H R when |R|^2 is large; a multiple of 32."""
    return -(-(center_bits + 40 + max(0, int(log2(square)))) // 32) * 32
