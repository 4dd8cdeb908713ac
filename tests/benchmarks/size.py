"""How the proof and its check grow with P and N, as ratios to a named baseline in the same run:
`python -m tests.benchmarks.size [--json]`.

Baseline: float64 numpy's Hessian and Cholesky factor at the same point (tests/benchmarks/spine.py),
which verify nothing. A noisy teacher with 4 sigmoid units, its minimum given to ten digits; "balls"
is polishing and evidence from there, "kernel" the check of the certificate. Then scaling exponents:
the slopes of log time against log P at fixed N, and against log N at fixed P. Last, twenty steps on
a line. Seconds are shown for orientation only; machines differ.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from dataclasses import asdict, dataclass
from fractions import Fraction

import numpy as np

from exactland.certificates.codec import decode
from exactland.certificates.steps import StrictMinimum
from exactland.gallery.cases import Case, MinimumNear
from exactland.gallery.large import steps, teacher
from exactland.kernel import check
from exactland.model.numbers import exact_from_float
from exactland.numerics.floats import float_problem
from exactland.provers.strict_minimum import strict_evidence
from exactland.search.newton import polish
from exactland.search.training import descend
from tests.benchmarks.spine import float_hessian_and_cholesky, seconds
from tests.wire import certificate, statement

INPUTS, SAMPLES = (6, 12, 24), (125, 250, 500)


@dataclass(frozen=True)
class Timing:
    case: str
    parameters: int
    samples: int
    numpy_s: float
    balls_s: float
    kernel_s: float
    balls_ratio: float
    kernel_ratio: float
    center_bits: int
    radius: float
    peak_mib: float


def measure(case: Case) -> Timing:
    """Times for one case, its minimum given to ten digits."""
    assert isinstance(case.task, MinimumNear)
    problem = case.problem
    found = polish(problem, case.task.start)
    if found is None:
        stopped = descend(float_problem(problem), [float(v) for v in case.task.start])
        assert stopped is not None
        found = polish(problem, tuple(map(exact_from_float, stopped.theta)))
    assert found is not None
    point = tuple(Fraction(f"{float(v):.10g}") for v in found)

    def prove() -> bytes:
        theta = polish(problem, point)
        assert theta is not None
        strict = strict_evidence(problem, theta)
        assert strict is not None
        return certificate(
            problem, statement("strict-minimum", point, Fraction(1, 1000)), [strict.step], {}
        ).to_bytes()

    started = time.perf_counter()
    data = prove()
    balls = min(time.perf_counter() - started, seconds(prove, 1))
    started = time.perf_counter()
    verdict = check(data)
    kernel = time.perf_counter() - started
    assert verdict.status == "verified", verdict
    step = decode(data).steps[0]
    assert isinstance(step, StrictMinimum)
    bits = max(v.denominator.bit_length() - 1 for v in step.center)
    baseline = seconds(
        lambda: float_hessian_and_cholesky(problem, np.array([float(v) for v in point])), 5
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    radius = float(step.radius)
    sizes = problem.parameters, problem.samples
    return Timing(
        case.name,
        *sizes,
        baseline,
        balls,
        kernel,
        balls / baseline,
        kernel / baseline,
        bits,
        radius,
        peak,
    )


def exponent(sizes: list[int], times: list[float]) -> float:
    """The slope of log time against log size."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Growth of the proof and its check with P and N, as ratios to float64 numpy."
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    by_p = [teacher(inputs, 4, SAMPLES[-1]) for inputs in INPUTS]
    by_n = [teacher(INPUTS[-1], 4, samples) for samples in SAMPLES[:-1]]
    timings = []
    if not arguments.json:
        print(
            f"{'case':14} {'P':>4} {'N':>4} {'numpy s':>8} {'balls s':>8} {'kernel s':>9}"
            f" {'balls/numpy':>12} {'kernel/numpy':>13}",
            end="",
        )
        print(f" {'bits':>5} {'radius':>8} {'peak MiB':>9}")
    for case in [*by_p, *by_n, steps(20)]:
        t = measure(case)
        timings.append(t)
        if arguments.json:
            print(json.dumps(asdict(t)))
        else:
            row = (
                f"{t.case:14} {t.parameters:4} {t.samples:4} {t.numpy_s:8.4f} {t.balls_s:8.2f}"
                f" {t.kernel_s:9.2f}"
            )
            print(
                f"{row} {t.balls_ratio:12.0f} {t.kernel_ratio:13.0f} {t.center_bits:5}"
                f" {t.radius:8.1e} {t.peak_mib:9.0f}",
                flush=True,
            )
    grow_p = timings[: len(by_p)]
    grow_n = [*timings[len(by_p) : len(by_p) + len(by_n)], grow_p[-1]]
    for name, rows, sizes in (
        ("P", grow_p, [t.parameters for t in grow_p]),
        ("N", grow_n, [t.samples for t in grow_n]),
    ):
        balls, kernel = (
            exponent(sizes, [getattr(t, field) for t in rows]) for field in ("balls_s", "kernel_s")
        )
        found = {"exponent_in": name, "balls": round(balls, 2), "kernel": round(kernel, 2)}
        print(
            json.dumps(found)
            if arguments.json
            else f"time grows like {name}^{balls:.2f} (balls), {name}^{kernel:.2f} (kernel)"
        )


if __name__ == "__main__":
    main()
