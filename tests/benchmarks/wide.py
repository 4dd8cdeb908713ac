"""Timings of the wide side, as ratios to a named baseline in the same run: `python -m
tests.benchmarks.wide [--json]`.

Baseline: float64 numpy evaluating the features at the start and their singular values, and one
least-squares fit of the output weights: what a practitioner looks at today, which verifies nothing.
Columns: deciding the point by the rank rule, a certified path (search, evidence and the kernel's
check), and the kernel's check of that path alone. First medians over random exact instances (N <=
5, d <= 3, m <= 7) with every degenerate kind of start, then N = 20, m = 20, d = 5. Seconds are
shown for orientation only; machines differ.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from random import Random

import numpy as np

from exactland.engine.outcomes import Certified
from exactland.engine.paths import escape
from exactland.engine.points import classify_exactly
from exactland.kernel import check
from exactland.model.activations import named
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.floats import evaluate
from exactland.testing.properties import point_of
from exactland.testing.strategies import exact_activations, wide_problems
from tests.examples import examples

INSTANCES = 200


@dataclass(frozen=True)
class Timing:
    case: str
    numpy_ms: float
    decide_ms: float
    escape_ms: float
    kernel_ms: float
    decide_ratio: float
    escape_ratio: float
    kernel_ratio: float
    reached: bool  # the infimum


def float_rank_and_fit(problem: Problem, theta: Vector) -> float:
    """Singular values of the features at theta, and the loss of the least-squares output weights,
    in float64.
    """
    rows = np.array([[float(v) for v in row] for row in problem.x])
    with np.errstate(all="ignore"):
        for (weights, biases), layer in zip(
            problem.network.split([float(t) for t in theta]), problem.network.hidden
        ):
            z = rows @ np.array(weights).T + (np.array(biases) if biases else 0.0)
            rows = evaluate(layer.activation, z)[0]
    rows = np.column_stack([rows, np.ones(len(rows))]) if problem.network.output_bias else rows
    y = np.array([[float(v) for v in row] for row in problem.y])
    np.linalg.svd(np.nan_to_num(rows), compute_uv=False)
    fit = np.linalg.lstsq(np.nan_to_num(rows), y, rcond=None)[0]
    return float(np.sum((rows @ fit - y) ** 2) / 2)


def milliseconds(work: Callable[[], object], repeat: int = 1) -> float:
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return 1000 * best


def measure(name: str, problem: Problem, theta: Vector) -> Timing:
    baseline = milliseconds(lambda: float_rank_and_fit(problem, theta), 3)
    deciding = milliseconds(lambda: classify_exactly(problem, theta))
    started = time.perf_counter()
    outcome = escape(problem, theta)
    escaping = 1000 * (time.perf_counter() - started)
    checking, reached = 0.0, False
    if isinstance(outcome, Certified):
        data = outcome.certificate.to_bytes()
        checking = milliseconds(lambda: check(data))
        reached = outcome.certificate.statement.end == "infimum"
    return Timing(
        name,
        baseline,
        deciding,
        escaping,
        checking,
        deciding / baseline,
        escaping / baseline,
        checking / baseline,
        reached,
    )


def larger(activation: str, start: str) -> tuple[str, Problem, Vector]:
    """N = 20, m = 20, d = 5, with bias, from 0, or from ten pairs of equal units."""
    random = Random(1)
    x = tuple(tuple(Fraction(random.randint(-30, 30), 10) for _ in range(5)) for _ in range(20))
    y = tuple((Fraction(random.randint(-20, 20), 10),) for _ in range(20))
    problem = Problem(Network(5, (Layer(20, named(activation), True),)), x, y)
    pairs = [
        [Fraction(random.randint(-10, 10), 10) for _ in range(6)] for _ in range(10) for _ in (0,)
    ]
    units = [unit for unit in pairs for _ in (0, 1)]
    v = [Fraction(random.randint(-10, 10), 10) for _ in units]
    theta = problem.network.join(
        [([unit[:5] for unit in units], [unit[5] for unit in units]), ([v], [])]
    )
    return (
        f"{activation}, N = m = 20, {start}",
        problem,
        tuple(theta) if start == "pairs" else (Fraction(0),) * problem.parameters,
    )


def summary(name: str, timings: list[Timing]) -> Timing:
    """Medians, and whether all reached the infimum."""
    fields = [field for field in asdict(timings[0]) if field not in ("case", "reached")]
    return Timing(
        name,
        **{field: statistics.median(getattr(t, field) for t in timings) for field in fields},
        reached=all(t.reached for t in timings),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Timings of ranks and paths, as ratios to float64 numpy."
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--instances", type=int, default=INSTANCES)
    arguments = parser.parse_args()
    cases = examples(wide_problems(exact_activations(), depths=(1,)), arguments.instances)
    timings = [
        summary(
            f"median of {len(cases)} exact instances, 1 layer",
            [measure("instance", case, point_of(case)) for case in cases],
        )
    ]
    timings += [
        measure(*larger(activation, start))
        for activation in ("leaky-relu", "sigmoid")
        for start in ("zero", "pairs")
    ]
    if not arguments.json:
        print(
            f"{'case':40} {'numpy ms':>9} {'decide ms':>10} {'path ms':>9} {'kernel ms':>10}",
            end="",
        )
        print(f" {'decide/numpy':>13} {'path/numpy':>11} {'kernel/numpy':>13} infimum")
    for t in timings:
        if arguments.json:
            print(json.dumps(asdict(t)))
        else:
            row = (
                f"{t.case:40} {t.numpy_ms:9.3f} {t.decide_ms:10.1f} {t.escape_ms:9.1f}"
                f" {t.kernel_ms:10.1f}"
            )
            print(
                f"{row} {t.decide_ratio:13.0f} {t.escape_ratio:11.0f} {t.kernel_ratio:13.0f}"
                f" {'reached' if t.reached else 'no'}"
            )


if __name__ == "__main__":
    main()
