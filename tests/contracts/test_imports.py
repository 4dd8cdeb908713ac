"""What import-linter cannot say: who asks the kernel for a verdict, and who names its inside.

The layers themselves are in pyproject.toml, [tool.importlinter]; `.ci/run` checks them.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ASKS_FOR_VERDICTS = {
    "engine/submission.py",
    "checking.py",
    "kernel/__main__.py",
}
# the codec, and the command whose JSON says which rule rejects
SPELL_RULES = {"certificates/codec.py", "cli/check.py"}
BRIDGE = "numerics/kernel_bridge.py"
DOOR = {"EXIT", "Fact", "Minimum", "NoMinimumBox", "Proved", "Verdict", "check"}


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    package = root / "exactland"
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of every `from module import name`, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_one_module_asks_the_kernel_for_verdicts_on_behalf_of_provers(root: Path) -> None:
    found = {
        name
        for name, tree in modules(root)
        if name == "kernel/__main__.py"
        or {("exactland.kernel", "check"), ("exactland", "kernel")} & set(imported(tree))
    }
    assert found == ASKS_FOR_VERDICTS


def test_the_function_that_submits_has_one_caller(root: Path) -> None:
    callers = [
        name
        for name, tree in modules(root)
        if ("exactland.engine.submission", "submit") in set(imported(tree))
    ]
    assert callers == ["engine/answers.py"]


def test_only_the_bridge_names_the_inside_of_the_kernel(root: Path) -> None:
    for name, tree in modules(root):
        if name.startswith("kernel/") or name == BRIDGE:
            continue
        for module, what in imported(tree):
            assert not module.startswith("exactland.kernel."), name
            assert module != "exactland.kernel" or what in DOOR, (name, what)


def test_steps_are_dictionaries_nowhere_but_in_the_codec_and_the_checkers(root: Path) -> None:
    """No module writes or reads a field of a step, or its rule, by a string."""
    for name, tree in modules(root):
        if name.startswith(("kernel/", "second_checker/")) or name in SPELL_RULES:
            continue
        for node in ast.walk(tree):
            keys = node.keys if isinstance(node, ast.Dict) else []
            index = node.slice if isinstance(node, ast.Subscript) else None
            for key in (*keys, index):
                assert not (isinstance(key, ast.Constant) and key.value == "rule"), name


@pytest.mark.parametrize("package", ["exactland", "exactland.model", "exactland.certificates"])
def test_certificates_can_be_read_where_nothing_is_installed(root: Path, package: str) -> None:
    """The standard library is enough to read, write and compare certificates."""
    names = [
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((root / package.replace(".", "/")).glob("*.py"))
        if package != "exactland" and not path.name.startswith("__main__")
    ]
    program = (
        f"import sys; sys.path.insert(0, {str(root)!r}); import {', '.join([package, *names])}"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
