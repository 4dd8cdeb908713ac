"""Lines and curves of equal loss: rules 4.1, 4.1c and 4.1h."""

from itertools import chain
from typing import NamedTuple

from ..arithmetic import Exact, Formal, atom, relu, text
from ..facts import Proved, Said, Vector
from ..network import Activation, Problem, derivatives, features, split, total
from ..refusals import require
from .global_minimum import require_defined
from .linear import applied, chosen, difference


class ConstantLineStep(NamedTuple):
    """Rule 4.1. The reason is kernel or idle."""

    center: Vector
    witness: Vector
    reason: str

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.1: the loss is constant on the whole line through two points: no
        pre-activation changes, or only those of idle units, which take all values.
        """
        center, witness, reason = self
        require(center != witness, "the two points are equal: no line")
        if reason == "kernel":
            require_equal_preactivations(problem, center, witness)
        else:
            require(
                all(total(layer.activation) for layer in problem.layers),
                "an activation might not be defined on the whole line",
            )
            require_idle_units(problem, center, witness)
        return no_basin(problem, center)


class DependentColumnsStep(NamedTuple):
    """Rule 4.1c."""

    center: Vector
    layer: int
    columns: frozenset[int]

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.1c: of these columns of what enters the layer there are more than
        different rows, so weights of the layer can move and change no pre-activation.
        """
        rows = [
            tuple(map(text, chosen(row, self.columns)))
            for row in features(problem, self.center, self.layer)
        ]
        different = len(set(rows))
        require(
            self.layer < len(problem.layers) and different < len(rows[0]),
            "no such layer, or not more columns than different rows",
        )
        return no_basin(problem, self.center)


class RescaledUnitStep(NamedTuple):
    """Rule 4.1h."""

    center: Vector

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.1h: for a unit with s(a z) = a^p s(z) for all a > 0, p > 0, the curve
        (a w, v / a^p) of its incoming and outgoing weights; or, where both are 0, the
        line of all v.
        """
        require(
            any(_is_homogeneous(layer.activation) for layer in problem.layers),
            "no activation is shown to be positively homogeneous",
        )
        here = no_basin(problem, self.center).statements
        return Proved([*here, Said("no-basin"), Said("no-sub-optimal-basin")])


def _is_homogeneous(s: Activation | None) -> bool:
    """Defined on the whole line and formally a sum of terms of the same positive degree
    in x and relu(x).
    """
    if s is None or not total(s):
        return False
    x = atom("x")
    terms = _products(derivatives(s, x, 0)[0])
    degrees = {len(atoms) for atoms in terms}
    if len(degrees) != 1 or 0 in degrees:
        return False
    known = chain(*_products(x), *_products(relu(x)))
    return set(chain(*terms)) <= set(known)


def _products(x: Exact) -> list[tuple[str, ...]]:
    """The products of atoms in a formal number: a rational has the empty one."""
    return [*x.terms] if isinstance(x, Formal) else [()]


def no_basin(problem: Problem, center: Vector) -> Proved:
    """What a line or curve of equal loss without end through the center proves."""
    require_defined(problem, center)
    kinds = ("in-no-basin", "in-no-sub-optimal-basin")
    return Proved([Said(kind, center) for kind in kinds])


def moving_layer(problem: Problem, start: Vector, end: Vector) -> int:
    """The one layer in which the two points differ."""
    layers = enumerate(zip(split(problem, start), split(problem, end)))
    moving = [k for k, (before, after) in layers if before != after]
    require(len(moving) == 1, "not exactly one layer moves")
    return moving[0]


def require_equal_preactivations(problem: Problem, start: Vector, end: Vector) -> None:
    """One layer moves, and no pre-activation of it changes: F_k (end - start) = 0."""
    k = moving_layer(problem, start, end)
    rows = features(problem, start, k)
    for move in split(problem, difference(end, start))[k]:
        require(
            not any(applied(rows, move)),
            f"what enters layer {k} is not shown to vanish along the move",
        )


def require_idle_units(problem: Problem, start: Vector, end: Vector) -> None:
    """Incoming weights and biases move only of idle units: those that no live unit of
    the next layer takes with a weight other than 0. Outputs are live.
    """
    live = set(range(problem.layers[-1].units))
    layers = list(zip(split(problem, start), split(problem, end)))
    for before, after in reversed(layers):
        taken = set[int]()  # units of the layer before; a bias, last, is none
        for j in live.intersection(range(len(before))):
            require(
                before[j] == after[j],
                "incoming weights move of a unit that is not idle",
            )
            taken.update(k for k, weight in enumerate(before[j]) if weight != 0)
        live = taken
