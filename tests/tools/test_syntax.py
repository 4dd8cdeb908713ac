"""What layout and docstrings cannot change, and what they must not hide."""

from __future__ import annotations

import ast
import tokenize
from pathlib import Path

import pytest

from tests.tools.syntax import (
    code_tokens,
    folder_digest,
    plain,
    statements,
    syntax_digest,
    without_docstrings,
)

SOURCE = '''\
"""What the module is for."""

from math import (
    pi,
    tau,
)


class Circle:
    """A circle."""

    radius: int | None = None

    def area(self, scale: float = 1.0) -> float:
        """Its area."""
        return pi * self.radius**2 * scale  # of a disc


async def told(circle: Circle, *, words: bool = True) -> str:
    """Two values."""
    return f"{circle.radius:>{tau}} " f"and {circle!r}"
'''
LAID_OUT_ANOTHER_WAY = """\
from math import pi, tau
class Circle:
    radius: (int | None) = (None)
    def area(self, scale: float=1.0) -> float: return (pi * self.radius ** 2) * scale
async def told(circle: Circle, *, words: bool=True,) -> str:
    # no docstring here
    return (
        f'{circle.radius:>{tau}} a'
        'nd '
        f"{circle!r}"
    )
"""
# The same texts in every version of Python that the project runs on.
DIGEST = "df71c1da05b65e23b996a2fe665833290b60986957a48bf5f03db8f9372814bd"
STATEMENT_DIGEST = "d668074b2248d2676f84ff12d649b34bca148f457f3b02c57a1a2ee28cab0f07"


def test_docstrings_go_and_other_strings_stay() -> None:
    source = '"a"\nclass A:\n    "b"\n    def f(self):\n        "c"\n        x = 1\n        "d"\n'
    assert plain(source) == "class A:\n\n    def f(self):\n        x = 1\n        'd'"
    assert plain("async def f():\n    'a'\n    return 'b'") == "async def f():\n    return 'b'"
    assert plain("if x:\n    'a'\nb'c'") == "if x:\n    'a'\nb'c'"
    assert plain("def f():\n    f'a{b}'") == "def f():\n    f'a{b}'"


def test_a_body_of_a_docstring_alone_is_left_valid() -> None:
    for source in ("'a'", "class A:\n    'a'", "def f():\n    'a'", "async def f():\n    'a'"):
        compile(without_docstrings(source), "tree", "exec")
        compile(plain(source), "text", "exec")
    assert plain("class A:\n    'a'") == "class A:\n    pass"


def test_a_second_string_does_not_become_the_docstring() -> None:
    source = "'a'\n'b'\ndef f():\n    'c'\n    'd'\n    return 1\n"
    assert plain(source) == "def f():\n    return 1"
    assert plain(plain(source)) == plain(source)


def test_layout_comments_and_docstrings_do_not_change_the_digest() -> None:
    assert syntax_digest(LAID_OUT_ANOTHER_WAY) == syntax_digest(SOURCE)
    assert syntax_digest(plain(SOURCE)) == syntax_digest(SOURCE)
    assert syntax_digest("x = 1  # type: int") == syntax_digest("x = 1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'ab'", 'x = "a" "b"'),
        ("x = 'ab'", "x = u'ab'"),
        ("x = f'a{b}c'", "x = 'a' f'{b}' 'c'"),
        ("x = f'a{b}c'", "x = f'a' f'{b}' '' f'c'"),
        ("x = f'{a:b{c}d}'", "x = '' f'{a:b{c}d}' f''"),
        ("x = f'{{a}}{b}'", "x = f'{{' f'a' '}' f'{b}'"),
        ("x = b'ab'", "x = b'a' b'b'"),
        ("x = 255", "x = 0xFF"),
        ("x = a, b", "x = (a, b)"),
    ],
)
def test_spelling_does_not_change_the_digest(one: str, other: str) -> None:
    assert syntax_digest(one) == syntax_digest(other)


def test_texts_of_an_f_string_count_as_one_wherever_they_are_split() -> None:
    """Versions of Python differ in this; here the tree is split by hand."""
    tree = ast.parse("f'ab{c}de'")
    pieces = tree.body[0].value.values
    pieces[:1] = [ast.Constant("a"), ast.Constant(""), ast.Constant("b")]
    pieces[-1:] = [ast.Constant("d"), ast.Constant("e"), ast.Constant("")]
    split = _digest_of(tree)
    assert split == syntax_digest("f'ab{c}de'")
    pieces[0] = ast.Constant("x")
    assert _digest_of(tree) != split


