"""How many problems the strategies draw a second: `python -m tests.benchmarks.strategies [--json]`.

Baseline, in the same run: Hypothesis' own lists of 30 small integers, which have about as many
numbers as a problem. Drawing alone; nothing is proved.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exactland.testing import strategies
from exactland.testing.planted import planted_basins
from tests.examples import examples

COUNT = 1000


@dataclass(frozen=True)
class Rate:
    strategy: str
    examples: int
    a_second: float
    ratio: float  # of the baseline's time for one to the strategy's


def rate(
    name: str, strategy: SearchStrategy[object], baseline: float | None = None, count: int = COUNT
) -> Rate:
    examples(strategy, 20)  # strategies are built when first drawn from
    started = time.perf_counter()
    found = len(examples(strategy, count))
    a_second = found / (time.perf_counter() - started)
    return Rate(name, found, a_second, a_second / (baseline or a_second))


def rates(count: int = COUNT) -> list[Rate]:
    baseline = rate(
        "baseline: 30 integers",
        st.lists(st.integers(-10, 10), min_size=30, max_size=30),
        count=count,
    )
    others: dict[str, SearchStrategy[object]] = {
        "problems": strategies.problems(),
        "wide problems": strategies.wide_problems(),
        "wide exact problems": strategies.wide_problems(strategies.exact_activations()),
        "any loss": strategies.problems(
            losses=(
                "half-squared-error",
                "logistic",
                "softmax-cross-entropy",
                "multinomial-logistic",
            )
        ),
        "generic problems": strategies.generic_problems(),
        "planted basins": planted_basins(),
    }
    return [
        baseline,
        *(rate(name, strategy, baseline.a_second, count) for name, strategy in others.items()),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Problems drawn a second, as ratios to lists of 30 integers."
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--count", type=int, default=COUNT)
    arguments = parser.parse_args()
    for r in rates(arguments.count):
        print(
            json.dumps(asdict(r))
            if arguments.json
            else (
                f"{r.strategy:24} {r.a_second:8.0f} a second {r.ratio:8.2f} of the baseline"
                f" ({r.examples} drawn)"
            )
        )


if __name__ == "__main__":
    main()
