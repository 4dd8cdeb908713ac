"""Every page of the documentation: what it shows is run, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from exactland.certificates.certificate import certificate_from_bytes
from exactland.certificates.kinds import Rule
from exactland.exporters.coq import coq_text
from tests.pages import DOCS, THEOREMS, page
from tests.tools import reference
from tests.tools.shown import (
    BLOCK,
    ELSEWHERE,
    ROOT,
    agrees,
    all_pages,
    blocks,
    followed,
    is_elsewhere,
)

TOP_LEVEL = [ROOT / f"{name}.md" for name in ("CONTRIBUTING", "SECURITY")]
PAGES = all_pages()
FOLLOWED = [path for path in PAGES if path.name != "README.md"]
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
KINDS = {"", "sh", "bash", "text", "json", "py", "python", "pycon", "yaml", "coq"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FOLLOWED, ids=name)
def test_what_a_page_shows_is_what_is_printed(path: Path, tmp_path: Path) -> None:
    for shown in followed(page(path), tmp_path):
        assert agrees(shown.printed, shown.shown.text), f"{shown.source}{shown.printed}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_what_is_shown_is_not_nothing(path: Path) -> None:
    assert all(block.text.strip() for block in blocks(page(path)))


def test_what_the_readme_shows_after_its_two_commands(tmp_path: Path) -> None:
    example = page(ROOT / "README.md").partition("## From a problem to a verdict")[2]
    assert len(blocks(example)) > 3
    for shown in followed(example, tmp_path):
        assert agrees(shown.printed, shown.shown.text), f"{shown.source}{shown.printed}"


@pytest.mark.parametrize("path", [*PAGES, *TOP_LEVEL], ids=name)
def test_blocks_are_of_kinds_that_somebody_runs(path: Path) -> None:
    """And a fence that is not closed would hide the rest of a page."""
    text = page(path)
    assert {block.kind for block in blocks(text)} <= KINDS
    assert len(re.findall(r"^```", text.replace("```{toctree}", "```"), re.MULTILINE)) % 2 == 0


def test_commands_that_are_run_elsewhere_are_still_there() -> None:
    lines = [
        line
        for path in [*PAGES, *TOP_LEVEL]
        for block in blocks(page(path))
        if block.kind in ("sh", "bash")
        for line in block.text.splitlines()
    ]
    for start in ELSEWHERE:
        assert any(line.startswith(start) for line in lines), start
    for path in [*PAGES, *TOP_LEVEL]:
        for block in blocks(page(path)):
            if block.kind == "bash":
                assert all(map(is_elsewhere, block.text.splitlines())), name(path)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_formulas_are_read_alike_on_a_forge_and_on_the_site(path: Path) -> None:
    """Markdown takes the backslash from a sign that follows it, before formulas are read; and a
    formula is closed in the paragraph in which it begins.
    """
    text = re.sub(r"`[^`]*`", "", BLOCK.sub("", page(path)))
    for paragraph in re.split(r"\n\n|\n(?=[|#-] )", text):
        assert paragraph.count("$") % 2 == 0, paragraph
        for formula in re.findall(r"\$+([^$]+)\$+", paragraph):
            assert not re.search(r"\\[,;:!{}|_*#%&\\]", formula), formula


def headings(text: str) -> set[str]:
    """The anchors of a page, as a forge and the site make them."""
    lines = re.findall(r"^#+ (.*)$", BLOCK.sub("", text), re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line) for line in lines]
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in plain}


@pytest.mark.parametrize("path", [*PAGES, *TOP_LEVEL, ROOT / "proofs/formal/README.md"], ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(BLOCK.sub("", page(path))):
        if re.match(r"https?://", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        there = (path.parent / target).resolve() if target else path
        assert there.exists(), link
        assert there.is_relative_to(ROOT), link
        if anchor:
            assert anchor in headings(page(there)), link


def test_every_page_can_be_reached() -> None:
    """From the front page of the site, and the README, by links alone."""
    reached = {ROOT / "README.md", DOCS / "index.md"}
    waiting = list(reached)
    while waiting:
        path = waiting.pop()
        for link in LINK.findall(page(path)):
            there = (path.parent / link.partition("#")[0]).resolve()
            if there.suffix == ".md" and there not in reached and there.is_file():
                reached.add(there)
                waiting.append(there)
    assert set(PAGES) <= reached


@pytest.mark.parametrize("made", reference.PAGES)
def test_reference_pages_are_those_of_the_code(made: str) -> None:
    assert page(DOCS / "reference" / made) == reference.PAGES[made]()


@pytest.mark.parametrize("rule", list(Rule), ids=lambda rule: rule.name.lower())
def test_the_page_of_a_rule_leads_to_everything_about_it(rule: Rule) -> None:
    """Its specification, both checkers, Coq, and a shipped certificate that uses it."""
    (path,) = (
        path
        for path in THEOREMS.glob("*.md")
        if str(rule) in re.split(r"[ ,]+", page(path).partition("\n")[0])
    )
    text = page(path)
    links = LINK.findall(text)
    for folder in ("kernel", "second_checker"):
        assert any(f"exactland/{folder}/rules/" in link for link in links)
    assert any(f"format.md#rule-{str(rule).replace('.', '')}-" in link for link in links)
    assert "\n## In Coq\n" in text
    examples = [path.parent / link for link in links if link.endswith(".cert.json")]
    used = {
        step.rule
        for example in examples
        for step in certificate_from_bytes(example.resolve().read_bytes()).steps
    }
    titled = re.findall(r"\d\.\d[a-z]?", text.partition("\n")[0])
    assert used & {*titled}


def test_the_statement_in_coq_is_what_export_writes() -> None:
    path = DOCS / "how-to" / "export-to-coq.md"
    (shown,) = (block.text for block in blocks(page(path)) if block.kind == "coq")
    data = (ROOT / "proofs" / "narrow" / "sigmoid-2-1.cert.json").read_bytes()
    assert shown.strip() in coq_text(certificate_from_bytes(data)).partition("(* The proof. *)")[0]
    assert shown.startswith("(** The network")
    assert "Definition claim" in shown


def test_the_formal_command_is_the_one_ci_runs() -> None:
    path = DOCS / "how-to" / "export-to-coq.md"
    (command,) = (block.text for block in blocks(page(path)) if block.kind == "bash")
    assert command.startswith("make -s -C proofs/formal")
    assert f"grep -m1 '^make -s -C proofs/formal' {name(path)}" in (ROOT / ".ci/run").read_text()


def test_every_named_activation_is_on_the_page_about_activations() -> None:
    from exactland.model.activations import NAMED

    text = " ".join(page(DOCS / "how-to" / "own-activation.md").split())
    names = re.search(r"Names there are: ([^.]*)\.", text)
    assert names is not None
    assert set(names.group(1).split(", ")) == set(NAMED)
