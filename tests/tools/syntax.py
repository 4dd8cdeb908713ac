"""What of a source does not depend on its layout: its tree without docstrings, digests, tokens."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# How a string was spelled, and comments that a type checker reads.
SPELLING = ("kind", "type_comment", "type_ignores")
NOT_CODE = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    }
)


class Statement(NamedTuple):
    """A top-level statement: what it defines or says, its digest, and its text."""

    name: str
    digest: str
    text: str


def without_docstrings(source: str) -> ast.Module:
    """The tree of a source in which no module, class or function has a docstring.

    A string that comes right after a docstring goes too: it would be the docstring otherwise.
    `pass` stands in a class or function where nothing else is left.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED):
            docstrings = _docstrings(node.body)
            del node.body[: len(docstrings)]
            if not node.body and not isinstance(node, ast.Module):
                node.body.append(ast.copy_location(ast.Pass(), docstrings[0]))
    return tree


def plain(source: str) -> str:
    """The source as `ast.unparse` writes it, without docstrings: one statement a line."""
    return ast.unparse(without_docstrings(source))


def syntax_digest(source: str) -> str:
    """SHA-256 of the tree without docstrings: what comments and layout cannot change.

    The tree is written out here, not by `ast.dump` or `ast.unparse`, which do not write the same
    in all versions of Python. Fields that are empty are left out, so that a field that a later
    version adds does not count until it is used.
    """
    return _digest(without_docstrings(source))


def statements(source: str) -> list[Statement]:
    """The top-level statements of a source, without docstrings.

    Digests are of syntax, as `syntax_digest`; texts are what `ast.unparse` writes.
    """
    body = without_docstrings(source).body
    return [Statement(_name(node), _digest(node), ast.unparse(node)) for node in body]


def modules(folder: Path) -> dict[str, Path]:
    """All modules in a folder and the folders in it, by name (as `rules.rim`), sorted."""
    named = {
        ".".join(path.relative_to(folder).with_suffix("").parts): path
        for path in folder.rglob("*.py")
    }
    return dict(sorted(named.items()))


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names of all modules in a folder and their digests, sorted by name."""
    lines = [
        f"{name} {syntax_digest(path.read_text(encoding='utf-8'))}\n"
        for name, path in modules(folder).items()
    ]
    return sha256("".join(lines).encode()).hexdigest()


def code_tokens(source: str) -> int:
    """How many tokens Python's tokenizer finds that are code.

    Comments, docstrings, line ends and indentation are none. An f-string is one, whatever is in
    it: Python 3.11 says so, and later versions, which take it apart, are put right here.
    """
    docstrings = 0
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED):
            for statement in _docstrings(node.body):
                docstrings += _tokens(ast.get_source_segment(source, statement) or "")
    return _tokens(source) - docstrings


def _docstrings(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The strings that a body begins with."""
    found = []
    for statement in body:
        value = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            break
        found.append(statement)
    return found


def _name(node: ast.stmt) -> str:
    """What a statement defines; its first line, if that is nothing."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target):
            return ast.unparse(target)
        case _:
            return ast.unparse(node).splitlines()[0]


def _digest(node: ast.AST) -> str:
    return sha256(_written(node).encode()).hexdigest()


def _written(part: object) -> str:
    """A part of a tree as a text that tells it from every other."""
    if isinstance(part, list):
        return f"[{', '.join(map(_written, part))}]"
    if not isinstance(part, ast.AST):
        return ascii(part)
    texts = [f"{name}={_written(value)}" for name, value in _fields(part)]
    return f"{type(part).__name__}({', '.join(texts)})"


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The fields of a node that are not empty, sorted by name."""
    for name, value in sorted(ast.iter_fields(node)):
        if name in SPELLING or value is None or value == []:
            continue
        yield name, _joined(value) if isinstance(node, ast.JoinedStr) else value


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """The pieces of an f-string, texts side by side in one: versions of Python split them."""
    pieces: list[ast.expr] = []
    for value in values:
        last = pieces[-1] if pieces else None
        if not isinstance(value, ast.Constant):
            pieces.append(value)
        elif isinstance(last, ast.Constant):
            pieces[-1] = ast.Constant(last.value + value.value)
        elif value.value:
            pieces.append(value)
    return pieces


def tokens_by_line(text: str) -> Counter[int]:
    """How many tokens begin on each line; a docstring is one, an f-string too."""
    found, depth = Counter[int](), 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if depth == 0 and token.type not in NOT_CODE:
            found[token.start[0]] += 1
        name = tokenize.tok_name[token.type]
        depth += (name == "FSTRING_START") - (name == "FSTRING_END")
    return found


def _tokens(text: str) -> int:
    return tokens_by_line(text).total()
