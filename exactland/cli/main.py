"""The command line.

Results on stdout, progress and notes on stderr; exit statuses as in the README.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from exactland import __version__
from exactland.checking import BACKENDS, check_file
from exactland.cli.export import export_command
from exactland.cli.phase import phase_command
from exactland.cli.tables import print_tables
from exactland.cli.terminal import json_option, note, one_line, progress_bar, quiet_option
from exactland.engine.outcomes import Certified, Inconclusive, Refuted
from exactland.engine.prove import CLAIMS, SEED, STARTS, certify, classify
from exactland.errors import CertificateError, InputError, ResourceLimit
from exactland.files import json_text, schema
from exactland.files.certificate_file import SUFFIX, check_name, write_certificate
from exactland.files.problem_file import problem_from_json, read_point, read_problem
from exactland.kernel import EXIT, Verdict, check
from exactland.kernel.reader import number
from exactland.kernel.rules import Minimum, NoMinimumBox
from exactland.model.numbers import decimal_text, parse_rational
from exactland.model.problem import Problem
from exactland.provers.paths import escape
from exactland.reports.certificates import barrier, describe_direction, end_text, eta_text
from exactland.studies.reproduce import SIDES, enclosure_text, reproduce, worst

VERIFIED, REJECTED, MALFORMED, INCONCLUSIVE, LIMIT, INTERRUPTED = 0, 1, 2, 3, 4, 130
WORST_FIRST = (REJECTED, MALFORMED, LIMIT, INCONCLUSIVE, VERIFIED)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exactland")
def commands() -> None:
    """Rigorous statements about neural-network loss surfaces, as certificates anyone can re-check.

    Exit status: 0 certified or verified, 1 refuted or rejected, 2 malformed input or wrong usage, 3
    inconclusive, 4 a resource limit was hit, 130 interrupted.
    """


def _out_file(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    if value is not None:
        check_name(value)
    return value


def _rational(_: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    return None if value is None else parse_rational(value, f"--{parameter.name}")


@commands.command("certify")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--point",
    type=click.Path(path_type=Path),
    help="A point file: certify or refute a minimum near it.",
)
@click.option(
    "--within",
    callback=_rational,
    metavar="R",
    help=(
        "How near, in Euclidean norm. Default 1e-3 (1 + |point|); 0 for piecewise-linear networks."
    ),
)
@click.option("--claim", type=click.Choice(CLAIMS), default="strongest", show_default=True)
@click.option(
    "--starts",
    type=click.IntRange(1, 10**6),
    default=STARTS,
    show_default=True,
    help="Trainings to try.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=SEED, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=_out_file,
    help=f"Where to write the certificate (ends in {SUFFIX}).",
)
@json_option
@quiet_option
def certify_command(
    problem: Path,
    point: Path | None,
    within: Any,
    claim: str,
    starts: int,
    seed: int,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find and certify a minimum of PROBLEM (strict, a basin, or local), sub-optimal if a better
    point is found; or that there are no (bad) basins at all.
    """
    given = read_problem(problem)
    theta = read_point(point, given) if point else None
    with progress_bar(quiet) as step:
        outcome = certify(
            given,
            theta,
            within=within,
            claim=claim,
            starts=starts,
            seed=seed,
            progress=lambda done, total: step("searching", done, total),
        )
    if isinstance(outcome, Inconclusive):
        return _inconclusive(outcome, as_json)
    word = "certified" if isinstance(outcome, Certified) else "refuted"
    _proved(outcome, word, _headline(outcome), given, out, as_json)
    return VERIFIED if isinstance(outcome, Certified) else REJECTED


@commands.command("classify")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--point",
    type=click.Path(path_type=Path),
    help="A point file; without it, the point in PROBLEM.",
)
@click.option(
    "--within",
    callback=_rational,
    metavar="R",
    help=(
        "How near, in Euclidean norm. Default 1e-3 (1 + |point|); 0 for piecewise-linear networks."
    ),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=_out_file,
    help=f"Where to write the certificate (ends in {SUFFIX}).",
)
@json_option
@quiet_option
def classify_command(
    problem: Path, point: Path | None, within: Any, out: Path | None, as_json: bool, quiet: bool
) -> int:
    """Say what a point of PROBLEM is: near a strict local minimum or a basin, a local minimum, near
    no local minimum (with a direction), or exactly in no (sub-optimal) basin; and by which rules.

    Inconclusive otherwise, with the Hessian's kernel.
    """
    given = read_problem(problem)
    theta = read_point(point, given) if point else given.point
    with progress_bar(quiet) as step:
        step("proving", 0, 1)
        outcome = classify(
            given, theta, within=within, progress=lambda done, total: step("searching", done, total)
        )
    if isinstance(outcome, Inconclusive):
        return _inconclusive(outcome, as_json)
    word = str(outcome.verdict.kind)
    headline = {
        "strict-minimum": "strict local minimum",
        "in-no-sub-optimal-basin": "in no sub-optimal basin",
    }.get(word, word.replace("-", " "))
    headline = headline.replace("minimum in no", "minimum, in no")
    _proved(outcome, word, headline, given, out, as_json)
    return VERIFIED


