"""What the wide theorem asks of a network, and which of it a given one does not meet, in words."""

from __future__ import annotations

from fractions import Fraction

from exactland.model.activations import Activation, Expression, Pieces, PiecewiseLinear, Tree
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb


def failing_hypotheses(problem: Problem, *, wider: bool = False) -> list[str]:
    """The hypotheses of the wide theorem, as the paper announces it, that this network is not shown
    to meet; none when it applies.

    Width: the last hidden layer, with the output bias, is at least as wide as the number of samples
    (`wider`: wider, so that there is no basin at all). Continuity: every activation is a continuous
    function on the whole line. Not claimed: that a function which is not shown to be continuous is
    not; rule 4.2 of proofs/THEOREMS.md needs the width alone, and speaks of the parameters where
    the loss is defined.

    >>> from exactland import Layer, Network, named
    >>> x = tuple((Fraction(k),) for k in range(3))
    >>> failing_hypotheses(Problem(Network(1, (Layer(2, named("relu"), bias=True),)), x, x))
    ['width: the last hidden layer (layer 1) has 2 units; for 3 samples it needs width 3']
    """
    network, needed = problem.network, problem.samples + wider
    units, failing = network.hidden[-1].units, []
    if units + network.output_bias < needed:
        has = f"{units} unit{'s' if units > 1 else ''}" + (
            f" and, with the output bias, width {units + 1}" if network.output_bias else ""
        )
        failing.append(
            f"width: the last hidden layer (layer {len(network.hidden)}) has {has}; for"
            f" {problem.samples} samples it needs width {needed}"
        )
    for depth, layer in enumerate(network.hidden, 1):
        broken = discontinuity(layer.activation)
        if broken:
            failing.append(f"continuity: the activation of hidden layer {depth} {broken}")
    return failing


def discontinuity(activation: Activation) -> str | None:
    """Why a function is not continuous on the whole line, or not shown to be; None when it is.

    Of pieces only the breakpoints are looked at.
    """
    if isinstance(activation, PiecewiseLinear):
        return None
    if isinstance(activation, Expression):
        risky = _undefined(activation.tree)
        return risky and f"is not shown to be continuous: it has {risky}"
    return next(
        filter(None, (_jump(activation, k) for k in range(len(activation.breakpoints)))), None
    )


def _jump(s: Pieces, k: int) -> str | None:
    with precision(128):
        left, right = (
            derivatives(Expression(tree), to_arb(s.breakpoints[k]), 0)[0]
            for tree in s.trees[k : k + 2]
        )
    if left.overlaps(right):
        return None
    return (
        f"jumps at {rational_text(s.breakpoints[k])}, from {left.str(6, radius=False)} to"
        f" {right.str(6, radius=False)}"
    )


def _undefined(tree: Tree) -> str | None:
    """The first part of a tree that is not shown to be defined on the whole line."""
    if not isinstance(tree, tuple):
        return None
    operator, *parts = tree
    if operator == "^" and parts.pop() < 0 and not _positive(parts[0]):
        return "a negative power of what is not shown to be positive"
    if operator == "/" and not _positive(parts[1]):
        return "a quotient by what is not shown to be positive"
    if (operator == "log" and not _positive(parts[0])) or (
        operator == "sqrt" and not _positive(parts[0], or_zero=True)
    ):
        return f"the {operator} of what is not shown to be positive"
    return next(filter(None, map(_undefined, parts)), None)


def _positive(tree: Tree, *, or_zero: bool = False) -> bool:
    """Whether a tree is plainly positive (or zero) wherever it is defined."""
    if not isinstance(tree, tuple):
        return isinstance(tree, Fraction) and (tree > 0 or (or_zero and tree == 0))
    operator, first, *rest = tree
    if operator == "^":
        return (or_zero and rest[0] % 2 == 0) or rest[0] == 0 or _positive(first)
    if operator == "+":
        return all(_positive(t, or_zero=True) for t in (first, *rest)) and (
            or_zero or any(map(_positive, (first, *rest)))
        )
    if operator in "*/":
        return all(_positive(t, or_zero=or_zero) for t in (first, *rest))
    return operator in ("exp", "softplus", "sigmoid") or (
        operator == "sqrt" and (or_zero or _positive(first))
    )
