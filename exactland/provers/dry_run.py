"""Whether the kernel's rules would accept steps: asked before they are proposed."""

from __future__ import annotations

from exactland.certificates.codec import spelled_step
from exactland.certificates.steps import Step
from exactland.kernel import Fact
from exactland.model.problem import Problem
from exactland.numerics import kernel_bridge


def fact_of(problem: Problem, *steps: Step) -> Fact | None:
    """What the last of these steps would prove; None where one of them is not accepted."""
    return kernel_bridge.dry_run(problem, [spelled_step(step) for step in steps])


def accepts(problem: Problem, *steps: Step) -> bool:
    return fact_of(problem, *steps) is not None
