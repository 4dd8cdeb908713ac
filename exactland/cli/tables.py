"""The tables of `exactland reproduce`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from exactland.studies.phase.cells import VERDICTS
from exactland.studies.rows import DeepPair, Pair, Reproduced, Row, WideRow


def print_tables(done: Reproduced) -> None:
    """The transition first, then either side; on a terminal as wide as it is, elsewhere 160
    columns.
    """
    if done.pairs:
        headings = (
            "data",
            "N",
            "width",
            "bad basin certified: its loss",
            "width",
            "one more unit: escape certified",
            "kernel",
        )
        pairs = [
            (
                p.activation,
                str(p.samples),
                str(p.width),
                p.loss,
                str(p.width + 1),
                "to zero loss, never above the start",
                _both(p),
            )
            for p in done.pairs
        ]
        print_table("The phase transition, on one data set each", headings, pairs)
    if done.deep_pairs:
        _print_deep_pairs(done.deep_pairs)
    if done.narrow:
        columns = (
            "activation",
            "N",
            "m",
            "loss at the minimum",
            "loss of the witness",
            "least eigenvalue",
            "file",
            "kernel",
        )
        narrow = [
            (
                r.activation,
                str(r.samples),
                r.units,
                r.loss,
                r.witness_loss,
                r.curvature,
                r.file,
                r.verdict,
            )
            for r in done.narrow
        ]
        print_table(
            "Strict local minima, not global (bad basins) where a witness is named", columns, narrow
        )
    if done.rims:
        basins = [
            (r.about, str(r.parameters), r.loss, r.witness_loss, str(r.planes), r.file, r.verdict)
            for r in done.rims
        ]
        headings = (
            "about",
            "P",
            "least loss in the basin",
            "loss of the witness",
            "planes",
            "file",
            "kernel",
        )
        print_table("Bad basins by their rim: kinks, segments, curves (rule 3.3)", headings, basins)
    if done.wide:
        wide = [
            (
                r.about,
                r.kind.words,
                r.rules,
                r.file,
                r.verdict,
            )
            for r in done.wide
        ]
        print_table(
            "The wide side: ways out, points, the wide theorem",
            ("about", "statement", "rules", "file", "kernel"),
            wide,
        )
    if done.literature:
        published = [
            (
                r.about,
                r.kind.words,
                r.rules,
                r.file,
                r.verdict,
            )
            for r in done.literature
        ]
        print_table(
            "Published counterexamples (proofs/literature/README.md)",
            ("about", "certified", "rules", "file", "kernel"),
            published,
        )
    if done.phase:
        diagrams = [
            (
                r.activation,
                r.samples,
                *(str(r.cells[verdict]) for verdict in VERDICTS),
                r.file,
                r.verdict,
            )
            for r in done.phase
        ]
        title = "Phase diagrams, one input, no biases: cells (N, m) with 1 <= m <= N"
        print_table(title, ("activation", "N", *VERDICTS, "file", "kernel"), diagrams)


def _print_deep_pairs(pairs: Sequence[DeepPair]) -> None:
    headings = (
        "N",
        "widths",
        "bad basin certified: its loss",
        "one more in the first",
        "one more in the second",
        "kernel",
    )
    rows = []
    for pair in pairs:
        first, second = (int(units) for units in pair.narrow.units.split("+"))
        rows.append(
            (
                str(pair.samples),
                f"{first}+{second}",
                pair.narrow.loss,
                f"{first + 1}+{second}: {pair.first.kind.words}",
                f"{first}+{second + 1}: {pair.second.kind.words}",
                _all(pair.narrow, pair.first, pair.second),
            )
        )
    print_table("The same at depth two: polynomial activations, both layers N - 1", headings, rows)


def _both(pair: Pair) -> str:
    return _all(pair.narrow, pair.wide)


def _all(*rows: Row | WideRow) -> str:
    verdicts = {row.verdict for row in rows}
    return "verified" if verdicts == {"verified"} else " / ".join(sorted(verdicts))


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table; long entries are folded, never cut."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    table = Table(title=title, box=None, pad_edge=False, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()
