"""A rule has one name in every room: theorem, specification, Coq, both checkers, step, prover,
words, schema, twins. A new one is missing somewhere until it is everywhere.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from exactland.certificates.kinds import Rule
from exactland.certificates.steps import STEPS
from exactland.kernel.rules import table as kernel_table
from exactland.reports.steps_in_words import BY_RULE
from exactland.second_checker.rules import table as second_table
from tests.pages import FORMAT, THEOREMS

ROOT = Path(__file__).parent.parent.parent
PROOFS = ROOT / "proofs"


def step_class(name: str) -> str:
    """`strict_minimum` -> `StrictMinimum`."""
    return "".join(part.capitalize() for part in name.split("_"))


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def called_in(folder: Path) -> frozenset[str]:
    """The names that are called anywhere below a folder."""
    names = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names.add(node.func.id)
    return frozenset(names)


def has_theorem(name: str, number: str) -> bool:
    """A page with the number in its title names the rule."""
    pages = [text(path) for path in THEOREMS.glob("*.md")]
    titled = [page for page in pages if number in page.partition("\n")[0].replace(",", "").split()]
    return any(f"`{name}`" in page for page in titled)


def has_specification(_name: str, number: str) -> bool:
    return f"#### Rule {number}," in text(FORMAT)


def has_coq(name: str, number: str) -> bool:
    """Beside its theorem in Coq, or among what is said not to be formal."""
    lines = text(PROOFS / "formal" / "README.md").splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    left_out = [line for line in lines if line.startswith("- Rule")]
    checked_by = f"`{step_class(name)}Step`"
    is_formal = any(number in row.split("|")[1] and checked_by in row for row in rows)
    return is_formal or any(number in line and checked_by in line for line in left_out)


def has_kernel_rule(name: str, number: str) -> bool:
    step = kernel_table.RULES.get(number)
    return getattr(step, "__name__", None) == f"{step_class(name)}Step" and hasattr(step, "fact")


def has_second_checkers_rule(name: str, number: str) -> bool:
    return getattr(second_table.RULES.get(number), "__name__", None) == name


def has_step(name: str, number: str) -> bool:
    return any(rule == number and of.__name__ == step_class(name) for rule, of in STEPS.items())


def has_prover(name: str, _number: str) -> bool:
    return step_class(name) in called_in(ROOT / "exactland" / "provers")


def has_words(_name: str, number: str) -> bool:
    return number in {str(rule) for rule in BY_RULE}


def has_schema(_name: str, number: str) -> bool:
    schema = json.loads(text(ROOT / "exactland/files/schemas/certificate.schema.json"))
    return f'"const": "{number}"' in json.dumps(schema)


def has_twins(_name: str, number: str) -> bool:
    return any(f'"{number}"' in text(path) for path in (ROOT / "tests" / "reject").glob("*.py"))


ROOMS: dict[str, Callable[[str, str], bool]] = {
    "theorem": has_theorem,
    "specification": has_specification,
    "Coq": has_coq,
    "kernel": has_kernel_rule,
    "second checker": has_second_checkers_rule,
    "step": has_step,
    "prover": has_prover,
    "words": has_words,
    "schema": has_schema,
    "twins": has_twins,
}


def missing(name: str, number: str) -> list[str]:
    """The rooms that do not know a rule by this name and number."""
    return [room for room, knows in ROOMS.items() if not knows(name, number)]


@pytest.mark.parametrize("rule", list(Rule), ids=lambda rule: rule.name.lower())
def test_a_rule_is_in_every_room(rule: Rule) -> None:
    assert missing(rule.name.lower(), rule) == []


def test_no_room_has_a_rule_that_the_list_does_not_have() -> None:
    for table in (kernel_table.RULES, second_table.RULES, STEPS):
        assert {*table} == {*Rule}


def test_a_new_rule_is_missed_everywhere() -> None:
    assert missing("monotone_unit", "5.1") == list(ROOMS)


def test_a_rule_under_another_name_is_missed() -> None:
    assert {"theorem", "kernel", "second checker", "step"} <= {*missing("wide", "4.2")}
