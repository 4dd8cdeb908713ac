"""Construction F (docs/theorems/constructions.md): local minima at every width, from one unit
shared out between equal ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from exactland.errors import InputError
from exactland.model.network import Layer, Network
from exactland.model.numbers import Vector
from exactland.model.problem import Problem


def copies(
    problem: Problem, point: Vector, better: Vector, units: int
) -> tuple[Problem, Vector, Vector]:
    """Construction F: the same data, loss and outputs with `units` equal units in place of the one
    there is; the wider problem, the point, and the better point with the other units idle.

    `problem` has one hidden layer of one unit, `point` and `better` have its parameters. Every copy
    has the unit's incoming weights and its share 1/units of the outgoing ones. Raises InputError
    for other networks, and for less than one unit. Not claimed: that the point is a local minimum,
    or that the better one is better; certifying decides that.

    >>> from exactland.model.activations import named
    >>> one = Fraction(1)
    >>> single = Problem(Network(1, (Layer(1, named("sin"), bias=False),)), ((one,),), ((one,),))
    >>> wider, point, better = copies(single, (one, 2 * one), (3 * one, one), units=2)
    >>> [str(p) for p in point], [str(p) for p in better]
    (['1', '1', '1', '1'], ['3', '0', '1', '0'])
    """
    network = problem.network
    if len(network.hidden) != 1 or network.hidden[0].units != 1:
        raise InputError("problem", "construction F starts from one hidden layer of one unit")
    if units < 1:
        raise InputError("units", f"{units} is less than 1")
    problem.check_point(point, "point")
    problem.check_point(better, "better")
    (single,) = network.hidden
    layer = Layer(units, single.activation, single.bias)
    wider = Network(network.inputs, (layer,), network.outputs, network.output_bias)
    equal = [Fraction(1, units)] * units
    first_alone = [Fraction(1)] + [Fraction(0)] * (units - 1)
    return (
        replace(problem, network=wider, point=None),
        _shared(network, wider, point, [Fraction(1)] * units, equal),
        _shared(network, wider, better, first_alone, first_alone),
    )


def _shared(
    network: Network,
    wider: Network,
    theta: Vector,
    incoming: Sequence[Fraction],
    outgoing: Sequence[Fraction],
) -> Vector:
    """The wider network's parameters: the one unit's weights times a factor a copy, before it and
    behind it.
    """
    ((row,), biases), (outputs, output_biases) = network.split(list(theta))
    rows = [[factor * weight for weight in row] for factor in incoming]
    hidden_biases = [factor * bias for factor in incoming for bias in biases]
    shares = [[factor * weight for factor in outgoing] for (weight,) in outputs]
    return tuple(wider.join([(rows, hidden_biases), (shares, output_biases)]))
