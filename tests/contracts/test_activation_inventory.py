"""Every function of expressions, and every named activation, is known in every room that must know
it.

Who adds one to the model and forgets a room is told which.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flint import arb

import exactland
from exactland.errors import InputError
from exactland.exporters.coq import wide
from exactland.files import schema as schemas
from exactland.kernel import refusals as kernel_refusals
from exactland.kernel.arithmetic.ball import Ball
from exactland.kernel.network import activation_values as kernel_activation_values
from exactland.kernel.network import activations as kernel_activations
from exactland.kernel.reading import problem as kernel_problem
from exactland.kernel.refusals import Undefined
from exactland.model import trees
from exactland.model.activations import NAMED, Expression
from exactland.numerics.precision import precision
from exactland.second_checker.network import activations as second_activations
from exactland.second_checker.network import jets as second_jets
from tests import closed_forms
from tests.pages import FORMAT, THEOREMS, page

PROOFS = Path(__file__).parent.parent.parent / "proofs"
Rooms = dict[str, bool]  # a room -> whether it knows the name


def missing(names: tuple[str, ...], rooms: Callable[[str], Rooms]) -> dict[str, list[str]]:
    """The names that are not known everywhere, each with the rooms that miss it."""
    found = {}
    for name in names:
        without = [room for room, knows in rooms(name).items() if not knows]
        if without:
            found[name] = without
    return found


def words_after(before: str) -> list[str]:
    """The words between the first backquotes after a phrase of the page of formats."""
    text = " ".join(page(FORMAT).split())
    return re.split(r"`", text.partition(before)[2], maxsplit=2)[1].split()


# Functions


def algebras() -> list[type[trees.Algebra[Any]]]:
    """Every algebra of the package that no other one of the package is built on."""
    for module in pkgutil.walk_packages(exactland.__path__, "exactland."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    return list(_without_descendants(trees.Algebra))


def _without_descendants(algebra: type[Any]) -> Iterator[type[Any]]:
    own = [c for c in algebra.__subclasses__() if c.__module__.startswith("exactland.")]
    for descendant in own:
        yield from _without_descendants(descendant)
    if not own:
        yield algebra


def function_rooms(name: str) -> Rooms:
    rooms = {}
    for algebra in algebras():
        method = getattr(algebra, name, None)
        known = callable(method) and not getattr(method, "__isabstractmethod__", False)
        rooms[f"{algebra.__module__}.{algebra.__name__}"] = known
    rooms["the kernel's reader"] = name in kernel_problem.FUNCTIONS
    rooms["the kernel's functions"] = the_kernel_evaluates(name)
    rooms["the second checker's functions"] = the_second_checker_evaluates(name)
    for schema in schemas.NAMES:
        defined = schemas.schema(schema)["$defs"]
        if "tree" in defined:
            rooms[f"the schema of {schema} files"] = in_schema(defined["tree"], name)
    rooms["the page of formats"] = name in words_after("with F one of ")
    rooms["the theorems"] = name in theorems_functions()
    rooms["the closed forms of the tests"] = name in closed_forms.FUNCTIONS
    return rooms


def the_kernel_evaluates(name: str) -> bool:
    """With two derivatives, over a ball."""
    x = Ball(3 << 62, 5, 64)
    try:
        tree = kernel_problem.read_tree([name, "x"], "tree", 2)[0]
    except kernel_refusals.Malformed:
        tree = (name, "x")
    try:
        kernel_activation_values.derivatives(tree, x, 2)
    except (AttributeError, KeyError, Undefined):
        return False
    return True


def the_second_checker_evaluates(name: str) -> bool:
    """To what the closed form says, with the first derivative."""
    if name not in second_jets.FUNCTIONS:
        return False
    with precision(64):
        x = arb(3) / 4
        found = second_jets.FUNCTIONS[name]([x, arb(1)])
        return all(a.overlaps(b) for a, b in zip(found, closed_forms.FUNCTIONS[name](x)))


def in_schema(tree: dict[str, Any], name: str) -> bool:
    """Among all operators, and among those that take one operand."""
    operators = tree["then"]["prefixItems"][0]["enum"]
    of_one = tree["then"]["allOf"][-1]["if"]["prefixItems"][0]["enum"]
    return name in operators and name in of_one


def theorems_functions() -> list[str]:
    text = page(THEOREMS / "enclosures.md")
    listed = text.partition("integer powers and ")[2].partition("(")[0]
    return listed.replace(",", " ").split()


def test_every_function_is_known_in_every_room() -> None:
    assert missing(trees.FUNCTIONS, function_rooms) == {}


def test_the_rooms_that_miss_a_function_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "FUNCTIONS", (*trees.FUNCTIONS, "sinh"))
    everywhere = list(function_rooms("sinh"))
    assert missing(trees.FUNCTIONS, function_rooms) == {"sinh": everywhere}
    monkeypatch.setattr(kernel_problem, "FUNCTIONS", (*kernel_problem.FUNCTIONS, "sinh"))
    monkeypatch.setattr(trees.UniformAlgebra, "sinh", lambda self, u: u, raising=False)
    left = missing(trees.FUNCTIONS, function_rooms)["sinh"]
    assert "the kernel's reader" not in left
    assert "the kernel's functions" in left
    for algebra in algebras():
        uniform = issubclass(algebra, trees.UniformAlgebra)
        assert (f"{algebra.__module__}.{algebra.__name__}" in left) != uniform


def test_an_algebra_that_inherits_only_the_promise_of_a_function_misses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trees, "FUNCTIONS", (*trees.FUNCTIONS, "sinh"))
    monkeypatch.setattr(trees.Algebra, "sinh", trees.Algebra.exp, raising=False)
    left = missing(trees.FUNCTIONS, function_rooms)["sinh"]
    assert left == list(function_rooms("sinh"))


def test_algebras_are_found() -> None:
    found = algebras()
    assert trees.Algebra not in found
    assert trees.UniformAlgebra not in found
    assert len(found) > 5
    assert not any(inspect.isabstract(algebra) for algebra in found)


# Named activations


def activation_rooms(name: str) -> Rooms:
    rooms = {
        "the kernel": name in kernel_activations.NAMES,
        "the second checker": name in second_activations.NAMED,
        "the page of formats": name in words_after("- a name: "),
        "the Coq exporter": name in wide.NOT_EXPORTED or has_a_definition_in_coq(name),
    }
    for schema in schemas.NAMES:
        defined = schemas.schema(schema)["$defs"]
        if "activation" in defined:
            names = defined["activation"]["allOf"][0]["then"]["enum"]
            rooms[f"the schema of {schema} files"] = name in names
    return rooms


def has_a_definition_in_coq(name: str) -> bool:
    try:
        wide._definition(NAMED[name])
    except InputError:
        return False
    return True


def test_every_named_activation_is_known_in_every_room() -> None:
    assert missing(tuple(NAMED), activation_rooms) == {}


def test_the_rooms_that_miss_a_named_activation_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wave = Expression(trees.apply("sin", trees.multiply(2, trees.X)), "wave")
    monkeypatch.setitem(globals(), "NAMED", {**NAMED, "wave": wave})
    everywhere = list(activation_rooms("wave"))
    assert missing(tuple(NAMED), activation_rooms) == {"wave": everywhere}
    monkeypatch.setattr(wide, "NOT_EXPORTED", ("wave",))
    names = {**kernel_activations.NAMES, "wave": ("sin", "x")}
    monkeypatch.setattr(kernel_activations, "NAMES", names)
    left = missing(tuple(NAMED), activation_rooms)["wave"]
    assert set(everywhere) - set(left) == {"the kernel", "the Coq exporter"}


def test_what_is_not_exportable_to_coq_is_not_exported() -> None:
    for name in wide.NOT_EXPORTED:
        assert not has_a_definition_in_coq(name)
