"""How common bad minima are: random data sets per cell, the fraction in which a bad strict local minimum was found and certified."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from exactland.activations import specification
from exactland.certificate import Certificate
from exactland.errors import InputError
from exactland.io.atomic import write_atomic
from exactland.outcome import Certified
from exactland.phase.cells import Setting
from exactland.phase.parallel import in_parallel
from exactland.problem import Problem
from exactland.prove import certify

FORMAT = "exactland-phase-statistics/1"
STARTS = 8  # trainings a data set
NORMAL_95 = 1.959964  # the two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True)
class Share:
    """Of `drawn` data sets with N samples, in `certified` a bad strict local minimum at m units was found and certified; the Wilson interval at 95 %.

    A lower bound of how common such data are: a minimum that was missed, or not certified, does not count. Where m >= N nothing is drawn: rule 4.2 says 0.
    """

    samples: int
    units: int
    drawn: int
    certified: int
    low: float
    high: float


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval at 95 % for a binomial proportion (E. B. Wilson, 1927).

    >>> [round(end, 4) for end in wilson(0, 20)], [round(end, 4) for end in wilson(10, 20)]
    ([0.0, 0.1611], [0.2993, 0.7007])
    """
    if not 0 <= successes <= trials or trials == 0:
        raise InputError("trials", f"{successes} of {trials}")
    p, z2 = successes / trials, NORMAL_95**2
    center, half = p + z2 / (2 * trials), NORMAL_95 * (p * (1 - p) / trials + z2 / (4 * trials**2)) ** 0.5
    low, high = ((center + side * half) / (1 + z2 / trials) for side in (-1, 1))
    return (0.0 if successes == 0 else low), (1.0 if successes == trials else high)


def random_data(setting: Setting, samples: int, units: int, k: int) -> Problem:
    """Data set k of a cell: distinct inputs uniform in [-3, 3]^d and standard normal targets, both with two decimals. The same for every m."""
    random = Random(f"{setting.seed} {setting.inputs} {samples} {k}")  # noqa: S311 - nothing secret
    x: list[tuple[Fraction, ...]] = []
    while len(x) < samples:
        row = tuple(Fraction(random.randint(-300, 300), 100) for _ in range(setting.inputs))
        x += [row] if row not in x else []
    y = tuple((Fraction(round(100 * random.gauss(0, 1)), 100),) for _ in range(samples))
    return Problem(setting.network(units), tuple(x), y)


def bad_minimum(setting: Setting, cell: tuple[int, int, int]) -> Certificate | None:
    """The certificate of a bad strict local minimum for data set (N, m, k), found by training; None if none was found or certified."""
    samples, units, k = cell
    outcome = certify(random_data(setting, samples, units, k), starts=STARTS, seed=setting.seed * 1000 + k)
    if isinstance(outcome, Certified) and outcome.verdict.kind == "sub-optimal-strict-minimum":
        return outcome.certificate
    return None


def statistics(
    setting: Setting,
    samples: Sequence[int],
    draws: int,
    out: Path,
    *,
    processes: int = 1,
    step: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> list[Share]:
    """The shares of all cells 1 <= m <= N, with every certificate counted at OUT/phase/NAME-random/N-m-k.cert.json, and OUT/phase/NAME-random.json.

    The counts are those of one search, and depend in their last cases on the machine's floating point; the certificates do not.
    """
    cells = [(n, m, k) for n in sorted(set(samples)) for m in range(1, n) for k in range(draws)]
    name, found = f"{setting.name}-random", dict[tuple[int, int, int], bool]()
    with in_parallel(processes) as each:
        for cell, made in zip(cells, each(partial(bad_minimum, setting), cells)):
            found[cell] = made is not None
            if made is not None:
                write_atomic(out / "phase" / name / f"{'-'.join(map(str, cell))}.cert.json", made.to_bytes())
            step(f"N = {cell[0]}, m = {cell[1]}", len(found), len(cells))
    shares = []
    for n in sorted(set(samples)):
        for m in range(1, n):
            count = sum(found[n, m, k] for k in range(draws))
            shares.append(Share(n, m, draws, count, *(round(end, 4) for end in wilson(count, draws))))
        shares.append(Share(n, n, 0, 0, 0.0, 0.0))
    about: dict[str, Any] = {"format": FORMAT, "activation": specification(setting.activation), "inputs": setting.inputs, "bias": setting.bias}
    about |= {"seed": setting.seed, "draws": draws, "trainings": STARTS, "cells": [asdict(share) for share in shares]}
    write_atomic(out / "phase" / f"{name}.json", (json.dumps(about, indent=1) + "\n").encode())
    return shares
