"""How common bad minima are: random data sets per cell, the fraction in which a bad strict local
minimum was found and certified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from exactland.certificates.certificate import Certificate, certificate_from_bytes
from exactland.certificates.kinds import StatementKind
from exactland.checking import check
from exactland.engine.minima import certify
from exactland.engine.outcomes import Certified
from exactland.errors import CertificateError, InputError, ResourceLimitError
from exactland.files import json_text
from exactland.files.atomic import write_atomic
from exactland.files.problem_file import activation
from exactland.model.activations import specification
from exactland.model.problem import Problem
from exactland.studies.execution import in_parallel
from exactland.studies.phase.cells import Setting
from exactland.studies.phase.diagram import MOST_SAMPLES, whole

FORMAT = "exactland-phase-statistics/1"
STARTS = 8  # trainings a data set
MOST_DRAWN = 10**5  # data sets a cell
MOST_IN_ALL = 4 * 10**5  # data sets in a run, so that a summary stays below what is read back
KIND = StatementKind.SUB_OPTIMAL_STRICT_MINIMUM  # what a counted certificate says
NORMAL_95 = 1.959964  # the two-sided 95 % quantile of the normal distribution
CERTIFICATE = re.compile(r"[1-9][0-9]*-[1-9][0-9]*-(0|[1-9][0-9]*)\.cert\.json")  # N-m-k
Case = tuple[int, int, int]  # (N, m, k): data set k of the cell N, m


@dataclass(frozen=True)
class Share:
    """Of the data sets 0 to drawn - 1 with N samples, in those of `found`, `certified` of them, a
    bad strict local minimum at m units was found and certified; the Wilson interval at 95 %.

    A lower bound of how common such data are: a minimum that was missed, or not certified, does not
    count. Where m >= N nothing is drawn: rule 4.2 says 0.
    """

    samples: int
    units: int
    drawn: int
    certified: int
    low: float
    high: float
    found: tuple[int, ...]


def share(samples: int, units: int, drawn: int, found: Iterable[int]) -> Share:
    """The share with these data sets counted, of the first `drawn`."""
    found = tuple(found)
    low, high = wilson(len(found), drawn) if drawn else (0.0, 0.0)
    return Share(samples, units, drawn, len(found), round(low, 4), round(high, 4), found)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval at 95 % for a binomial proportion (E. B. Wilson, 1927).

    >>> [round(end, 4) for end in wilson(0, 20)], [round(end, 4) for end in wilson(10, 20)]
    ([0.0, 0.1611], [0.2993, 0.7007])
    """
    if not 0 <= successes <= trials or trials == 0:
        raise InputError("trials", f"{successes} of {trials}")
    p, z2 = successes / trials, NORMAL_95**2
    center, half = (
        p + z2 / (2 * trials),
        NORMAL_95 * (p * (1 - p) / trials + z2 / (4 * trials**2)) ** 0.5,
    )
    low, high = ((center + side * half) / (1 + z2 / trials) for side in (-1, 1))
    return (0.0 if successes == 0 else low), (1.0 if successes == trials else high)


def random_data(setting: Setting, samples: int, units: int, k: int) -> Problem:
    """Data set k of a cell: distinct inputs uniform in [-3, 3]^d and standard normal targets, both
    with two decimals. The same for every m.
    """
    random = Random(f"{setting.seed} {setting.inputs} {samples} {k}")
    x: list[tuple[Fraction, ...]] = []
    while len(x) < samples:
        row = tuple(Fraction(random.randint(-300, 300), 100) for _ in range(setting.inputs))
        x += [row] if row not in x else []
    y = tuple((Fraction(round(100 * random.gauss(0, 1)), 100),) for _ in range(samples))
    return Problem(setting.network(units), tuple(x), y)


def bad_minimum(setting: Setting, case: Case) -> Certificate | None:
    """The certificate of a bad strict local minimum for data set (N, m, k), found by training; None
    if none was found or certified.
    """
    samples, units, k = case
    outcome = certify(
        random_data(setting, samples, units, k), starts=STARTS, seed=setting.seed * 1000 + k
    )
    if isinstance(outcome, Certified) and outcome.verdict.kind == KIND:
        return outcome.certificate
    return None


