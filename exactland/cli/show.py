"""The command `exactland show`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exactland.certificates.certificate import certificate_from_bytes
from exactland.checking import check, verdict_line
from exactland.cli.options import FILE
from exactland.cli.statuses import VERIFIED
from exactland.errors import InputError
from exactland.files import json_text
from exactland.files.problem_file import problem_from_json
from exactland.kernel import EXIT
from exactland.model.problem import Problem
from exactland.reports.text import describe_certificate, describe_problem
from exactland.reports.view import view


@click.command("show")
@click.argument("file", type=FILE, required=False)
@click.option("--latex", is_flag=True, help="The problem's loss, gradient and Hessian as LaTeX.")
@click.option(
    "--proof",
    metavar="NAME",
    help=(
        "Instead of FILE: a proof by exact algebra, as Markdown. NAME is sine-N-m or sigmoid-ln-m."
    ),
)
def command(file: Path | None, latex: bool, proof: str | None) -> int:
    """Say in words what a certificate proves.

    Of a problem: its loss, gradient and Hessian as formulas.
    """
    if proof is not None:
        if file is not None or latex:
            with_it = "FILE" if file is not None else "--latex"
            raise InputError("--proof NAME", f"takes no {with_it}")
        _show_proof(proof)
        return VERIFIED
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    data = json_text.read_bytes(file)
    try:
        return _show(data, file, latex)
    except InputError as error:
        raise InputError(str(file), str(error)) from None


def _show(data: bytes, file: Path, latex: bool) -> int:
    """Shows a certificate or a problem, whichever the file holds."""
    value = json_text.parse(data)
    if not isinstance(value, dict) or "claim" not in value:
        _show_problem(problem_from_json(value), latex)
        return VERIFIED
    verdict = check(data)
    if verdict.status != "verified":
        click.echo(verdict_line(verdict, str(file)))
        return EXIT[verdict.status]
    if latex:
        _show_problem(problem_from_json(value["claim"]["problem"]), latex)
    else:
        click.echo("\n".join(describe_certificate(view(certificate_from_bytes(data), verdict))))
    return VERIFIED


def _show_problem(problem: Problem, latex: bool) -> None:
    from exactland.numerics.symbolic import encode, to_latex

    if latex:
        click.echo(to_latex(encode(problem)), nl=False)
        return
    click.echo("\n".join(describe_problem(problem)))
    encoding = encode(problem)
    names = problem.network.parameter_names()
    readable = dict(zip(encoding.theta, map(_symbol, names)))
    click.echo(f"\nE = {encoding.loss.xreplace(readable)}\n")
    for name, slope in zip(names, encoding.gradient):
        click.echo(f"dE/d{name} = {slope.xreplace(readable)}")
    click.echo("")
    for i, left in enumerate(names):
        for j in range(i, len(names)):
            click.echo(f"d2E/d{left} d{names[j]} = {encoding.hessian[i, j].xreplace(readable)}")


def _symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, real=True)


def _show_proof(name: str) -> None:
    from exactland.reports.symbolic_proof import describe_proof
    from exactland.studies.symbolic_proof import built_in, prove

    click.echo(describe_proof(prove(built_in(name))), nl=False)
