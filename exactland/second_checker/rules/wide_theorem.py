"""The wide theorem: rule 4.2."""

from exactland.second_checker.facts import About, Fact, Step
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import require


def wide_theorem(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.2."""
    width, samples = problem.hidden[-1].units + problem.output_bias, len(problem.x)
    require(width >= samples, "the last hidden layer is too narrow")
    said = [("no-sub-optimal-basin", None, None, None)]
    if width > samples:
        said.append(("no-basin", None, None, None))
    return About(tuple(said))
