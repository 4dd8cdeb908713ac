"""`proofs/literature/README.md`: the published counterexamples and what is certified of each, as
tables; and what sympy checks of points no file can hold. The prose around them is `literature.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import PurePosixPath

from exactland.studies.rows import LiteratureRow

TABLES = "<!-- the tables, one a paper -->"  # where they stand in the prose
HEADINGS = ("published", "here", "verdict", "rules", "loss; reached elsewhere", "kernel")
OF_SIGMOID = "yun"  # the paper whose point for sigmoid is irrational


def literature_markdown(rows: Sequence[LiteratureRow], papers: Mapping[str, str]) -> str:
    """The file. `papers`: their titles by the names that rows have for them, in order.

    Raises ArithmeticError if exact algebra contradicts what is said of the points sympy checks.
    """
    prose = (files("exactland.reports") / "literature.md").read_text(encoding="utf-8")
    before, _, after = prose.partition(TABLES)
    tables = [_table(paper, title, rows) for paper, title in papers.items()]
    return before + "\n\n".join(tables) + after


def _table(paper: str, title: str, rows: Sequence[LiteratureRow]) -> str:
    lines = [f"## {title}", "", _line(HEADINGS), _line(["---"] * len(HEADINGS))]
    lines += [_certified(row) for row in rows if row.paper == paper]
    if paper == OF_SIGMOID:
        lines.append(_checked_by_sympy())
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _certified(row: LiteratureRow) -> str:
    says = f"certified: {row.says}"
    reached = f"; {row.witness_loss}" if row.witness_loss else ""
    # beside the page, which is in the folder of the certificates
    kernel = f"[{row.case}]({PurePosixPath(row.file).name}): {row.verdict}"
    return _line([row.claims, row.about, says, row.rules, f"{row.loss}{reached}", kernel])


def _checked_by_sympy() -> str:
    """The paper's own point for sigmoid, which is irrational."""
    # here: sympy takes longer to start than everything else
    from exactland.studies.symbolic_proof import check_published_sigmoid_point

    check_published_sigmoid_point()
    says = (
        "all outputs 1/3, residuals (1, 1, -2)/3, potentials 0, s'' = 3/32 > 0: a local minimum by"
        " rule 3.4b"
    )
    about = "sigmoid: weights -ln 3, biases 0, output weights 2/3, output bias 0"
    cells = [
        "a local minimum of loss 1/3, not global",
        about,
        f"checked by sympy: {says}",
        "3.4b, midpoints",
        "1/3",
    ]
    return f"{_line(cells)} |"
