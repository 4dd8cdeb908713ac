"""The shape of the two checkers: nobody is convinced by code that has to be unfolded first.

Width and complexity are ruff's (`ruff.toml` in both folders); tokens of the whole are capped in
`tests/kernel/test_standalone.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.syntax import modules, tokens_by_line

MOST_TOKENS_OF_A_LINE = 25
MOST_LINES_OF_A_FUNCTION = 40
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

FOLDERS = pytest.mark.parametrize("folder", ["exactland/kernel", "exactland/second_checker"])


def trees(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    for name, path in modules(folder).items():
        yield name, ast.parse(path.read_text(encoding="utf-8"))


@FOLDERS
def test_no_line_says_too_much(folder: str, root: Path) -> None:
    for name, path in modules(root / folder).items():
        lines = tokens_by_line(path.read_text(encoding="utf-8"))
        long = {line: count for line, count in lines.items() if count > MOST_TOKENS_OF_A_LINE}
        assert long == {}, name


@FOLDERS
def test_no_function_is_too_long(folder: str, root: Path) -> None:
    for name, tree in trees(root / folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= MOST_LINES_OF_A_FUNCTION, f"{name}.{node.name}"


@FOLDERS
def test_nothing_has_to_be_unfolded(folder: str, root: Path) -> None:
    """No comprehension in a comprehension, no `reduce`, no assignment inside an expression."""
    for name, tree in trees(root / folder):
        for node in ast.walk(tree):
            place = f"{name}, line {getattr(node, 'lineno', 0)}"
            assert not isinstance(node, ast.NamedExpr), place
            assert not (isinstance(node, ast.Name) and node.id == "reduce"), place
            if isinstance(node, COMPREHENSIONS):
                assert len(node.generators) == 1, place
                inside = [other for other in ast.walk(node) if isinstance(other, COMPREHENSIONS)]
                assert inside == [node], place


@FOLDERS
def test_what_was_read_has_a_type(folder: str, root: Path) -> None:
    """`Any` is the type of parsed JSON: it stands nowhere but where files are read."""
    for name, tree in trees(root / folder):
        if not name.startswith("reading."):
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert "Any" not in names, name
