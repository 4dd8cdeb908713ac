"""Global minima: rule 3.7."""

from exactland.second_checker.facts import About, Fact, Step
from exactland.second_checker.network.formal_evaluation import FormalNetwork
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.network.losses import LOSSES
from exactland.second_checker.refusals import require
from exactland.second_checker.rules.defined import require_defined


def global_minimum(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 3.7."""
    center = step["center"]
    require(problem.loss == LOSSES[0], "only half the squared error")
    net = FormalNetwork(problem)
    residuals = [
        net.slopes(net.outputs(center, x), y)
        for x, y in zip(problem.x, problem.y, strict=True)
    ]
    net.vanish([[r[o] for r in residuals] for o in range(problem.outputs)])
    require_defined(problem, center)
    kinds = (
        ("global-minimum", center, None, None),
        ("in-no-sub-optimal-basin", center, None, None),
    )
    return About((*kinds, ("escape", center, None, None)), end=center)
