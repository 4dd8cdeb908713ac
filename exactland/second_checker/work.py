"""The work of a file, estimated from its sizes before any of it is done."""

from collections.abc import Iterator
from typing import Any

from flint import fmpq

from exactland.second_checker.meter import bits
from exactland.second_checker.network.activations import Tree, build
from exactland.second_checker.network.layout import Problem
from exactland.second_checker.refusals import TooLarge

CAP = 3 * 10**9


MEMORY = 8 * 10**5


def _nodes(tree: Tree) -> int:
    inner = sum(_nodes(t) for t in tree[1:] if type(t) is tuple)
    own = {
        "softplus": 60,
        "erf": 200,
        "x": 1,
        "c": 1,
        "+": 1,
        "*": 1,
        "/": 1,
        "^": 1,
    }.get(tree[0], 20)
    return inner + own + (abs(tree[2]) if tree[0] == "^" else 0)


def _numbers(value: Any) -> Iterator[fmpq]:
    if type(value) is fmpq:
        yield value
    elif type(value) in (list, tuple):
        for v in value:
            yield from _numbers(v)
    elif type(value) is dict:
        yield from _numbers(list(value.values()))


class Work:
    """Adds up the steps of one file; raises TooLarge beyond the cap."""

    def __init__(self) -> None:
        self.total, self.longest, self.nodes = 0, -1, [0]

    def __call__(self, problem: Problem, step: dict[str, Any]) -> None:
        if self.longest < 0:
            data = _numbers(
                [problem.x, problem.y, [list(h.activation) for h in problem.hidden]]
            )
            self.longest = max((bits(q) for q in data), default=0)
            if step["rule"] != "4.2":
                self.nodes = [
                    sum(map(_nodes, build(h.activation).trees)) for h in problem.hidden
                ]
        self.total += self._step(problem, step)
        if self.total > CAP:
            raise TooLarge("estimated work")

    def _step(self, problem: Problem, step: dict[str, Any]) -> int:
        rule, p, size = step["rule"], step.get("precision", 128), problem.parameters
        if rule == "4.2":
            return 1
        k = {
            "3.1": 2,
            "3.1b": 2,
            "3.3": 2,
            "3.5": 1 if step.get("order") == "first" else 2,
        }.get(rule, 0)
        if rule == "4.4" and "slope" in step["reasons"]:
            k = 1
        for power in range(1, k + 1):
            for layer in range(len(problem.hidden) + 1):
                m, n, bias, before = problem.shape(layer)
                if (
                    max(size**power, m * (before + n + bias) ** power) * (4096 + p)
                    > MEMORY * 4096
                ):
                    raise TooLarge("memory of derivatives")
                # this checker keeps whole columns
                if m * size**power * (4096 + p) > 10 * MEMORY * 4096:
                    raise TooLarge("memory of derivatives")
        rate, total = 15 + (p + 190) ** 2 // 3000, 0
        for layer in range(len(problem.hidden) + 1):
            m, n, bias, before = problem.shape(layer)
            t = self.nodes[layer] if layer < len(problem.hidden) else 0
            total += m * ((n + bias + 1) * size**k + t * (1 + k) * rate)
        total = len(problem.x) * (
            total + (3 + problem.outputs) * problem.outputs * (size**k + 60 * rate)
        )
        if rule == "3.3":
            total += total * 3 * len(step["cover"]) // size
        if rule in ("3.4", "3.4b", "3.7", "4.1", "4.1c", "4.1h", "4.3", "4.4"):
            total *= (
                4
                * (len(problem.hidden) + 1)
                * (len(step["points"]) if rule == "4.4" else 2)
            )
        if rule == "3.4b":
            each = 3 * sum(self.nodes) * rate * len(step["units"]) * problem.outputs
            total += each * len(step["midpoints"])
        if rule == "3.1b":
            total += size**3
        total += 2 * len(step.get("inverse", step.get("preconditioner", []))) ** 3
        longest = max((bits(q) for q in _numbers(step)), default=0)
        weight = 1024 + p + max(longest, self.longest)
        return int(total * weight * weight // 1024**2)
