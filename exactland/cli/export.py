"""The command `exactland export`."""

from __future__ import annotations

from pathlib import Path

import click

from exactland.certificates.certificate import certificate_from_bytes
from exactland.cli.terminal import one_line
from exactland.errors import InputError
from exactland.files import json_text
from exactland.files.atomic import write_atomic
from exactland.kernel import EXIT, check


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Choice(["coq"]),
    required=True,
    expose_value=False,
    help="coq: a statement and its proof, for coqc with proofs/formal.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of to stdout.")
def export_command(file: Path, out: Path | None) -> int:
    """Write a certificate for another proof checker: the statement from the claim alone, and a
    proof of it.

    Nothing is claimed by the export itself: what coqc accepts is proved. The certificate has to be
    verified by the kernel first.
    """
    from exactland.exporters.coq import coq_text

    data = json_text.read_bytes(file)
    verdict = check(data)
    if verdict.status != "verified":
        failed = f" [{verdict.rule} at {verdict.place}]" if verdict.rule else ""
        click.echo(one_line(f"{verdict.status}{failed} {file}: {verdict.says}"))
        return EXIT[verdict.status]
    try:
        text = coq_text(certificate_from_bytes(data))
    except InputError as error:
        raise InputError(str(file), str(error)) from None
    if out is None:
        click.echo(text, nl=False)
    else:
        write_atomic(out, text.encode())
    return 0
