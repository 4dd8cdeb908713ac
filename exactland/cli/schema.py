"""The command `exactland schema`."""

from __future__ import annotations

import json

import click

from exactland.cli.statuses import VERIFIED
from exactland.files import schema


@click.command("schema")
@click.argument("name", type=click.Choice(schema.NAMES))
def command(name: str) -> int:
    """Print the JSON Schema of a file format.

    For editors and other programs; the readers do not use it.
    """
    click.echo(json.dumps(schema.schema(name), indent=1))
    return VERIFIED
