"""Rationals into python-flint and back: exactly, or as the midpoint of a ball."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq, fmpq_mat

from exactland.model.numbers import round_to_bits

LONGEST = 1 << 20  # binary exponents of what becomes a rational


def to_fmpq(q: Fraction) -> fmpq:
    return fmpq(q.numerator, q.denominator)


def to_arb(q: Fraction) -> arb:
    """The ball around q at the working precision."""
    return arb(to_fmpq(q))


def from_midpoint(x: arb) -> Fraction:
    """The exact dyadic midpoint of a ball.

    Raises ArithmeticError where that is not finite, or would take more than a million bits.
    """
    mantissa, exponent = (
        int(v) for v in (x.mid().man_exp() if x.is_finite() else (0, LONGEST + 1))
    )
    if abs(exponent) > LONGEST:
        raise ArithmeticError(
            "a ball without a finite midpoint, or with one that is too large or too small to write"
            " down"
        )
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def rounded_midpoint(x: arb, bits: int) -> Fraction:
    """The midpoint of a ball rounded to a multiple of 2^-bits, 0 however small it is.

    Raises ArithmeticError where it is not finite, or too large.
    """
    tiny = x.is_finite() and abs(x.mid()) < arb(2) ** (-bits - 1)
    return Fraction(0) if tiny else round_to_bits(from_midpoint(x), bits)


def short_midpoint(x: arb, bits: int) -> Fraction:
    """The midpoint of a ball rounded to `bits` significant bits."""
    mantissa, exponent = (int(v) for v in x.mid().man_exp())
    drop = max(0, abs(mantissa).bit_length() - bits)
    short, power = (mantissa + (1 << drop >> 1)) >> drop, exponent + drop
    return Fraction(short << power) if power >= 0 else Fraction(short, 1 << -power)


def from_column(matrix: fmpq_mat) -> list[Fraction]:
    return [Fraction(int(v.p), int(v.q)) for v in matrix.entries()]
