"""The numbers the kernel proved, in words."""

from __future__ import annotations

from exactland.certificates.proved_numbers import MinimumNumbers, at_least, numbers_of
from exactland.kernel import Fact, Minimum, NoMinimumBox
from exactland.model.directions import as_floats, combination
from exactland.model.problem import Problem
from exactland.reports.lines import Line


def describe_fact(fact: Fact, problem: Problem) -> tuple[Line, ...]:
    """One line a number; none for statements that need no numbers."""
    if isinstance(fact, NoMinimumBox):
        return _box_without_minimum(fact, problem)
    if isinstance(fact, Minimum):
        return _minimum(fact, numbers_of(fact))
    return ()


def describe_direction(fact: NoMinimumBox, problem: Problem) -> str:
    """Along which combination of parameters, and how, the loss shows that there is no local
    minimum.
    """
    how = "has a strict slope" if fact.order == "first" else "curves down"
    along = combination(as_floats(fact.direction), problem.network.parameter_names())
    return f"on the whole box the loss {how} along {along}"


def _box_without_minimum(fact: NoMinimumBox, problem: Problem) -> tuple[Line, ...]:
    radius = at_least(fact.radius).to(4)
    box = f"|theta_k - center_k| <= {radius} holds no local minimum (rule 3.5)"
    return Line("box", box), Line("direction", describe_direction(fact, problem))


def _minimum(fact: Minimum, numbers: MinimumNumbers) -> tuple[Line, ...]:
    is_basin = fact.what == "basin"
    where = "least in the basin" if is_basin else "at the minimum"
    lines = [Line("loss", f"{where}: {numbers.loss.to(12)}")]
    if fact.curvature:
        on = "on the box" if fact.radius else "there"
        least = numbers.curvature.to(4)
        words = f"every eigenvalue of the Hessian {on} is at least {least}"
        lines.append(Line("curvature", words))
    lines.append(Line("distance", _distance(fact, numbers, is_basin)))
    if fact.radius:
        radius = numbers.radius.to(4)
        lines.append(Line("radius", f"it is the only critical point within {radius}"))
        higher = numbers.barrier.to(4)
        lines.append(Line("barrier", f"on that sphere the loss is higher by at least {higher}"))
    if numbers.witness_loss is not None:
        loss = numbers.witness_loss.to(6)
        gap = numbers.gap.to(6)
        words = f"parameters with loss at most {loss}: lower by at least {gap}"
        lines.append(Line("witness", words))
    return tuple(lines)


def _distance(fact: Minimum, numbers: MinimumNumbers, is_basin: bool) -> str:
    if not fact.distance:
        return "the center is the minimum, exactly"
    what = "every point of the basin" if is_basin else "the minimum"
    return f"from the evidence's center to {what}: at most {numbers.distance.to(3)}"
