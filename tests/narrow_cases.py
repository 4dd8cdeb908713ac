"""The built-in cases of the narrow side, by name, each built when a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from exactland.gallery import names
from exactland.gallery.entries import entry
from exactland.gallery.narrow import FILE, narrow_witness, problem_and_start
from exactland.model.numbers import Vector
from exactland.model.problem import Problem


@dataclass(frozen=True)
class NarrowCase:
    """A built-in case, with the start and the witness of its task."""

    name: str
    recipe: str
    problem: Problem
    start: Vector

    @property
    def witness(self) -> Vector:
        """Found when asked for: that takes longer than the problem."""
        return narrow_witness(self.name)


@cache
def narrow_case(name: str) -> NarrowCase:
    return NarrowCase(name, entry(FILE, name).text("about"), *problem_and_start(name))


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
