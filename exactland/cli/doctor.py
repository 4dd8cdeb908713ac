"""The command `exactland doctor`."""

from __future__ import annotations

import json

import click

from exactland.cli.options import json_option
from exactland.cli.statuses import REJECTED, VERIFIED
from exactland.studies.self_test import examine


@click.command("doctor")
@json_option
def command(as_json: bool) -> int:
    """Show versions, and test this installation.

    Both checkers have to tell a true certificate from a false one.
    """
    findings = examine()
    for finding in findings:
        if as_json:
            click.echo(json.dumps(vars(finding)))
        else:
            click.echo(f"{'ok ' if finding.good else 'BAD'} {finding.what}: {finding.says}")
    return VERIFIED if all(finding.good for finding in findings) else REJECTED
