"""Formal numbers (docs/theorems/formal-numbers.md): polynomials with rational
coefficients in atoms, equal only if they are equal as real numbers.
"""

from collections.abc import Hashable, Iterable
from types import MappingProxyType

from flint import fmpq

from ..meter import charge, charge_terms, cost_of
from ..refusals import require
from .exact import ONE, ZERO

Monomial = tuple[tuple[int, int], ...]  # (atom, power), sorted by atom
Key = tuple[tuple[Monomial, int, int], ...]  # terms in order, as what can be hashed

TWO = fmpq(2)

COST_OF_A_TERM = 5
COST_OF_AN_ATOM = 5

ODD = ("sin", "atan", "erf")  # f(-u) = -f(u)
MIRRORED = (*ODD, "cos", "sigmoid", "softplus")  # f(-u) is said by f(u)
AT_ZERO = MappingProxyType(
    {
        "exp": ONE,
        "cos": ONE,
        "sigmoid": fmpq(1, 2),
        "sin": ZERO,
        "atan": ZERO,
        "erf": ZERO,
    }
)


class Formal:
    """A polynomial; never changed once made. No coefficient is 0."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Monomial, fmpq]) -> None:
        self.terms = terms

    def __add__(self, other: "Formal") -> "Formal":
        result = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            _charge_for(monomial, coefficient)
            _add_term(result, monomial, coefficient)
        return Formal(result)

    def __neg__(self) -> "Formal":
        return self.times(-ONE)

    def __sub__(self, other: "Formal") -> "Formal":
        return self + (-other)

    def __mul__(self, other: "Formal") -> "Formal":
        result: dict[Monomial, fmpq] = {}
        for mine, coefficient in self.terms.items():
            for theirs, factor in other.terms.items():
                monomial = _joined(mine, theirs)
                product = coefficient * factor
                _charge_for(monomial, product)
                _add_term(result, monomial, product)
        return Formal(result)

    def times(self, factor: fmpq) -> "Formal":
        """The product with a rational."""
        if factor == 0:
            return Formal({})
        for monomial, coefficient in self.terms.items():
            _charge_for(monomial, coefficient)
        return Formal({m: c * factor for m, c in self.terms.items()})

    def is_zero(self) -> bool:
        """Whether this is formally 0."""
        return not self.terms

    def constant(self) -> fmpq | None:
        """The rational this is, or None."""
        if not self.terms:
            return ZERO
        if len(self.terms) > 1:
            return None
        return self.terms.get(())

    def lead(self) -> fmpq:
        """The coefficient of the greatest monomial (that of -self is its negative)."""
        return self.terms[max(self.terms)]

    def key(self) -> Key:
        """Equal for equal numbers, and for no others."""
        terms = sorted(self.terms.items())
        numbers = []
        for monomial, c in terms:
            numbers.append((monomial, int(c.p), int(c.q)))
        return tuple(numbers)


def _charge_for(monomial: Monomial, coefficient: fmpq) -> None:
    charge_terms(1 + sum(power for _, power in monomial))
    atoms = COST_OF_AN_ATOM * len(monomial)
    charge(cost_of(coefficient) + COST_OF_A_TERM + atoms)


def _add_term(
    terms: dict[Monomial, fmpq], monomial: Monomial, coefficient: fmpq
) -> None:
    """What cancels is left out: a number is 0 if nothing is left."""
    total = terms.get(monomial, ZERO) + coefficient
    if total == 0:
        terms.pop(monomial, None)
    else:
        terms[monomial] = total


def _joined(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left:
        return right
    if not right:
        return left
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(powers.items()))


def number(value: fmpq) -> Formal:
    """A rational as a formal number."""
    if value == 0:
        return Formal({})
    return Formal({(): value})


def total_of(items: Iterable[Formal]) -> Formal:
    """The sum."""
    total = number(ZERO)
    for item in items:
        total = total + item
    return total


class Atoms:
    """The atoms of one calculation, and the functions that make them.

    Equal arguments make the same atom. Of u and -u one alone is the argument of an
    atom wherever the function's value at the other follows from it.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def atom(self, *name: Hashable) -> Formal:
        """The atom of this name."""
        index = self._numbers.setdefault(name, len(self._numbers))
        return Formal({((index, 1),): ONE})

    def function(self, name: str, u: Formal) -> Formal:
        """A function of expressions at u."""
        if name == "tanh":  # tanh(u) = 2 sigmoid(2u) - 1
            doubled = self.function("sigmoid", u.times(TWO)).times(TWO)
            return doubled - number(ONE)
        if u.is_zero() and name in AT_ZERO:
            return number(AT_ZERO[name])
        if name in MIRRORED and not u.is_zero() and u.lead() < 0:
            return self._mirrored(name, u)
        return self.atom(name, u.key())

    def _mirrored(self, name: str, u: Formal) -> Formal:
        """f(u) by f(-u)."""
        opposite = self.function(name, -u)
        if name in ODD:
            return -opposite
        if name == "sigmoid":
            return number(ONE) - opposite
        if name == "softplus":  # softplus(u) = softplus(-u) + u
            return opposite + u
        return opposite

    def relu(self, u: Formal) -> Formal:
        """max(u, 0): relu(c u) = c relu(u) for c > 0, and relu(u) = relu(-u) + u."""
        constant = u.constant()
        if constant is not None:
            return number(max(constant, ZERO))
        lead = u.lead()
        size = abs(lead)
        unit = u.times(ONE / size)
        if lead > 0:
            return self.atom("relu", unit.key()).times(size)
        opposite = -unit
        return (self.atom("relu", opposite.key()) - opposite).times(size)

    def reciprocal(self, u: Formal) -> Formal:
        """1 / u, with 1 / (c u) = (1 / c) (1 / u)."""
        constant = u.constant()
        if constant is not None:
            require(constant != 0, "division by 0")
            return number(ONE / constant)
        scale = ONE / u.lead()
        return self.atom("reciprocal", u.times(scale).key()).times(scale)
