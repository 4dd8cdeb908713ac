"""Larger cases, built by `exactland reproduce --all` and timed by the benchmarks: data from a
counter, targets from the network itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from exactland.certificates.kinds import StatementKind
from exactland.constructions import generic, witness
from exactland.constructions.double_zero import dot
from exactland.gallery.cases import Case, MinimumNear
from exactland.model.activations import named
from exactland.model.network import Layer, Network
from exactland.model.numbers import round_to_bits
from exactland.model.problem import Problem
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import from_midpoint, to_arb

BITS = 128
STEP_OFFSETS = ("-9/4", "-5/4", "-1/2", "1/2", "3/2", "5/2")  # of the samples around a step


def teacher(inputs: int, units: int, samples: int) -> Case:
    """Sigmoid units with bias, one output; targets are the outputs of known weights plus noise of
    about 0.05, to three decimals. The start is those weights; no better point is known.
    """
    numbers = _numbers()

    def some(count: int) -> list[Fraction]:
        return [round_to_bits(next(numbers), 6) for _ in range(count)]

    x = [[2 * v for v in some(inputs)] for _ in range(samples)]
    w, b = [some(inputs) for _ in range(units)], some(units)
    v = [Fraction((-1) ** j * (2 + j)) for j in range(units)]
    targets = []
    with precision(BITS):
        for row in x:
            z = [bj + sum((p * q for p, q in zip(wj, row)), Fraction(0)) for wj, bj in zip(w, b)]
            f = from_midpoint(
                dot(
                    [to_arb(vj) for vj in v],
                    [derivatives(named("sigmoid"), to_arb(zj), 0)[0] for zj in z],
                )
            )
            noise = sum((next(numbers) for _ in range(4)), Fraction(0)) / 20
            targets.append((Fraction(round((f + noise) * 1000), 1000),))
    network = Network(inputs, (Layer(units, named("sigmoid"), True),))
    problem = Problem(network, tuple(map(tuple, x)), tuple(targets))
    start = tuple(network.join([(w, b), ([v], [])]))
    name, about = f"teacher-{inputs}-{units}", "noisy teacher"
    task = MinimumNear(start, None)
    return Case(name, "narrow", about, about, problem, task, StatementKind.STRICT_MINIMUM)


def steps(units: int) -> Case:
    """Construction B: sigmoid units with bias and slope 2 on a line, their transitions 12 apart,
    six samples around each.
    """
    centers = [Fraction(12 * j - 6 * (units - 1)) for j in range(units)]
    x = [(center + Fraction(offset),) for center in centers for offset in STEP_OFFSETS]
    w = [(Fraction(2), -2 * center) for center in centers]
    problem, start = generic(
        named("sigmoid"),
        x,
        w,
        [Fraction((-1) ** j) for j in range(units)],
        Fraction(1, 10**6),
        bias=True,
        decimals=12,
    )
    name, about = f"steps-{units}", "construction B: transitions well apart"
    task = MinimumNear(start, witness(problem, start))
    return Case(
        name, "narrow", about, about, problem, task, StatementKind.SUB_OPTIMAL_STRICT_MINIMUM
    )


# a noisy teacher with 104 parameters and 500 samples; twenty steps on a line with 60 parameters and
# 120 samples
LARGE: dict[str, Callable[[], Case]] = {
    "teacher-24-4": lambda: teacher(inputs=24, units=4, samples=500),
    "steps-20": lambda: steps(units=20),
}


def _numbers() -> Iterator[Fraction]:
    """Equidistributed enough, between -1 and 1, the same everywhere: the high bits of a linear
    congruential generator.
    """
    state = 1
    while True:
        state = (1103515245 * state + 12345) % 2**31
        yield Fraction((state >> 16) - 2**14, 2**14)
