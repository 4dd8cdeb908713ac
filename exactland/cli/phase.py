"""The command `exactland phase`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from exactland.cli.options import FILE, json_option, quiet_option
from exactland.cli.statuses import VERIFIED
from exactland.cli.tables import print_table
from exactland.cli.terminal import note, progress_bar
from exactland.errors import InputError
from exactland.files import json_text
from exactland.model.activations import named
from exactland.studies.phase import Cell, Diagram, Setting, phase
from exactland.studies.phase.cells import BAD, OPEN, PROVED, VERDICTS, WIDE
from exactland.studies.phase.diagram import MOST_SAMPLES, diagram_from_json
from exactland.studies.phase.statistics import (
    MOST_DRAWN,
    Share,
    is_statistics,
    statistics,
    statistics_from_json,
)

SHORT = {BAD: "bad basin", WIDE: "none (4.2)", PROVED: "none, proved", OPEN: "open"}


def _range(_: click.Context, __: click.Parameter, value: str) -> range:
    """`A..B` or `A`."""
    first, dots, last = value.partition("..")
    ends = [first, last if dots else first]
    if not all(end.isascii() and end.isdigit() and len(end) <= 6 for end in ends):
        raise InputError("--samples", f"{value[:60]!r} is not a number or a range like 2..6")
    low, high = map(int, ends)
    if not 1 <= low <= high <= MOST_SAMPLES:
        raise InputError("--samples", f"{value} does not go up from 1 to at most {MOST_SAMPLES}")
    return range(low, high + 1)


@click.command("phase")
@click.option("--activation", "name", metavar="NAME", help="A named activation.")
@click.option(
    "--samples",
    callback=_range,
    default="2..5",
    show_default=True,
    metavar="A..B",
    help="Numbers of samples; widths go from 1 to each.",
)
@click.option("--inputs", type=click.IntRange(1, 8), default=1, show_default=True)
@click.option("--bias", is_flag=True, help="Hidden units have biases.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--starts",
    type=click.IntRange(0, 10**6),
    default=100,
    show_default=True,
    help="Starts of the search for double zeros, a cell (0: none).",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Cells decided at the same time.",
)
@click.option(
    "--out",
    type=FILE,
    default=Path("proofs"),
    show_default=True,
    help="Where phase/NAME.json and certificates go.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Keep cells, or random data sets, that are there and stand up to being checked again.",
)
@click.option(
    "--picture",
    type=FILE,
    help="Draw the diagram (.svg, .png or .pdf); needs matplotlib.",
)
@click.option(
    "--check",
    "checked",
    type=FILE,
    help="Do not decide anything: check and show a summary phase/NAME[-random].json.",
)
@click.option(
    "--random",
    "draws",
    type=click.IntRange(1, MOST_DRAWN),
    metavar="K",
    help="Statistics instead: K random data sets a cell.",
)
@json_option
@quiet_option
def command(
    name: str | None,
    samples: range,
    inputs: int,
    bias: bool,
    seed: int,
    starts: int,
    processes: int,
    out: Path,
    resume: bool,
    picture: Path | None,
    checked: Path | None,
    draws: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw the phase diagram of an activation.

    Of one hidden layer, over the number of samples and the width: where bad basins are certified,
    where there are none, what is open. A bad basin is certified for some data set; "none" holds for
    all of them, by the wide theorem (4.2) or by a theorem about the activation. Exit status 0 when
    complete, open cells included. With --random, the share of random data sets in which a bad
    minimum was found and certified, with Wilson's 95 % interval.
    """
    if (name is None) == (checked is None):
        raise InputError("--activation", "give an activation, or a summary to --check (not both)")
    if draws is not None and checked is not None:
        raise InputError("--random", "does not go with --check")
    if picture is not None:
        from exactland.reports.pictures.phase import prepare

        prepare(picture)
    if checked is not None:
        _show_summary(checked, picture, as_json)
        return VERIFIED
    setting = Setting(named(str(name), "--activation"), inputs, bias, seed, starts)
    if draws is None:
        with progress_bar(quiet) as step:
            diagram = phase(setting, samples, out, processes=processes, resume=resume, step=step)
        _show_diagram(diagram, picture, as_json)
        summary = f"{setting.name}.json"
    else:
        with progress_bar(quiet) as step:
            shares = statistics(
                setting, samples, draws, out, processes=processes, resume=resume, step=step
            )
        _show_shares(setting, shares, picture, as_json)
        summary = f"{setting.name}-random.json"
    note(f"summary: {out / 'phase' / summary}", quiet)
    return VERIFIED


