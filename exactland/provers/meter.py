"""How much work a question may cost, in steps and in seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass

from exactland.model.progress import Progress, no_progress


@dataclass(frozen=True)
class Budget:
    """At most so many steps, and so many seconds; None: no limit.

    A step is a piece of work of well below a second (a training, an enclosure, a plane). Steps are
    the same on every machine, seconds are not.
    """

    steps: int | None = None
    seconds: float | None = None


class OutOfBudgetError(Exception):
    """The budget is spent. `option`: which limit was hit, as the command line calls it."""

    def __init__(self, option: str, spent: str) -> None:
        super().__init__(spent)
        self.option, self.spent = option, spent


class Meter:
    """Counts the steps of one question; raises OutOfBudgetError when its budget is spent."""

    def __init__(self, budget: Budget, progress: Progress = no_progress) -> None:
        self._budget, self._progress = budget, progress
        self._begun = time.monotonic()
        self.steps = 0

    def tick(self, what: str, done: int = 0, total: int = 0, /) -> None:
        """One step is done; what is shown of it. It is a `Progress`, to be handed to searches."""
        self.check()
        self.steps += 1
        if total:
            self._progress(what, done, total)

    def check(self) -> None:
        """Raises OutOfBudgetError when nothing is left; counts nothing."""
        steps, seconds = self._budget.steps, self._budget.seconds
        if steps is not None and self.steps >= steps:
            raise OutOfBudgetError("--steps", f"{steps} step{'s' if steps != 1 else ''}")
        if seconds is not None and time.monotonic() - self._begun >= seconds:
            raise OutOfBudgetError("--time", f"{seconds:g} second{'s' if seconds != 1 else ''}")
