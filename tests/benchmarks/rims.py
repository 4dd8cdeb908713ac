"""Timings of rims and of piecewise-linear minima, as ratios to a named baseline in the same run:
`python -m tests.benchmarks.rims [--json] [--most P]`.

The baseline of the first two tables is float64 numpy, which verifies nothing: the loss at 10,000
random points of the rim (rims), or the features at the point, their singular values and a
least-squares fit (piecewise-linear minima). Up to `--most` parameters (6; 8 adds ten minutes).

1. Rule 3.3 at smooth minima (sine, construction C) and at kinked ones (hard-tanh, every unit with a
   sample on a kink): planes, the parts of the cover; `basin`, which chooses the box and covers it;
   the search for the cover of that box alone; the kernel's check; kernel over search.
2. Rule 3.4 at N = 12 samples and m = 3 units: evidence, and the kernel's check of the certificate.
3. z3 (nonlinear real arithmetic; `pip install z3-solver`, no part of exactland, the table is left
   out without it), for polynomial activations. The same question of both: has the rim of this box a
   point with loss at most that at the center? z3 is asked face by face, for `--timeout` seconds in
   all.

Seconds are shown for orientation only; machines differ.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from multiprocessing import get_context
from multiprocessing.queues import Queue
from queue import Empty
from random import Random
from typing import Any

import numpy as np

from exactland.certificates import steps
from exactland.certificates.covers import planes
from exactland.certificates.kinds import Claim
from exactland.constructions import double_zeros, spurious_minimum
from exactland.engine.outcomes import Certified
from exactland.kernel import check
from exactland.model.activations import Expression, PiecewiseLinear, named, polynomial
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.floats import float_problem
from exactland.provers.basin_boxes import basin_evidence
from exactland.provers.evidence import Evidence
from exactland.provers.potentials import potential_evidence
from exactland.provers.rim import rim_evidence
from exactland.search.box_extents import losses
from tests.benchmarks.spine import seconds
from tests.benchmarks.wide import float_rank_and_fit
from tests.narrow_cases import CASES
from tests.recorded import minimum_shown_by
from tests.shorthand import column, vector

MOST, TIMEOUT, POINTS = 6, 60.0, 10_000
WITHIN = Fraction(1, 10)

# P: x, y, v; every second sample is on the kink at 1 of a unit, so w = 1 / x there, and v is the
# least-squares fit
KINKED = {
    2: ("1 4 5", "3 -3 -1/2", "-4/3"),
    4: ("3 4 5 7 8", "0 3 1/2 3 1", "590/603 1015/1206"),
    6: ("2 3 5 6 8 10 11", "5/2 -3 1 -3 3/2 -3 0", "-36/103 -19/206 -295/618"),
    8: (
        "1 2 3 5 6 9 11 13 14",
        "3/2 -3 0 -4 0 -7/2 -5/2 -7/2 -3",
        "-3015/6083 -2675/6083 -2031/2212 -31291/24332",
    ),
}


SEXTIC = (
    "-1/3 1/3 1/2 0 1/3 0 -1/4",
    "-4/3 -1 -1/3 0 1/3 1 4/3",
    "351/560 -313/56 1971/40 -709/8 1971/40 -313/56 351/560",
)  # s, x, r: phi(w) = w^2 (w^2 - 1)^2


@dataclass(frozen=True)
class Rim:
    case: str
    parameters: int
    samples: int
    planes: int  # 0: no cover found
    numpy_ms: float
    basin_s: float
    search_s: float
    kernel_s: float
    basin_ratio: float
    kernel_ratio: float
    kernel_over_search: float


@dataclass(frozen=True)
class Verdict:
    case: str
    samples: int
    units: int
    numpy_ms: float
    evidence_ms: float
    kernel_ms: float
    ratio: float  # of both together


@dataclass(frozen=True)
class Against:
    case: str
    parameters: int
    degree: int  # of the loss
    search_s: float
    kernel_s: float
    z3_s: float
    z3_says: str
    faces: int  # answered by z3
    ratio: float  # of z3 to search and kernel together


def kinked(parameters: int) -> tuple[Problem, Vector]:
    """A minimum of a hard-tanh network with a sample on a kink of every unit."""
    x, y, v = KINKED[parameters]
    units = parameters // 2
    problem = Problem(Network(1, (Layer(units, named("hard-tanh"), False),)), column(x), column(y))
    return problem, tuple(1 / w for w in vector(x)[1 : 2 * units : 2]) + vector(v)


def minima(most: int) -> Iterator[tuple[str, Problem, Vector]]:
    """Smooth and kinked minima with two parameters and more."""
    sines = {2: "sine-2-1", 4: "sine-3-2", 6: "sine-4-3", 8: "sine-5-4"}
    for parameters in range(2, most + 1, 2):
        case = CASES[sines[parameters]]
        yield f"sine P={parameters}", case.problem, case.start
        yield f"hard-tanh P={parameters}", *kinked(parameters)


def polynomials(most: int) -> Iterator[tuple[str, Problem, Vector]]:
    """Construction A, exactly, with 1, 2 and 3 units: phi(w) is a cubic, (w^2 - 1)^2 (both in the
    core set) and w^2 (w^2 - 1)^2.
    """
    found = [
        (name, CASES[name].problem, CASES[name].start) for name in ("cubic-exact", "quartic-exact")
    ]
    s, x, r = map(vector, SEXTIC)
    sextic = double_zeros(
        polynomial(s),
        [(v,) for v in x],
        [(Fraction(w),) for w in (-1, 0, 1)],
        [Fraction(1, 2)] * 3,
        r,
        Fraction(1, 50),
    )
    yield from (case for case in (*found, ("sextic-exact", *sextic)) if case[1].parameters <= most)


def sampled_rim(problem: Problem, center: Vector, radii: Sequence[Fraction]) -> bool:
    """Whether the loss at random points of the faces, in float64, is above that at the center."""
    generator, half = np.random.default_rng(0), np.array([float(r) for r in radii])
    offsets = generator.uniform(-1, 1, (POINTS, len(half)))
    offsets[np.arange(POINTS), generator.integers(len(half), size=POINTS)] = generator.choice(
        [-1.0, 1.0], POINTS
    )
    middle, floats = np.array([float(c) for c in center]), float_problem(problem)
    return bool(np.min(losses(floats, middle + offsets * half)) > losses(floats, middle[None])[0])


def rim_of(evidence: Evidence) -> steps.Rim:
    assert isinstance(evidence.step, steps.Rim)
    return evidence.step


def box_of(evidence: Evidence) -> tuple[Vector, list[Fraction]]:
    return evidence.center, list(rim_of(evidence).radii)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def certified(problem: Problem, evidence: Evidence, claim: str) -> bytes:
    outcome = minimum_shown_by(problem, evidence, Claim(claim))
    assert isinstance(outcome, Certified)
    return outcome.certificate.to_bytes()


def measure_rim(name: str, problem: Problem, theta: Vector) -> Rim:
    sizes = name, problem.parameters, problem.samples
    evidence, choosing = timed(lambda: basin_evidence(problem, theta, WITHIN))
    if evidence is None:
        return Rim(*sizes, 0, 0.0, choosing, 0.0, 0.0, 0.0, 0.0, 0.0)
    center, radii = box_of(evidence)
    again, searching = timed(lambda: rim_evidence(problem, center, radii))
    assert again == evidence
    data = certified(problem, evidence, "basin")
    checking = timed(lambda: check(data))[1]
    baseline = seconds(lambda: sampled_rim(problem, center, radii), 5)
    return Rim(
        *sizes,
        planes(rim_of(evidence)),
        1e3 * baseline,
        choosing,
        searching,
        checking,
        choosing / baseline,
        checking / baseline,
        checking / searching,
    )


def measure_verdict(activation: str) -> Verdict:
    """The construction of Yun, Sra and Jadbabaie's Theorem 1 on twelve samples with two inputs, and
    three units.
    """
    random, s = Random(0), named(activation)
    assert isinstance(s, PiecewiseLinear)
    x = [tuple(Fraction(random.randint(-30, 30), 10) for _ in range(2)) for _ in range(12)]
    problem, theta = spurious_minimum(x, [Fraction(random.randint(-20, 20), 10) for _ in x], s, 3)
    evidence = potential_evidence(problem, theta)
    assert evidence is not None
    data = certified(problem, evidence, "local-minimum")
    baseline = seconds(lambda: float_rank_and_fit(problem, theta), 20)
    finding, checking = (
        seconds(lambda: potential_evidence(problem, theta), 5),
        seconds(lambda: check(data), 5),
    )
    return Verdict(
        f"{activation}, two inputs",
        12,
        3,
        1e3 * baseline,
        1e3 * finding,
        1e3 * checking,
        (finding + checking) / baseline,
    )


def ask_z3(
    problem: Problem, center: Vector, radii: Sequence[Fraction], answers: Queue[str]
) -> None:
    """For every face: is there a point on it with loss at most that at the center? Runs in a
    process of its own, which may be stopped.
    """
    import z3  # type: ignore[import-not-found,unused-ignore]

    def real(q: Fraction) -> Any:
        return z3.RealVal(f"{q.numerator}/{q.denominator}")

    def twice_loss(theta: Sequence[Any], scalar: Callable[[Fraction], Any]) -> Any:
        """Two times half the squared error, of a one-hidden-layer network with a polynomial
        activation and no biases.
        """
        units, s = problem.network.hidden[0].units, problem.network.hidden[0].activation
        assert isinstance(s, Expression)
        assert s.polynomial is not None
        total = scalar(Fraction(0))
        for (x,), (y,) in zip(problem.x, problem.y):
            out = -scalar(y)
            for w, v in zip(theta[:units], theta[units:]):
                power = scalar(Fraction(0))
                for coefficient in reversed(s.polynomial):
                    power = power * (w * scalar(x)) + scalar(coefficient)
                out = out + v * power
            total = total + out * out
        return total

    high = real(twice_loss(center, lambda q: q))
    for k, end in ((k, side) for k in range(len(center)) for side in (-1, 1)):
        theta = [z3.Real(f"t{j}") for j in range(len(center))]
        theta[k] = real(center[k] + end * radii[k])
        solver = z3.SolverFor("QF_NRA")
        solver.add(
            *(
                z3.And(t >= real(c - r), t <= real(c + r))
                for j, (t, c, r) in enumerate(zip(theta, center, radii))
                if j != k
            )
        )
        solver.add(twice_loss(theta, real) <= high)
        answers.put(str(solver.check()))


def z3_answers(
    problem: Problem, center: Vector, radii: Sequence[Fraction], timeout: float
) -> tuple[list[str], float]:
    """One answer for every face, as many as come in time; and the seconds spent."""
    context = get_context("spawn")
    answers: Queue[str] = context.Queue()
    process = context.Process(target=ask_z3, args=(problem, center, radii, answers), daemon=True)
    started, found = time.perf_counter(), []
    process.start()
    try:
        while len(found) < 2 * len(center):
            found.append(answers.get(timeout=max(0.0, timeout - (time.perf_counter() - started))))
    except Empty:
        pass
    spent = time.perf_counter() - started
    process.kill()
    process.join()
    return found, spent


def measure_against(name: str, problem: Problem, theta: Vector, timeout: float) -> Against:
    evidence = basin_evidence(problem, theta, WITHIN)
    assert evidence is not None
    center, radii = box_of(evidence)
    searching = timed(lambda: rim_evidence(problem, center, radii))[1]
    data = certified(problem, evidence, "basin")
    checking = timed(lambda: check(data))[1]
    found, spent = z3_answers(problem, center, radii, timeout)
    says = (
        "a low point"
        if "sat" in found
        else "none"
        if found == ["unsat"] * 2 * len(center)
        else "no answer"
    )
    s = problem.network.hidden[0].activation
    degree = 2 * len(s.polynomial) if isinstance(s, Expression) and s.polynomial else 0
    return Against(
        name,
        problem.parameters,
        degree,
        searching,
        checking,
        spent,
        says,
        len(found),
        spent / (searching + checking),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=(
            "Timings of rims and piecewise-linear minima, as ratios to float64 numpy, and"
            " beside z3."
        )
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--most", type=int, default=MOST, choices=(2, 4, 6, 8), help="Parameters.")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="Seconds for z3 on one box.")
    arguments = parser.parse_args()
    tables: list[Iterator[Rim | Verdict | Against]] = [
        (measure_rim(*case) for case in minima(arguments.most)),
        (measure_verdict(name) for name in ("relu", "leaky-relu")),
    ]
    if importlib.util.find_spec("z3"):
        tables.append(
            measure_against(*case, arguments.timeout) for case in polynomials(arguments.most)
        )
    for table in tables:
        for number_of_row, row in enumerate(table):
            fields = asdict(row)
            if arguments.json:
                print(json.dumps(fields), flush=True)
                continue
            if not number_of_row:
                print(
                    "  ".join(f"{name:>16}" if name != "case" else f"{name:22}" for name in fields)
                )
            print(
                "  ".join(
                    (
                        f"{v:>16.3g}"
                        if isinstance(v, float)
                        else f"{v:22}"
                        if k == "case"
                        else f"{v:>16}"
                    )
                    for k, v in fields.items()
                ),
                flush=True,
            )
    if not importlib.util.find_spec("z3") and not arguments.json:
        print("z3 is not installed (pip install z3-solver): no comparison with it")


if __name__ == "__main__":
    main()