@commands.command("escape")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--point",
    type=click.Path(path_type=Path),
    help="A point file; without it, the point in PROBLEM, or else all parameters zero.",
)
@click.option(
    "--below",
    callback=_rational,
    metavar="L",
    help="End at explicit parameters with a loss of at most L.",
)
@click.option(
    "--eta",
    callback=_rational,
    default="0",
    metavar="R",
    help="Allow a small step that may lift the loss by R (an eta-escape).",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=SEED, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=_out_file,
    help=f"Where to write the certificate (ends in {SUFFIX}).",
)
@json_option
@quiet_option
def escape_command(
    problem: Path,
    point: Path | None,
    below: Any,
    eta: Any,
    seed: int,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find and certify a path from a point of PROBLEM on which the loss is never above its start,
    down to the infimum where the network is wide enough.
    """
    given = read_problem(problem)
    theta = read_point(point, given) if point else given.point
    with progress_bar(quiet) as step:
        step("searching", 0, 1)
        outcome = escape(
            given,
            theta,
            below=below,
            eta=eta,
            seed=seed,
            progress=lambda done, total: step("weights for idle units", done, total),
        )
    if isinstance(outcome, Inconclusive):
        return _inconclusive(outcome, as_json)
    if out:
        write_certificate(out, outcome.certificate)
    reasons = [reason for rule in outcome.certificate.steps for reason in rule.get("reasons", [])]
    statement = outcome.certificate.claim["statement"]
    if as_json:
        found = {
            "outcome": outcome.verdict.kind,
            **_verdict_json(outcome.verdict),
            "reasons": reasons,
            "end": _end_json(statement["end"]),
        }
        click.echo(
            json.dumps(
                {**found, "from_zero": theta is None, "certificate": str(out) if out else None}
            )
        )
        return VERIFIED
    start = "all parameters zero" if theta is None else "the point"
    way = f"{len(reasons)} segment{'s' if len(reasons) != 1 else ''}" + (
        f" ({', '.join(reasons)})" if reasons else ""
    )
    rise = f" plus {eta_text(statement)}" if "eta" in statement else ""
    last = ", then the last layer alone" if statement["end"] == "infimum" else ""
    click.echo(
        f"{outcome.verdict.kind} certified: from {start}, {way}{last}, to {end_text(statement)};"
        f" the loss is never above its start{rise}."
    )
    click.echo(
        (
            f"certificate: {out}"
            if out
            else f"The certificate was not kept: name a file with --out NAME{SUFFIX}."
        ),
        err=not out,
    )
    return VERIFIED


def _end_json(end: Any) -> str:
    return "infimum" if end == "infimum" else decimal_text(number(end, "end"), 17, up=True)


def _inconclusive(outcome: Inconclusive, as_json: bool) -> int:
    if as_json:
        kernel = [[f"{v:.6g}" for v in vector] for vector in outcome.kernel]
        click.echo(
            json.dumps(
                {
                    "outcome": "inconclusive",
                    "reason": outcome.reason,
                    "would_help": outcome.would_help,
                    "kernel": kernel,
                }
            )
        )
    else:
        click.echo(f"inconclusive: {outcome.reason}. What would help: {outcome.would_help}.")
    return INCONCLUSIVE


def _proved(
    outcome: Certified | Refuted,
    word: str,
    headline: str,
    problem: Problem,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write the certificate, and say what it proves."""
    if out:
        write_certificate(out, outcome.certificate)
    rules = list(dict.fromkeys(step["rule"] for step in outcome.certificate.steps))
    if as_json:
        click.echo(
            json.dumps(
                {
                    "outcome": word,
                    **_verdict_json(outcome.verdict),
                    "rules": rules,
                    "certificate": str(out) if out else None,
                }
            )
        )
        return
    why = (
        f"; {describe_direction(outcome.verdict.fact, problem)}"
        if isinstance(outcome.verdict.fact, NoMinimumBox)
        else _carried(outcome.verdict)
    )
    click.echo(
        f"{headline}: {outcome.verdict.says}{why} (rule{'s' if len(rules) > 1 else ''}"
        f" {', '.join(rules)})."
    )
    click.echo(
        (
            f"certificate: {out}"
            if out
            else f"The certificate was not kept: name a file with --out NAME{SUFFIX}."
        ),
        err=not out,
    )


def _headline(outcome: Certified | Refuted) -> str:
    if isinstance(outcome, Refuted):
        return "refuted"
    words = {
        "bad-basin": "bad basin",
        "sub-optimal-strict-minimum": "sub-optimal strict local minimum",
        "strict-minimum": "strict local minimum",
    }
    words |= {
        "no-sub-optimal-basin": "no sub-optimal basin",
        "sub-optimal-local-minimum": "sub-optimal local minimum",
    }
    words |= {
        "local-minimum-in-no-basin": "local minimum, in no basin",
        "sub-optimal-local-minimum-in-no-basin": "sub-optimal local minimum, in no basin",
    }
    kind = outcome.verdict.kind or ""
    return f"{words.get(kind, kind.replace('-', ' '))} certified"


def _carried(verdict: Verdict) -> str:
    if not isinstance(verdict.fact, Minimum):
        return ""
    better = (
        f", {decimal_text(verdict.fact.witness_loss, 6, up=True)} is reachable"
        if verdict.fact.witness_loss is not None
        else ""
    )
    return f"; its loss is {enclosure_text(verdict.fact)}{better}"


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    """What the kernel verified: kind, sentence, and the numbers it computed, as decimals rounded
    outward.
    """
    shown: dict[str, Any] = {"kind": verdict.kind, "says": verdict.says}
    fact = verdict.fact
    if isinstance(fact, Minimum):
        shown |= {
            "loss_low": decimal_text(fact.low, 17, up=False),
            "loss_high": decimal_text(fact.high, 17, up=True),
            "curvature": decimal_text(fact.curvature, 6, up=False),
            "distance": decimal_text(fact.distance, 6, up=True),
            "radius": decimal_text(fact.radius, 6, up=False),
            "barrier": decimal_text(barrier(fact), 6, up=False),
            "witness_loss": (
                None if fact.witness_loss is None else decimal_text(fact.witness_loss, 17, up=True)
            ),
            "gap": decimal_text(fact.gap, 6, up=False),
        }
    if isinstance(fact, NoMinimumBox):
        shown |= {
            "radius": decimal_text(fact.radius, 6, up=False),
            "direction": [decimal_text(v, 6) for v in fact.direction],
            "order": fact.order,
        }
    return shown


@commands.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--backend",
    type=click.Choice(BACKENDS),
    default="kernel",
    show_default=True,
    help="Who checks; with both, they have to agree.",
)
@json_option
@quiet_option
def check_command(paths: tuple[Path, ...], backend: str, as_json: bool, quiet: bool) -> int:
    """Let the kernel, or a second checker on Arb balls, check certificates: files, or folders with
    *.cert.json below them.
    """
    statuses = []
    files: list[Path | InputError] = []
    for path in paths:
        found = (
            sorted(p for p in path.rglob(f"*{SUFFIX}") if not p.is_dir())
            if path.is_dir()
            else [path]
        )
        files += found or [InputError(str(path), f"no *{SUFFIX} in this folder")]
    with progress_bar(quiet) as step:
        for done, file in enumerate(files):
            if isinstance(file, InputError):
                verdict, shown = Verdict("malformed", file.what), file.place
            else:
                step(file.name, done, len(files))
                verdict, shown = check_file(file, backend), str(file)
            statuses.append(EXIT[verdict.status])
            failed = f" [{verdict.rule} at {verdict.place}]" if verdict.rule else ""
            if as_json:
                place = {
                    "file": shown,
                    "status": verdict.status,
                    "rule": verdict.rule,
                    "place": verdict.place,
                }
                click.echo(json.dumps(place | _verdict_json(verdict)))
            elif not (quiet and verdict.status == "verified"):
                click.echo(
                    one_line(f"{verdict.status}{failed} {shown}: {verdict.says}{_carried(verdict)}")
                )
    note(f"{statuses.count(VERIFIED)} of {len(statuses)} verified", quiet)
    return next(status for status in WORST_FIRST if status in statuses)


