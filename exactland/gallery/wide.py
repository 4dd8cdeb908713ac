"""wide.toml: from its entries to points, paths, and claims about the loss as a whole."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from exactland.errors import InputError
from exactland.gallery.cases import AtThePoint, Case, OneMoreUnit, PathDown, Task, WholeLoss
from exactland.gallery.entries import Entry, entry, problem
from exactland.gallery.narrow import problem_and_start
from exactland.model.problem import Problem

FILE = "wide"


def wide_case(name: str) -> Case:
    """A case of wide.toml. Raises InputError for an unknown name or a wrong entry."""
    table = entry(FILE, name)
    about, expected = table.text("about"), table.kind("expected")
    task = _task(table)
    if isinstance(task, OneMoreUnit):
        made, _ = problem_and_start(task.of)
    elif "widened" in table:
        made = _widened(problem_and_start(table.text("widened"))[0], table.count("layer"))
    else:
        made = problem(table, "point")
    table.check_all_read()
    return Case(name, "wide", about, about, made, task, expected)


def _task(table: Entry) -> Task:
    match table.text("task"):
        case "one-more-unit":
            return OneMoreUnit(table.text("of"))
        case "whole-loss":
            return WholeLoss(table.text("claim"))
        case "at-the-point":
            return AtThePoint()
        case "path-down":
            below = table.number("below") if "below" in table else None
            eta = table.number("eta") if "eta" in table else Fraction(0)
            return PathDown(below, eta)
        case other:
            raise InputError(f"{table.place}.task", f"{other!a} is not known")


def _widened(narrow: Problem, layer: int) -> Problem:
    """The problem with one more unit in a hidden layer, 1 the first."""
    hidden = list(narrow.network.hidden)
    hidden[layer - 1] = replace(hidden[layer - 1], units=hidden[layer - 1].units + 1)
    return replace(narrow, network=replace(narrow.network, hidden=tuple(hidden)), point=None)


def narrow_case_before(name: str) -> str | None:
    """The narrow case whose certificate a case of wide.toml starts from, if it starts from one;
    nothing is built.
    """
    table = entry(FILE, name)
    return table.text("of") if "of" in table else None
