"""literature.toml: from its entries to published counterexamples."""

from __future__ import annotations

from exactland.constructions import copies, spurious_minimum, three_points, with_hinge, witness
from exactland.errors import InputError
from exactland.gallery.cases import Case, LocalMinimumAt, NoMinimumAt, Task
from exactland.gallery.entries import Entry, activation, entry, papers, problem
from exactland.gallery.narrow import narrow_witness, problem_and_start
from exactland.model.activations import PiecewiseLinear
from exactland.model.problem import Problem

FILE = "literature"


def published_case(name: str) -> Case:
    """A case of literature.toml. Raises InputError for an unknown name or a wrong entry."""
    table = entry(FILE, name)
    paper, claims = table.text("paper"), table.text("claims")
    about, expected = table.text("about"), table.kind("expected")
    if paper not in papers():
        raise InputError(f"{table.place}.paper", f"{paper!a} is not in papers.toml")
    made, task = _constructed(table) if "construction" in table else _given(table)
    table.check_all_read()
    return Case(name, "literature", about, papers()[paper], made, task, expected, paper, claims)


def _given(table: Entry) -> tuple[Problem, Task]:
    made, point = problem(table), table.vector("point")
    better = table.vector("witness") if "witness" in table else None
    match table.text("task"):
        case "local-minimum":
            return made, LocalMinimumAt(point, better)
        case "no-local-minimum":
            return made, NoMinimumAt(point)
        case other:
            raise InputError(f"{table.place}.task", f"{other!a} is not known")


def _constructed(table: Entry) -> tuple[Problem, Task]:
    match table.text("construction"):
        case "three_points":
            z, v = table.number("pre_activation"), table.number("output_weight")
            made, point = three_points(activation(table), z, v)
            return made, LocalMinimumAt(point, witness(made, point))
        case "spurious_minimum":
            return _spurious_minimum(table)
        case "copies":
            narrow = table.text("of")
            one_unit, start = problem_and_start(narrow)
            units = table.count("units")
            made, point, better = copies(one_unit, start, narrow_witness(narrow), units)
            return made, LocalMinimumAt(point, better)
        case other:
            raise InputError(f"{table.place}.construction", f"{other!a} is not known")


def _spurious_minimum(table: Entry) -> tuple[Problem, Task]:
    s = activation(table)
    if not isinstance(s, PiecewiseLinear):
        raise InputError(f"{table.place}.activation", "is not piecewise linear")
    targets = [row[0] for row in table.rows("targets")]
    made, point = spurious_minimum(table.rows("inputs"), targets, s, table.count("units"))
    return made, LocalMinimumAt(point, with_hinge(made, point))