def _show_summary(file: Path, picture: Path | None, as_json: bool) -> None:
    """A summary that is there, every certificate in it checked again."""
    value = json_text.parse(json_text.read_bytes(file))
    if is_statistics(value):
        _show_shares(*statistics_from_json(value, file.parent), picture, as_json)
    else:
        _show_diagram(diagram_from_json(value, file.parent), picture, as_json)


def _show_shares(
    setting: Setting, shares: Sequence[Share], picture: Path | None, as_json: bool
) -> None:
    if as_json:
        for share in shares:
            click.echo(json.dumps(vars(share)))
    else:
        rows = [_share_row(share) for share in shares]
        title = (
            f"{setting.name}: random data sets in which a bad strict local minimum was found and"
            " certified"
        )
        print_table(title, ("N", "m", "m/N", "certified", "95 % interval (Wilson)"), rows)
    if picture is not None:
        from exactland.reports.pictures.phase import draw_shares

        draw_shares(setting.name, shares, picture)


def _share_row(share: Share) -> tuple[str, ...]:
    width_to_samples = f"{share.units / share.samples:.2f}"
    return (str(share.samples), str(share.units), width_to_samples, *_counted(share))


def _counted(share: Share) -> tuple[str, str]:
    if share.drawn == 0:
        return "0 by rule 4.2", ""
    return f"{share.certified} of {share.drawn}", f"{share.low:.3f} to {share.high:.3f}"


def _show_diagram(diagram: Diagram, picture: Path | None, as_json: bool) -> None:
    if as_json:
        for cell in diagram.cells:
            click.echo(json.dumps(_cell_json(cell)))
    else:
        _print(diagram)
    if picture is not None:
        from exactland.reports.pictures.phase import draw

        draw(diagram, picture)


def _print(diagram: Diagram) -> None:
    heights = sorted({cell.samples for cell in diagram.cells})
    widths = sorted({cell.units for cell in diagram.cells})
    rows = [[f"N = {n}", *(_short(diagram.cell(n, m)) for m in widths)] for n in heights]
    print_table(
        f"{diagram.setting.name}: bad basins by number of samples N and width m",
        ["", *(f"m = {m}" for m in widths)],
        rows,
    )
    counts = [
        f"{sum(cell.verdict == verdict for cell in diagram.cells)} {verdict}"
        for verdict in VERDICTS
    ]
    click.echo("; ".join(counts))
    for (verdict, by), cells in _reasons(diagram).items():
        click.echo(f"{verdict}: {by}: {', '.join(cells)}")


def _cell_json(cell: Cell) -> dict[str, object]:
    return {
        "samples": cell.samples,
        "units": cell.units,
        "verdict": cell.verdict,
        "by": cell.by,
        "residual": cell.residual,
    }


def _reasons(diagram: Diagram) -> dict[tuple[str, str], list[str]]:
    """The cells that have no certificate, by verdict and what it rests on."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for cell in diagram.cells:
        if cell.verdict in (PROVED, OPEN):
            residual = (
                ""
                if cell.residual is None
                else f" (least |(phi, phi')| among starts that reached none {cell.residual:.1e})"
            )
            reasons.setdefault((cell.verdict, cell.by), []).append(
                f"({cell.samples}, {cell.units}){residual}"
            )
    return reasons


def _short(cell: Cell | None) -> str:
    return "" if cell is None else SHORT[cell.verdict]
