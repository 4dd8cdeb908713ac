"""The rank rule at a point (proofs/THEOREMS.md, rules 4.1 and 4.3): what the features at exact
parameters decide about basins.

Exact activations (polynomial, rational, piecewise linear) are decided completely where the last
hidden layer is as wide as the number of samples. For the others the reasons are structural (units
that are zero, equal, opposite, dead or idle, more units than samples, dependent inputs) or balls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from exactland.certificates.certificate import about, certificate, in_kernel, numbers
from exactland.engine.outcomes import Certified, Inconclusive, submit
from exactland.errors import ResourceLimit
from exactland.kernel.activation import total
from exactland.kernel.formal import text
from exactland.model.layout import moved
from exactland.model.numbers import Vector
from exactland.model.problem import Problem
from exactland.numerics.enclosures import Undefined, box
from exactland.numerics.exact_linear import rational_kernel
from exactland.numerics.features import ball_features, check_size, formal_features, identities
from exactland.numerics.minors import Minor, invertible_minor, precision_for, with_inverse
from exactland.numerics.precision import raise_precision
from exactland.provers.outputs import better_outputs

Step = dict[str, Any]
CAP = 4096


def decide(
    problem: Problem, theta: Sequence[Fraction], provenance: dict[str, Any] | None = None
) -> Certified | Inconclusive:
    """What the rank rule says about exactly these parameters, at any layer of any network: a
    certificate the kernel accepts.

    `in-no-basin`: a line of equal loss leads through them (rule 4.1). `in-no-sub-optimal-basin`:
    the last features span everything the network can reach (rule 4.3). `global-minimum`: the
    residual is orthogonal to all of that (rule 3.7). `no-local-minimum`: a better point differs in
    the last layer alone. Tried in this order; last, whether a unit that can be rescaled makes an
    unbounded curve of equal loss (rule 4.1h, positively homogeneous activations). Not claimed:
    anything about other points, however near. Raises InputError when theta has not P numbers,
    ResourceLimit above the stated caps.

    >>> from fractions import Fraction
    >>> from exactland import Layer, Network, Problem, named
    >>> one = Fraction(1)
    >>> network = Network(1, (Layer(2, named("tanh"), bias=False),))
    >>> problem = Problem(network, ((one,), (2 * one,)), ((one,), (one,)))
    >>> decide(problem, (one, one, one, one)).verdict.kind  # two equal units
    'in-no-basin'
    """
    check_size(problem)
    problem.check_point(theta, "point")
    point, recipe = tuple(theta), provenance or {"recipe": "rank rule at a point"}
    limit = ""
    for kind, steps in _candidates(problem, point):
        said = about(kind, point, **({"distance": "0"} if kind == "no-local-minimum" else {}))
        outcome = submit(certificate(problem, said, steps, recipe))
        if isinstance(outcome, Certified):
            return outcome
        limit = outcome.says if outcome.status == "too large" else limit
    if limit:
        raise ResourceLimit(f"the kernel: {limit}")
    return Inconclusive(
        "at none of the layers are the features shown to be dependent, the last ones are not shown"
        " to span all the network can reach, the residual is not orthogonal to that, and moving the"
        " last layer alone does not lower the loss",
        "the point is not decided by the rank rule; a network whose last hidden layer is as wide as"
        " the number of samples, with exact activations, always is",
    )


def in_no_basin(problem: Problem, theta: Vector) -> Step | None:
    """The step by rule 4.1 that shows the parameters to lie in no basin, if there is one that the
    kernel accepts.
    """
    for step in (*_lines(problem, theta), {"rule": "4.1h", "center": numbers(theta)}):
        if isinstance(
            submit(certificate(problem, about("in-no-basin", theta), [step], {})), Certified
        ):
            return step
    return None


def _lines(problem: Problem, theta: Vector) -> Iterator[Step]:
    yield from kernel_lines(problem, theta)
    yield from idle_lines(problem, theta)
    yield from dependent_columns(problem, theta)


def _candidates(problem: Problem, theta: Vector) -> Iterator[tuple[str, list[Step]]]:
    for step in _lines(problem, theta):
        yield "in-no-basin", [step]
    spanning = span_step(problem, theta)
    if spanning is not None:
        yield "in-no-sub-optimal-basin", [spanning]
    if problem.loss == "half-squared-error":
        yield "global-minimum", [{"rule": "3.7", "center": numbers(theta)}]
    lower = better_outputs(problem, theta)
    if lower is not None:
        for bits in (128, 512, 2048):
            yield (
                "no-local-minimum",
                [path_step([theta, lower.theta], ["convex"], lower.loss, bits)],
            )
    yield "in-no-basin", [{"rule": "4.1h", "center": numbers(theta)}]


def path_step(
    points: Sequence[Vector],
    reasons: Sequence[str],
    end: Any,
    bits: int,
    eta: Fraction = Fraction(0),
) -> Step:
    """A step by rule 4.4; the end is a loss, or {"step": ...}."""
    goal = numbers([end])[0] if isinstance(end, Fraction) else end
    fields = {
        "points": [numbers(p) for p in points],
        "reasons": list(reasons),
        "eta": numbers([eta])[0],
        "end": goal,
        "precision": str(bits),
    }
    return {"rule": "4.4", **fields}


def kernel_lines(problem: Problem, theta: Vector) -> Iterator[Step]:
    """Rule 4.1 at every layer whose features have a rational vector in their kernel: moving the
    incoming weights of its first unit along it.
    """
    for depth in range(len(problem.network.hidden), -1, -1):
        rows = formal_features(problem, theta, depth)
        for c in rational_kernel(rows)[:1] if rows else []:
            yield {
                "rule": "4.1",
                "center": numbers(theta),
                "witness": numbers(moved(problem, theta, depth, 0, c)),
                "reason": "kernel",
            }


def idle_lines(problem: Problem, theta: Vector) -> Iterator[Step]:
    """Rule 4.1 for a unit without outgoing weights."""
    if not all(total(layer.activation) for layer in in_kernel(problem).layers):
        return
    layers = problem.network.split(theta)
    for depth, hidden in enumerate(problem.network.hidden):
        for unit in range(hidden.units):
            if not any(row[unit] for row in layers[depth + 1][0]):
                along = [Fraction(1)] * (len(layers[depth][0][0]) + hidden.bias)
                yield {
                    "rule": "4.1",
                    "center": numbers(theta),
                    "witness": numbers(moved(problem, theta, depth, unit, along)),
                    "reason": "idle",
                }
                return


def dependent_columns(problem: Problem, theta: Vector) -> Iterator[Step]:
    """Rule 4.1: columns of which there are more than different rows: all of them, or those that are
    constant.
    """
    for depth in range(len(problem.network.hidden), -1, -1):
        rows = [[text(v) for v in row] for row in formal_features(problem, theta, depth) or []]
        if not rows:
            continue
        constant = [j for j in range(len(rows[0])) if len({row[j] for row in rows}) == 1]
        for columns in ([*range(len(rows[0]))], constant):
            if columns and len({tuple(row[j] for j in columns) for row in rows}) < len(columns):
                yield {
                    "rule": "4.1c",
                    "center": numbers(theta),
                    "layer": str(depth),
                    "columns": list(map(str, columns)),
                }
                return


def span_step(problem: Problem, theta: Vector) -> Step | None:
    """Rule 4.3: the last features span all that the identities of the network leave."""
    known = identities(problem)
    minor = spanning_minor(problem, theta, len(known))
    return None if minor is None else reach_step(theta, known, minor)


def reach_step(theta: Vector, known: Sequence[Vector], minor: Minor) -> Step:
    hint = {
        "rows": list(map(str, minor.rows)),
        "columns": list(map(str, minor.columns)),
        "inverse": [numbers(row) for row in minor.inverse],
    }
    at = {
        "center": numbers(theta),
        "identities": [numbers(r) for r in known],
        "precision": str(precision_for(minor)),
    }
    return {"rule": "4.3", **at, **hint}


def spanning_minor(
    problem: Problem, theta: Vector, missing: int, first: Sequence[int] = ()
) -> Minor | None:
    """An invertible minor of N - missing samples and last features at theta, at the lowest
    precision that shows it.
    """
    needed = problem.samples - missing
    if needed > problem.network.hidden[-1].units + problem.network.output_bias:
        return None

    def attempt(_: int) -> Minor | None:
        try:
            matrix = ball_features(problem, box(theta, Fraction(0)))
        except Undefined:
            return None
        rows, columns = invertible_minor(matrix, first)
        return with_inverse(matrix, rows, columns) if len(rows) == needed else None

    return raise_precision(attempt, 128, CAP)
