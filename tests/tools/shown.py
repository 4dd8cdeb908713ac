"""What pages show, run: `python -m tests.tools.shown [PAGE ...]` compares, `--write` puts what was
printed in place of what a page shows.

A page is followed from top to bottom, as a reader would, in a folder of its own with the shipped
problems and certificates in `proofs`. Its fenced blocks:

- `sh` is run by bash, `python` in one interpreter for the whole page;
- `text` right below one of them is what it prints on stdout; a line `...` stands for any lines;
- any kind after a line that ends in "`NAME`:" is what the reader saves under that name;
- blocks of another kind, or of none, are read and not run.

Commands that make an environment, install or need Coq are not run here: `ELSEWHERE` says where.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.pages import DOCS

ROOT = DOCS.parent
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SAVED = re.compile(r"`([\w.-]+)`[^`\n]*:\s*$")
NUMBER = r"-?[0-9]+\.?[0-9]*(?:e-?[0-9]+)?"
# What a command begins with -> the test that runs it, or why none does.
ELSEWHERE = {
    "python3 -m venv": "tests/test_readme.py and .ci/run: the two commands of the README",
    ". .venv": "an environment is there already",
    "make -s -C proofs/formal": ".ci/run, where there is Coq",
    "coqc": "tests/exporters, where there is Coq",
    ".ci/run": "the command that runs everything, this test too",
}


class Block(NamedTuple):
    """A fenced block: its kind, its text, where the text stands, and the line before it."""

    kind: str
    text: str
    start: int
    end: int
    before: str


class Shown(NamedTuple):
    """A command or example, what the page shows of it, and what it printed."""

    source: str
    shown: Block
    printed: str


def blocks(text: str) -> list[Block]:
    found = []
    for match in BLOCK.finditer(text):
        before = text[: match.start()].rstrip().rpartition("\n")[2]
        found.append(Block(match[1], match[2], match.start(2), match.end(2), before))
    return found


def saved_as(block: Block) -> str | None:
    name = SAVED.search(block.before)
    return name[1] if name else None


def followed(text: str, folder: Path) -> Iterator[Shown]:
    """Everything that the page shows the output of, run in the folder."""
    (folder / "proofs").symlink_to(ROOT / "proofs")
    names: dict[str, object] = {}
    last: tuple[Block, str | None] | None = None
    for block in blocks(text):
        if block.kind == "text":
            assert last is not None, block.text[:60]
            assert is_right_below(text, last[0], block), block.text[:60]
            source, printed = last
            if printed is not None:
                yield Shown(source.text, block, printed)
            last = None
        elif (name := saved_as(block)) is not None:
            (folder / name).write_text(block.text, encoding="utf-8")
            last = None
        else:
            last = (block, run(block, folder, names))


def is_right_below(text: str, above: Block, block: Block) -> bool:
    """Nothing between their fences."""
    return not text[above.end : block.start].replace("```text", "").strip("`\n")


def run(block: Block, folder: Path, names: dict[str, object]) -> str | None:
    """What it prints; nothing is known of what is not run here."""
    if block.kind == "sh" and not all(map(is_elsewhere, block.text.splitlines())):
        return in_bash(block.text, folder)
    if block.kind == "python":
        return in_python(block.text, folder, names)
    return None


def in_bash(commands: str, folder: Path) -> str:
    """What they print; they must not fail."""
    run_here = [line for line in commands.splitlines() if not is_elsewhere(line)]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(run_here)],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{commands}{done.stdout}{done.stderr}"
    return done.stdout


def is_elsewhere(line: str) -> bool:
    return any(line.startswith(start) for start in ELSEWHERE)


def in_python(source: str, folder: Path, names: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(source, "page", "exec"), names)
    return printed.getvalue()


def agrees(printed: str, shown: str) -> bool:
    """Line by line; `...` stands for any lines."""
    lines = [line.rstrip() for line in printed.splitlines()]
    place = 0
    skipping = False
    for wanted in shown.splitlines():
        if wanted == "...":
            skipping = True
            continue
        while skipping and place < len(lines) and not same(lines[place], wanted):
            place += 1
        if place == len(lines) or not same(lines[place], wanted):
            return False
        place += 1
        skipping = False
    return skipping or place == len(lines)


def same(printed: str, shown: str) -> bool:
    """Training in floats ends in slightly different places on different machines: words must agree,
    numbers to one per cent.
    """
    if re.split(NUMBER, printed) != re.split(NUMBER, shown):
        return False
    pairs = zip(re.findall(NUMBER, printed), re.findall(NUMBER, shown))
    return all(abs(float(a) - float(b)) <= 0.01 * abs(float(b)) + 1e-13 for a, b in pairs)


def all_pages() -> list[Path]:
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def rewritten(text: str, outputs: list[Shown]) -> str:
    for found in reversed(outputs):
        if not agrees(found.printed, found.shown.text):
            printed = "".join(f"{line.rstrip()}\n" for line in found.printed.splitlines())
            text = text[: found.shown.start] + printed + text[found.shown.end :]
    return text


def main(arguments: list[str]) -> int:
    named = [Path(argument).resolve() for argument in arguments if argument != "--write"]
    wrong = 0
    for path in named or all_pages():
        text = path.read_text(encoding="utf-8")
        with TemporaryDirectory() as folder:
            outputs = list(followed(text, Path(folder)))
        different = [found for found in outputs if not agrees(found.printed, found.shown.text)]
        wrong += len(different)
        print(f"{path.relative_to(ROOT)}: {len(outputs)} outputs, {len(different)} differ")
        if "--write" in arguments:
            path.write_text(rewritten(text, outputs), encoding="utf-8")
        else:
            for found in different:
                print(f"{found.source}shown:\n{found.shown.text}printed:\n{found.printed}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
