"""How long provers work between two chances to be stopped: `python -m tests.benchmarks.budget`.

For each question, the longest gap between two steps of its meter, in CPU seconds, and how many
steps there were. A gap of more than a second of the provers' own work is too long; that of the
kernel, which is asked in between (for verdicts, and whether its rules would accept steps), is shown
apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from exactland.engine import answers, minima, paths, points
from exactland.gallery import LARGE
from exactland.gallery import case as named_case
from exactland.numerics import kernel_bridge
from exactland.provers.meter import Meter

T = TypeVar("T")


class Gaps:
    """The longest time between two steps, without the kernel's; and the kernel's longest."""

    def __init__(self) -> None:
        self.longest, self.kernel, self.steps = 0.0, 0.0, 0
        self.before = time.process_time()

    def step(self) -> None:
        now = time.process_time()
        self.longest, self.before = max(self.longest, now - self.before), now
        self.steps += 1


def measured(ask: Callable[[], object]) -> Gaps:
    """Asks, with the meter and the kernel watched."""
    gaps, tick = Gaps(), Meter.tick
    submit, dry_run = answers.submit, kernel_bridge.dry_run

    def watched_tick(meter: Meter, what: str, done: int = 0, total: int = 0, /) -> None:
        gaps.step()
        tick(meter, what, done, total)

    def watched(of_the_kernel: Callable[..., T]) -> Callable[..., T]:
        def asked(*arguments: object) -> T:
            gaps.step()
            begun = gaps.before
            answer = of_the_kernel(*arguments)
            gaps.before = time.process_time()
            gaps.kernel = max(gaps.kernel, gaps.before - begun)
            return answer

        return asked

    Meter.tick = watched_tick  # type: ignore[method-assign]
    answers.submit, kernel_bridge.dry_run = watched(submit), watched(dry_run)
    try:
        ask()
    finally:
        Meter.tick = tick  # type: ignore[method-assign]
        answers.submit, kernel_bridge.dry_run = submit, dry_run
    gaps.step()
    return gaps


def questions() -> Iterator[tuple[str, Callable[[], object]]]:
    """Small ones and the largest there are."""
    for name in ("anscombe-ii", "three-layers-3-2-2", "exp-17-9", "sine-8-7"):
        problem = named_case(name).problem
        yield f"certify {name}", lambda p=problem: minima.certify(p, starts=8)  # type: ignore[misc]
    kinks = named_case("rim-two-kinks")
    yield "classify rim-two-kinks", lambda: points.classify(kinks.problem, kinks.task.center)
    deep = named_case("escape-deep")
    yield "escape escape-deep", lambda: paths.escape(deep.problem)
    for name in LARGE:
        case = named_case(name)
        start = case.task.start
        yield (
            f"certify {case.name} near its point",
            lambda p=case.problem, s=start: minima.certify(p, s, claim="strict-minimum"),  # type: ignore[misc]
        )


def main() -> None:
    for name, ask in questions():
        gaps = measured(ask)
        print(
            f"{name}: {gaps.steps} steps, longest gap {gaps.longest:.2f} s,"
            f" the kernel's longest {gaps.kernel:.2f} s"
        )


if __name__ == "__main__":
    main()
