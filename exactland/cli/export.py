"""The command `exactland export`."""

from __future__ import annotations

from pathlib import Path

import click

from exactland.certificates.certificate import certificate_from_bytes
from exactland.certificates.codec import claim_digest_in
from exactland.checking import check, verdict_line
from exactland.cli.options import FILE
from exactland.cli.statuses import VERIFIED
from exactland.errors import InputError
from exactland.files import json_text
from exactland.files.atomic import write_atomic
from exactland.kernel import EXIT


@click.command("export")
@click.argument("file", type=FILE)
@click.option(
    "--to",
    type=click.Choice(["coq"]),
    required=True,
    expose_value=False,
    help="coq: a statement and its proof, for coqc with proofs/formal.",
)
@click.option("--out", type=FILE, help="Write here instead of to stdout.")
def command(file: Path, out: Path | None) -> int:
    """Write a certificate for another proof checker.

    The statement is made from the claim alone, and a proof of it from the steps. Nothing is claimed
    by the export itself: what coqc accepts is proved. The certificate has to be verified by the
    kernel first.
    """
    data = json_text.read_bytes(file)
    verdict = check(data)
    if verdict.status != "verified":
        click.echo(verdict_line(verdict, str(file)))
        return EXIT[verdict.status]
    from exactland.exporters.coq import coq_text  # not before there is something to write

    try:
        text = coq_text(certificate_from_bytes(data), claim_digest_in(data))
    except InputError as error:
        raise InputError(str(file), str(error)) from None
    if out is None:
        click.echo(text, nl=False)
    else:
        write_atomic(out, text.encode())
    return VERIFIED
