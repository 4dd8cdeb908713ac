"""Features that span everything: rule 4.3."""

from flint import arb, ctx

from exactland.second_checker.arithmetic.ball import balls
from exactland.second_checker.arithmetic.formal import number
from exactland.second_checker.facts import About, Fact, Step
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.formal_evaluation import FormalNetwork
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import require
from exactland.second_checker.rules.defined import require_defined
from exactland.second_checker.rules.linear import require_invertible


def spanning_features(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.3."""
    center, identities, samples = step["center"], step["identities"], len(problem.x)
    last = -1
    for r in identities:
        require(len(r) == samples, "an identity has the wrong length")
        first = next((i for i, v in enumerate(r) if v != 0), -1)
        require(first > last, "the identities are not in echelon form")
        last = first
    FormalNetwork(problem).vanish([[number(v) for v in r] for r in identities])
    layer = len(problem.hidden)
    _, inputs, bias, _ = problem.shape(layer)
    chosen, columns = (
        [i for i in range(samples) if i in step["rows"]],
        [c for c in range(inputs + bias) if c in step["columns"]],
    )
    size = samples - len(identities)
    require(
        len(chosen) == size and len(columns) == size, "the minor has the wrong size"
    )
    require_defined(problem, center)
    with ctx.workprec(step["precision"] + 64):
        net, theta, rows = Network(problem), balls(center), []
        for i in chosen:
            row = [*net.features(theta, problem.x[i], layer), arb(1)]
            rows.append([row[c] for c in columns])
        require_invertible(rows, step["inverse"], size)
    return About(
        (
            ("escape", center, None, None),
            ("in-no-sub-optimal-basin", center, None, None),
        ),
        end=center,
    )
