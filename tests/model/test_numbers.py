"""Numbers come in exactly as written, and decimals go out rounded the way they say."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from exactland.errors import InputError
from exactland.kernel.reading.values import number
from exactland.model.numbers import (
    ceil_significant,
    decimal_text,
    exact_from_float,
    floor_significant,
    parse_rational,
    round_to_bits,
)
from exactland.numerics.rounding import from_midpoint
from tests.wire import dyadic

RATIONALS = st.fractions(max_denominator=10**15)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.46", Fraction(373, 50)),
        ("1/3", Fraction(1, 3)),
        ("-2e-3", Fraction(-1, 500)),
        ("+.5", Fraction(1, 2)),
        ("3.", Fraction(3)),
        ("1E2", Fraction(100)),
        ("4/6", Fraction(2, 3)),
    ],
)
def test_numbers_are_read_exactly(text: str, value: Fraction) -> None:
    assert parse_rational(text, "x") == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "NaN",
        "inf",
        "1/0",
        "1/-2",
        "0x10",
        "1_000",
        "1e999999999",
        "1e5000",
        "9" * 5000,
        "٣",
        "1/2/3",
        "1.5/2",
        "--1",
        "e5",
        "1e",
        ".",
    ],
)
def test_what_is_not_a_rational_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InputError, match=r"^data\.x\[0\]: "):
        parse_rational(text, "data.x[0]")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_one_door_for_floats_is_exact(value: float) -> None:
    assert float(exact_from_float(value)) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_the_door_refuses_what_is_no_number(value: float) -> None:
    with pytest.raises(InputError):
        exact_from_float(value)


def test_a_tenth_as_a_float_is_not_a_tenth() -> None:
    assert exact_from_float(0.1) == Fraction(3602879701896397, 36028797018963968)


@given(RATIONALS, st.integers(2, 20))
def test_significant_rounding_is_outward_and_close(q: Fraction, bits: int) -> None:
    low, high = floor_significant(q, bits), ceil_significant(q, bits)
    assert low <= q <= high
    assert high - low <= abs(q) * Fraction(2) ** (2 - bits)


@given(RATIONALS)
def test_dyadics_are_read_back_by_the_kernel(q: Fraction) -> None:
    rounded = round_to_bits(q, 50)
    assert number(dyadic(rounded), "q") == rounded
    assert number(dyadic(q), "q") == q


@given(RATIONALS, st.integers(1, 17))
def test_decimals_bound_the_number(q: Fraction, digits: int) -> None:
    low, near, high = (Fraction(decimal_text(q, digits, up)) for up in (False, None, True))
    assert low <= q <= high
    assert low <= near <= high
    assert high - low <= abs(q) * Fraction(10) ** (1 - digits)


def test_balls_beyond_all_measure_do_not_become_rationals() -> None:
    """2^(10^12) has no place in memory: Newton's iteration may well lead there."""
    for exponent in (10**12, -(10**12)):
        with pytest.raises(ArithmeticError, match="too large or too small"):
            from_midpoint(arb((3, exponent)))
    assert from_midpoint(arb((3, -5))) == Fraction(3, 32)


def test_midpoints_are_rounded_however_small() -> None:
    from flint import arb

    from exactland.numerics.rounding import rounded_midpoint

    assert rounded_midpoint((-(arb(10) ** 9)).exp(), 64) == 0
    assert rounded_midpoint(arb(1) / 3, 8) == Fraction(85, 256)
    assert rounded_midpoint(arb(2) ** -9, 8) == 0
    assert rounded_midpoint(arb(3) / 1024, 8) == Fraction(1, 256)
    with pytest.raises(ArithmeticError):
        rounded_midpoint((arb(10) ** 9).exp(), 64)
    with pytest.raises(ArithmeticError):
        rounded_midpoint(arb("nan"), 64)
