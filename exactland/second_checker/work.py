"""The work of a file, estimated from its sizes before any of it is done
(docs/reference/format.md, section 3): what takes too long or too much memory is not
begun.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import MappingProxyType

from flint import fmpq

from .arithmetic.ball import FORMAL_PRECISION
from .meter import bits
from .network.activations import build
from .network.layout import Problem
from .network.trees import Tree
from .reading.step import (
    ConstantLine,
    DependentColumns,
    ExactMinimum,
    FlatPotentials,
    GlobalMinimum,
    IndependentInputs,
    NoBadValley,
    NoMinimum,
    OneMoreUnit,
    Path,
    Potentials,
    Pyramid,
    RescaledUnit,
    Rim,
    SpanningFeatures,
    Step,
    StrictMinimum,
    WideLayer,
    WideTheorem,
)
from .refusals import TooLarge

CAP = 3 * 10**9
MEMORY = 8 * 10**5  # entries of derivatives
WHOLE_COLUMNS = 10  # times that: this checker keeps the zeros among them
BITS_OF_AN_ENTRY = 4096  # an entry at precision p counts 1 + p / 4096
BITS_OF_A_WEIGHT = 1024  # work is weighted by (1 + bits / 1024)^2
NODES_OF_A_LOSS = 60  # for every output

NODES = MappingProxyType(
    {
        "x": 1,
        "constant": 1,
        "+": 1,
        "*": 1,
        "/": 1,
        "^": 1,
        "softplus": 60,
        "erf": 200,
    }
)
NODES_OF_A_FUNCTION = 20

# these evaluate the network formally, four times for every layer and point
FORMAL = (
    FlatPotentials,
    Potentials,
    GlobalMinimum,
    ConstantLine,
    DependentColumns,
    RescaledUnit,
    SpanningFeatures,
    Path,
    WideLayer,
)
# a node of an expression counts 15 + (p + 190)^2 / 3000 multiplications at precision p
NODE = 15
NODE_SHIFT = 190
NODE_SCALE = 3000
DERIVATIVES = 3  # a value with its first and second derivatives
MATRIX_PRODUCTS = 2  # with an inverse; a factor is less

EVALUATIONS = 4
POINTS = 2  # of a step that is no path


def _nodes(tree: Tree) -> int:
    """The size of an expression, functions and powers counting more."""
    own = NODES.get(tree.head, NODES_OF_A_FUNCTION) + abs(tree.exponent)
    return own + sum(_nodes(part) for part in tree.parts)


def _numbers(value: object) -> Iterator[fmpq]:
    """All rationals in what was read."""
    if isinstance(value, fmpq):
        yield value
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _numbers(entry)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _numbers(getattr(value, field.name))


def _longest(value: object) -> int:
    """The bits of the longest number in what was read."""
    return max((bits(number) for number in _numbers(value)), default=0)


def _order(step: Step) -> int:
    """The highest derivative a step asks for."""
    if isinstance(step, (StrictMinimum, ExactMinimum, Rim)):
        return 2
    if isinstance(step, NoMinimum):
        return 1 if step.order == "first" else 2
    if isinstance(step, Path) and "slope" in step.reasons:
        return 1
    return 0


def _rows_of_matrix(step: Step) -> int:
    """Of an inverse, or of a Hessian that is factored."""
    if isinstance(step, (SpanningFeatures, OneMoreUnit, Pyramid)):
        return len(step.inverse)
    return len(step.center) if isinstance(step, StrictMinimum) else 0


class Work:
    """Adds up the steps of one file; raises TooLarge beyond the cap."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.total = 0
        self.longest = _longest(problem)
        acts = [build(layer.activation) for layer in problem.hidden]
        self.nodes = [sum(map(_nodes, act.trees)) for act in acts]

    def add(self, step: Step) -> None:
        """One more step."""
        self.total += self._work(step)
        if self.total > CAP:
            raise TooLarge("estimated work")

    def _work(self, step: Step) -> int:
        """The estimate, weighted by precision and the longest number."""
        if isinstance(step, (WideTheorem, NoBadValley)):  # counts units and samples
            return 1
        precision: int = getattr(step, "precision", FORMAL_PRECISION)
        order = _order(step)
        self._check_memory(order, precision)
        rate = NODE + (precision + NODE_SHIFT) ** 2 // NODE_SCALE
        total = self._evaluation(order, rate)
        if isinstance(step, Rim):
            marks = total * len(step.cover) * DERIVATIVES
            total += marks // self.problem.parameters
        if isinstance(step, FORMAL):
            points = len(step.points) if isinstance(step, Path) else POINTS
            total *= EVALUATIONS * len(self.problem.shapes) * points
        if isinstance(step, Potentials):
            places = len(step.units) * self.problem.outputs * len(step.midpoints)
            total += DERIVATIVES * sum(self.nodes) * rate * places
        if isinstance(step, IndependentInputs):
            total += self.problem.samples**2 * self.problem.shapes[0].columns
        if isinstance(step, ExactMinimum):
            total += self.problem.parameters**3
        total += MATRIX_PRODUCTS * _rows_of_matrix(step) ** 3
        longest = max(_longest(step), self.longest)
        weight = BITS_OF_A_WEIGHT + precision + longest
        return int(total * weight**2 // BITS_OF_A_WEIGHT**2)

    def _check_memory(self, order: int, precision: int) -> None:
        """Of the derivatives up to this order."""
        size = self.problem.parameters
        scale = BITS_OF_AN_ENTRY + precision
        room = MEMORY * BITS_OF_AN_ENTRY
        for power in range(1, order + 1):
            for shape in self.problem.shapes:
                reached = shape.units * (shape.start + shape.columns) ** power
                entries = max(size**power, reached)
                columns = shape.units * size**power
                too_wide = columns * scale > WHOLE_COLUMNS * room
                if too_wide or entries * scale > room:
                    raise TooLarge("memory of derivatives")

    def _evaluation(self, order: int, rate: int) -> int:
        """Of the network and its loss with derivatives, at all samples."""
        entries: int = self.problem.parameters**order
        outputs = self.problem.outputs
        total = outputs * (DERIVATIVES + outputs)
        total *= entries + NODES_OF_A_LOSS * rate
        nodes_of_layers = [*self.nodes, 0]
        pairs = zip(self.problem.shapes, nodes_of_layers, strict=True)
        for shape, nodes in pairs:
            affine = (shape.columns + 1) * entries
            total += shape.units * (affine + nodes * (1 + order) * rate)
        return self.problem.samples * total
