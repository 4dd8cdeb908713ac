"""One more unit: rule 4.5."""

from dataclasses import replace

from flint import arb, ctx

from exactland.second_checker.arithmetic.ball import box
from exactland.second_checker.facts import Fact, Minimum, Step, earlier
from exactland.second_checker.network.activation_values import over
from exactland.second_checker.network.evaluation import Network
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import Order, Refused, require
from exactland.second_checker.rules.linear import require_invertible


def one_more_unit(problem: Problem, step: Step, facts: list[Fact]) -> Fact:
    """Rule 4.5."""
    minimum = facts[earlier(step["minimum"], facts)]
    if type(minimum) is not Minimum:
        raise Order("not a step about a minimum")
    if minimum.box is None:
        raise Refused("not a minimum by 3.1")
    layer = len(problem.hidden) - 1
    _, before, bias, _ = problem.shape(layer)
    weights = step["weights"]
    require(
        len(weights) == before + bias, "the new unit has the wrong number of weights"
    )
    with ctx.workprec(step["precision"] + 64):
        net, theta = Network(problem), box(*minimum.box)
        rows = []
        for x in problem.x:
            inner = net.features(theta, x, layer)
            z = sum((arb(w) * a for w, a in zip(weights, inner, strict=False)), arb(0))
            if bias:
                z = z + arb(weights[-1])
            new = over(net.acts[-1], z, 0)[0]
            rows.append(
                [
                    *net.features(theta, x, layer + 1),
                    new,
                    *([arb(1)] if problem.output_bias else []),
                ]
            )
        require_invertible(rows, step["inverse"], len(problem.x))
    return replace(minimum, rank=3)
