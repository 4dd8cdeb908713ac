"""Options that several commands have, and what is made of their values."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from exactland.certificates.certificate_file import SUFFIX, check_name
from exactland.model.numbers import parse_rational

FILE = click.Path(path_type=Path)
SEEDS = click.IntRange(0, 2**63 - 1)


def rational(_: click.Context, parameter: click.Parameter, value: str | None) -> Fraction | None:
    """The callback of an option that is a rational number."""
    return None if value is None else parse_rational(value, f"--{parameter.name}")


def _certificate_name(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    if value is not None:
        check_name(value)
    return value


json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per result on stdout."
)
quiet_option = click.option(
    "--quiet", "-q", is_flag=True, help="No notes and no progress on stderr."
)
problem_argument = click.argument("problem", type=FILE)
within_option = click.option(
    "--within",
    callback=rational,
    metavar="R",
    help=(
        "How near, in Euclidean norm. Default 1e-3 (1 + |point|); 0 for piecewise-linear networks."
    ),
)
steps_option = click.option(
    "--steps",
    type=click.IntRange(1),
    metavar="K",
    help="Stop after K steps of work (a training, an enclosure, a plane): the same everywhere.",
)
time_option = click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="Stop after so much time, not counting the kernel's own check.",
)
out_option = click.option(
    "--out",
    type=FILE,
    callback=_certificate_name,
    help=f"Where to write the certificate (ends in {SUFFIX}).",
)
