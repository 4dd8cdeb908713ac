"""Lines and curves of equal loss: rules 4.1, 4.1c and 4.1h."""

from collections.abc import Sequence

from ..arithmetic.exact import Vector, difference
from ..arithmetic.formal import total_of
from ..facts import About, Fact, Said
from ..network.activations import Activation, build
from ..network.formal_evaluation import (
    FormalAlgebra,
    FormalNetwork,
)
from ..network.layout import Problem
from ..reading.step import (
    ConstantLine,
    DependentColumns,
    RescaledUnit,
)
from ..refusals import require
from .linear import require_defined

Changes = dict[int, Vector]  # of units that move, by how much; the bias last


def moving_units(problem: Problem, start: Vector, end: Vector) -> list[Changes]:
    """For every layer the units whose parameters differ."""
    change = difference(end, start)
    result = []
    for shape in problem.shapes:
        changes = {}
        for unit in range(shape.units):
            own = [change[k] for k in shape.places(unit)]
            if any(entry != 0 for entry in own):
                changes[unit] = own
        result.append(changes)
    return result


def moving_layer(problem: Problem, start: Vector, end: Vector) -> int:
    """The only layer in which two points differ."""
    moving = moving_units(problem, start, end)
    layers = [layer for layer, changes in enumerate(moving) if changes]
    require(len(layers) == 1, "not exactly one layer moves")
    return layers[0]


def require_kernel(problem: Problem, start: Vector, end: Vector) -> None:
    """No pre-activation changes: E is the same on the line through both points."""
    layer = moving_layer(problem, start, end)
    changes = moving_units(problem, start, end)[layer]
    network = FormalNetwork(problem)
    for x in problem.x:
        columns = network.columns(start, x, layer)
        for change in changes.values():
            pairs = zip(change, columns, strict=True)
            total = total_of(column.times(c) for c, column in pairs)
            require(total.is_zero(), "a pre-activation is not shown to stay the same")


def require_idle(problem: Problem, start: Vector, end: Vector) -> None:
    """Only units that reach no output move: from the outputs down, those live that a
    live one weighs with more than 0.
    """
    moving = moving_units(problem, start, end)
    live = set(range(problem.outputs))
    for shape, changes in reversed(list(zip(problem.shapes, moving, strict=True))):
        require(live.isdisjoint(changes), "a unit that reaches an output moves")
        below = set()
        for unit in live:
            for k, place in enumerate(shape.weights(unit)):
                if start[place] != 0:
                    below.add(k)
        live = below


def constant_line(problem: Problem, step: ConstantLine, facts: Sequence[Fact]) -> Fact:
    """Rule 4.1: E is constant on the line through center and witness, which leaves
    every bounded set.
    """
    require(step.center != step.witness, "the two points are equal")
    if step.reason == "kernel":
        require_kernel(problem, step.center, step.witness)
    else:
        acts = [build(layer.activation) for layer in problem.hidden]
        # on the whole line the idle unit's values have to exist
        entire = all(act.entire for act in acts)
        require(entire, "an activation is not defined on the whole line")
        require_idle(problem, step.center, step.witness)
    return _in_no_basin(problem, step.center)


def _in_no_basin(problem: Problem, center: Vector, *more: Said) -> About:
    """What follows, where E is defined at the center."""
    require_defined(problem, center)
    kinds = ("in-no-basin", "in-no-sub-optimal-basin")
    said = [Said(kind, center) for kind in kinds]
    return About((*said, *more), in_no_basin=center)


def dependent_columns(
    problem: Problem, step: DependentColumns, facts: Sequence[Fact]
) -> Fact:
    """Rule 4.1c: more columns than different rows are linearly dependent, and a unit of
    the layer can move along the dependence.

    The columns are a set: one that is named twice counts once, one that is not there
    not at all.
    """
    require(step.layer < len(problem.shapes), "no such layer")
    shape = problem.shapes[step.layer]
    columns = [c for c in range(shape.columns) if c in step.columns]
    network = FormalNetwork(problem)
    rows = set()
    for x in problem.x:
        row = network.columns(step.center, x, step.layer)
        rows.add(tuple(row[c].key() for c in columns))
    require(len(rows) < len(columns), "not fewer rows than columns")
    return _in_no_basin(problem, step.center)


def _is_homogeneous(act: Activation) -> bool:
    """Whether s(c x) = c^d s(x) for c > 0 is seen: all terms have one degree d > 0 in x
    and relu(x).
    """
    if not act.entire:
        return False
    algebra = FormalAlgebra()
    x = algebra.atoms.atom("x")
    known = set()
    for homogeneous in (x, algebra.atoms.relu(x)):
        for monomial in homogeneous.terms:
            known.add(monomial[0][0])
    degrees = set()
    for monomial in algebra.activation(act, x).terms:
        if not all(atom in known for atom, _ in monomial):
            return False
        degrees.add(sum(power for _, power in monomial))
    return len(degrees) == 1 and min(degrees) > 0


def rescaled_unit(problem: Problem, step: RescaledUnit, facts: Sequence[Fact]) -> Fact:
    """Rule 4.1h: scaling a unit up and what reads it down changes nothing."""
    acts = [build(layer.activation) for layer in problem.hidden]
    homogeneous = any(_is_homogeneous(act) for act in acts)
    require(homogeneous, "no layer is positively homogeneous")
    everywhere = (Said("no-basin"), Said("no-sub-optimal-basin"))
    return _in_no_basin(problem, step.center, *everywhere)
