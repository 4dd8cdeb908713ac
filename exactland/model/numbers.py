"""Exact numbers: how text, JSON and floats become rationals, and back.

The model's numbers are `fractions.Fraction`.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from numbers import Rational
from typing import Any

from exactland.errors import InputError

MAX_CHARACTERS = 600
MAX_EXPONENT = 600
MAX_INTEGER = 10**640  # numerators and denominators stay below: what the kernel reads
Vector = tuple[Fraction, ...]
_NUMBER = re.compile(
    r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,9})?|[+-]?[0-9]+/[0-9]+", re.ASCII
)


def parse_rational(text: str, place: str) -> Fraction:
    """The rational a decimal or a quotient of integers denotes: "7.46" is 373/50, "1/3" a third,
    "2e-3" 1/500.

    Raises InputError (with `place`) for anything else, a zero denominator, more than 600
    characters, a decimal exponent beyond 600, or more than 640 digits above or below.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(place, f"a number of {len(text)} characters (at most {MAX_CHARACTERS})")
    if not _NUMBER.fullmatch(text):
        raise InputError(place, f"{text[:40]!a} is not a rational number (write 7.46, 1/3 or 2e-3)")
    exponent = re.search(r"[eE](.*)", text)
    if exponent and abs(int(exponent.group(1))) > MAX_EXPONENT:
        raise InputError(place, f"{text[:40]!a}: the exponent is beyond {MAX_EXPONENT}")
    if "/" in text and int(text.partition("/")[2]) == 0:
        raise InputError(place, f"{text[:40]!a} has denominator zero")
    value = Fraction(text)
    if abs(value.numerator) >= MAX_INTEGER or value.denominator >= MAX_INTEGER:
        raise InputError(place, f"{text[:40]!a} has more than 640 digits as a quotient of integers")
    return value


def exact_from_float(value: float) -> Fraction:
    """The dyadic rational that a finite binary float is: the one door through which floats enter.

    Raises InputError for NaN and infinities. `exact_from_float(0.1)` is
    3602879701896397/36028797018963968, not 1/10.
    """
    if not math.isfinite(value):
        raise InputError("number", f"{value!r} is not a finite number")
    return Fraction(*float(value).as_integer_ratio())


def exact_number(value: object, place: str) -> Fraction:
    """The rational that a Python or numpy number denotes.

    An int or another rational is what it is, a str is read as it is written (`parse_rational`), a
    float enters as the dyadic rational it is (`exact_from_float`). Of numpy, anything with
    `.tolist()` is taken as the Python number it becomes.

    Raises InputError (with `place`) for anything else (booleans, complex numbers, None), for NaN
    and infinities, and for more than 640 digits above or below.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, str):
        return parse_rational(value, place)
    if isinstance(value, float):
        try:
            return exact_from_float(value)
        except InputError as error:
            raise InputError(place, error.what) from None
    if isinstance(value, bool) or not isinstance(value, Rational):
        taken = "an int, a Fraction, a float or a string is needed"
        raise InputError(place, f"{taken}, not {kind_of(value)}")
    exact = Fraction(int(value.numerator), int(value.denominator))
    if abs(exact.numerator) >= MAX_INTEGER or exact.denominator >= MAX_INTEGER:
        raise InputError(place, "a number of more than 640 digits as a quotient of integers")
    return exact


def kind_of(value: object) -> str:
    """What a value is that should have been something else, for messages: `None`, `a dict`."""
    if value is None or isinstance(value, bool | complex):
        return repr(value)
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def rational_text(q: Fraction) -> str:
    return str(q.numerator) if q.denominator == 1 else f"{q.numerator}/{q.denominator}"


def dyadic(q: Fraction) -> Any:
    """The certificate's spelling of a rational: [mantissa, exponent] when its denominator is a
    power of two, else "p/q".
    """
    if q.denominator & (q.denominator - 1):
        return rational_text(q)
    mantissa, exponent = q.numerator, 1 - q.denominator.bit_length()
    if exponent == 0 and mantissa:
        exponent = (mantissa & -mantissa).bit_length() - 1
        mantissa >>= exponent
    return [str(mantissa), str(exponent)]


def round_to_bits(q: Fraction, bits: int) -> Fraction:
    """q rounded to a multiple of 2^-bits."""
    scale = Fraction(2) ** bits
    return Fraction(round(q * scale)) / scale


def round_significant(q: Fraction, bits: int) -> Fraction:
    """q rounded to `bits` significant bits."""
    return round_to_bits(q, bits - _exponent(q)) if q else q


def _exponent(q: Fraction) -> int:
    """e with 2^(e-1) <= |q| < 2^(e+1), q nonzero."""
    return abs(q.numerator).bit_length() - q.denominator.bit_length()


def floor_significant(q: Fraction, bits: int = 16) -> Fraction:
    """A dyadic below or at q, within 2^(1-bits) of it relatively."""
    if not q:
        return q
    scale = Fraction(2) ** (bits - _exponent(q))
    return Fraction(math.floor(q * scale)) / scale


def ceil_significant(q: Fraction, bits: int = 16) -> Fraction:
    """A dyadic above or at q, within 2^(1-bits) of it relatively."""
    return -floor_significant(-q, bits)


def decimal_text(q: Fraction, digits: int = 6, up: bool | None = None) -> str:
    """q in at most `digits` significant decimals, rounded to nearest, or outward when `up` says
    which way.
    """
    if not q:
        return "0"
    exponent = math.floor(
        (abs(q.numerator).bit_length() - q.denominator.bit_length()) * math.log10(2)
    )
    while abs(q) >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while abs(q) < Fraction(10) ** exponent:
        exponent -= 1
    scaled = q * Fraction(10) ** (digits - 1 - exponent)
    mantissa = round(scaled) if up is None else (math.ceil(scaled) if up else math.floor(scaled))
    if abs(mantissa) == 10**digits:
        mantissa, exponent = mantissa // 10, exponent + 1
    sign, figures = "-" if mantissa < 0 else "", str(abs(mantissa)).rjust(digits, "0")
    if -5 <= exponent < digits:
        whole, part = (
            (figures[: exponent + 1], figures[exponent + 1 :])
            if exponent >= 0
            else ("0", "0" * (-exponent - 1) + figures)
        )
        return sign + (f"{whole}.{part}".rstrip("0").rstrip(".") if part else whole)
    tail = figures[1:].rstrip("0")
    return f"{sign}{figures[0]}{'.' + tail if tail else ''}e{exponent}"


def interval_text(low: Fraction, high: Fraction, digits: int = 8) -> str:
    """[low, high] in at most `digits` decimals, rounded outward; one number if that is exact."""
    below, above = decimal_text(low, digits, up=False), decimal_text(high, digits, up=True)
    return below if below == above else f"[{below}, {above}]"
