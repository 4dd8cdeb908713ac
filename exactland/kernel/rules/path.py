"""Paths that lead down: rule 4.4."""

from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from ..arithmetic import ZERO, Ball, box, dot, hull
from ..facts import Matrix, Proved, Said, Vector
from ..network import Pieces, Problem, differentiate, features, touched
from ..refusals import Rejected, require, require_at_most, require_below
from .constant_line import (
    moving_layer,
    require_equal_preactivations,
    require_idle_units,
)
from .global_minimum import leads_to_infimum
from .linear import difference


class PathStep(NamedTuple):
    """Rule 4.4. A reason for every segment; where it ends: at a loss, or where an
    earlier step goes on.
    """

    points: Matrix
    reasons: list[str]
    eta: Fraction
    end: Fraction | Proved
    precision: int

    def fact(self, problem: Problem) -> Proved:
        """Rule 4.4: on every segment E is at most its value at the segment's start, or
        that at the first point plus eta; so it is at most the latter on the whole path.
        """
        points, reasons, eta, end, precision = self
        require(
            len(points) == len(reasons) + 1 and eta >= 0,
            "not one reason for every segment, or eta negative",
        )
        # one box at a time: all of them might not fit in memory
        losses = [
            differentiate(problem, box(point, precision), 0).value for point in points
        ]
        for k in range(len(reasons)):
            self._require_segment(problem, k, losses)

        last = points[-1]
        if isinstance(end, Proved):
            is_there = end.end == last
        else:
            is_there = losses[-1].upper() <= end
        require(
            is_there,
            "the path does not lead to the point of the other step, or the loss at its"
            " last point is not shown to be as low as stated",
        )
        return self._proved()

    def _require_segment(self, problem: Problem, k: int, losses: list[Ball]) -> None:
        """From point k to the next E is constant (kernel, idle), falls or is convex and
        lower at the end (slope, convex), or is at most the first loss plus eta (small);
        and it is defined on the whole segment.
        """
        start, end = self.points[k : k + 2]
        before = box(start, self.precision)
        after = box(end, self.precision)
        over = hull(before, after)
        reason = self.reasons[k]
        not_shown = (
            f"after point {k} the loss is not shown to fall, or to stay below its start"
            " plus eta"
        )
        if reason == "kernel":
            require_equal_preactivations(problem, start, end)
        elif reason == "idle":
            require_idle_units(problem, start, end)
            differentiate(problem, over, 0)  # refused where E is not defined
        elif reason == "convex":
            require_affine_outputs(problem, start, end)
            require_below(
                losses[k + 1].upper(),
                losses[k].lower(),
                f"the loss is not shown to fall from point {k} to the next",
            )
        elif reason == "slope":
            gradient = differentiate(problem, over, 1).gradient
            slope = dot(gradient, difference(after, before)).upper()
            require_below(slope, ZERO, not_shown)
        else:
            highest = differentiate(problem, over, 0).value.upper()
            require_at_most(highest, losses[0].lower() + self.eta, not_shown)

    def _proved(self) -> Proved:
        """What the path says of its first point: what its end says, if that is of a
        step, or an escape to a loss. About basins nothing with an eta, which may lead
        over their rims. No local minimum, if E is convex and falls at once.
        """
        center = self.points[0]
        statements = leads_to_infimum(center).statements
        if not isinstance(self.end, Proved):
            statements = [Said("escape", center, end=self.end)]
        if self.eta > 0:
            escape = statements[-1]
            statements = [escape._replace(kind="eta-escape", eta=self.eta)]
        if self.reasons[0] == "convex":
            statements.append(Said("no-local-minimum", center))
        return Proved(statements)


def require_affine_outputs(problem: Problem, start: Vector, end: Vector) -> None:
    """One layer moves, and pre-activations from there on keep to one affine piece each:
    so those of the next layer, and the outputs, are affine along the segment, and E is
    convex. (Between two affine pieces E may be higher than at both ends.)
    """
    for k in range(moving_layer(problem, start, end), len(problem.layers) - 1):
        layer = problem.layers[k]
        s = layer.activation
        if not (isinstance(s, Pieces) and s.slopes is not None):
            raise Rejected(
                "an activation after the moving layer is not piecewise linear"
            )
        layers = (*problem.layers[:k], layer._replace(activation=None))
        bare = problem._replace(layers=layers)
        before = chain(*features(bare, start, k + 1))
        after = chain(*features(bare, end, k + 1))
        for a, b in zip(before, after):
            if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
                raise Rejected("a pre-activation is not rational")
            low, high = sorted((a, b))
            kinks = [s.breakpoints[j] for j in touched(s, low, high)]
            require(
                set(kinks) <= {low, high},
                "a pre-activation crosses a kink",
            )