@commands.command("schema")
@click.argument("name", type=click.Choice(schema.NAMES))
def schema_command(name: str) -> int:
    """Print the JSON Schema of a file format: for editors; the readers do not use it."""
    click.echo(json.dumps(schema.schema(name), indent=1))
    return VERIFIED


@commands.command("show")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--latex", is_flag=True, help="The problem's loss, gradient and Hessian as LaTeX.")
@click.option(
    "--proof",
    metavar="NAME",
    help=(
        "Instead of FILE: a proof by exact algebra, as Markdown. NAME is sine-N-m or sigmoid-ln-m."
    ),
)
def show_command(file: Path | None, latex: bool, proof: str | None) -> int:
    """Say in words what a certificate proves; of a problem, its loss, gradient and Hessian."""
    from exactland.numerics.symbolic import encode, to_latex
    from exactland.reports import certificates as show

    if proof is not None:
        from exactland.reports.symbolic_proof import describe_proof
        from exactland.studies.symbolic_proof import built_in, prove

        if file is not None or latex:
            raise InputError(
                "--proof NAME", f"takes no {'FILE' if file is not None else '--latex'}"
            )
        click.echo(describe_proof(prove(built_in(proof))), nl=False)
        return VERIFIED
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    data = json_text.read_bytes(file)
    try:
        value = json_text.parse(data)
        if isinstance(value, dict) and "claim" in value:
            verdict = check(data)
            if verdict.status != "verified":
                click.echo(
                    one_line(
                        f"{verdict.status}"
                        f"{f' [{verdict.rule} at {verdict.place}]' if verdict.rule else ''}"
                        f" {file}: {verdict.says}"
                    )
                )
                return EXIT[verdict.status]
            if not latex:
                click.echo("\n".join(show.describe_certificate(data, verdict)))
                return VERIFIED
            value = value["claim"]["problem"]
        problem = problem_from_json(value)
    except InputError as error:
        raise InputError(str(file), str(error)) from None
    if latex:
        click.echo(to_latex(encode(problem)), nl=False)
        return VERIFIED
    click.echo("\n".join(show.describe_problem(problem)))
    encoding = encode(problem)
    names = problem.network.parameter_names()
    readable = dict(zip(encoding.theta, map(_symbol, names)))
    click.echo(f"\nE = {encoding.loss.xreplace(readable)}\n")
    for name, g in zip(names, encoding.gradient):
        click.echo(f"dE/d{name} = {g.xreplace(readable)}")
    click.echo("")
    for i, left in enumerate(names):
        for j in range(i, len(names)):
            click.echo(f"d2E/d{left} d{names[j]} = {encoding.hessian[i, j].xreplace(readable)}")
    return VERIFIED


