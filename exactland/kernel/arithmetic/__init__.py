"""Enclosures of real numbers by balls, and exact numbers."""

from .ball import Ball, box, hull
from .formal import HALF, ONE, ZERO, Exact, Formal, apply, atom, relu, text
from .numbers import Number, constant, dot, metered, square, sum_of

__all__ = [
    "HALF",
    "ONE",
    "ZERO",
    "Ball",
    "Exact",
    "Formal",
    "Number",
    "apply",
    "atom",
    "box",
    "constant",
    "dot",
    "hull",
    "metered",
    "relu",
    "square",
    "sum_of",
    "text",
]
