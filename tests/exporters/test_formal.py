"""The Coq development: what its pages say is there, is there, and proved.

With Coq (`-m coq`) it is built, and assumes what it may.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from exactland.kernel.rules import table as kernel_table
from tests import pages
from tests.tools.syntax import modules, statements

PROOFS = Path(__file__).parent.parent.parent / "proofs"
FORMAL = PROOFS / "formal"
KERNEL = PROOFS.parent / "exactland" / "kernel"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FORMAL.glob("*.v"))}
README = (FORMAL / "README.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in README.splitlines()
    if line.startswith("| ") and ".v" in line
]
FORBIDDEN = re.compile(
    "Axioms?|Parameters?|Conjecture|Admitted|admit|Abort|give_up|bypass_check|Unset|type_in_type"
    "|native_compute|Primitive|Extract|Declare"
)
ASIDE = "Assumptions"  # built by `make assumptions`


def theorems(text: str) -> set[tuple[str, str]]:
    """Pairs of a file and a theorem in it, from names in backquotes followed by their file."""
    found, waiting = set(), []
    for name, file in re.findall(r"`(\w+)`|(\w+)\.v\b", text):
        if file:
            found |= {(file, theorem) for theorem in waiting}
            waiting = []
        else:
            waiting.append(name)
    assert waiting == [], f"no file after {waiting}"
    return found


def code(text: str) -> str:
    """Without comments, which may be nested, and strings."""
    text, depth, kept = re.sub(r'"[^"]*"', '""', text), 0, ""
    for part in re.split(r"(\(\*|\*\))", text):
        depth += (part == "(*") - (part == "*)")
        kept += part if depth == 0 and part != "*)" else ""
    return kept


def test_there_is_every_theorem_that_the_readme_names() -> None:
    named = set.union(*(theorems(row[1]) for row in ROWS))
    assert len(named) > 80
    for file, theorem in named:
        assert re.search(
            rf"^(Theorem|Lemma|Corollary) {theorem}\b", code(FILES[file]), re.MULTILINE
        ), theorem


def test_what_they_assume_is_printed_for_every_one() -> None:
    printed = set(re.findall(r"@(\w+)\.(\w+)", code(FILES[ASIDE])))
    assert set.union(*(theorems(row[1]) for row in ROWS)) <= printed


def test_there_is_every_kernel_function_that_the_readme_names() -> None:
    named = {
        statement.name
        for path in modules(KERNEL).values()
        for statement in statements(path.read_text(encoding="utf-8"))
    }
    for row in ROWS:
        for name in re.findall(r"`(\w+)`", row[2]):
            assert name in named, name


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_left_without_a_proof(name: str) -> None:
    """Axioms, and what becomes one outside a section; proofs given up; switches that turn checks
    off.
    """
    text, depth = code(FILES[name]), 0
    for word in re.findall(r"[\w']+", text):
        assert not FORBIDDEN.fullmatch(word)
        depth += (word == "Section") - (word == "End")
        if word in {"Variable", "Variables", "Hypothesis", "Hypotheses", "Context"}:
            assert depth > 0, f"{word} outside a section"
    assert text.count("Proof.") + text.count("Proof with") <= len(
        re.findall(r"\b(Qed|Defined)\.", text)
    )


def test_every_file_is_built() -> None:
    built = re.findall(
        r"^(\w+)\.v$", (FORMAL / "_CoqProject").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted([*built, ASIDE]) == sorted(FILES)


def test_the_theorems_say_under_every_rule_what_is_in_coq() -> None:
    """The same theorems as in the table of proofs/formal/README.md, below *In Coq*."""
    paragraph = re.compile(r"(?:\*In Coq:\*|^## In Coq\n)\s(.*?)\n\n", re.DOTALL | re.MULTILINE)
    said = [theorems(named) for named in paragraph.findall(pages.theorems() + "\n")]
    assert set.union(*said) == set.union(
        *(
            theorems(row[1])
            for row in ROWS
            if row[0] not in {"example, 3.1 and 3.2", "example, 3.1b"}
        )
    )


def test_the_page_on_trust_says_of_every_rule_what_is_formal() -> None:
    text = pages.section(pages.page(pages.TRUST), "## What is formally proved")
    rows = [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| ")][1:]
    told = {name for row in rows for name in re.findall(r"[\w.]*\w", row[0])}
    assert {*kernel_table.RULES, "claim"} <= told
    assert all(row[1].strip() or row[2].strip() for row in rows)


@pytest.mark.coq
def test_the_theorems_assume_what_is_allowed_and_no_more() -> None:
    done = subprocess.run(
        ["make", "-s", "-C", str(FORMAL), "assumptions"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    allowed = (FORMAL / "assumptions.txt").read_text(encoding="utf-8").split()
    assert {name.partition(".")[0] for name in allowed} == {
        "ClassicalDedekindReals",
        "FunctionalExtensionality",
        "Classical_Prop",
    }