def _symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, real=True)


@commands.command("reproduce")
@click.option("--all", "everything", is_flag=True, help="The larger cases too (a minute).")
@click.option("--only", type=click.Choice(SIDES), help="One part of the core set.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("proofs"),
    show_default=True,
    help="Where certificates and summaries go.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Keep certificates that are already there and that the kernel accepts.",
)
@json_option
@quiet_option
def reproduce_command(
    out: Path, everything: bool, only: str | None, resume: bool, as_json: bool, quiet: bool
) -> int:
    """The main job: build, certify, kernel-check and tabulate the core set."""
    with progress_bar(quiet) as step:
        done = reproduce(out, everything=everything, only=only, resume=resume, step=step)
    if as_json:
        for row in done.rows:
            click.echo(json.dumps(vars(row)))
    else:
        print_tables(done)
        failed = sum(row.verdict != "verified" for row in done.rows)
        click.echo(
            f"{done.certificates - failed} of {done.certificates} certificates verified by the"
            f" kernel; written below {out}"
        )
    return worst(done.rows)


commands.add_command(phase_command)
commands.add_command(export_command)


@commands.command("doctor")
@json_option
def doctor_command(as_json: bool) -> int:
    """Versions, backends and a self-test."""
    from exactland.cli.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(
            json.dumps(vars(finding))
            if as_json
            else f"{'ok ' if finding.good else 'BAD'} {finding.what}: {finding.says}"
        )
    return VERIFIED if all(finding.good for finding in findings) else REJECTED


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status; every error becomes one line on stderr."""
    try:
        with commands.make_context(
            "exactland", sys.argv[1:] if arguments is None else arguments
        ) as context:
            return int(commands.invoke(context))
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return MALFORMED
    except BrokenPipeError:
        sys.stderr.close()
        return VERIFIED
    except click.ClickException as error:
        note(f"error: {error.format_message()}")
        return MALFORMED
    except InputError as error:
        note(f"error: {error}")
        return MALFORMED
    except CertificateError as error:
        note(f"error: {error}")
        return REJECTED
    except ResourceLimit as error:
        note(f"limit: {error}")
        return LIMIT
    except OSError as error:
        note(f"error: {ascii(error.filename or '')[:200]}: {error.strerror or error}")
        return MALFORMED
    except (MemoryError, RecursionError) as error:
        note(f"limit: {type(error).__name__}")
        return LIMIT
    except (KeyboardInterrupt, click.Abort):
        note("interrupted: nothing half-written was left")
        return INTERRUPTED
    except Exception as error:  # a defect of ours: say so in one line, claim nothing
        note(f"internal error, please report it: {type(error).__name__}: {error}")
        return INCONCLUSIVE


def run() -> None:
    """The entry point `exactland`.

    A request to terminate is an interruption like any other: nothing half-written stays.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
