"""Every loss is known in every room that must know it.

Who adds one to the model and forgets a room is told which.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq

from exactland.files import schema as schemas
from exactland.kernel.network import losses as kernel_losses
from exactland.kernel.reading import problem as kernel_problem
from exactland.model import losses
from exactland.model.losses import LOSSES, Loss, half_squared_error, loss
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.second_checker.network import losses as second_losses
from exactland.testing import strategies
from tests.contracts.test_activation_inventory import Rooms, missing
from tests.pages import FORMAT, THEOREMS, page

OUTPUTS = (Fraction(1, 3), Fraction(-2, 5))
TARGETS = ((Fraction(1, 4), Fraction(3, 4)), (Fraction(1),))


def loss_rooms(name: str) -> Rooms:
    rooms = {
        "the kernel's losses": name in kernel_losses.LOSSES,
        "the kernel's targets": name in kernel_problem.TARGETS,
        "the kernel's slopes": name in kernel_losses.SLOPES,
        "the second checker's losses": the_second_checker_evaluates(name),
        "the page of formats": f"\n| `{name}` |" in page(FORMAT),
        "the theorems": name.replace("-", " ") in theorems_losses(),
        "the strategies": name in strategies.TARGETS,
    }
    for schema in schemas.NAMES:
        for known in enumerations_of_losses(schemas.schema(schema)):
            rooms[f"the schema of {schema} files"] = name in known
    return rooms


def the_second_checker_evaluates(name: str) -> bool:
    """To what the model says, with its gradient."""
    if name not in second_losses.LOSSES:
        return False
    second = second_losses.LOSSES[name]
    y = next(row for row in TARGETS if LOSSES[name].accepts(row))
    with precision(64):
        f = [arb(fmpq(*v.as_integer_ratio())) for v in OUTPUTS[: len(y)]]
        targets = [fmpq(*v.as_integer_ratio()) for v in y]
        value, gradient, _ = loss(name).derivatives(
            f, list(map(arb, targets)), lambda s, z: derivatives(s, z, 2)
        )
        found = second.value(f, targets)
        slopes = second.slopes(f, targets)
    return found.overlaps(value) and all(a.overlaps(b) for a, b in zip(slopes, gradient))


def theorems_losses() -> list[str]:
    """What stands in italics at the head of an item of the page on losses."""
    items = [line for line in page(THEOREMS / "losses.md").splitlines() if line.startswith("- *")]
    return [item.split("*")[1].replace("-", " ") for item in items]


def enumerations_of_losses(part: Any) -> list[list[str]]:
    """Everything in a schema that says what a field `loss` may be."""
    if isinstance(part, list):
        return [found for item in part for found in enumerations_of_losses(item)]
    if not isinstance(part, dict):
        return []
    inside = enumerations_of_losses(list(part.values()))
    field = part.get("loss")
    if isinstance(field, dict) and "enum" in field:
        inside.append(field["enum"])
    return inside


def test_every_loss_is_known_in_every_room() -> None:
    assert missing(tuple(LOSSES), loss_rooms) == {}


def test_losses_are_looked_for_in_two_schemas() -> None:
    rooms = loss_rooms("logistic")
    assert [room for room in rooms if "schema" in room] == [
        "the schema of problem files",
        "the schema of certificate files",
    ]


def test_the_rooms_that_miss_a_loss_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**LOSSES, "log-cosh": Loss(half_squared_error)}
    monkeypatch.setitem(globals(), "LOSSES", known)
    monkeypatch.setattr(losses, "LOSSES", known)
    everywhere = list(loss_rooms("log-cosh"))
    assert missing(tuple(LOSSES), loss_rooms) == {"log-cosh": everywhere}
    for module, name in (
        (kernel_losses, "LOSSES"),
        (kernel_problem, "TARGETS"),
        (strategies, "TARGETS"),
    ):
        monkeypatch.setattr(module, name, {**getattr(module, name), "log-cosh": None})
    left = missing(tuple(LOSSES), loss_rooms)["log-cosh"]
    assert set(everywhere) - set(left) == {
        "the kernel's losses",
        "the kernel's targets",
        "the strategies",
    }
