"""Timings of the spine, as ratios to a named baseline in the same run: `python -m
tests.benchmarks.spine [--json]`.

Baseline: plain float64 numpy computing the same Hessian (from one-hidden-layer or deep formulas,
vectorised over samples) and its Cholesky factor at the same point, which verifies nothing. Columns:
the ball proof (Newton polishing and evidence), the kernel's own check (reading included), and peak
memory of the whole process so far. Seconds are shown for orientation only; machines differ.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from exactland.engine.outcomes import Certified
from exactland.kernel import check
from exactland.model.losses import loss
from exactland.model.problem import Problem
from exactland.numerics.floats import evaluate
from exactland.search.training import Array
from tests.narrow_cases import CASES, NarrowCase
from tests.recorded import minimum_from


@dataclass(frozen=True)
class Timing:
    case: str
    parameters: int
    samples: int
    numpy_ms: float
    prove_ms: float
    kernel_ms: float
    prove_ratio: float
    kernel_ratio: float
    peak_mib: float


def float_hessian_and_cholesky(problem: Problem, theta: Array) -> Array:
    """What a careful practitioner runs today: the exact Hessian of the half squared error in
    float64, then Cholesky.
    """
    shapes = problem.network.shapes()
    layers = problem.network.split(list(theta))
    x = np.array([[float(v) for v in row] for row in problem.x])
    y = np.array([[float(v) for v in row] for row in problem.y])
    count, samples = len(theta), len(x)
    a, da, tape, first = x, np.zeros((samples, shapes[0][1], count)), [], 0
    for depth, (weights, biases) in enumerate(layers):
        units, width, bias = shapes[depth]
        w = np.array(weights)
        z = a @ w.T + (np.array(biases) if bias else 0.0)
        dz = np.einsum("jk,nkp->njp", w, da)
        for j in range(units):
            dz[:, j, first + j * width : first + (j + 1) * width] += a
            if bias:
                dz[:, j, first + units * width + j] += 1
        last = depth == len(layers) - 1
        s, rate, bend = (
            (z, np.ones_like(z), np.zeros_like(z))
            if last
            else evaluate(problem.network.hidden[depth].activation, z)
        )
        tape.append((first, w, da, dz, rate, bend))
        a, da, first = s, rate[:, :, None] * dz, first + units * (width + bias)
    _, derivative, second = loss(problem.loss).derivatives(list(a.T), list(y.T), evaluate)
    delta = np.array(derivative).T
    weights_of_outputs = np.array(
        [[np.broadcast_to(entry, samples) for entry in row] for row in second]
    )
    hessian = np.einsum("oqn,nop,nqr->pr", weights_of_outputs, tape[-1][3], tape[-1][3])
    back = np.ones_like(delta)
    for depth in reversed(range(len(tape))):
        first, w, da, dz, rate, bend = tape[depth]
        if depth < len(tape) - 1:
            hessian += np.einsum("nj,njp,njq->pq", back * bend, dz, dz)
            delta = back * rate
        units, width, _ = shapes[depth]
        coupling = np.einsum("nj,nkp->jkp", delta, da).reshape(units * width, count)
        hessian[first : first + units * width] += coupling
        hessian[:, first : first + units * width] += coupling.T
        back = delta @ w
    return np.linalg.cholesky(hessian)


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median wall time of `repeats` runs after a warm-up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(case: NarrowCase, repeats: int = 5) -> Timing:
    outcome = minimum_from(case.problem, case.start, case.witness)
    assert isinstance(outcome, Certified)
    data = outcome.certificate.to_bytes()
    theta = np.array([float(v) for v in case.start])
    baseline = seconds(lambda: float_hessian_and_cholesky(case.problem, theta), 10 * repeats)
    kernel = seconds(lambda: check(data), repeats)
    prove = seconds(lambda: minimum_from(case.problem, case.start, case.witness), repeats) - kernel
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sizes = case.problem.parameters, case.problem.samples
    return Timing(
        case.name,
        *sizes,
        baseline * 1e3,
        prove * 1e3,
        kernel * 1e3,
        prove / baseline,
        kernel / baseline,
        peak,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Timings of the spine as ratios to float64 numpy.")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    if not as_json:
        print(
            f"{'case':20} {'P':>3} {'N':>3} {'numpy ms':>9} {'prove ms':>9} {'kernel ms':>9}"
            f" {'prove/numpy':>12} {'kernel/numpy':>13} {'peak MiB':>9}"
        )
    timings = []
    for case in CASES.values():
        t = measure(case)
        timings.append(t)
        if as_json:
            print(json.dumps(asdict(t)))
        else:
            row = (
                f"{t.case:20} {t.parameters:3} {t.samples:3} {t.numpy_ms:9.3f} {t.prove_ms:9.1f}"
                f" {t.kernel_ms:9.1f}"
            )
            print(f"{row} {t.prove_ratio:12.0f} {t.kernel_ratio:13.0f} {t.peak_mib:9.0f}")
    if not as_json:
        prove, kernel, baseline = (
            sum(getattr(t, name) for t in timings) / 1e3
            for name in ("prove_ms", "kernel_ms", "numpy_ms")
        )
        print(
            f"all {len(timings)}: prove {prove:.2f} s, kernel {kernel:.2f} s; ratios"
            f" {prove / baseline:.0f} and {kernel / baseline:.0f} to numpy"
        )


if __name__ == "__main__":
    main()
