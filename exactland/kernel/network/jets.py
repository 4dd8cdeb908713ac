"""Functions of theta with their derivatives: weighted sums, and compositions with
functions of one variable.

Both follow the chain rule entry by entry, so a box of
parameters gives enclosures of everything (docs/theorems/derivatives.md, (a)).
"""

from collections import defaultdict
from typing import Generic, NamedTuple, TypeVar

from ..arithmetic import ZERO, Number, constant, dot, metered

Index = TypeVar("Index")


class Jet(NamedTuple, Generic[Number]):
    """A function of theta: its value, and what is not 0 of its derivatives: by theta_p
    at p, by theta_p and theta_q, p <= q, at (p, q).
    """

    value: Number
    gradient: dict[int, Number]
    hessian: dict[tuple[int, int], Number]


Jets = list[Jet[Number]]


def pre_activation(
    weights: list[Number], own: list[int], fed: Jets[Number], order: int
) -> Jet[Number]:
    """z = sum_k theta[own_k] a_k, the weights these theta.

    The a_k depend on earlier parameters only, so the derivatives of z by theta[own_k]
    are a_k and the derivatives of a_k, and no other entry has these places.
    """
    z = weighted_sum(weights, fed)
    if order == 0:
        return z
    for p, a in zip(own, fed):
        z.gradient[p] = a.value
        if order == 2:
            for q, entry in a.gradient.items():
                z.hessian[q, p] = entry
    return z


def weighted_sum(weights: list[Number], jets: Jets[Number]) -> Jet[Number]:
    """The sum of weight * jet, the weights taken as constants."""
    return Jet(
        dot(weights, [jet.value for jet in jets]),
        _sum_of_entries(weights, [jet.gradient for jet in jets]),
        _sum_of_entries(weights, [jet.hessian for jet in jets]),
    )


def _sum_of_entries(
    weights: list[Number], terms: list[dict[Index, Number]]
) -> dict[Index, Number]:
    """The sum of weight * entry at every index, of those terms that have one."""
    # at every index a weight and an entry, by turns: lists of pairs would be larger
    found = defaultdict[Index, list[Number]](list)
    for weight, term in zip(weights, terms):
        for index, entry in term.items():
            found[index] += weight, entry
    sums = {}
    for index, some in found.items():
        sums[index] = dot(some[::2], some[1::2])
    return sums


class Term(NamedTuple, Generic[Number]):
    """s(z): s, s', s'' at z, as many as are wanted; no s'' where s is affine."""

    s: list[Number]
    z: Jet[Number]


def composed(terms: list[Term[Number]]) -> Jet[Number]:
    """The sum of some s(z): gradient s' dz, Hessian s' d2z + s'' dz dz^T, summed as
    inner products. (The entries (p, q), p <= q.) All have as many derivatives as the
    first: they are terms of one loss, or there is one.
    """
    zero = constant(ZERO, terms[0].s[0])
    value = zero
    for term in terms:
        value = metered(value + term.s[0])
    if len(terms[0].s) == 1:
        return Jet(value, {}, {})
    rates = [term.s[1] for term in terms]
    total = weighted_sum(rates, [term.z for term in terms])
    bent = [term for term in terms if len(term.s) == 3]
    columns = dict[int, list[Number]]()
    bends = [term.s[2] for term in bent]
    for p in sorted(total.gradient) if bent else []:
        columns[p] = [term.z.gradient.get(p, zero) for term in bent]
        scaled = [metered(b * c) for b, c in zip(bends, columns[p])]
        for q, column in columns.items():
            entry = dot(scaled, column)
            if (q, p) in total.hessian:
                entry = metered(total.hessian[q, p] + entry)
            total.hessian[q, p] = entry
    return total._replace(value=value)