def statistics(  # noqa: PLR0913  # options, by keyword
    setting: Setting,
    samples: Sequence[int],
    draws: int,
    out: Path,
    *,
    processes: int = 1,
    resume: bool = False,
    step: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> list[Share]:
    """The shares of all cells 1 <= m <= N, with every certificate counted at
    OUT/phase/NAME-random/N-m-k.cert.json, and OUT/phase/NAME-random.json.

    The counts are those of one search, and depend in their last cases on the machine's floating
    point; the certificates do not.

    The summary is written after every cell, and when the run is interrupted: then with the data
    sets up to there. With `resume`, what an earlier run with the same setting drew is kept, also in
    other cells and beyond `draws`: the data sets without a certificate, and those whose certificate
    stands up. At the end, and not before, certificates N-m-k.cert.json of this folder that are not
    counted are removed; no other file ever is. Raises InputError for sizes out of range, a folder
    that cannot be written, or an earlier summary of another setting.
    """
    _check_sizes(samples, draws)
    folder, summary = _places(setting, out)
    earlier = _earlier(setting, summary) if resume else ()
    found = _kept(setting, earlier, folder)
    rows = sorted({*samples, *(e.samples for e in earlier)})
    wanted = [(n, m, k) for n in sorted(set(samples)) for m in range(1, n) for k in range(draws)]
    left = [case for case in wanted if case not in found]
    ends = {case[:2]: case for case in left}
    step("", len(wanted) - len(left), len(wanted))
    try:
        with in_parallel(processes) as each:
            for done, (case, made) in enumerate(
                zip(left, each(partial(bad_minimum, setting), left)), len(wanted) - len(left) + 1
            ):
                if made is not None:
                    write_atomic(_certificate(folder, case), made.to_bytes())
                found[case] = made is not None
                if case == ends[case[:2]]:
                    _write(setting, _shares(rows, found), summary)
                step(f"N = {case[0]}, m = {case[1]}", done, len(wanted))
    finally:
        shares = _shares(rows, found)
        if shares:
            _write(setting, shares, summary)
    _remove_uncounted(shares, folder)
    return shares


def _check_sizes(samples: Sequence[int], draws: int) -> None:
    for n in samples:
        if not 1 <= n <= MOST_SAMPLES:
            raise InputError("--samples", f"{n} is not from 1 to {MOST_SAMPLES}")
    if not 1 <= draws <= MOST_DRAWN:
        raise InputError("--random", f"{draws} is not from 1 to {MOST_DRAWN}")
    if (total := draws * sum(n - 1 for n in set(samples))) > MOST_IN_ALL:
        raise InputError("--random", f"{total} data sets in all cells (at most {MOST_IN_ALL})")


def _places(setting: Setting, out: Path) -> tuple[Path, Path]:
    """The folder of the certificates, and the summary."""
    return out / "phase" / f"{setting.name}-random", out / "phase" / f"{setting.name}-random.json"


def _certificate(folder: Path, case: Case) -> Path:
    return folder / f"{'-'.join(map(str, case))}.cert.json"


def _shares(rows: Iterable[int], found: Mapping[Case, bool]) -> list[Share]:
    """The shares of the cells of which something is drawn, and of m = N in these rows.

    Only data sets without a gap before them count: nothing is chosen.
    """
    shares = []
    for n in rows:
        drawn = {m: next(k for k in count() if (n, m, k) not in found) for m in range(1, n)}
        line = [
            share(n, m, d, (k for k in range(d) if found[n, m, k])) for m, d in drawn.items() if d
        ]
        shares += [*line, share(n, n, 0, ())] if line or n == 1 else []
    return shares


def _write(setting: Setting, shares: Iterable[Share], summary: Path) -> None:
    about: dict[str, Any] = {
        "format": FORMAT,
        "activation": specification(setting.activation),
        "inputs": setting.inputs,
        "bias": setting.bias,
    }
    about |= {"seed": setting.seed, "trainings": STARTS}
    head, cells = (
        json.dumps(about, indent=1).removesuffix("\n}"),
        ",\n  ".join(json.dumps(asdict(s)) for s in shares),
    )
    write_atomic(summary, f'{head},\n "cells": [\n  {cells}\n ]\n}}\n'.encode())


def _remove_uncounted(shares: Iterable[Share], folder: Path) -> None:
    counted = {_certificate(folder, case) for case in _counted(shares)}
    for path in folder.glob("*.cert.json"):
        if CERTIFICATE.fullmatch(path.name) and path not in counted and path.is_file():
            path.unlink()


def _counted(shares: Iterable[Share]) -> Iterator[Case]:
    return ((s.samples, s.units, k) for s in shares for k in s.found)


def _earlier(setting: Setting, summary: Path) -> tuple[Share, ...]:
    if not summary.exists():
        return ()
    about, trainings, shares = _read(json_text.parse(json_text.read_bytes(summary)))
    if (about, trainings) != (replace(setting, starts=about.starts), STARTS):
        raise InputError(
            str(summary),
            "is about another activation, number of inputs, bias, seed or number of trainings: not"
            " resumed",
        )
    return shares


def _kept(setting: Setting, shares: Iterable[Share], folder: Path) -> dict[Case, bool]:
    """Whether there is a certificate, for every data set drawn; without those whose certificate
    does not stand up.
    """
    shares = tuple(shares)
    kept = {(s.samples, s.units, k): False for s in shares for k in range(s.drawn)}
    for case in _counted(shares):
        del kept[case]
        with suppress(CertificateError):
            verify_counted(setting, case, folder)
            kept[case] = True
    return kept


def verify_counted(setting: Setting, case: Case, folder: Path) -> None:
    """Raises CertificateError unless the folder has a certificate N-m-k.cert.json that the kernel
    accepts, of a bad strict local minimum for exactly data set (N, m, k) of this setting, with half
    squared error.
    """
    samples, units, k = case
    where, path = f"cell N = {samples}, m = {units}: data set {k}", _certificate(folder, case)
    try:
        data = json_text.read_bytes(path)
        if check(data).status != "verified":
            raise CertificateError(f"{where}: the kernel does not accept {path.name}")
        certificate = certificate_from_bytes(data)
        problem, kind = certificate.problem, certificate.statement.kind
    except (InputError, ResourceLimitError) as error:
        raise CertificateError(f"{where}: {error}") from None
    if kind != KIND:
        raise CertificateError(f"{where}: the certificate says {kind}, not {KIND}")
    if (problem.network, problem.samples) != (
        setting.network(units),
        samples,
    ) or problem != random_data(setting, samples, units, k):
        raise CertificateError(f"{where}: the certificate is about another network or other data")


def is_statistics(value: Any) -> bool:
    """Whether this is meant to be a summary of statistics, and not of a diagram."""
    return isinstance(value, dict) and value.get("format") == FORMAT


def statistics_from_json(value: Any, folder: Path) -> tuple[Setting, tuple[Share, ...]]:
    """A summary of statistics that is read already, with its certificates in NAME-random in this
    folder: every counted one is verified, see `verify_counted`, and every count and interval
    calculated again. Other files are not looked at.

    Not claimed: that a data set which is not counted has no bad minimum, that it was trained on as
    often as the summary says, or that the number of data sets was chosen beforehand. Raises
    InputError for what is not a summary, CertificateError for a share that nothing supports.
    """
    setting, _, shares = _read(value)
    for case in _counted(shares):
        verify_counted(setting, case, folder / f"{setting.name}-random")
    return setting, shares


def _read(value: Any) -> tuple[Setting, int, tuple[Share, ...]]:
    """The setting, the number of trainings and the shares; no certificate is read."""
    names = ("format", "activation", "inputs", "bias", "seed", "trainings", "cells")
    form, s, inputs, bias, seed, trainings, cells = json_text.fields(value, "statistics", names)
    json_text.word(form, "format", FORMAT)
    setting = Setting(
        activation(s),
        json_text.count(inputs, "inputs"),
        json_text.flag(bias, "bias"),
        whole(seed, "seed"),
    )
    shares = json_text.listed(cells, "cells", _share)
    seen = set[tuple[int, int]]()
    for k, at in enumerate((s.samples, s.units) for s in shares):
        if at in seen:
            raise InputError(f"cells[{k}]", f"N = {at[0]}, m = {at[1]} is there twice")
        seen.add(at)
    return setting, json_text.count(trainings, "trainings"), shares


def _share(value: Any, place: str) -> Share:
    samples, units, drawn, *given, found = json_text.fields(
        value, place, tuple(Share.__annotations__)
    )
    n, m, d = (
        json_text.count(samples, f"{place}.samples"),
        json_text.count(units, f"{place}.units"),
        whole(drawn, f"{place}.drawn"),
    )
    if not m <= n <= MOST_SAMPLES:
        raise InputError(place, f"units go up to samples, samples to {MOST_SAMPLES}")
    if not (1 <= d <= MOST_DRAWN if m < n else d == 0):
        raise InputError(
            f"{place}.drawn",
            f"is not from 1 to {MOST_DRAWN}" if m < n else "is not 0, where rule 4.2 holds",
        )
    counted = json_text.listed(found, f"{place}.found", whole, empty=True)
    if not all(a < b for a, b in zip((-1, *counted), (*counted, d))):
        raise InputError(f"{place}.found", f"does not go up from 0 to at most {d - 1}")
    right = share(n, m, d, counted)
    numbers = zip(("certified", "low", "high"), given, (right.certified, right.low, right.high))
    if wrong := [
        name
        for name, number, due in numbers
        if json_text.number(number, f"{place}.{name}") != Fraction(str(due))
    ]:
        raise CertificateError(
            f"cell N = {n}, m = {m}: {', '.join(wrong)}: {right.certified} of {d} are there,"
            f" interval {right.low} to {right.high}"
        )
    return right
