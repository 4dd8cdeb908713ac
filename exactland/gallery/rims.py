"""rims.toml: from its entries to boxes around bad basins."""

from __future__ import annotations

from dataclasses import replace

from exactland.certificates.kinds import StatementKind
from exactland.gallery.cases import Case, RimOf
from exactland.gallery.entries import Entry, entry, problem
from exactland.gallery.narrow import narrow_witness, problem_and_start
from exactland.model.problem import Problem

FILE = "rims"
EXPECTED = StatementKind.BAD_BASIN


def rim_case(name: str) -> Case:
    """A case of rims.toml. Raises InputError for an unknown name or a wrong entry."""
    table = entry(FILE, name)
    about, radii = table.text("about"), table.vector("radii")
    if "problem_of" in table:
        narrow = table.text("problem_of")
        made, center = problem_and_start(narrow)
        made = _with_further_samples(made, table)
        better = narrow_witness(narrow)
    else:
        made, center = problem(table), table.vector("center")
        better = table.vector("witness")
    table.check_all_read()
    return Case(name, "rims", about, about, made, RimOf(center, radii, better), EXPECTED)


def _with_further_samples(made: Problem, table: Entry) -> Problem:
    if "further_inputs" not in table:
        return made
    inputs, targets = table.rows("further_inputs"), table.rows("further_targets")
    return replace(made, x=made.x + inputs, y=made.y + targets)
