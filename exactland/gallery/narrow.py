"""narrow.toml: from its entries to problems, starts and witnesses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from exactland.certificates.kinds import StatementKind
from exactland.constructions import (
    deep,
    double_zeros,
    exponential_grid,
    generic,
    generic_scalar,
    saturated,
    searched,
    sine,
    staircase,
    witness,
)
from exactland.constructions.double_zero import DECIMALS
from exactland.errors import InputError
from exactland.gallery.cases import Case, MinimumNear
from exactland.gallery.entries import Entry, activation, entry, problem
from exactland.model.numbers import Vector
from exactland.model.problem import Problem

FILE = "narrow"
EXPECTED = StatementKind.SUB_OPTIMAL_STRICT_MINIMUM


def narrow_case(name: str) -> Case:
    """A case of narrow.toml. Raises InputError for an unknown name or a wrong entry."""
    made, start = problem_and_start(name)
    task = MinimumNear(start, narrow_witness(name))
    about = entry(FILE, name).text("about")
    return Case(name, "narrow", about, about, made, task, EXPECTED)


@cache
def problem_and_start(name: str) -> tuple[Problem, Vector]:
    """The problem of a case, and the start near its minimum."""
    table = entry(FILE, name)
    if "construction" in table:
        made = _construction(table)(table)
    else:
        made = problem(table), table.vector("start")
    for key in ("about", "witness"):
        if key in table:
            table.text(key)
    table.check_all_read()
    return made


@cache
def narrow_witness(name: str) -> Vector:
    """A better point: the recorded one, or, where there is none, that of
    `exactland.constructions.witness`.
    """
    table = entry(FILE, name)
    return table.vector("witness") if "witness" in table else witness(*problem_and_start(name))


Made = tuple[Problem, Vector]


def _construction(table: Entry) -> Callable[[Entry], Made]:
    name = table.text("construction")
    if name not in CONSTRUCTIONS:
        known = ", ".join(CONSTRUCTIONS)
        raise InputError(f"{table.place}.construction", f"{name!a} is not known (known: {known})")
    return CONSTRUCTIONS[name]


def _sine(table: Entry) -> Made:
    samples, units = table.count("samples"), table.count("units")
    return sine(samples, units, output_bias=table.flag("output_bias"))


def _deep(table: Entry) -> Made:
    return deep(table.count("samples"))


def _double_zeros(table: Entry) -> Made:
    return double_zeros(
        activation(table),
        table.rows("inputs"),
        table.rows("hidden_weights"),
        table.vector("output_weights"),
        table.vector("residual"),
        table.number("scale"),
        bias=table.flag("bias"),
        decimals=_target_decimals(table),
    )


def _searched(table: Entry) -> Made:
    return searched(
        activation(table),
        table.rows("inputs"),
        table.rows("hidden_weights"),
        table.vector("output_weights"),
        table.vector("residual"),
        table.number("scale"),
        bias=table.flag("bias"),
        decimals=_target_decimals(table),
    )


def _target_decimals(table: Entry) -> int:
    return table.count("target_decimals") if "target_decimals" in table else DECIMALS


def _exponential_grid(table: Entry) -> Made:
    return exponential_grid(table.count("units_a_side"))


def _staircase(table: Entry) -> Made:
    return staircase(activation(table), table.count("samples"), table.count("units"))


def _saturated(table: Entry) -> Made:
    return saturated(table.count("samples"), table.count("units"))


def _generic_scalar(table: Entry) -> Made:
    return generic_scalar(
        activation(table),
        _inputs(table),
        table.rows("hidden_weights"),
        table.vector("output_weights"),
        table.number("scale"),
    )


def _generic(table: Entry) -> Made:
    others: tuple[Vector, ...] = ()
    if "further_output_weights" in table:
        others = table.rows("further_output_weights")
    output_bias = None
    if "first_output_bias" in table:
        output_bias = table.number("first_output_bias")
    return generic(
        activation(table),
        _inputs(table),
        table.rows("hidden_weights"),
        table.vector("output_weights"),
        table.number("scale"),
        bias=table.flag("bias"),
        output_bias=output_bias,
        others=others,
        semidefinite=table.flag("semidefinite"),
    )


CONSTRUCTIONS: dict[str, Callable[[Entry], Made]] = {
    "sine": _sine,
    "deep": _deep,
    "double_zeros": _double_zeros,
    "searched": _searched,
    "exponential_grid": _exponential_grid,
    "staircase": _staircase,
    "saturated": _saturated,
    "generic_scalar": _generic_scalar,
    "generic": _generic,
}


def _inputs(table: Entry) -> tuple[Vector, ...]:
    """Rows, or what a table with from, to, count and dimensions stands for."""
    if not table.is_table("inputs"):
        return table.rows("inputs")
    grid = table.table("inputs")
    line = _equally_spaced(grid.number("from"), grid.number("to"), grid.count("count"))
    dimensions = grid.count("dimensions") if "dimensions" in grid else 1
    grid.check_all_read()
    if dimensions == 1:
        return tuple((value,) for value in line)
    if dimensions == 2:
        return _in_the_plane(line)
    raise InputError(f"{grid.place}.dimensions", f"{dimensions} is neither 1 nor 2")


def _equally_spaced(low: Fraction, high: Fraction, count: int) -> list[Fraction]:
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def _in_the_plane(line: list[Fraction]) -> tuple[Vector, ...]:
    """Points whose first coordinates are these numbers, and whose second ones are the same in
    another order, with repetitions.
    """
    count = len(line)
    return tuple((line[k], line[(k * k + k // 3) % count]) for k in range(count))
