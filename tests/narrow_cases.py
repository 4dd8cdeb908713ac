"""The built-in cases of the narrow side, by name, each built when a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from exactland.gallery import case, names
from exactland.gallery.cases import MinimumNear
from exactland.model.numbers import Vector
from exactland.model.problem import Problem


@dataclass(frozen=True)
class NarrowCase:
    """A built-in case, with the start and the witness of its task."""

    name: str
    recipe: str
    problem: Problem
    start: Vector
    witness: Vector | None


@cache
def narrow_case(name: str) -> NarrowCase:
    built = case(name)
    assert isinstance(built.task, MinimumNear)
    return NarrowCase(name, built.recipe, built.problem, built.task.start, built.task.witness)


class _Cases(Mapping[str, NarrowCase]):
    def __getitem__(self, name: str) -> NarrowCase:
        if name not in names("narrow"):
            raise KeyError(name)
        return narrow_case(name)

    def __iter__(self) -> Iterator[str]:
        return iter(names("narrow"))

    def __len__(self) -> int:
        return len(names("narrow"))


CASES = _Cases()
