"""What the theorems about the whole loss ask of a network, and which of it a given one does not
meet, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from exactland.certificates.kinds import Claim
from exactland.errors import InputError
from exactland.model.activations import Activation, Expression, Pieces, PiecewiseLinear
from exactland.model.numbers import rational_text
from exactland.model.problem import Problem
from exactland.model.trees import Algebra, fold
from exactland.numerics.enclosures import derivatives
from exactland.numerics.precision import precision
from exactland.numerics.rounding import to_arb


@dataclass(frozen=True)
class Hypothesis:
    """A hypothesis of a theorem that a network is not shown to meet, by name and in words."""

    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.name}: {self.words}"


def failing_hypotheses(
    problem: Problem, claim: Claim = Claim.NO_SUB_OPTIMAL_BASIN
) -> list[Hypothesis]:
    """The hypotheses of a theorem about the whole loss that this network is not shown to meet; none
    when it applies.

    No sub-optimal basin: the wide theorem as the paper announces it. Width: the last hidden layer,
    see `too_narrow`; continuity: every activation is a continuous function on the whole line (rule
    4.2 of docs/theorems needs the width alone). No basin: rule 4.6, of the hidden layer that comes
    nearest: its width, see `widest`, and the continuity of all activations up to it. Not claimed:
    that a function which is not shown to be continuous is not; or that another rule (4.7, 4.1h)
    says nothing. Of the other claims, InputError.

    >>> from exactland import Layer, Network, named
    >>> x = tuple((Fraction(k),) for k in range(3))
    >>> narrow = Problem(Network(1, (Layer(2, named("relu"), bias=True),)), x, x)
    >>> [str(hypothesis) for hypothesis in failing_hypotheses(narrow)]
    ['width: the last hidden layer (layer 1) has 2 units; for 3 samples it needs width 3']
    """
    if claim is Claim.NO_SUB_OPTIMAL_BASIN:
        up_to, width = len(problem.network.hidden), too_narrow(problem)
    elif claim is Claim.NO_BASIN:
        up_to, width = widest(problem)
    else:
        raise InputError("claim", f"{claim} has other hypotheses")
    failing = [] if width is None else [width]
    for depth, layer in enumerate(problem.network.hidden[:up_to], 1):
        broken = discontinuity(layer.activation)
        if broken:
            words = f"the activation of hidden layer {depth} {broken}"
            failing.append(Hypothesis("continuity", words))
    return failing


def widest(problem: Problem) -> tuple[int, Hypothesis | None]:
    """The widest hidden layer, 1 the first, where the bias of the next layer counts as a unit; and
    its width, if that is below the number of different inputs (rule 4.6).

    The first one that is wide enough, if there is one.
    """
    shapes = problem.network.shapes()[1:]
    widths = [columns + bias for _, columns, bias in shapes]
    needed = len(set(problem.x))
    depth = 1 + max(range(len(widths)), key=lambda k: (min(widths[k], needed), -k))
    width = widths[depth - 1]
    if width >= needed:
        return depth, None
    has = _units(width - shapes[depth - 1][2])
    if shapes[depth - 1][2]:
        has += f" and, with the bias of the next layer, width {width}"
    words = f"the widest hidden layer (layer {depth}) has {has}; for {needed} different inputs"
    return depth, Hypothesis("width", f"{words} it needs width {needed}")


def too_narrow(problem: Problem, *, wider: bool = False) -> Hypothesis | None:
    """The width, if the last hidden layer, with the output bias, is not at least as wide as the
    number of samples (`wider`: wider, so that there is no basin at all).
    """
    network, needed = problem.network, problem.samples + wider
    units = network.hidden[-1].units
    if units + network.output_bias >= needed:
        return None
    has = _units(units)
    if network.output_bias:
        has += f" and, with the output bias, width {units + 1}"
    depth, samples = len(network.hidden), problem.samples
    words = f"the last hidden layer (layer {depth}) has {has}; for {samples} samples it needs width"
    return Hypothesis("width", f"{words} {needed}")


def _units(count: int) -> str:
    return f"{count} unit{'s' if count > 1 else ''}"


def discontinuity(activation: Activation) -> str | None:
    """Why a function is not continuous on the whole line, or not shown to be; None when it is.

    Of pieces only the breakpoints are looked at.
    """
    if isinstance(activation, PiecewiseLinear):
        return None
    if isinstance(activation, Expression):
        risky = fold(activation.tree, _PlainFacts()).undefined
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


@dataclass(frozen=True)
class _Plain:
    """What is plain of a tree: whether it is positive, and not negative, wherever it is defined;
    and the first part of it that is not shown to be defined on the whole line.
    """

    positive: bool
    not_negative: bool
    undefined: str | None


class _PlainFacts(Algebra[_Plain]):
    """What is plain of a tree, part by part. Not claimed: that what is not plain is false."""

    def variable(self) -> _Plain:
        return _Plain(positive=False, not_negative=False, undefined=None)

    def constant(self, value: Fraction, /) -> _Plain:
        return _Plain(value > 0, value >= 0, None)

    def power(self, base: _Plain, exponent: int, /) -> _Plain:
        positive = exponent == 0 or base.positive
        undefined = base.undefined
        if exponent < 0 and not base.positive:
            undefined = "a negative power of what is not shown to be positive"
        return _Plain(positive, positive or exponent % 2 == 0, undefined)

    def add(self, terms: Sequence[_Plain], /) -> _Plain:
        not_negative = all(term.not_negative for term in terms)
        positive = not_negative and any(term.positive for term in terms)
        return _Plain(positive, not_negative, _first_undefined(terms))

    def multiply(self, factors: Sequence[_Plain], /) -> _Plain:
        positive = all(factor.positive for factor in factors)
        not_negative = all(factor.not_negative for factor in factors)
        return _Plain(positive, not_negative, _first_undefined(factors))

    def divide(self, numerator: _Plain, denominator: _Plain, /) -> _Plain:
        plain = self.multiply((numerator, denominator))
        if denominator.positive:
            return plain
        return replace(plain, undefined="a quotient by what is not shown to be positive")

    def log(self, u: _Plain, /) -> _Plain:
        undefined = u.undefined
        if not u.positive:
            undefined = "the log of what is not shown to be positive"
        return _Plain(positive=False, not_negative=False, undefined=undefined)

    def sqrt(self, u: _Plain, /) -> _Plain:
        undefined = u.undefined
        if not u.not_negative:
            undefined = "the sqrt of what is not shown to be positive"
        return _Plain(u.positive, True, undefined)

    def exp(self, u: _Plain, /) -> _Plain:
        return _positive(u)

    def softplus(self, u: _Plain, /) -> _Plain:
        return _positive(u)

    def sigmoid(self, u: _Plain, /) -> _Plain:
        return _positive(u)

    def sin(self, u: _Plain, /) -> _Plain:
        return _of_either_sign(u)

    def cos(self, u: _Plain, /) -> _Plain:
        return _of_either_sign(u)

    def atan(self, u: _Plain, /) -> _Plain:
        return _of_either_sign(u)

    def tanh(self, u: _Plain, /) -> _Plain:
        return _of_either_sign(u)

    def erf(self, u: _Plain, /) -> _Plain:
        return _of_either_sign(u)


def _positive(u: _Plain) -> _Plain:
    """Of a function of u that is defined, and positive, everywhere."""
    return _Plain(positive=True, not_negative=True, undefined=u.undefined)


def _of_either_sign(u: _Plain) -> _Plain:
    """Of a function of u that is defined everywhere."""
    return _Plain(positive=False, not_negative=False, undefined=u.undefined)


def _first_undefined(parts: Sequence[_Plain]) -> str | None:
    for part in parts:
        if part.undefined is not None:
            return part.undefined
    return None