def _digest_of(tree: ast.Module) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ast.parse", lambda source: tree)
        return syntax_digest("")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("radius: int | None", "radius: int"),
        ("-> float", "-> int"),
        ("scale: float", "scale"),
        ("= 1.0", "= 1"),
        ("**2", "**3"),
        ("None = None", "None = False"),
        ("None = None", "None = 0"),
        ("!r", "!s"),
        (":>", ":<"),
        ('"and', '"And'),
        ("async def", "def"),
        ("*, words", "words"),
        ("pi,\n", ""),
        ("    tau,\n", "    tau as tau,\n"),
        ("circle: Circle", "disc: Circle"),
        ("return pi *", "pi *"),
        ("# of a disc", "\n        'a string that is no docstring'"),
    ],
)
def test_anything_else_changes_the_digest(before: str, after: str) -> None:
    assert before in SOURCE
    assert syntax_digest(SOURCE.replace(before, after)) != syntax_digest(SOURCE)


def test_statements_have_digests_of_their_own() -> None:
    one, other = statements(SOURCE), statements(LAID_OUT_ANOTHER_WAY)
    assert [statement.name for statement in one] == ["from math import pi, tau", "Circle", "told"]
    assert [statement.digest for statement in one] == [statement.digest for statement in other]
    changed = statements(SOURCE.replace("**2", "**3"))
    assert [a.digest == b.digest for a, b in zip(one, changed)] == [True, False, True]
    assert one[1].digest == STATEMENT_DIGEST
    assert [plain(statement.text) for statement in one] == [statement.text for statement in one]


def test_the_name_of_a_statement_is_what_it_defines() -> None:
    source = "def f(): pass\na.b = c = 1\nd: int = 2\nif x:\n    e = 3\n"
    assert [statement.name for statement in statements(source)] == ["f", "a.b", "d", "if x:"]


def test_the_digest_is_the_same_in_every_version_of_python() -> None:
    assert syntax_digest(SOURCE) == DIGEST


def test_the_digest_of_a_folder_is_of_all_its_modules_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("x = 2\n")
    digest = folder_digest(tmp_path)
    (tmp_path / "b.py").write_text('"""Two."""\n\nx = 2  # two\n')
    (tmp_path / "notes.txt").write_text("not a module")
    assert folder_digest(tmp_path) == digest
    (tmp_path / "b.py").write_text("x = 3\n")
    assert folder_digest(tmp_path) != digest
    (tmp_path / "a.py").write_text("x = 2\n")
    (tmp_path / "b.py").write_text("x = 1\n")
    assert folder_digest(tmp_path) != digest


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("", 0),
        ("x = 1\n", 3),
        ("x = 1  # one\n\n\n# two\n", 3),
        ("x = (\n    1\n)\n", 5),
        ("if x:\n    y = f(1)\n", 9),
        ('"""Module."""\nx = "text"\n', 3),
        ('class A:\n    """One."""\n    "two"\n    x = 1\n    "three"\n', 7),
        ('def f():\n    """One\n\n    two"""\n    return 1\n', 7),
        ('async def f(): "é"; return "é"\n', 9),
        ('def f():\n    ("one"\n     "two")\n    return 1\n', 7),
        ('x = f"{a + b:>{c}} and {d!r}"\n', 3),
        ("x = f\"{f'{a}'} {b}\" + c\n", 5),
    ],
)
def test_tokens_of_code(source: str, count: int) -> None:
    assert code_tokens(source) == count


def test_an_f_string_that_the_tokenizer_takes_apart_is_one_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As later versions of Python do, which need not be the one at hand."""
    start, middle, end, other = 901, 902, 903, tokenize.OP
    names = {start: "FSTRING_START", middle: "FSTRING_MIDDLE", end: "FSTRING_END"}
    types = [start, middle, other, start, middle, end, other, middle, end, other, start, end, other]
    tokens = [tokenize.TokenInfo(kind, "", (1, 0), (1, 0), "") for kind in types]
    monkeypatch.setattr(tokenize, "tok_name", {**tokenize.tok_name, **names})
    monkeypatch.setattr(tokenize, "generate_tokens", lambda readline: tokens)
    assert code_tokens("") == 4
